"""Numbers for whoever watches the server, and nobody else (R75)."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core import tally
from tests import cast
from tests.cast import Cast


def test_a_collector_next_door_gets_the_numbers(app: Flask, people: Cast) -> None:
    with app.app_context():
        cast.post_by(people.anne)
    tally.add("smtp_answers", "2xx", 3)
    answer = app.test_client().get("/metrics")
    lines = answer.get_data(as_text=True).splitlines()
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert {"ratspost_posts 1", "ratspost_threads 1", 'ratspost_inbound_mails{state="waiting"} 0'} <= set(lines)
    assert {"ratspost_letters_waiting 1", "ratspost_inbound_oldest_seconds 0.0"} <= set(lines)
    assert any(line.startswith('ratspost_smtp_answers_total{kind="2xx"} ') for line in lines)
    assert all(line.startswith(("# HELP ", "# TYPE ", "ratspost_")) for line in lines)


@pytest.mark.parametrize(
    ("address", "headers"),
    [("192.0.2.1", {}), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}), ("127.0.0.1", {"Forwarded": "for=192.0.2.1"})],
)
def test_nobody_else_does_not_even_through_a_proxy(app: Flask, people: Cast, address: str, headers: dict[str, str]) -> None:
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 404
    assert "ratspost_posts" not in answer.get_data(as_text=True)
