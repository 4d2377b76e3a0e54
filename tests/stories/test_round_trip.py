"""Browser → three post boxes → an answer by mail → the thread: one conversation, two doors."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cast import ANNE, BIROL, CARLA
from tests.stories import post
from tests.stories.town import Town

pytestmark = pytest.mark.socket


def everybody_reads(town: Town) -> None:
    """Each follows by another way; Anne wants her own posts by mail, too."""
    town.follows(ANNE, "nrw")
    town.follows(BIROL, "finanzen")
    town.follows(CARLA, "bottrop", "finanzen.bottrop")
    town.wants_own_posts(ANNE)


@pytest.mark.parametrize("lmtp", [False, True], ids=["smtp", "lmtp"])
def test_a_thread_from_the_browser_is_answered_by_mail(town: Town, lmtp: bool) -> None:
    everybody_reads(town)
    opening = town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027", "Wer erhöht?")

    letters = [letter for person in (ANNE, BIROL, CARLA) for letter in town.box_of(person)]
    assert [letter.owner for letter in letters] == [ANNE, BIROL, CARLA]
    assert {letter.subject for letter in letters} == {"[Finanzen · Bottrop] Hebesätze 2027"}
    assert len({letter.id for letter in letters}) == 1
    assert len({letter.reply_to for letter in letters}) == 3
    assert all("Wer erhöht?" in letter.text for letter in letters)

    assert town.answers_by_mail(letters[1], "Bei uns im Kreis bleibt alles.", lmtp=lmtp).code == 250
    posts = [(post.author, post.text, post.answers) for post in town.browser_of(CARLA).thread(opening.thread)]
    assert posts == [("Anne Muster", "Wer erhöht?", None), ("Birol Beispiel", "Bei uns im Kreis bleibt alles.", 1)]
    assert [mail.author for mail in town.box_of(ANNE)] == ["Anne Muster", "Birol Beispiel"]
    assert [mail.author for mail in town.box_of(BIROL)] == ["Anne Muster"]
    assert town.box_of(CARLA)[1].answers == letters[0].id


def test_an_answer_by_mail_is_answered_in_the_browser(town: Town) -> None:
    everybody_reads(town)
    opening = town.writes_in_browser(ANNE, "finanzen.bottrop", "Radweg")
    town.answers_by_mail(town.box_of(BIROL)[0], "Bei uns endet er auch.")
    answer = town.browser_of(CARLA).thread(opening.thread)[1]
    town.answers_in_browser(CARLA, opening.follow(answer.number), "Wo genau?")
    assert [mail.author for mail in town.box_of(BIROL)] == ["Anne Muster", "Carla Probe"]
    assert town.box_of(BIROL)[1].answers == town.box_of(CARLA)[1].id


@pytest.mark.debian("swaks")
def test_a_mail_from_swaks_is_a_mail_like_any_other(town: Town, tmp_path: Path) -> None:
    everybody_reads(town)
    opening = town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")
    letter = town.box_of(BIROL)[0]
    (tmp_path / "answer.eml").write_bytes(post.answer(letter, "Mit swaks geschickt.").replace(b"\r\n", b"\n"))
    command = ["swaks", "--server", "127.0.0.1", "--port", str(town.ports["smtp"]), "--helo", "programm.example"]
    command += ["--from", BIROL, "--to", letter.reply_to, "--data", f"@{tmp_path / 'answer.eml'}"]
    assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=30).returncode == 0
    town.settle()
    assert [shown.text for shown in town.browser_of(CARLA).thread(opening.thread)][1:] == ["Mit swaks geschickt."]
