"""The demo: a newcomer reads and answers mails at /postfach/, by the same SMTP door that all mail comes through."""

from __future__ import annotations

import dataclasses
import re
import socket

import pytest

from forum.config import Config, Door
from tests.cast import ANNE, BIROL, CARLA
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def config(config: Config) -> Config:
    """As `up --demo` has it, with a door whose port the pages know."""
    return dataclasses.replace(config, demo=True, smtp=Door("127.0.0.1", free_port()))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_browser_to_three_boxes_to_an_answer_to_the_thread(town: Town) -> None:
    for person in (ANNE, BIROL, CARLA):
        town.follows(person, "finanzen")
    town.wants_own_posts(ANNE)
    opening = town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027", "Wer erhöht?")

    newcomer = town.strange_browser()
    boxes = newcomer.page("/postfach/")
    assert all(f'href="/postfach/{person}"' in boxes for person in (ANNE, BIROL, CARLA))
    path = re.findall(rf'href="(/postfach/{BIROL}/[^"]+)"', newcomer.page(f"/postfach/{BIROL}"))[0]
    assert "Wer erhöht?" in newcomer.page(path)
    assert newcomer.send(path, text="Bei uns im Kreis bleibt alles.").status == 303
    town.settle()

    posts = [(post.author, post.text, post.answers) for post in town.browser_of(CARLA).thread(opening.thread)]
    assert posts[1:] == [("Birol Beispiel", "Bei uns im Kreis bleibt alles.", 1)]
    assert newcomer.page(f"/postfach/{ANNE}").count(f'href="/postfach/{ANNE}/') == 2


def test_a_new_mail_starts_a_thread_and_a_typo_is_refused_with_the_nearest_address(town: Town) -> None:
    town.follows(BIROL, "nrw")
    town.writes_in_browser(ANNE, "finanzen.bottrop", "Damit Birol ein Postfach hat")
    newcomer = town.strange_browser()
    refused = newcomer.send(f"/postfach/{BIROL}", an=at("verker.ham"), betreff="Radweg", text="Er endet.")
    assert refused.status == 422
    assert at("verkehr.hamm") in refused.text
    assert newcomer.send(f"/postfach/{BIROL}", an=at("verkehr.hamm"), betreff="Radweg", text="Er endet.").status == 303
    town.settle()
    assert town.browser_of(BIROL).thread(2)[0].text == "Er endet."


def test_who_came_through_a_proxy_sees_no_post_box(town: Town) -> None:
    client = town.app.test_client()
    assert client.get("/postfach/").status_code == 200
    assert client.get("/postfach/", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    assert client.get("/postfach/", base_url="http://forum.example").status_code == 404


class TestOutsideTheDemo:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return dataclasses.replace(config, demo=False)

    def test_the_pages_do_not_exist(self, town: Town) -> None:
        assert town.strange_browser().open("/postfach/").status == 404
