"""Bytes to text: declared charset, then UTF-8, then cp1252 (R79). First step for every header and body; never raises."""

from __future__ import annotations

import codecs
import re

# What the label says -> what its senders mean. Each line names who writes it.
MEANT = {
    "iso-8859-1": "cp1252",  # Outlook and all of Windows: typographic quotes and € under a Latin-1 label
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "us-ascii": "utf-8",  # anything that forgot to look: ASCII is UTF-8, the rest is decided by the ladder
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",  # cron and PHP scripts under LANG=C
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-9": "cp1254",  # Turkish Windows
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso8859-8",  # Hebrew Outlook, logical order
    "iso-8859-8-e": "iso8859-8",
    "gb2312": "gb18030",  # Foxmail, QQ: the label is older than the letters they use
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",  # Korean Outlook
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "big5": "big5hkscs",
    "x-mac-roman": "mac-roman",  # Entourage
    "macintosh": "mac-roman",
    "ansi": "cp1252",  # scanners and label printers
    "iso-8859-1-windows-1252": "cp1252",
    "x-ansi": "cp1252",
    "windows1252": "cp1252",
    "cp-850": "cp850",
    "chinesebig5": "big5hkscs",
    "gb2312_charset": "gb18030",
    "ansi_x3.110-1983": "cp1252",  # a gateway of the nineties that lists charsets by the alphabet
    "iso-2022-jp": "iso2022_jp_ext",  # half-width katakana of mobile phones
}  # fmt: skip

# Codecs of Python that are no charsets of mails: they unpack, execute escapes or raise by design.
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+()-]{0,39}")
# What programs write when they do not know: no remark about those.
_NO_LABELS = frozenset(
    {"default", "default_charset", "unknown", "x-unknown", "unknown-8bit", "x-user-defined", "_autodetect", "none", ""}
)
_UNLABELLED = frozenset({"utf-8", "cp1252"})


def decode(data: bytes, label: str | None, *, markup: bool = False) -> tuple[str, str | None]:
    """Text of `data`, and the problem code if the label did not fit (None if it did). UTF-7 is read for plain text only."""
    for bom, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), None
    if data.isascii() and (label is None or _codec(label) in _UNLABELLED):
        return data.decode("ascii"), None
    if label and not markup and label.strip().lower() in ("utf-7", "unicode-1-1-utf-7"):
        return _attempt(data, "utf-7") or data.decode("ascii", "replace"), None
    codec = _codec(label)
    if codec in _UNLABELLED or codec is None:
        if label is not None and label.lower() in _NO_LABELS:
            label = None
        return _ladder(data, codec, label)
    text = _attempt(data, codec)
    if text is not None:
        return text, None
    if (utf8 := _attempt(data, "utf-8")) is not None:
        return utf8, "charset-wrong"
    if _multibyte(codec):
        return data.decode(codec, "replace"), "charset-broken"
    return _windows(data), "charset-wrong"


def _ladder(data: bytes, codec: str | None, label: str | None) -> tuple[str, str | None]:
    """UTF-8 if it is UTF-8, cp1252 if not; a UTF-8 text with a few broken letters stays UTF-8."""
    unknown = "charset-unknown" if label and codec is None else None
    text = _attempt(data, "utf-8")
    if text is not None:
        # Latin-1 label over UTF-8 bytes: PHP mailers and gateways that add a label. Real cp1252 is never valid UTF-8 by chance.
        return text, unknown or ("charset-wrong" if codec == "cp1252" else None)
    if codec == "cp1252":
        return _windows(data), None
    text = data.decode("utf-8", "replace")
    whole = sum(1 for letter in text if "\x80" <= letter != "\ufffd")
    if whole > 2 * text.count("\ufffd"):
        return text, unknown or "charset-broken"
    return _windows(data), unknown or "charset-wrong"


def _windows(data: bytes) -> str:
    text = _attempt(data, "cp1252")
    return text if text is not None else data.decode("cp1252", "replace")


def _attempt(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode("utf-8")
    except (UnicodeError, LookupError, ValueError):
        return None
    return text


def _codec(label: str | None) -> str | None:
    """The Python codec meant by a charset label, None if it is none that a mail may use."""
    if label is None:
        return None
    label = label.strip().strip("'\"").lower()
    if not _LABEL.fullmatch(label):
        return None
    try:
        found = codecs.lookup(MEANT.get(label, label))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_CHARSETS:
        return None
    return found.name


def _multibyte(codec: str) -> bool:
    return codec.startswith(("gb", "big5", "cp9", "euc", "shift", "iso2022", "utf-", "johab", "hz"))
