"""How well machines are told from people in the fetched corpora: bounces with their addresses, other machines, ordinary mail.

`table()` gives the rows, `python -m tests.corpus.scores_machines` prints them. What is expected comes from the test files of the
corpora themselves (`expected_of_…`); where they say nothing, from `labels_machines.json`: our reader's answer, looked at one by
one and corrected by hand. Addresses stand there as the first 16 digits of their sha256, because some of them belonged to people.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailbridge.inbound import bounces, parse, rules
from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.mail import Envelope, ParsedMail
from tests import corpus

LABELS = Path(__file__).parent / "labels_machines.json"
OURS = rules.Ours(frozenset({"ratspost.example"}), "ratspost.example")
BOUNCE_CORPORA = ("flufl-bounce", "bounceparser-perl", "bounced", "baunsu")
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Expected:
    """What a mail is: a bounce (with the digests of its addresses, None if only the kind is known), or no bounce."""

    bounce: bool
    addresses: frozenset[str] | None = None
    by_hand: bool = False


@dataclass(slots=True)
class Row:
    """The count of one corpus."""

    corpus: str
    expected: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    others: int = 0
    false: list[str] = field(default_factory=list)
    by_hand: int = 0

    def line(self) -> str:
        """One line of the table."""
        share = f"{100 * self.right / self.expected:.1f} %" if self.expected else "–"
        return (
            f"| {self.corpus} | {self.expected} | {self.right} | {share} | {len(self.missed)} | {len(self.wrong)} "
            f"| {self.others} | {len(self.false)} | {self.by_hand} |"
        )


HEAD = (
    "| corpus | bounces | right address | share | missed | wrong address | other mails | taken for bounces | labelled by hand |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(slots=True)
class Machines:
    """What became of the mails that machines wrote and that are no bounces, and which mails of people were taken for them."""

    recognised: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line of the table."""
        numbers = len(self.recognised), len(self.held), len(self.posted), len(self.people), len(self.lists)
        return f"| {sum(numbers[:3])} | " + " | ".join(map(str, numbers)) + " |"


MACHINES_HEAD = (
    "| machine mail, labelled by hand | recognised | held | would be posted | people of the ham corpus taken for machines "
    "| by `Precedence: bulk` of a list |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
)
# Without a list header, `Precedence: bulk` is all that the lists of 2002 left in the ham corpus: people who came by a list.
_OLD_LISTS = frozenset({"precedence-bulk", "precedence-list"})


def machines() -> Machines:
    """The auto-replies, receipts, challenges, cron mails and notices of all corpora."""
    found, labels = Machines(), json.loads(LABELS.read_text("utf-8"))["machines"]
    for path_or_name, raw in _named():
        key = hashlib.sha256(raw).hexdigest()[:_DIGITS]
        _, verdict, _ = judged(raw)
        name = f"{path_or_name}/{key} {verdict.rule}"
        if key in labels:
            place = found.posted if verdict.kind == "ordinary" else found.held if verdict.hold else found.recognised
            place.append(name)
        elif verdict.kind == "automatic" and "ham" in path_or_name:
            (found.lists if verdict.rule in _OLD_LISTS else found.people).append(name)
    return found


def _named() -> Iterator[tuple[str, bytes]]:
    """All mails of all corpora with the name of their corpus and, for single files, of their folder."""
    for folder in sorted(path.name for path in corpus.root().glob("[!.]*") if path.is_dir()):
        for path in corpus.files(folder):
            yield f"{folder}/{path.parent.name}", path.read_bytes()


def digest(address: str) -> str:
    """What stands for an address in the labels."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:_DIGITS]


def table() -> list[Row]:
    """One row for each bounce corpus that is here, and one for all other mails together."""
    rows = [_score(name) for name in BOUNCE_CORPORA if corpus.has(name)]
    rows.append(_rest())
    return rows


def judged(raw: bytes) -> tuple[ParsedMail, rules.Verdict, Bounce | None]:
    """A mail of a corpus as the bridge sees it; the corpora have no envelope, so their Return-Path stands for it."""
    mail = parse.read(raw)
    envelope = Envelope("" if _null(mail) else "list@ratspost.example", (), "192.0.2.1")
    verdict = rules.judge(mail, envelope, OURS)
    return mail, verdict, bounces.read(mail, raw, envelope.sender) if verdict.kind == "bounce" else None


def _null(mail: ParsedMail) -> bool:
    return re.sub(r"\s", "", mail.header("return-path") or "-") == "<>"


def expectations(name: str) -> dict[str, Expected]:
    """File name → what is expected, from the tests of the corpus and then from our labels."""
    found = {
        "flufl-bounce": expected_of_flufl,
        "bounceparser-perl": expected_of_perl,
        "bounced": expected_of_bounced,
        "baunsu": expected_of_baunsu,
    }[name]()
    labels = json.loads(LABELS.read_text("utf-8")).get(name, {})
    for file, label in labels.items():
        addresses = None if label["addresses"] is None else frozenset(label["addresses"])
        found[file] = Expected(label["bounce"], addresses, by_hand=True)
    return found


def expected_of_flufl() -> dict[str, Expected]:
    """The list DETECTORS of its tests: (detector, file, addresses, temporary)."""
    [source] = corpus.files("flufl-bounce", "aux", "test_detectors.py")
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Tuple) and len(node.elts) == 4 and isinstance(node.elts[2], ast.List):
            _, file, addresses, _ = ast.literal_eval(node)
            found.setdefault(file, set()).update(digest(one.decode()) for one in addresses)
    return {file: Expected(True, frozenset(addresses)) for file, addresses in found.items() if addresses}


def expected_of_perl() -> dict[str, Expected]:
    """`check_report('t/corpus/x.msg', is_bounce => 1, addresses => […])` and two tables that name one recipient for all."""
    found: dict[str, Expected] = {}
    for source in corpus.files("bounceparser-perl", "aux", ".t"):
        text = source.read_text("latin-1")
        for call in re.finditer(r"check_(?:report|one)\(\s*'t/corpus/([^']+)'(.*?)\);", text, re.S):
            addresses = re.search(r"addresses\s*=>\s*\[(.*?)\]", call[2], re.S)
            named = re.findall(r"[^\s'\"(),]+@[^\s'\"(),]+", addresses[1]) if addresses else []
            is_bounce = "is_bounce => 0" not in re.sub(r"\s+", " ", call[2]) and "is_bounce" in call[2]
            known = found.get(call[1])
            if known is None or named:
                found[call[1]] = Expected(is_bounce, frozenset(map(digest, named)) if named else None)
        for file, rest in re.findall(r'"([a-z0-9.-]+\.msg)"\s*=>\s*\{(.*?)\n    \}', text, re.S):
            named = re.findall(r'"recipient"\s*=>\s*\'([^\']+)\'', rest) or ["recipient@example.net"]
            found[file] = Expected(True, frozenset(map(digest, named)))
    return found


def expected_of_bounced() -> dict[str, Expected]:
    """`Bounce` with an address for some files of its tests; the folder `non_bounces`; all others are bounces, of nobody named."""
    [source] = corpus.files("bounced", "aux", "test_bounced.py")
    found: dict[str, Expected] = {}
    for path in corpus.files("bounced"):
        found[path.name] = Expected("non_bounces" not in path.parts)
    for file, rest in re.findall(r"'([\w-]+)': \[(Bounce\(.*?)\]", source.read_text("utf-8"), re.S):
        found[f"{file}.eml"] = Expected(True, frozenset(map(digest, re.findall(r"\('', '([^']+)'\)", rest))))
    return found


def expected_of_baunsu() -> dict[str, Expected]:
    """Its tests go by the beginning of the file name."""
    return {path.name: Expected(path.name.startswith("bounce")) for path in corpus.files("baunsu")}


def _score(name: str) -> Row:
    row, wanted = Row(name), expectations(name)
    for path in corpus.files(name):
        expected = wanted.get(path.name)
        _, _, bounce = judged(path.read_bytes())
        if expected is None:
            raise AssertionError(f"{name}/{path.name} has no label: read it and write one into {LABELS.name}")
        row.by_hand += expected.by_hand
        if not expected.bounce:
            row.others += 1
            if bounce is not None:
                row.false.append(path.name)
            continue
        row.expected += 1
        _count(row, path.name, expected.addresses, bounce)
    return row


def _count(row: Row, file: str, addresses: frozenset[str] | None, bounce: Bounce | None) -> None:
    """Right: all expected addresses and no other. A report may name the address we wrote to and the one it was forwarded to."""
    if bounce is None:
        row.missed.append(file)
        return
    named = [{digest(one.address)} | ({digest(one.final)} if one.final else set()) for one in bounce.recipients]
    if addresses is None or (all(one & addresses for one in named) and addresses <= set().union(*named)):
        row.right += 1
    else:
        row.wrong.append(file)


def _rest() -> Row:
    """All other corpora: their bounces are labelled by hand, by the digest of the whole mail."""
    row = Row("all others")
    labels = json.loads(LABELS.read_text("utf-8")).get("others", {})
    for name, raw in everything_else():
        key = hashlib.sha256(raw).hexdigest()[:_DIGITS]
        _, verdict, _ = judged(raw)
        if key in labels:
            row.expected += 1
            row.by_hand += 1
            if verdict.kind == "bounce":
                row.right += 1
            else:
                row.missed.append(f"{name}/{key}")
        else:
            row.others += 1
            if verdict.kind == "bounce":
                row.false.append(f"{name}/{key}")
    return row


def everything_else() -> Iterator[tuple[str, bytes]]:
    """All mails of the corpora that are not about bounces."""
    return ((name, raw) for name, raw in corpus.everything() if name not in BOUNCE_CORPORA)


if __name__ == "__main__":
    told = machines()
    print(MACHINES_HEAD)
    print(told.line())
    for kind, names in (("would be posted", told.posted), ("person", told.people)):
        print("".join(f"  {kind}: {name}\n" for name in names), end="")
    print(HEAD)
    for each in table():
        print(each.line())
        for kind, names in (("missed", each.missed), ("wrong", each.wrong), ("false", each.false)):
            print("".join(f"  {kind}: {name}\n" for name in names), end="")
