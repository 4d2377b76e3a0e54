"""Mails signed as providers sign them, and the DNS in which their keys stand: a dictionary."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import dkim

from mailbridge.inbound.proof.lookup import Lookup, LookupFailed

SIGNED = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True)
class Key:
    """An RSA key as dkimpy wants it (PEM, PKCS #1) and as the DNS shows it (base64 of its DER form)."""

    private: bytes
    public: bytes


@cache
def key(name: str = "one", bits: int = 1024) -> Key:
    """The same key for the same name, made here so that none lies in the repository."""
    rng = random.Random(f"only for tests: {name}")
    while True:
        p, q, e = _prime(rng, bits // 2), _prime(rng, bits // 2), 65_537
        if p != q and (p * q).bit_length() == bits and (p - 1) % e and (q - 1) % e:
            break
    n, d = p * q, pow(e, -1, (p - 1) * (q - 1))
    private = _sequence(*map(_integer, (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    algorithm = _sequence(bytes.fromhex("06092a864886f70d010101"), b"\x05\x00")
    public = _sequence(algorithm, _der(0x03, b"\x00" + _sequence(_integer(n), _integer(e))))
    lines = base64.encodebytes(private)
    return Key(b"-----BEGIN RSA PRIVATE KEY-----\n" + lines + b"-----END RSA PRIVATE KEY-----\n", base64.b64encode(public))


def record(name: str = "one", more: str = "", bits: int = 1024) -> bytes:
    """The key record of a signer."""
    return b"v=DKIM1; k=rsa;" + more.encode() + b" p=" + key(name, bits).public


def signed(
    raw: bytes, domain: str, *, selector: str = "s", name: str = "one", headers: tuple[str, ...] = SIGNED,
    identity: str | None = None, length: bool = False, bits: int = 1024,
) -> bytes:  # fmt: skip
    """The mail with one more DKIM-Signature on top."""
    header = dkim.sign(
        raw, selector.encode(), domain.encode(), key(name, bits).private, identity=identity.encode() if identity else None,
        canonicalize=(b"relaxed", b"relaxed"), include_headers=[one.lower().encode() for one in headers], length=length,
    )  # fmt: skip
    return bytes(header) + raw


def zone(records: Mapping[str, bytes | tuple[bytes, ...]], *, dead: tuple[str, ...] = ()) -> Lookup:
    """A DNS with these TXT records; the names in `dead` do not answer."""

    def ask(name: str) -> tuple[bytes, ...]:
        if name in dead:
            raise LookupFailed(name)
        found = records.get(name, ())
        return found if isinstance(found, tuple) else (found,)

    return ask


def _prime(rng: random.Random, bits: int) -> int:
    while True:
        number = rng.getrandbits(bits) | (3 << (bits - 2)) | 1
        if all(number % small for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)) and _is_prime(rng, number):
            return number


def _is_prime(rng: random.Random, number: int) -> bool:
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):
        power = pow(rng.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    octets = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + size.to_bytes(octets, "big") + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
