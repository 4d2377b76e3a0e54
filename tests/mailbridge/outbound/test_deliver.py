"""From a post to the copies in people's post boxes (no sockets: a transport that keeps what it gets)."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from forum.core import site, tokens
from forum.core.db import session, transaction
from forum.mailroom import letters
from forum.mailroom.models import DeliveryRow, DeliveryState, LetterRow
from mailbridge import addresses, destinations
from mailbridge.known_names import current as known_names
from mailbridge.outbound import compose, fanout
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.deliver import Deliverer
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, Cast
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper, Sent


def token_of(address: str, kind: str) -> tokens.Token:
    """What the token in an address of ours says."""
    read = addresses.read(address, known_names(), site.config().mail_domains)
    assert isinstance(read, destinations.TokenAddress)
    token = tokens.read(read.token, site.keyring(), kind)
    assert token is not None
    return token


def test_a_post_reaches_everyone_who_follows_once(people: Cast) -> None:
    cast.follows(people.birol, "bottrop", "finanzen.bottrop", "nrw")
    office.start(people.anne)
    assert [sent.recipient for sent in office.deliver().sent] == [BIROL, CARLA]
    assert office.deliver().sent == []
    assert office.states() == {BIROL: DeliveryState.SENT, CARLA: DeliveryState.SENT}


def test_the_author_gets_a_copy_only_on_wish(people: Cast) -> None:
    with transaction():
        cast.person(people.anne).gets_own_posts = True
    office.start(people.anne)
    assert ANNE in [sent.recipient for sent in office.deliver().sent]


def test_copies_differ_only_in_answer_address_and_way_out(people: Cast) -> None:
    office.start(people.anne)
    first, second = office.deliver().sent
    personal = ("Reply-To", "List-Unsubscribe")
    assert [first.header(name) != second.header(name) for name in personal] == [True, True]
    same = [(name, value) for name, value in first.mail.items() if name not in personal]
    assert same == [(name, value) for name, value in second.mail.items() if name not in personal]
    assert first.message.partition(b"\r\n\r\n")[2] == second.message.partition(b"\r\n\r\n")[2]


def test_the_personal_addresses_name_post_and_delivery(people: Cast) -> None:
    post_id = office.start(people.anne)
    sent = office.deliver().to(BIROL)[0]
    delivery = session().scalars(sa.select(DeliveryRow).where(DeliveryRow.person_id == people.birol)).one()
    assert token_of(sent.header("Reply-To"), "a") == tokens.Token("a", people.birol, post_id, 0)
    assert token_of(sent.sender, "b") == tokens.Token("b", people.birol, delivery.id, 0)
    link, mailto = [part.strip(" <>") for part in sent.header("List-Unsubscribe").split(",")]
    assert token_of(mailto.removeprefix("mailto:"), "abo") == tokens.Token("abo", people.birol, delivery.id, 0)
    assert link == f"http://127.0.0.1:8000/abo/{mailto.partition('+')[2].partition('@')[0]}"
    assert sent.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"


def test_nobody_sees_who_else_reads(people: Cast) -> None:  # R97
    office.start(people.anne)
    for sent in office.deliver().sent:
        assert not any(other.encode() in sent.message for other in (ANNE, BIROL, CARLA))


def test_a_letter_goes_to_its_person_alone(people: Cast) -> None:
    with transaction():
        letters.write("login", person=cast.person(people.anne), url="http://127.0.0.1:8000/anmelden/geheim", minutes=15)
    sent = office.deliver().sent
    assert [copy.recipient for copy in sent] == [ANNE]
    assert (sent[0].header("To"), sent[0].header("Auto-Submitted")) == ("Anne Muster <anne@rat.example>", "auto-generated")
    assert "http://127.0.0.1:8000/anmelden/geheim" in sent[0].text
    assert sent[0].mail["List-Unsubscribe"] is None
    assert sent[0].mail["Reply-To"] is None


def test_an_address_that_is_still_to_be_proved_gets_its_letter(people: Cast) -> None:
    with transaction():
        letters.write("login", person=cast.person(people.anne), address="neu@rat.example", url="http://x.example/", minutes=15)
    assert [copy.recipient for copy in office.deliver().sent] == ["neu@rat.example"]


def test_an_error_in_the_store_while_sending_leaves_no_transaction_open(people: Cast) -> None:
    office.start(people.anne)
    fanout.step()
    seen: list[bool] = []

    def look(_recipient: str) -> Answer:
        seen.append(session().in_transaction())
        return office.FINE

    Deliverer(Keeper(look)).step()
    assert seen == [False, False]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[int, str]]:
    count: Counter[tuple[int, str]] = Counter()
    render = compose.render

    def counted(letter: LetterRow, locale: str, email: str) -> compose.Rendered:
        count[letter.id, locale] += 1
        return render(letter, locale, email)

    monkeypatch.setattr(compose, "render", counted)
    return count


def test_a_post_is_rendered_once_for_all_its_readers(people: Cast, rendered: Counter[tuple[int, str]]) -> None:
    office.start(people.anne)
    sent: list[Sent] = office.deliver().sent
    assert len(sent) == 2
    assert list(rendered.values()) == [1]
