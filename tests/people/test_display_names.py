"""Names at sign-up: honest ones of many countries are taken, deceptive ones are not. # R59"""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import BadInput
from forum.people import service
from forum.people.display_names import deception

HONEST = (
    "Anne Muster", "Jörg Müller-Lüdenscheidt", "Dr. Käthe O’Neill", "Prof. Dr. Şükrü Çelik",
    "Łukasz Żółć", "Ngô Thị Ánh", "Ana María Núñez", "Anna (Rat Bottrop)", "B90 Grüne/Volt",
    "Αλέξανδρος Παπαδόπουλος", "Сергей Иванов", "محمد علي", "שרה כהן", "山田 太郎", "김 민수", "さくら カナ",
    "Amina محمد", "José d'Arc", "Otto III. von Beispiel", "Sven Åström", "Ørjan Ærlig", "Zoë",
    "Straße", "ẞELKE", "Jan-Erik 2", "Müller", "Mu\u0308ller", "Ɛsi Ɔwusu", "Hòa", "Nguyễn Văn Ý",
)  # fmt: skip

DECEPTIVE = {
    "Cyrillic а in Anne": "Аnne Muster",
    "Cyrillic о": "Birol Beispiel".replace("o", "о"),
    "Greek Α": "Αnne Muster",
    "Greek ο": "Birοl",
    "Armenian օ": "Birօl",
    "Cherokee Ꭺ": "Ꭺnne",
    "Coptic": "Ⲁnne",
    "Cyrillic in the second word": "Anne Мuster",
    "right-to-left override": "Anne\u202eretsuM",
    "right-to-left mark": "Anne\u200f Muster",
    "right-to-left isolate": "\u2067Anne\u2069",
    "zero width space": "An\u200bne",
    "zero width joiner": "An\u200dne",
    "zero width non-joiner": "An\u200cne",
    "word joiner": "An\u2060ne",
    "byte order mark": "\ufeffAnne",
    "soft hyphen": "An\u00adne",
    "combining grapheme joiner": "An\u034fne",
    "Hangul filler": "Anne\u3164Muster",
    "Braille blank": "Anne\u2800Muster",
    "variation selector": "Anne\ufe0f",
    "tag letters": "Anne\U000e0041",
    "mathematical letters": "𝐀𝐧𝐧𝐞 Muster",
    "full-width letters": "Ａｎｎｅ Muster",
    "circled letters": "Ⓐnne",
    "ligature": "Ste\ufb00en",
    "superscript": "Anneᵃ",
    "Roman numeral as letter": "Ⅰrene",
    "stacked marks": "A\u0301\u0302\u0303\u0304nne",
    "an address": "anne@rat.example",
    "a full-width at": "anne＠rat.example",
    "a small at": "anne﹫rat.example",
    "a control": "Anne\x07",
    "a line end inside": "Anne\x85Muster\x00",
    "nothing": " \t ",
    "too long": "A" * 121,
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_names_are_taken(name: str) -> None:
    assert deception(service.clean_name(name)) is None


@pytest.mark.parametrize("kind", DECEPTIVE)
def test_deceptive_names_are_refused(kind: str) -> None:
    with pytest.raises(BadInput) as refused:
        service.clean_name(DECEPTIVE[kind])
    assert refused.value.sentence("de").isprintable()


def test_nobody_signs_up_or_renames_with_one(store: Session) -> None:
    with pytest.raises(BadInput), transaction():
        service.add("Аnne Muster", "neu@rat.example")
    with transaction():
        person = service.add("  Jo\u0308rg   Muster ", "joerg@rat.example")
    assert person.name == "Jörg Muster"
    with pytest.raises(BadInput), transaction():
        service.rename(person, "Carla\u202eeborP")
