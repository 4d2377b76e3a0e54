"""Settings: typed, defaulted, and refused at start when they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.config import BadSetting, Config, DkimKey, Door
from tests.mailbridge.inbound.proof import signing

POSTGRESQL = "postgresql+psycopg://u@h/d"


def read(tmp_path: Path, **settings: str) -> Config:
    return Config.from_env({"RATSPOST_DATA": str(tmp_path), **{f"RATSPOST_{name}": value for name, value in settings.items()}})


def test_the_defaults_are_an_embedded_house_on_loopback(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert config.embedded
    assert (config.web, config.smtp, config.lmtp) == (Door("127.0.0.1", 8000), Door("127.0.0.1", 8025), None)
    assert (config.mail_domain, config.grace, config.trust_from, config.max_mail) == (
        "ratspost.localhost",
        120,
        False,
        25_000_000,
    )
    assert config.relay == f"maildir:{tmp_path / 'postboxes'}"


def test_the_demo_is_quick_and_trusts_from(tmp_path: Path) -> None:
    config = Config.from_env({"RATSPOST_DATA": str(tmp_path)}, demo=True)
    assert (config.grace, config.trust_from, config.demo) == (5, True, True)


@pytest.mark.parametrize(
    ("web", "base"),
    [
        ("127.0.0.1:8801", "http://127.0.0.1:8801"), ("[::1]:8801", "http://[::1]:8801"),
        ("127.0.0.1:0", "http://127.0.0.1:8000"), ("0.0.0.0:80", "http://127.0.0.1:8000"),
    ],
)  # fmt: skip
def test_links_lead_to_the_door_where_nobody_says_otherwise(tmp_path: Path, web: str, base: str) -> None:
    assert read(tmp_path, WEB=web).base_url == base
    assert read(tmp_path, WEB=web, BASE_URL="https://forum.example").base_url == "https://forum.example"


def test_the_secret_is_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_keys == second.secret_keys
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRACE", "bald"), ("GRACE", "-1"), ("WEB", "off"), ("SMTP", "8025"), ("SMTP", "h:99999"),
        ("BASE_URL", "ratspost.example"),
        ("RELAY", "sendmail"), ("RELAY", "smtp://host"), ("DATABASE_URL", "mysql://x"),
        ("SECRET_KEY", "kurz"), ("TRUST_FROM", "vielleicht"), ("TRUSTED_PEERS", "überall"), ("MAIL_DOMAIN", "a@b"),
        ("LOCALE", "fr"), ("OPERATOR", "Anne <anne@rat.example>"), ("OPERATOR", "a@b.example\r\nBcc: c@d.example"),
        ("MAX_MAIL", "0"), ("GRAZE", "5"), ("TRUSTED_AUTHSERV", "mx.forum.example/filter"), ("TRUSTED_AUTHSERV", "mx/milter/x"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_does_not_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"RATSPOST_{name}"):
        read(tmp_path, **{name: value})


def test_postgresql_needs_a_secret_that_all_processes_share(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="RATSPOST_SECRET_KEY"):
        read(tmp_path, DATABASE_URL=POSTGRESQL)
    assert read(tmp_path, DATABASE_URL=POSTGRESQL, SECRET_KEY="x" * 32).secret_keys == ("x" * 32,)


def test_trust_from_only_where_no_stranger_knocks(tmp_path: Path) -> None:
    assert read(tmp_path, TRUST_FROM="1", SMTP="10.0.0.5:25").trust_from
    with pytest.raises(BadSetting, match="TRUST_FROM"):
        read(tmp_path, TRUST_FROM="1", SMTP="0.0.0.0:25")
    with pytest.raises(BadSetting, match="TRUST_FROM"):
        read(tmp_path, TRUST_FROM="1", LMTP="8.8.8.8:24")


def test_mails_are_signed_with_the_key_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_bytes(signing.key().private)
    config = read(tmp_path, DKIM_SELECTOR="ratspost", DKIM_KEY=str(tmp_path / "dkim.pem"))
    assert config.dkim == DkimKey("ratspost", signing.key().private)
    assert "PRIVATE" not in repr(config)
    assert read(tmp_path).dkim is None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DKIM_SELECTOR": "ratspost"}, "RATSPOST_DKIM_KEY must name the file"),
        ({"DKIM_KEY": "short.pem"}, "RATSPOST_DKIM_SELECTOR must be the name"),
        ({"DKIM_SELECTOR": "a b", "DKIM_KEY": "short.pem"}, "RATSPOST_DKIM_SELECTOR must be the name"),
        ({"DKIM_SELECTOR": "ratspost", "DKIM_KEY": "missing.pem"}, "missing.pem cannot be read"),
        ({"DKIM_SELECTOR": "ratspost", "DKIM_KEY": "text.pem"}, "not an RSA private key"),
        ({"DKIM_SELECTOR": "ratspost", "DKIM_KEY": "broken.pem"}, "not an RSA private key"),
        ({"DKIM_SELECTOR": "ratspost", "DKIM_KEY": "short.pem"}, "the key has 512 bits"),
    ],
)
def test_a_key_that_cannot_sign_does_not_start(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    (tmp_path / "text.pem").write_text("geheim", "ascii")
    (tmp_path / "broken.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "ascii")
    (tmp_path / "short.pem").write_bytes(signing.key(bits=512).private)
    if "DKIM_KEY" in settings:
        settings = {**settings, "DKIM_KEY": str(tmp_path / settings["DKIM_KEY"])}
    with pytest.raises(BadSetting, match=says):
        read(tmp_path, **settings)
