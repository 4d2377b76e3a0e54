"""Yes and no in the ways people write them; whatever is neither is asked once more."""

from __future__ import annotations

import pytest

from mailbridge.inbound.answers import read

YES = (
    "ja", "Ja", "JA", "ja.", "Ja!", "Ja!!!", "ja ", "  Ja", "jaaa", "Ja, das war ich", "Ja, das war ich.",
    "Ja das ist von mir", "ja, ist von mir", "Ja, die Mail ist von mir.", "Ja, das habe ich geschrieben",
    "Ja hab ich geschrieben", "jawohl", "Jawohl!", "Jo", "jup", "Jepp", "richtig", "Richtig.", "stimmt", "Stimmt!",
    "korrekt", "Genau", "genau, das war ich", "passt", "ok", "OK", "Okay", "O.k.", "okay, danke", "klar",
    "Klar, das war ich", "natürlich", "Selbstverständlich", "gerne", "Bitte veröffentlichen", "bitte freigeben", "Bestätigt",
    "Ja, bestätige ich", "das war ich", "Das war ich.", "war ich", "von mir", "Ist von mir!", "Das stammt von mir",
    "Die sind alle von mir", "yes", "Yes.", "YES", "yes, that was me", "That was me", "yep", "sure", "correct",
    "It is from me", "y", "j", "👍", "👍🏻", "✅", "Ja 👍", "Ja, danke", "Ja, vielen Dank!", "ja, viele Grüße Anne",
    "Ja, LG Anne Muster", "Ja\n\nViele Grüße\nAnne", "Hallo,\n\nja", "Hallo zusammen,\nja, das war ich.", "Guten Tag,\n\nJa",
    "Moin,\nja", "Sehr geehrte Damen und Herren,\n\nja, das ist mein Beitrag.", "Liebes Ratspost-Team,\nja", "\n\n\nJa",
    "> Ja", "*Ja*", "„Ja“", "\u200bJa", "Ja\u00a0!", "Ja, das ist definitiv von mir", "Ja, beide sind von mir",
)  # fmt: skip

NO = (
    "nein", "Nein", "NEIN", "Nein.", "Nein!", "nee", "Nee, das war ich nicht", "nö", "Nö.", "no", "No.", "nope", "n",
    "Nein, das war ich nicht", "Nein, das bin ich nicht", "Nein, nicht von mir", "Nein, das ist nicht von mir.",
    "Nein danke", "Das war ich nicht", "das war ich nicht!", "War ich nicht", "nicht von mir", "Ist nicht von mir",
    "Von mir ist das nicht", "Das habe ich nicht geschrieben", "niemals", "Niemals!", "nie", "Keinesfalls",
    "Auf keinen Fall!", "Keine davon", "kein", "never", "No, that was not me", "That wasn't me", "that wasn’t me", "not me",
    "Not mine", "falsch", "👎", "❌", "Hallo,\nnein", "Guten Tag,\n\nNein, das war ich nicht.",
    "Nein\n\nMit freundlichen Grüßen\nAnne Muster",
)  # fmt: skip

NEITHER = (
    "", "\n \n", "Ja?", "Nein?", "ja nein", "Ja, aber bitte ohne den Anhang", "Ja, aber das war ich nicht", "Nein, doch, ja",
    "jein", "Nein, das Datum ist falsch eingetragen", "Vielleicht", "Ich weiß nicht", "Wer fragt das",
    "Was ist das für eine Mail?", "Bitte löschen", "Kein Problem", "Das stimmt nicht", "Ok, nicht von mir", "Stopp",
    "Welche Mail?", "Hallo,", "Hallo, wer ist da", "mfg", "Anne", "Ich bin bis zum 12. nicht im Büro", "Januar",
    "Jakob war hier", "Norbert", "Neinhaus", "1", "www.example.example", "Danke",
    "Ich war das mit dem Antrag vom letzten Jahr, und zwar gemeinsam mit der Fraktion, ja, so war das damals",
    "Ja, und bitte tragt auch meine Kollegin ein", "yes and no", "Liebe Anne,\nwas soll das",
    "Diese Mail ist von mir freigegeben worden nein ja",
)  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_a_yes(text: str) -> None:
    assert read(text, "Anne Muster") == "yes"


@pytest.mark.parametrize("text", NO)
def test_a_no(text: str) -> None:
    assert read(text, "Anne Muster") == "no"


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert read(text, "Anne Muster") is None


def test_only_the_first_written_line_counts() -> None:
    assert read("Ja\nNein") == "yes"
    assert read("Nein\nja, das war ich") == "no"
    assert read("Wie bitte\nja") is None


def test_names_are_known_words_only_if_they_are_the_writers() -> None:
    assert read("Ja, Kunigunde", "Anne Muster") is None
    assert read("Ja, Kunigunde", "Kunigunde Probe") == "yes"
