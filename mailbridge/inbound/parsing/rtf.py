"""The text of a compressed RTF body (MS-OXRTFCP), which is often the only body of a winmail.dat. Used by `tnef`."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

_LZFU, _MELA = b"LZFu", b"MELA"
_LONGEST = 4_000_000  # bytes after decompression
_WINDOW = 4_096
_PRIMED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    b"SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_HIDDEN = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable", "themedata"})
_BREAKS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "tab": "\t"}
_SIGNS = {"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_CODEPAGES = frozenset({"1250", "1251", "1252", "1253", "1254", "932", "936"})
_ESCAPED = {"~": "\u00a0", "_": "-", "-": "", "\n": "\n", "\r": "\n"}


def text(compressed: bytes) -> str | None:
    """The readable text, None if the bytes are no compressed RTF. A broken end gives what came before it."""
    raw = _decompressed(compressed)
    return None if raw is None or b"{\\rtf" not in raw[:100] else _read(raw.decode("latin-1"))


def _decompressed(data: bytes) -> bytes | None:
    if len(data) < 16:
        return None
    (size,) = struct.unpack_from("<I", data, 4)
    if data[8:12] == _MELA:
        return data[16 : 16 + min(size, _LONGEST)]
    if data[8:12] != _LZFU:
        return None
    window, write = bytearray(_PRIMED.ljust(_WINDOW, b"\x00")), len(_PRIMED)
    out, position = bytearray(), 16
    while position < len(data) and len(out) < _LONGEST:
        control, position = data[position], position + 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(out)
                offset, count = divmod(int.from_bytes(data[position : position + 2], "big"), 16)
                position += 2
                if offset == write:
                    return bytes(out)
                for step in range(count + 2):
                    out.append(window[(offset + step) % _WINDOW])
                    window[write] = out[-1]
                    write = (write + 1) % _WINDOW
            elif position < len(data):
                out.append(data[position])
                window[write] = data[position]
                write, position = (write + 1) % _WINDOW, position + 1
    return bytes(out)


@dataclass(slots=True)
class _Reader:
    """Takes the tokens of one RTF text. `skip`: characters to pass over that only repeat a `\\u` for old readers."""

    out: list[str] = field(default_factory=list)
    groups: list[tuple[bool, int]] = field(default_factory=list)
    hidden: bool = False
    only_rtf: bool = False  # inside what Outlook made only for RTF readers out of an HTML mail
    fallback: int = 1
    skip: int = 0
    codepage: str = "cp1252"

    @property
    def silent(self) -> bool:
        return self.hidden or self.only_rtf

    def group(self, brace: str) -> None:
        if brace == "{":
            self.groups.append((self.hidden, self.fallback))
        else:
            self.hidden, self.fallback = self.groups.pop() if self.groups else (False, 1)
            self.skip = 0

    def word(self, word: str, number: str | None) -> None:
        if word in _HIDDEN:
            self.hidden = True
        elif word == "htmlrtf":
            self.only_rtf = number != "0"
        elif word == "ansicpg" and number:
            self.codepage = f"cp{number}" if number in _CODEPAGES else "cp1252"
        elif word == "uc" and number:
            self.fallback = int(number)
        elif word == "u" and number and not self.silent:
            self.out.append(chr(int(number) % 0x10000))
            self.skip = self.fallback
        elif not self.silent:
            self.out.append(_BREAKS.get(word) or _SIGNS.get(word, ""))

    def byte(self, digits: str) -> None:
        if self.skip:
            self.skip -= 1
        else:
            self.out.append(bytes([int(digits, 16)]).decode(self.codepage, "replace"))

    def plain(self, text: str) -> None:
        self.out.append(text[self.skip :])
        self.skip = max(0, self.skip - len(text))


def _read(rtf: str) -> str:
    """Text outside of hidden groups."""
    reader = _Reader()
    for token in _TOKEN.finditer(rtf):
        word, number, byte, escaped, brace, plain = token.groups()
        if brace is not None:
            reader.group(brace)
        elif word is not None:
            reader.word(word, number)
        elif escaped == "*":
            reader.hidden = True
        elif reader.silent:
            continue
        elif byte is not None:
            reader.byte(byte)
        elif escaped is not None:
            reader.out.append(_ESCAPED.get(escaped, escaped))
        elif plain is not None:
            reader.plain(plain)
    return "".join(reader.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\n")
