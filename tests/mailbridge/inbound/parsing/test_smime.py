"""An opaque S/MIME signature is read, an encrypted mail is not; both length forms of BER."""

# R89
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.inbound import parse
from mailbridge.inbound.parsing import smime
from tests.mailbridge.inbound.mails import mail

INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Grüße aus dem Amt\r\n".encode()
SIGNED, DATA, ENVELOPED = (bytes.fromhex("2a864886f70d0107" + last) for last in ("02", "01", "03"))


def der(tag: int, *content: bytes) -> bytes:
    packed = b"".join(content)
    if len(packed) < 128:
        return bytes([tag, len(packed)]) + packed
    length = len(packed).to_bytes(4, "big")
    return bytes([tag, 0x84]) + length + packed


def ber(tag: int, *content: bytes) -> bytes:
    """With an indefinite length."""
    return bytes([tag, 0x80]) + b"".join(content) + b"\x00\x00"


def whole(kind: bytes = SIGNED, make=der, octets: bytes | None = None) -> bytes:  # type: ignore[no-untyped-def]
    inner = make(0x30, der(0x06, DATA), make(0xA0, octets or der(0x04, INNER)))
    signed = make(0x30, der(0x02, b"\x01"), der(0x31), inner, der(0x31))
    return bytes(make(0x30, der(0x06, kind), make(0xA0, signed)))


@pytest.mark.parametrize(
    "data",
    [whole(), whole(make=ber), whole(make=ber, octets=ber(0x24, der(0x04, INNER[:20]), der(0x04, INNER[20:])))],
    ids=["outlook", "openssl-stream", "in-pieces"],
)
def test_what_was_signed_is_read(data: bytes) -> None:
    assert smime.signed_content(data) == INNER
    read = parse.read(mail(data, 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'))
    assert (read.text, read.enclosures, read.problems) == ("Grüße aus dem Amt\n", (), ("signed-opaque",))


def test_encrypted_is_not() -> None:
    assert smime.signed_content(whole(kind=ENVELOPED)) is None


@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_damage(junk: bytes, position: int) -> None:
    smime.signed_content(junk)
    smime.signed_content(whole()[:position] + junk)


def test_endless_nesting_ends() -> None:
    assert smime.signed_content(b"\x30\x80" * 100_000) is None
