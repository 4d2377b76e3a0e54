"""Clear-signed words are shown as they were typed; nothing around or inside them is lost. # R89"""

from __future__ import annotations

import time

import pytest

from mailbridge.inbound.parsing import armour

HEAD = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=ab12\n-----END PGP SIGNATURE-----"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD}\nHash: SHA256\n\nJa\n{SIGNATURE}", "Ja"),
        (f"{HEAD}\n\nJa\n{SIGNATURE}\n", "Ja\n"),
        (f"{HEAD}\nHash: SHA512\nHash: SHA256\n\n\nJa\n{SIGNATURE}", "\nJa"),
        (f"{HEAD}\n\n- -- \nAnne\n- ---\n--- nicht\n{SIGNATURE}", "-- \nAnne\n---\n--- nicht"),
        (f"{HEAD}\n\nComment: das ist mein Satz\n{SIGNATURE}", "Comment: das ist mein Satz"),
        (f"{HEAD} \n\nJa\n{SIGNATURE} ", "Ja"),
        (f"Davor\n{HEAD}\n\nJa\n{SIGNATURE}\nDanach", "Davor\nJa\nDanach"),
        (f"{HEAD}\n\n{SIGNATURE}", ""),
    ],
)
def test_signed_words(text: str, words: str) -> None:
    assert armour.bare(text) == (words, True)


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag",
        f"{HEAD}\n\nJa",
        f"{HEAD}\n\nJa\n-----BEGIN PGP SIGNATURE-----\n\niQEz",
        SIGNATURE,
        f"> {HEAD}\n> \n> Ja\n" + "\n".join(f"> {row}" for row in SIGNATURE.split("\n")),
        f"Die Zeile {HEAD} kenne ich.",
    ],
)
def test_what_is_no_whole_block_is_left_as_it_is(text: str) -> None:
    assert armour.bare(text) == (text, False)


@pytest.mark.parametrize("row", [HEAD, SIGNATURE, "-----BEGIN PGP SIGNATURE-----", "Hash: x", f"{HEAD}\n\nJa\n{SIGNATURE}"])
def test_a_megabyte_of_marks_is_read_at_once(row: str) -> None:
    started = time.process_time()
    armour.bare((row + "\n") * (1_000_000 // len(row)))
    assert time.process_time() - started < 2
