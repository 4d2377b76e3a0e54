"""Undoes format=flowed (RFC 3676): Thunderbird, Apple Mail, K-9, mutt break lines at a trailing space."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool = False) -> str:
    """Paragraphs as one line each; quote depth kept, space stuffing removed, the signature line `-- ` never joined."""
    done: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for row in text.split("\n"):
        quotes = len(row) - len(row.lstrip(">"))
        words = row[quotes:].removeprefix(" ")
        if paragraph and (quotes != depth or words == "-- "):
            done.append(_quoted(depth, "".join(paragraph).rstrip(" ")))
            paragraph = []
        depth = quotes
        if words.endswith(" ") and words != "-- ":
            paragraph.append(words[:-1] if delsp else words)
            continue
        done.append(_quoted(depth, "".join(paragraph) + words))
        paragraph = []
    if paragraph:
        done.append(_quoted(depth, "".join(paragraph).rstrip(" ")))
    return "\n".join(done)


def _quoted(depth: int, words: str) -> str:
    if not depth:
        return words
    return ">" * depth + (" " + words if words else "")
