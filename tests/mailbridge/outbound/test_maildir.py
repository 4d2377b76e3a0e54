"""The Maildir relay: boxes that any mail program reads."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from mailbridge.outbound import maildir
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.transport import MaildirTransport

MAIL = b"Subject: x\r\n\r\nGr=C3=BC=C3=9Fe\r\n"


def test_a_mail_lies_new_in_its_box(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)
    assert transport.send("b+x@ratspost.localhost", "anne@rat.example", MAIL) == Answer(250, "delivered")
    box = mailbox.Maildir(str(tmp_path / "anne@rat.example"), create=False)
    (mail,) = box
    assert mail.get_subdir() == "new"
    assert (mail["Return-Path"], mail["Delivered-To"], mail["Subject"]) == ("<b+x@ratspost.localhost>", "anne@rat.example", "x")
    assert list((tmp_path / "anne@rat.example" / "tmp").iterdir()) == []


def test_mails_of_one_moment_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for _ in range(50):
        maildir.put(tmp_path, "", "anne@rat.example", MAIL)
    assert len(mailbox.Maildir(str(tmp_path / "anne@rat.example"), create=False)) == 50


@pytest.mark.parametrize(
    "address", ["../../etc@x.example", "a/b@x.example", ".hidden@x.example", "..@x.example", "jörg@rat.example", "a b@x.example"]
)
def test_an_address_never_leaves_the_folder(tmp_path: Path, address: str) -> None:
    boxes = tmp_path / "boxes"
    put = maildir.put(boxes, "", address, MAIL)
    assert put.resolve().parent.parent.parent == boxes.resolve()
    assert maildir.owners(boxes) == [address]
    assert [entry.name for entry in tmp_path.iterdir()] == ["boxes"]


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "boxes").write_text("a file")
    answer = MaildirTransport(tmp_path / "boxes").send("", "anne@rat.example", MAIL)
    assert (answer.code, answer.reached) == (451, False)


def test_without_a_folder_nobody_has_a_box(tmp_path: Path) -> None:
    assert maildir.owners(tmp_path / "none") == []
