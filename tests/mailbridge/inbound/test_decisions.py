"""What moderators answer to a moderation mail, in the ways people write it; whatever is neither decides nothing."""

from __future__ import annotations

import pytest

from forum.moderation.cases import Decision
from mailbridge.inbound.decisions import read

RELEASED = (
    "freigeben", "Freigeben.", "FREIGEBEN", "Bitte freigeben", "Bitte freigeben, danke!", "freigegeben", "Freigabe", "ok", "OK!",
    "ja", "Ja, freigeben", "ja, kann erscheinen", "Kann erscheinen",
    "Gebe ich frei", "Ich gebe das frei.", "Veröffentlichen", "release", "Release it, please", "approve", "Approved.", "yes",
    "publish", "Hallo,\n\nfreigeben\n\nViele Grüße\nCarla", "👍", "Freigeben, LG Carla Probe",
)  # fmt: skip

REJECTED = {
    "ablehnen: Das ist Werbung.": "Das ist Werbung.",
    "Ablehnen: Warum so lang?\nBitte kürzen.\n\nViele Grüße\nCarla": "Warum so lang?\nBitte kürzen.",
    "Ablehnen: Bitte erst nach der Sitzung veröffentlichen.": "Bitte erst nach der Sitzung veröffentlichen.",
    "Bitte ablehnen: doppelt\nGruß Carla": "doppelt",
    "Ablehnen, das ist Werbung.": "das ist Werbung.",
    "Abgelehnt. Werbung!": "Werbung!",
    "Ablehnen - Werbung": "Werbung",
    "Ablehnen\nDas ist Werbung.": "Das ist Werbung.",
    "Ablehnen\n\nGrund: Werbung\n\nCarla": "Werbung",
    "Ablehnen Grund: Werbung": "Werbung",
    "Ich lehne ab: Werbung": "Werbung",
    "Nicht freigeben: Werbung": "Werbung",
    "Nein: Werbung": "Werbung",
    "Nein, ablehnen: Werbung": "Werbung",
    "Hallo,\n\nablehnen: Werbung": "Werbung",
    "reject: spam": "spam",
    "Rejected: spam": "spam",
    "Do not publish: spam": "spam",
    "Don’t release\n\nThis is spam.\n\nRegards": "This is spam.",
    "ablehnen": "",
    "nein": "",
    "Nein, danke.": "",
    "No": "",
    "Reject": "",
    "bitte nicht veröffentlichen": "",
    "nein\n\nViele Grüße\nCarla Probe": "",
}

NEITHER = (
    "", "Hallo", "ja nein", "Ja, ablehnen", "Nein, freigeben", "nicht ablehnen", "Nicht ablehnen: ist gut", "Ablehnen?",
    "Freigeben?", "Freigeben oder ablehnen?", "Freigeben, aber ohne den Anhang", "Ja, aber erst morgen", "kein Problem",
    "Nein, das Datum stimmt nicht", "Nein, kein Problem, freigeben", "Ablehnen, nein, freigeben", "Ablehnen würde ich das nicht",
    "Was meint ihr: freigeben", "> freigeben", "| ablehnen: Werbung", "Ich bin im Urlaub.", "Das war ich", "von mir",
    "Guten Tag Carla Probe,\n\nein Beitrag wartet auf eine Entscheidung der Moderation.", "No objection",
)  # fmt: skip


@pytest.mark.parametrize("text", RELEASED)
def test_it_shall_appear(text: str) -> None:
    assert read(text, "Carla Probe") == Decision(True)


@pytest.mark.parametrize("text", REJECTED)
def test_it_shall_not_and_why(text: str) -> None:
    assert read(text, "Carla Probe") == Decision(False, REJECTED[text])


@pytest.mark.parametrize("text", NEITHER)
def test_nothing_is_decided(text: str) -> None:
    assert read(text, "Carla Probe") is None
