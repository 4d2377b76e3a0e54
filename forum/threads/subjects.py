"""Mail subjects: the board's tag once in front, answer and forward prefixes of German and English clients taken off."""

from __future__ import annotations

import re

from forum.places.boards import Board

# AW, Antw, Antwort, WG, Re, Fwd, Fw, SV, VS … also counted ("Re[2]:", "AW(3):") and with blanks before the colon.
_PREFIX = re.compile(
    r"^\s*(?:aw|antw|antwort|wg|weitergeleitet|re|fwd?|tr|sv|vs|rif)\s*(?:[\[(]\d{1,3}[\])]|\*\d{1,3})?\s*:\s*", re.I
)
_TAG = re.compile(r"^\s*\[[^\]\n]{1,120} · [^\]\n]{1,120}\]\s*")
_GATEWAY = re.compile(r"^\s*[\[(<*]{0,3}\s*(?:extern(?:e mail|al)?|external(?: email)?)\s*[\])>*:]{1,3}\s*", re.I)


def tagged(title: str, board: Board) -> str:
    """The subject of a thread's mails: "[Finanzen · Bottrop] Hebesätze 2027"."""
    return f"[{board.title()}] {title}"


def bare(subject: str) -> str:
    """A subject without our tag, "AW:"/"Re:"/"WG:" and gateway marks, in whatever order clients piled them up."""
    text = " ".join(subject.split())
    while True:
        shorter = _TAG.sub("", _GATEWAY.sub("", _PREFIX.sub("", text)))
        if shorter == text:
            return text
        text = shorter
