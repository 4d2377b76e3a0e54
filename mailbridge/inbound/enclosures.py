"""Which attachments are kept with the post and passed on, and which are not (R88). A table; asked by `filing` for each one.

A refused attachment never costs the post: the text is posted, the author is told which file was left out. The raw mail stays in
the ledger for as long as mails are kept, with the file in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from mailbridge.inbound.mail import Enclosure

# reason -> endings. What runs by a double click on some desk, what carries macros, what hides the others.
BLOCKED = {
    "program": (
        "exe com scr pif bat cmd msi msp mst msix msixbundle appx appxbundle appinstaller cpl gadget application jar jnlp apk "
        "ipa app dmg pkg deb rpm run bin elf so dll sys ocx drv dylib xbap wsi air scf xll"
    ),
    "script": (
        "js jse mjs vbs vbe vb ws wsf wsc wsh hta sct ps1 ps1xml ps2 psc1 psc2 psm1 psd1 msh msh1 mshxml sh bash csh ksh "
        "py pyc pyw pl rb php phtml lua ahk au3 reg inf applescript scpt command workflow chm hlp diagcab theme themepack "
        "settingcontent-ms"
    ),
    "shortcut": "lnk url desktop webloc website library-ms search-ms rdp appref-ms contact",
    "disk image": "iso img vhd vhdx vmdk udf cab wim daa",
    "macros": "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm mdb accdb accde accda mde ade adp onepkg one wiz",
    "active document": "svg svgz html htm xhtml shtml mht mhtml xsl xslt swf",
    "archive that is not opened": "rar 7z ace arj lzh lha z uu uue xxe bz2 xz tar tgz gz",
}  # fmt: skip
REASONS = (*BLOCKED, "encrypted archive", "archive is broken", "archive is too large")
"""Why a file is not passed on; `templates/mail/_left_out.txt` has the sentence for each."""
_REASON = {ending: reason for reason, endings in BLOCKED.items() for ending in endings.split()}

# Types that say what the name hides; senders choose them freely, so they can only add to the verdict.
_BLOCKED_TYPES = {
    "application/x-msdownload": "program", "application/x-msdos-program": "program", "application/x-dosexec": "program",
    "application/vnd.microsoft.portable-executable": "program", "application/x-executable": "program",
    "application/java-archive": "program", "application/vnd.android.package-archive": "program",
    "application/javascript": "script", "text/javascript": "script",
    "application/x-javascript": "script", "text/vbscript": "script",
    "application/hta": "script", "application/x-sh": "script", "application/x-shellscript": "script",
    "text/x-shellscript": "script",
    "application/x-ms-shortcut": "shortcut", "application/x-iso9660-image": "disk image",
    "image/svg+xml": "active document", "text/html": "active document", "application/xhtml+xml": "active document",
    "application/x-shockwave-flash": "active document",
    "application/vnd.ms-word.document.macroenabled.12": "macros", "application/vnd.ms-excel.sheet.macroenabled.12": "macros",
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": "macros",
}  # fmt: skip

# First bytes: a program stays a program under any name.
_MAGIC = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"#!", "script"),
    (b"Rar!", "archive that is not opened"),
    (b"7z\xbc\xaf\x27\x1c", "archive that is not opened"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# ZIP archives that a double click opens in an office program, which takes nothing out of them. By the ending, since any archive
# can carry an entry of their name; what they hold of their own (`printerSettings1.bin`, `customXml`) is no program.
_OFFICE = frozenset(
    {"docx", "dotx", "xlsx", "xltx", "pptx", "potx", "ppsx", "vsdx", "odt", "ott", "ods", "ots", "odp", "otp", "odg", "odf"}
)
# An invoice (XRechnung, ZUGFeRD), a plan or a list in XML is data. It acts where it names a style sheet, a program to open it,
# or brings a page, a picture or entities of its own; and where its letters are none that we can look through.
_ACTIVE_XML = re.compile(
    rb"<\?(?:xml-stylesheet|mso-)|<!(?:doctype|entity)|<(?:[\w.-]{1,40}:)?(?:html|svg|script|xsl|stylesheet|transform)\b"
    rb"|www\.w3\.org/1999/(?:xhtml|xsl)|www\.w3\.org/2000/svg|schemas-microsoft-com:office|schemas\.microsoft\.com/office", re.I
)  # fmt: skip
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"']{0,40})", re.I)
_PLAIN_CHARSET = re.compile(rb"(?:utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d)", re.I)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEXT_ENDINGS = frozenset({"txt", "csv", "md", "log"})
_LISTED = 2_000  # names looked at inside an archive; one with more of them is not passed on


@dataclass(frozen=True, slots=True)
class Verdict:
    """`welcome`, or not passed on, with a reason code (one of REASONS)."""

    welcome: bool
    reason: str | None = None


WELCOME = Verdict(True)


def verdict(enclosure: Enclosure) -> Verdict:
    """Whether this file is passed on: by its name, its type, its first bytes, and the names inside a ZIP."""
    for reason in (_by_name(enclosure.filename), _BLOCKED_TYPES.get(enclosure.mimetype), _by_content(enclosure)):
        if reason is not None:
            return Verdict(False, reason)
    return WELCOME


def _by_name(name: str) -> str | None:
    """By the last ending, which decides what a double click does: `rechnung.pdf.exe` runs, `Rat.com.pdf` is read."""
    ending = name.lower().rstrip(". ").rpartition(".")[2] if "." in name else ""
    return _REASON.get(re.sub(r"[^a-z0-9-]", "", ending))


def _by_content(enclosure: Enclosure) -> str | None:
    head = enclosure.content[:16]
    ending = enclosure.filename.lower().rpartition(".")[2]
    for start, reason in _MAGIC:
        if head.startswith(start) and not (start in (b"MZ", b"#!") and ending in _TEXT_ENDINGS):
            return reason
    if head.startswith(_OLE) and _old_macros(enclosure.content):
        return "macros"
    if head.startswith(b"PK\x03\x04"):
        return _inside_zip(enclosure.content, ending)
    if ending == "xml" and _acts(enclosure.content):
        return "active document"
    return None


def _acts(xml: bytes) -> bool:
    """Whether this XML is more than data, for a program that opens it by a double click."""
    xml = next((xml[len(bom) :] for bom in _BOMS if xml.startswith(bom)), xml).replace(b"\x00", b"")
    charset = _XML_CHARSET.match(xml)
    return (charset is not None and _PLAIN_CHARSET.fullmatch(charset[1]) is None) or _ACTIVE_XML.search(xml) is not None


def _old_macros(content: bytes) -> bool:
    """.doc, .xls and .ppt of before 2007 keep their macros in a stream of this name (UTF-16)."""
    return "_VBA_PROJECT".encode("utf-16-le") in content or "Macros".encode("utf-16-le") in content[:200_000]


def _inside_zip(content: bytes, ending: str) -> str | None:
    """DOCX, XLSX, ODT and ZIP are one format: names are listed, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError, IndexError, EOFError, UnicodeError):
        return "archive is broken"
    if len(entries) > _LISTED:
        return "archive is too large"
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith(("vbaproject.bin", "basic/script-lc.xml")) or name.startswith("basic/standard/") for name in names):
        return "macros"
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "encrypted archive"
    if ending in _OFFICE:
        return None
    return next((reason for name in names if (reason := _by_name(name)) is not None and reason != "active document"), None)
