"""Damaged mails without end: real ones and our own, bent in the ways that networks, gateways and attackers bend them. Seeded."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests import corpus

Damage = Callable[[random.Random, bytes], bytes]

NOTICES = Path(__file__).parents[1] / "mailbridge" / "inbound" / "notices"
LONGEST_SEED = 200_000  # bytes; larger mails are mutated no better, only slower

_HEADERS = (
    b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type",
    b"MIME-Version", b"Content-Transfer-Encoding", b"Content-Disposition", b"Auto-Submitted", b"List-Id", b"Received",
    b"Reply-To", b"X-Failed-Recipients",
)  # fmt: skip
_VALUES = (
    b"", b"\x00", b"<>", b"<<a@b>>", b"a@b, c@d", b"Gruppe: a@b;", b'"', b"(", b"=?utf-8?Q?=00=0D=0A?=", b"=?x?B?!!!!?=",
    b"\xff\xfe\xfd", b"multipart/mixed", b'multipart/mixed; boundary=""', b"multipart/alternative; boundary=a; boundary=b",
    b"message/rfc822", b"text/html", b"message/delivery-status", b"application/ms-tnef; name=winmail.dat",
    b"application/pkcs7-mime", b"/", b"text/plain; charset=utf-7", b"text/plain; charset=hex",
    b"text/plain; charset=\"utf\x0008\"", b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"attachment",
    b"Tue, 99 Foo 99999 99:99:99 +9999", b"attachment; filename*=utf-8''%00%ff../../x", b"auto-replied", b"<[x]>",
    b"text/calendar", b"multipart/report; report-type=delivery-status; boundary=x", b"a" * 5_000, b"\xe2\x80\xae",
    b";" * 500, b"," * 500, b"<" * 500,
)  # fmt: skip
_CHUNKS = (
    b"\x00", b"\r", b"\n", b"\r\n\r\n", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"--\r\n", b"=\r\n",
    b"begin 644 a.exe\r\n", b"From anne\r\n", b"-----BEGIN PGP MESSAGE-----\r\n", b".\r\n", b"<a href='javascript:x'>",
    b"x" * 2_000, b"=?utf-8?B?", b"\x1b[31m", b"\xc3", b"~{", b"+ADw-",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n",
)  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """Our own mails, and a share of the fetched ones if they are here."""
    own = [*corpus.own().values(), *(path.read_bytes() for path in sorted(NOTICES.glob("*.eml")))]
    fetched = [raw for _, raw in corpus.everything() if len(raw) < LONGEST_SEED] if corpus.root().is_dir() else []
    return (*own * max(1, len(fetched) // (20 * len(own))), *fetched)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """`count` mutants, the same for the same seed and the same mails; each has one to six damages."""
    chance, mails = random.Random(seed), seeds()
    for _ in range(count):
        raw = chance.choice(mails)
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            raw = chance.choice(DAMAGES)(chance, raw)
        if chance.random() < 0.1:
            raw = _spliced(chance, raw, chance.choice(mails))
        yield raw


def _cut(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _lose(chance: random.Random, raw: bytes) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start + chance.randrange(1, 200) :]


def _flip(chance: random.Random, raw: bytes) -> bytes:
    bent = bytearray(raw)
    for _ in range(min(len(bent), chance.randrange(1, 30))):
        bent[chance.randrange(len(bent))] = chance.randrange(256)
    return bytes(bent)


def _insert(chance: random.Random, raw: bytes) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + chance.choice(_CHUNKS) + raw[start:]


def _replace_header(chance: random.Random, raw: bytes) -> bytes:
    name, value = chance.choice(_HEADERS), chance.choice(_VALUES)
    return re.sub(rb"(?im)^" + name + rb":[^\r\n]*", lambda _: name + b": " + value, raw, count=1)


def _add_header(chance: random.Random, raw: bytes) -> bytes:
    return chance.choice(_HEADERS) + b": " + chance.choice(_VALUES) + b"\r\n" + raw


def _drop_header(chance: random.Random, raw: bytes) -> bytes:
    return re.sub(rb"(?im)^" + chance.choice(_HEADERS) + rb":[^\n]*\n", b"", raw, count=1)


def _line_ends(chance: random.Random, raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r")))


def _swap_lines(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeat(chance: random.Random, raw: bytes) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start : start + chance.randrange(1, 300)] * chance.randrange(2, 40) + raw[start:]


def _wrap(chance: random.Random, raw: bytes) -> bytes:
    kind = chance.choice((b"mixed", b"alternative", b"related", b"signed", b"encrypted", b"report", b"digest"))
    return b'From: a@b.example\r\nContent-Type: multipart/%s; boundary="q"\r\n\r\n--q\r\n%s\r\n--q--\r\n' % (kind, raw)


def _enclose(_: random.Random, raw: bytes) -> bytes:
    return b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" + raw


def _recode(chance: random.Random, raw: bytes) -> bytes:
    label = chance.choice(
        (b"utf-7", b"utf-16", b"iso-2022-jp", b"gb2312", b"hex", b"idna", b"\xff", b"koi8-r", b"us-ascii", b"undefined")
    )
    return re.sub(rb"(?i)charset=\"?[\w-]+\"?", b"charset=" + label.replace(b"\\", b""), raw)


def _spliced(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


DAMAGES: tuple[Damage, ...] = (
    _cut, _lose, _flip, _insert, _replace_header, _add_header, _drop_header, _line_ends, _swap_lines, _repeat, _wrap,
    _enclose, _recode,
)  # fmt: skip
