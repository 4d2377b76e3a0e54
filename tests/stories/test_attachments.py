"""Files go through both doors: small ones travel in the mail, large ones as a link that only readers can open."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pytest

from tests.cast import ANNE, BIROL
from tests.stories import post
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket
SMALL, LARGE = b"%PDF-1.4 klein\n" * 100, b"%PDF-1.4 gross\n" * 70_000


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_ATTACH": "1", "RATSPOST_TRUST_FROM": "1"}


def by_mail(town: Town, to: str, files: dict[str, bytes]) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ANNE, to, "Haushalt", post.fresh_id(ANNE)
    mail.set_content("Anbei.")
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    assert town.hand_in(ANNE, [to], mail.as_bytes().replace(b"\n", b"\r\n")).code == 250


def test_up_to_the_limit_in_the_mail_above_it_as_a_link(town: Town) -> None:
    town.follows(BIROL, "nrw")
    by_mail(town, at("finanzen.bottrop"), {"Haushalt.pdf": LARGE, "Übersicht 2027.pdf": SMALL})
    (letter,) = town.box_of(BIROL)
    assert letter.files == {"Übersicht 2027.pdf": SMALL}
    assert "Haushalt.pdf" in letter.text
    path = letter.link("anhang/")
    assert town.browser_of(BIROL).open(path).octets == LARGE
    assert town.strange_browser().open(path).status == 302
    page = town.browser_of(BIROL).page("/faden/1")
    assert "Übersicht 2027.pdf" in page
    assert "Haushalt.pdf" in page


def test_a_file_from_the_browser_arrives_byte_for_byte(town: Town) -> None:
    town.follows(BIROL, "nrw")
    files = [(io.BytesIO(SMALL), "Zahlen für Unna.pdf"), (io.BytesIO(b"a;b\r\n1;2\r\n"), "Tabelle.csv")]
    town.writes_in_browser(ANNE, "finanzen.bottrop", "Haushalt", "Anbei.", dateien=files)
    assert town.box_of(BIROL)[0].files == {"Zahlen für Unna.pdf": SMALL, "Tabelle.csv": b"a;b\r\n1;2\r\n"}
