"""Small PDF, ODT and PNG files for the demo: drafts under `content/drafts/`, results committed in `content/files/`.

Stands beside the flow: `python -m forum.demo.papers` writes the files anew after a draft was changed, a test holds both
together. Draft: "# " title, "## " heading, "| " a line of a table (fixed width), anything else a paragraph.
"""

from __future__ import annotations

import io
import struct
import textwrap
import zipfile
import zlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from forum.demo.content import CONTENT

DRAFTS, FILES = CONTENT / "drafts", CONTENT / "files"
SKETCH = "skizze-luecke-muehlenweg.png"

# Kind of line → font of the page, size and space before it in points, characters in a line.
LOOK = {
    "title": ("F2", 17, 10, 60),
    "heading": ("F2", 12, 12, 80),
    "row": ("F3", 9, 2, 110),
    "text": ("F1", 10.5, 5, 92),
}
MARKS = (("## ", "heading"), ("# ", "title"), ("| ", "row"))
FONTS = ("Helvetica", "Helvetica-Bold", "Courier")
PAGE = (595, 842)  # A4 in points
MARGIN = 64

ODT = "application/vnd.oasis.opendocument.text"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
LONG_AGO = (2020, 1, 1, 0, 0, 0)  # a fixed date in the ZIP, so that the same draft makes the same bytes

PALETTE = ((246, 244, 238), (206, 203, 196), (214, 226, 200), (66, 132, 82), (190, 60, 48), (96, 130, 168))
GROUND, ROAD, WOOD, DONE, GAP, DITCH = range(6)
# Colour, left, top, right, bottom in pixels: later ones lie on top. Two finished pieces of a way and the gap between them.
SHAPES = (
    (WOOD, 190, 96, 430, 200),
    (ROAD, 0, 60, 560, 84),
    (ROAD, 86, 0, 104, 60),
    (ROAD, 470, 84, 488, 200),
    (DITCH, 318, 0, 324, 200),
    (DONE, 0, 90, 150, 97),
    (GAP, 150, 90, 412, 97),
    (DONE, 412, 90, 560, 97),
)
SKETCH_SIZE = (560, 200)


def lines_of(draft: str) -> Iterator[tuple[str, str]]:
    """The kind and the text of each line of a draft."""
    for line in filter(None, draft.splitlines()):
        kind = next((kind for mark, kind in MARKS if line.startswith(mark)), "text")
        yield kind, line if kind == "text" else line.split(" ", 1)[1]


def pdf(draft: str) -> bytes:
    """One A4 page (ISO 32000-1) with the draft in the standard fonts; raises ValueError if it does not fit."""
    page: list[str] = []
    height: float = PAGE[1] - MARGIN
    for kind, text in lines_of(draft):
        font, size, space, width = LOOK[kind]
        height -= space
        for part in textwrap.wrap(text, width, replace_whitespace=False, drop_whitespace=kind != "row"):
            height -= size * 1.35
            shown = part.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            page.append(f"BT /{font} {size} Tf {MARGIN} {height:.1f} Td ({shown}) Tj ET")
    if height < MARGIN:
        raise ValueError("the draft does not fit on one page")
    return _pdf_file("\n".join(page).encode("cp1252"))


def _pdf_file(page: bytes) -> bytes:
    """The objects of a file with one page, and their table of offsets."""
    first_font = 5
    fonts = " ".join(f"/F{n} {first_font + n - 1} 0 R" for n in range(1, len(FONTS) + 1))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Contents 4 0 R "
        f"/Resources << /Font << {fonts} >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        *(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode() for font in FONTS),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return bytes(out) + f"{head}startxref\n{len(out)}\n%%EOF\n".encode()


def odt(draft: str) -> bytes:
    """The draft as an OpenDocument text (ISO 26300), uncompressed, so that the bytes depend on nothing else."""
    level = {"title": 1, "heading": 2}
    body = "".join(
        f'<text:h text:outline-level="{level[kind]}">{escape(text)}</text:h>'
        if kind in level
        else f"<text:p>{escape(text)}</text:p>"
        for kind, text in lines_of(draft)
    )
    files = {
        "mimetype": ODT,  # first and uncompressed: by it programs know the kind of file
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
        f'xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
        f'xmlns:manifest="{OASIS}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
        f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), text)
    return out.getvalue()


def sketch() -> bytes:
    """The sketch of the gap as a PNG with a palette (ISO 15948)."""
    width, height = SKETCH_SIZE
    rows = [bytearray(width) for _ in range(height)]
    for colour, left, top, right, bottom in SHAPES:
        for row in rows[top:bottom]:
            row[left:right] = bytes([colour]) * (right - left)
    pixels = b"".join(b"\0" + row for row in rows)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(value for colour in PALETTE for value in colour)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def made() -> dict[str, bytes]:
    """Every file that is made from a draft, by its name."""
    makers = {".pdf": pdf, ".odt": odt}
    drafts = {path.name.removesuffix(".txt"): path for path in sorted(DRAFTS.glob("*.txt"))}
    return {name: makers[Path(name).suffix](path.read_text(encoding="utf-8")) for name, path in drafts.items()}


def write() -> None:
    """Put all made files into `content/files/`."""
    for name, content in {**made(), SKETCH: sketch()}.items():
        (FILES / name).write_bytes(content)


if __name__ == "__main__":
    write()
