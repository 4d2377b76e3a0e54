"""Subjects as clients pile them up."""

from __future__ import annotations

import pytest

from forum.threads import subjects


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("AW: Hebesätze", "Hebesätze"),
        ("Re: AW: Antw: Hebesätze", "Hebesätze"),
        ("WG: Fwd: Hebesätze", "Hebesätze"),
        ("Re[2]: Hebesätze", "Hebesätze"),
        ("AW(3): Hebesätze", "Hebesätze"),
        ("Antwort: Hebesätze", "Hebesätze"),
        ("RE : Hebesätze", "Hebesätze"),
        ("[EXTERN] AW: Hebesätze", "Hebesätze"),
        ("AW: [Finanzen · Bottrop] Re: Hebesätze", "Hebesätze"),
        ("[Finanzen · Bottrop] [Finanzen · Bottrop] Hebesätze", "Hebesätze"),
        ("  Hebe \n sätze ", "Hebe sätze"),
        ("Rede zum Haushalt", "Rede zum Haushalt"),
        ("Awo: neue Kita", "Awo: neue Kita"),
        ("[Entwurf] Satzung", "[Entwurf] Satzung"),
        ("AW:", ""),
    ],
)
def test_what_is_left_of_a_subject(written: str, bare: str) -> None:
    assert subjects.bare(written) == bare
