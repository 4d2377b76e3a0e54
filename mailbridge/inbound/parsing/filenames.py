"""Makes a harmless label out of the file name of an attachment (R85). Pure and deterministic: same input, same name."""

from __future__ import annotations

import re
import unicodedata

from mailbridge.inbound import clean

LONGEST = 120

# Own table, never the mail's word for it: what a part without a name is called by its type.
EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/rtf": ".rtf",
    "text/vcard": ".vcf", "text/x-vcard": ".vcf", "text/markdown": ".md",
    "text/rfc822-headers": ".txt", "application/rtf": ".rtf",
    "application/pdf": ".pdf", "application/zip": ".zip", "application/msword": ".doc", "application/json": ".json",
    "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt", "application/ms-tnef": ".dat",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt", "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc", "application/pgp-keys": ".asc",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "image/heic": ".heic", "image/tiff": ".tif", "image/bmp": ".bmp", "image/svg+xml": ".svg",
    "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/amr": ".amr", "audio/mp4": ".m4a",
    "video/mp4": ".mp4", "message/rfc822": ".eml", "message/delivery-status": ".txt", "message/global-delivery-status": ".txt",
    "message/disposition-notification": ".txt", "message/feedback-report": ".txt",
}  # fmt: skip

# What a file begins with (and has somewhere inside), for names without an ending: "application/octet-stream" says nothing.
# DOCX, XLSX, PPTX and ODF are ZIP archives, so they come before ".zip".
BEGINNINGS = (
    (b"%PDF-", b"", ".pdf"), (b"\xff\xd8\xff", b"", ".jpg"), (b"\x89PNG\r\n", b"", ".png"), (b"GIF8", b"", ".gif"),
    (b"RIFF", b"WEBPVP8", ".webp"), (b"{\\rtf", b"", ".rtf"), (b"BEGIN:VCALENDAR", b"", ".ics"), (b"BEGIN:VCARD", b"", ".vcf"),
    (b"PK\x03\x04", b"word/document.xml", ".docx"), (b"PK\x03\x04", b"xl/workbook.xml", ".xlsx"),
    (b"PK\x03\x04", b"ppt/presentation.xml", ".pptx"), (b"PK\x03\x04", b"application/vnd.oasis.opendocument.text", ".odt"),
    (b"PK\x03\x04", b"application/vnd.oasis.opendocument.spreadsheet", ".ods"), (b"PK\x03\x04", b"", ".zip"),
)  # fmt: skip
UNKNOWN = ".dat"  # opens nothing by a double click; ".bin" is an ending of programs, and those are not passed on

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f/\\]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
# A name that is a path: from the root, from a home, from above, from a drive, or as a URL. Old Outlooks and scanners send those.
_PATH = re.compile(r"^(?:[/~.]|[A-Za-z][:]|[A-Za-z]{2,10}://)|\\")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u061c\u180e]")


def label(name: str | None, mimetype: str, number: int, content: bytes = b"") -> str:
    """The cleaned name, or `anhang-<number>.<ext>` by type, then by first bytes. At most 120 letters, ending visible."""
    tidy = clean.line(unicodedata.normalize("NFC", name or "").replace("\x00", ""))
    tidy = _INVISIBLE.sub("", tidy)
    if _PATH.search(tidy):  # else "/" is part of the name: "Vorlage 12/2026.pdf"
        tidy = re.split(r"[/\\]", tidy.rstrip("/\\ ."))[-1]
    tidy = _FORBIDDEN.sub("_", tidy).strip(" .").lstrip(" .-")  # `-rf` is an option to a program, `.x` is hidden
    ending = EXTENSIONS.get(mimetype) or _ending(content)
    if not tidy.strip("_ "):
        return f"anhang-{number}{ending or UNKNOWN}"
    if _DEVICES.fullmatch(tidy):
        tidy = "_" + tidy
    if "." not in tidy:
        tidy += ending
    return _shortened(tidy)


def _ending(content: bytes) -> str:
    return next((ending for start, inner, ending in BEGINNINGS if content.startswith(start) and inner in content), "")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 15:
        return name[:LONGEST].rstrip(" .")
    return stem[: LONGEST - 1 - len(extension)].rstrip(" .") + "." + extension
