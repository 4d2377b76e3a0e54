"""A thread of twenty posts, by turns from the browser and by mail: the same order, authors and parents on both sides."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailbridge.outbound import maildir
from tests.cast import ANNE, BIROL, CARLA
from tests.mailbridge.outbound import office
from tests.stories import post
from tests.stories.town import Spot, Town

pytestmark = pytest.mark.socket
ANSWERED = (None, 1, 2, 3, 1, 5, 4, 7, 8, 1, 10, 11, 12, 6, 14, 15, 9, 17, 18, 19)
"""Which post each one answers, from the first to the twentieth: a tree with a long branch, short ones, and late answers."""


def tell(town: Town) -> Spot:
    """Anne writes the odd posts in the browser, Birol the even ones by mail; Carla reads. Returns the opening post."""
    town.follows(CARLA, "nrw")
    town.follows(BIROL, "nrw")
    town.wants_own_posts(BIROL)  # so that he can answer himself, too
    opening = town.writes_in_browser(ANNE, "verkehr.hamm", "Der Radweg", "Beitrag 1")
    for number, answered in list(enumerate(ANSWERED, 1))[1:]:
        assert answered is not None
        if number % 2:
            assert town.answers_in_browser(ANNE, Spot(opening.thread, answered), f"Beitrag {number}").number == number
        else:
            assert town.answers_by_mail(town.box_of(BIROL)[answered - 1], f"Beitrag {number}").code == 250
    return opening


def test_page_and_mails_tell_the_same(town: Town) -> None:
    posts = town.browser_of(CARLA).thread(tell(town).thread)
    assert [post.text for post in posts] == [f"Beitrag {number}" for number in range(1, 21)]
    assert [post.author for post in posts] == ["Anne Muster", "Birol Beispiel"] * 10
    assert tuple(post.answers for post in posts) == ANSWERED

    mails = town.box_of(CARLA)
    numbers = {mail.id: number for number, mail in enumerate(mails, 1)}
    assert [mail.text.split("\n-- ")[0].splitlines()[-1] for mail in mails] == [post.text for post in posts]
    assert [mail.author for mail in mails] == [post.author for post in posts]
    assert tuple(numbers.get(mail.answers) for mail in mails) == ANSWERED
    assert {mail.subject for mail in mails} == {"[Verkehr · Hamm] Der Radweg"}


@pytest.mark.debian("libmail-thread-perl")
def test_an_independent_jwz_implementation_draws_the_same_tree(town: Town) -> None:
    town.follows(CARLA, "nrw")
    with town.looking():  # the same thread, written at once and mailed in one go
        ids = [office.start(town.people.anne, "Der Radweg")]
        for number, answered in list(enumerate(ANSWERED, 1))[1:]:
            by_mail = None if number % 2 else post.fresh_id(BIROL)
            author = town.people.birol if by_mail else town.people.anne
            ids.append(office.reply(author, ids[(answered or 1) - 1], f"Beitrag {number}", message_id=by_mail))
    town.settle()
    mails = sorted(town.box_of(CARLA), key=lambda mail: int(mail.text.split("Faden 1.")[1].split()[0]))
    script = Path(__file__).with_name("jwz.pl")
    box = maildir.box_of(town.post_boxes, CARLA)
    said = subprocess.run(["perl", str(script), str(box / "new")], capture_output=True, text=True, check=True, timeout=30)
    drawn = dict(line.split("\t") for line in said.stdout.splitlines())
    assert drawn == {mail.id: mails[answered - 1].id if answered else "" for mail, answered in zip(mails, ANSWERED, strict=True)}
