"""The promise about foreign HTML, kept in headless Chromium: no script, no request outside the origin, whatever was sent."""

from __future__ import annotations

import pytest

from forum.core import markup
from tests import corpus
from tests.corpus import scores_html
from tests.corpus.vectors import VECTORS

pytestmark = [pytest.mark.proof, pytest.mark.debian("chromium")]

HOSTILE = [
    "<script>alert(1)</script>",
    "<script>console.log('Dora was here')</script>",
    "<img src=https://evil.example/pixel.png>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<iframe src='https://evil.example/frame'></iframe>",
    "</section><p onclick='alert(1)'>x</p>",
]


def test_what_is_not_sanitised_is_noticed() -> None:
    row = scores_html.opened("as it came", HOSTILE)
    assert sorted(row.scripts) == ["alert: 1", "console: Dora was here"]  # only where the policy does no more than report
    assert {"https://evil.example/pixel.png", "https://evil.example/x", "https://evil.example/frame"} <= set(row.requests)
    assert len(row.stopped) >= 2 * 4
    assert {"script", "img", "iframe", "img src", "p style", "iframe src"} <= set(row.left)


def test_the_same_sanitised_does_nothing() -> None:
    row = scores_html.opened("sanitised", [markup.sanitise(one) for one in HOSTILE])
    assert (row.scripts, row.requests, row.stopped, row.left) == ([], [], [], [])


@pytest.mark.skipif(
    not all(corpus.has(folder) for folder, _ in VECTORS.values()), reason="needs ./run corpora fetch --only "
    + ",".join(folder for folder, _ in VECTORS.values()),
)  # fmt: skip
def test_no_vector_of_others_runs_a_script_or_asks_for_anything_foreign() -> None:
    rows = scores_html.table()
    assert [(row.source, row.scripts, row.requests, row.stopped, row.left) for row in rows] == [
        (row.source, [], [], [], []) for row in rows
    ]
    assert sum(row.inputs for row in rows) > 3_000
