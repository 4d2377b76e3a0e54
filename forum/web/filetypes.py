"""Our own table of file types (R86): what a download is announced as depends on its name alone, never on what a sender said."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
}
UNKNOWN = "application/octet-stream"

_BLOCKED = (
    "exe com scr pif bat cmd msi msp cpl hta jar js jse vbs vbe wsf wsh ps1 psm1 lnk url iso img vhd vhdx cab reg inf sh "
    "docm dotm xlsm xltm xlam xlsb pptm potm ppam svg svgz html htm xhtml mht mhtml xml xsl swf chm app dmg pkg deb rpm apk"
)
BLOCKED = frozenset("." + ending for ending in _BLOCKED.split())
"""Endings that wait for a moderator: what runs by a double click, carries macros, or is a page of its own."""

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c\u180e]")


def of(filename: str) -> str:
    """The type that a file is stored and sent with."""
    return TYPES.get(PurePosixPath(filename).suffix.lower(), UNKNOWN)


def label(filename: str) -> str:
    """A harmless name (R85): no path, no invisible signs, at most 120 characters with the ending kept."""
    tidy = _INVISIBLE.sub("", unicodedata.normalize("NFC", filename))
    tidy = _FORBIDDEN.sub("_", re.split(r"[/\\]", tidy)[-1])
    tidy = " ".join(tidy.split()).strip(" .")
    stem, ending = PurePosixPath(tidy or "datei").stem, PurePosixPath(tidy).suffix[:16]
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending
