"""Old mails in and posts out, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.moderation import log
from forum.people import groups, service
from forum.threads import lists
from tests.cli.conftest import Ratspost
from tests.mailbridge.archive.conftest import letter, mbox


def test_in_again_and_out(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    archive = mbox(tmp_path, letter("a"), letter("b", day=2, answers="a"), b"X-Nothing: a mail of nobody\n\nx\n")
    done = ratspost("import", "mbox", str(archive), "--board", "finanzen.un")
    assert (done.exit_code, done.stdout) == (0, "Read 3 mails: 2 added, 0 known already, 1 skipped; 1 new threads.\n")
    assert done.stderr == "Mail 3 was skipped: it has neither a sender nor a Message-ID.\n"
    again = ratspost("import", "mbox", str(archive), "--board", "finanzen.un")
    assert again.stdout == "Read 3 mails: 0 added, 2 known already, 1 skipped; 0 new threads.\n"
    assert json.loads(ratspost("status", "--json").stdout)["posts"] == 2

    out = tmp_path / "out.mbox"
    written = ratspost("export", "mbox", str(out))
    assert written.stdout == f"Wrote 2 posts to {out}.\n"
    assert out.read_bytes().count(b"\nMessage-ID: ") == 2
    assert out.stat().st_mode & 0o077 == 0
    entry = log.newest()[0]
    assert (entry.act, entry.actor_name, entry.actor_id, entry.reason) == (
        "export", "Kommandozeile", None, "mbox, 2 posts, everything",
    )  # fmt: skip
    assert ratspost("export", "mbox", str(out), "--board", "verkehr.hamm").stdout == f"Wrote 0 posts to {out}.\n"
    assert not list(tmp_path.glob("*.partial"))


def test_into_a_group_and_out_of_it_with_a_word_of_warning(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    with transaction():
        anne = service.add("Anne", "anne@x.example")
        groups.join(groups.add("vorstand", "Vorstand"), anne)
    done = ratspost("import", "mbox", str(mbox(tmp_path, letter("a"))), "--board", "gruppe-vorstand@ratspost.localhost")
    assert done.exit_code == 0
    assert lists.newest(anne).total == 1
    assert "1 threads in it belong to closed groups" in ratspost("export", "mbox", str(tmp_path / "out.mbox")).stdout


def test_an_unknown_board_or_group_takes_nothing(ratspost: Ratspost, tmp_path: Path) -> None:
    archive = str(mbox(tmp_path, letter("a")))
    for board in ("finanzn", "gruppe-geheim"):
        refused = ratspost("import", "mbox", archive, "--board", board)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"Error: There is no board “{board}”.")
    assert json.loads(ratspost("status", "--json").stdout)["posts"] == 0


def test_a_place_that_cannot_be_written(ratspost: Ratspost, tmp_path: Path) -> None:
    refused = ratspost("export", "mbox", str(tmp_path / "none" / "out.mbox"))
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: {tmp_path / 'none' / 'out.mbox'} cannot be written: No such file or directory.\n"
