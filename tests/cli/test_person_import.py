"""Several hundred people from a file: the good lines go in, the others are named by their number, again adds nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.mailroom import letters
from forum.mailroom.models import LetterRow
from forum.people import service
from forum.people.models import PersonRow
from forum.places import catalogue
from forum.subscriptions.models import FollowRow
from tests.cli.conftest import Ratspost
from tests.house.sources import ROOT


def write(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "räte.csv"
    path.write_text("\n".join(["name;email;region", *lines]), encoding="utf-8-sig")
    return str(path)


def people(store: Session) -> int:
    return store.scalar(sa.select(sa.func.count()).select_from(PersonRow)) or 0


def test_good_lines_go_in_and_bad_ones_are_named(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    lines = ("Anne;anne@rat.example;bottrop", "Birol;birol at kreis;un", "Carla;carla@x.example;botrop", "Dora;dora@x.example;")
    done = ratspost("person", "import", write(tmp_path, *lines))
    assert done.exit_code == 1
    assert done.stdout == "Read 4 lines: 2 people are new, 0 lines about known ones.\n"
    assert done.stderr.splitlines()[0] == "Line 3: “birol at kreis” is not a valid e-mail address."
    assert done.stderr.splitlines()[1].startswith("Line 4: region: “botrop” is not known. (bottrop, ")
    assert people(store) == 2
    assert service.find_by_email("carla@x.example") is None


@pytest.mark.proof
def test_three_hundred_and_again(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    file = write(tmp_path, *(f"Person {n};p{n}@rat.example;bottrop" for n in range(300)))
    assert ratspost("person", "import", file).stdout == "Read 300 lines: 300 people are new, 0 lines about known ones.\n"
    again = ratspost("person", "import", file)
    assert (again.exit_code, again.stdout) == (0, "Read 300 lines: 0 people are new, 300 lines about known ones.\n")
    assert people(store) == 300
    assert store.scalar(sa.select(sa.func.count()).select_from(FollowRow)) == 0
    assert letters.waiting() == 0


def test_only_with_invite_and_only_who_is_new_is_mailed(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    ratspost("person", "import", write(tmp_path, "Anne;anne@rat.example;bottrop"))
    ratspost("person", "import", write(tmp_path, "Anne;anne@rat.example;bottrop", "Birol;birol@rat.example;"), "--invite")
    told = store.execute(sa.select(LetterRow.kind, LetterRow.person_id)).all()
    assert [tuple(row) for row in told] == [("welcome", service.get_by_email("birol@rat.example").id)]


def test_a_file_that_is_no_table(ratspost: Ratspost, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"PK\x03\x04\x00")
    refused = ratspost("person", "import", str(path))
    assert refused.exit_code == 1
    assert "save it as “CSV UTF-8”" in refused.stderr


def test_the_competences_that_are_possible_are_documented(store: Session) -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    listed = text.partition("Competences, by slug or title: ")[2].partition(".")[0]
    assert re.findall(r"`([a-z-]+)`", listed) == [competence.slug for competence in catalogue.get().competences]
