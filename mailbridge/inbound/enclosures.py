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
    "active document": "svg svgz html htm xhtml shtml mht mhtml xml xsl xslt swf",
    "archive that is not opened": "rar 7z ace arj lzh lha z uu uue xxe bz2 xz tar tgz gz",
}  # fmt: skip
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
_TEXT_ENDINGS = frozenset({"txt", "csv", "md", "log"})
_LISTED = 2_000  # names looked at inside an archive
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """`welcome`, or not passed on, with a reason code (a key of BLOCKED, "encrypted archive", "archive is broken")."""

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
        return _inside_zip(enclosure.content)
    return None


def _old_macros(content: bytes) -> bool:
    """.doc, .xls and .ppt of before 2007 keep their macros in a stream of this name (UTF-16)."""
    return "_VBA_PROJECT".encode("utf-16-le") in content or "Macros".encode("utf-16-le") in content[:200_000]


def _inside_zip(content: bytes) -> str | None:
    """DOCX, XLSX, ODT and ZIP are one format: names are listed, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()[:_LISTED]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError, IndexError, EOFError, UnicodeError):
        return "archive is broken"
    names = [entry.filename[:_LONGEST_NAME].lower() for entry in entries]
    if any(name.endswith(("vbaproject.bin", "basic/script-lc.xml")) or name.startswith("basic/standard/") for name in names):
        return "macros"
    if "[content_types].xml" in names or "mimetype" in names:
        return None
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "encrypted archive"
    return next((reason for name in names if (reason := _by_name(name)) is not None and reason != "active document"), None)
