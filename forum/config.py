"""Every setting, from the environment, typed and checked; docs/operations.md repeats them and a test holds both together.

`Config.from_env` refuses to start on a value it does not understand (fail closed at start, not in the field).
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Door:
    """A host and port to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DkimKey:
    """With what our mails are signed: the name of the key in the DNS, and the private key as a PEM file has it."""

    selector: str
    pem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """One frozen value for a process; the names are those of the settings without RATSPOST_, in lower case."""

    data: Path
    database_url: str
    secret_keys: tuple[str, ...]
    base_url: str
    web: Door
    smtp: Door | None
    lmtp: Door | None
    mail_domains: tuple[str, ...]
    relay: str
    grace: int
    trusted_authserv: tuple[str, ...]
    verify_dkim: bool
    trusted_peers: tuple[str, ...]
    trust_from: bool
    max_mail: int
    attach: int
    brakes: bool
    login_tries: int
    operator: str
    dkim: DkimKey | None
    locale: str
    demo: bool = False

    @property
    def mail_domain(self) -> str:
        """The domain that is written; all of `mail_domains` are read."""
        return self.mail_domains[0]

    @property
    def embedded(self) -> bool:
        """True for SQLite: one process, no other service."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Config:
        """Read all settings. Raises BadSetting naming the first one that cannot be used."""
        get = _Reader(environ, demo)
        data = Path(get.text("RATSPOST_DATA", "./data")).resolve()
        url = _database_url(get.text("RATSPOST_DATABASE_URL", f"sqlite:///{data / 'ratspost.sqlite3'}"))
        web = _required_door("RATSPOST_WEB", get.text("RATSPOST_WEB", "127.0.0.1:8000"))
        config = cls(
            data=data,
            database_url=url,
            secret_keys=_secret_keys(get.text("RATSPOST_SECRET_KEY", ""), url, data),
            base_url=_url("RATSPOST_BASE_URL", get.text("RATSPOST_BASE_URL", _own_url(web))),
            web=web,
            smtp=_door("RATSPOST_SMTP", get.text("RATSPOST_SMTP", "127.0.0.1:8025")),
            lmtp=_door("RATSPOST_LMTP", get.text("RATSPOST_LMTP", "off")),
            mail_domains=_domains(get.text("RATSPOST_MAIL_DOMAIN", "ratspost.localhost")),
            relay=_relay(get.text("RATSPOST_RELAY", "maildir:"), data),
            grace=get.number("RATSPOST_GRACE", "5" if demo else "120", 0, 86_400),
            trusted_authserv=_authserv(get.text("RATSPOST_TRUSTED_AUTHSERV", "")),
            verify_dkim=get.switch("RATSPOST_VERIFY_DKIM", "off"),
            trusted_peers=_peers(get.text("RATSPOST_TRUSTED_PEERS", "127.0.0.0/8,::1")),
            trust_from=get.switch("RATSPOST_TRUST_FROM", "on" if demo else "off"),
            max_mail=get.number("RATSPOST_MAX_MAIL", "25", 1, 100) * 1_000_000,
            attach=get.number("RATSPOST_ATTACH", "2", 0, 50) * 1_000_000,
            brakes=get.switch("RATSPOST_BRAKES", "on"),
            login_tries=get.number("RATSPOST_LOGIN_TRIES", "10", 1, 1_000),
            operator=_address("RATSPOST_OPERATOR", get.text("RATSPOST_OPERATOR", "")),
            dkim=_dkim(get.text("RATSPOST_DKIM_SELECTOR", ""), get.text("RATSPOST_DKIM_KEY", "")),
            locale=get.choice("RATSPOST_LOCALE", "de", ("de", "en")),
            demo=demo,
        )
        config.check_trust_from()
        return config

    def check_trust_from(self) -> None:
        """Refuse TRUST_FROM on doors that strangers can reach: there a From header proves nothing."""
        if not self.trust_from:
            return
        for door in (self.smtp, self.lmtp):
            if door and not _is_private(door.host):
                raise BadSetting(f"RATSPOST_TRUST_FROM=1 is only allowed on loopback or private addresses, not on {door}.")


SETTINGS: tuple[str, ...] = (
    "RATSPOST_DATA", "RATSPOST_DATABASE_URL", "RATSPOST_SECRET_KEY", "RATSPOST_BASE_URL", "RATSPOST_WEB", "RATSPOST_SMTP",
    "RATSPOST_LMTP", "RATSPOST_MAIL_DOMAIN", "RATSPOST_RELAY", "RATSPOST_GRACE", "RATSPOST_TRUSTED_AUTHSERV",
    "RATSPOST_VERIFY_DKIM", "RATSPOST_TRUSTED_PEERS", "RATSPOST_TRUST_FROM", "RATSPOST_MAX_MAIL", "RATSPOST_ATTACH",
    "RATSPOST_BRAKES", "RATSPOST_LOGIN_TRIES", "RATSPOST_OPERATOR", "RATSPOST_DKIM_SELECTOR",
    "RATSPOST_DKIM_KEY", "RATSPOST_LOCALE",
)  # fmt: skip


class _Reader:
    """Reads one setting at a time; unknown RATSPOST_ names are refused, since a typo must not pass silently."""

    def __init__(self, environ: Mapping[str, str], demo: bool) -> None:
        self.environ = environ
        self.demo = demo
        unknown = sorted(name for name in environ if name.startswith("RATSPOST_") and name not in SETTINGS + _OTHERS)
        if unknown:
            raise BadSetting(f"Unknown setting {unknown[0]}; docs/operations.md lists all.")

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def number(self, name: str, default: str, least: int, most: int) -> int:
        text = self.text(name, default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadSetting(f"{name} must be a whole number from {least} to {most}, not “{text}”.")
        return int(text)

    def switch(self, name: str, default: str) -> bool:
        text = self.text(name, default).lower()
        if text not in _SWITCH:
            raise BadSetting(f"{name} must be on or off, not “{text}”.")
        return _SWITCH[text]

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        text = self.text(name, default)
        if text not in choices:
            raise BadSetting(f"{name} must be one of {', '.join(choices)}, not “{text}”.")
        return text


_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*")
_LEAST_BITS = 1024  # RFC 8301 §3.2
_SWITCH = {"1": True, "on": True, "true": True, "yes": True, "0": False, "off": False, "false": False, "no": False}
_OTHERS = ("RATSPOST_TEST_DATABASE", "RATSPOST_CORPORA", "RATSPOST_CRASH_AT")  # the test suite's own


def _database_url(text: str) -> str:
    if text.startswith(("sqlite:///", "postgresql+psycopg://")):
        return text
    raise BadSetting("RATSPOST_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")


def _secret_keys(text: str, database_url: str, data: Path) -> tuple[str, ...]:
    keys = _list(text)
    if keys:
        short = [key for key in keys if len(key) < 32]
        if short:
            raise BadSetting("RATSPOST_SECRET_KEY: each key needs at least 32 characters.")
        return keys
    if not database_url.startswith("sqlite"):
        raise BadSetting("RATSPOST_SECRET_KEY must be set when the store is PostgreSQL (all processes share it).")
    return _list(_own_secret(data / "secret.key"))


def _own_secret(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"RATSPOST_DATA: the folder {path.parent} cannot be made ({error.strerror}).") from error
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text("ascii").strip()


def _url(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"{name} must be an http or https address, not “{text}”.")
    return text.rstrip("/")


def _own_url(web: Door) -> str:
    """What links begin with where nobody says: the door itself, if whoever sits at this machine can open it by that address."""
    return f"http://{web}" if web.host in ("127.0.0.1", "localhost", "::1") and web.port else "http://127.0.0.1:8000"


def _door(name: str, text: str) -> Door | None:
    if text.lower() in ("off", "0", "no", "none"):
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise BadSetting(f"{name} must be host:port or off, not “{text}”.")
    return Door(host.strip("[]"), int(port))


def _required_door(name: str, text: str) -> Door:
    door = _door(name, text)
    if door is None:
        raise BadSetting(f"{name} must be host:port.")
    return door


def _domains(text: str) -> tuple[str, ...]:
    domains = tuple(domain.lower().rstrip(".") for domain in _list(text))
    if not domains or not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise BadSetting("RATSPOST_MAIL_DOMAIN must be one or more domains, separated by commas.")
    return domains


def _relay(text: str, data: Path) -> str:
    if text.startswith("maildir:"):
        return f"maildir:{Path(text.removeprefix('maildir:') or data / 'postboxes').resolve()}"
    parts = urlsplit(text)
    if parts.scheme != "smtp" or not parts.hostname or not parts.port:
        raise BadSetting(f"RATSPOST_RELAY must be smtp://host:port or maildir:FOLDER, not “{text}”.")
    return text


def _authserv(text: str) -> tuple[str, ...]:
    """Names under which our MTA writes its verdict; `/milter` behind one: it stands below Received, and forgeries are removed."""
    names = _list(text)
    wrong = [name for name in names if name.partition("/")[1:] not in (("", ""), ("/", "milter"))]
    if wrong:
        raise BadSetting(f"RATSPOST_TRUSTED_AUTHSERV: a name has nothing or /milter behind it, not “{wrong[0]}”.")
    return names


def _peers(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(peer)) for peer in _list(text))
    except ValueError as error:
        raise BadSetting(f"RATSPOST_TRUSTED_PEERS: {error}.") from error


def _address(name: str, text: str) -> str:
    """One mail address, or empty."""
    if text and not re.fullmatch(r"[!-;=?A-~]+@[!-;=?A-~]+", text):
        raise BadSetting(f"{name} must be one mail address, not “{text}”.")
    return text


def _dkim(selector: str, path: str) -> DkimKey | None:
    """The key that signs; None without both settings. It is tried here, so that no mail has to wait for a better one."""
    if not selector and not path:
        return None
    if not _DOMAIN.fullmatch(selector):
        raise BadSetting(
            "RATSPOST_DKIM_SELECTOR must be the name of the key in the DNS, such as “ratspost”, if RATSPOST_DKIM_KEY is set."
        )
    if not path:
        raise BadSetting("RATSPOST_DKIM_KEY must name the file of the private key if RATSPOST_DKIM_SELECTOR is set.")
    try:
        pem = Path(path).read_bytes()
    except OSError as error:
        raise BadSetting(f"RATSPOST_DKIM_KEY: {path} cannot be read ({error.strerror}).") from error
    from dkim import crypto  # only here: it brings a DNS library along, which most commands never need

    try:
        bits = crypto.parse_pem_private_key(pem)["modulus"].bit_length()
    except (crypto.UnparsableKeyError, KeyError, ValueError, TypeError, IndexError) as error:
        raise BadSetting(f"RATSPOST_DKIM_KEY: {path} is not an RSA private key in PEM form without a password.") from error
    if bits < _LEAST_BITS:
        raise BadSetting(f"RATSPOST_DKIM_KEY: the key has {bits} bits; {_LEAST_BITS} are the least, 2048 are usual.")
    return DkimKey(selector, pem)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _is_private(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
        return address.is_private and not address.is_unspecified  # 0.0.0.0 listens to everybody
    except ValueError:
        return False
