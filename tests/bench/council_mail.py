"""Council mail that is invented but lifelike, the same for every peer: a seed decides every octet but the dates of a live stream.

By default 60 % are plain text, 28 % have an HTML alternative, 12 % an attachment of 6 to 60 KiB; three of four answer another
and quote it. Word frequencies follow Zipf; the words of SEARCH_TERMS are planted with known frequencies.
"""

from __future__ import annotations

import base64
import email.utils
import itertools
import quopri
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.header import Header
from typing import Literal

from tests.bench.council_words import FIRST, LAST, NOUNS, PLACES, SEARCH_TERMS, SMALL, VERBS

Kind = Literal["plain", "html", "attachment"]

_RECENT = 50  # an answer in a live stream answers one of so many
_ANCESTORS = 12  # Message-IDs kept in References


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of mails with HTML, with an attachment, and that answer another."""

    html: float = 0.28
    attach: float = 0.12
    reply: float = 0.75


PLAIN = Mix(html=0, attach=0)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to send (`raw` has CR LF), and what tests want to know of it; `root` is the Message-ID of its thread."""

    mid: str
    sender: str
    name: str
    subject: str
    references: tuple[str, ...]
    paragraphs: tuple[str, ...]
    text: str
    when: float
    kind: Kind
    raw: bytes = field(repr=False)
    root: str = ""


class CouncilMail:
    """A source of mails by the members of one list."""

    def __init__(
        self,
        seed: int = 7,
        members: int = 1000,
        *,
        to: str = "bench@lists.example.invalid",
        mix: Mix | None = None,
        tag: str = "",
    ) -> None:
        self._random = random.Random(seed)
        self._members, self._to, self._mix, self._tag = members, to, mix or Mix(), tag or f"s{seed}"
        self._words = _vocabulary(self._random)
        self._weights = list(itertools.accumulate(1.0 / (rank + 3) for rank in range(len(self._words))))
        self._blob = self._random.randbytes(200_000)
        self._made = 0

    def stream(self, count: int) -> Iterator[Mail]:
        """Mails of now, for live injection."""
        recent: list[Mail] = []
        for _ in range(count):
            answers = recent and self._random.random() < self._mix.reply
            mail = self.mail(self._random.choice(recent) if answers else None)
            recent = [*recent, mail][-_RECENT:]
            yield mail

    def archive(self, count: int, big_thread: int = 200, start: float = 1_600_000_000, step: int = 6000) -> Iterator[Mail]:
        """Mails in the order of their dates, for import; one thread has exactly `big_thread` of them (0: none)."""
        big: list[Mail] = []
        threads: list[list[Mail]] = []
        every = max(1, count // (2 * big_thread)) if big_thread else 0
        when = start
        for number in range(count):
            when += self._random.randint(60, 2 * step)
            if len(big) < big_thread and number % every == 0:
                thread = big
                parent = self._random.choice(big[-20:]) if big else None
            else:
                thread, parent = self._answered(threads)
            mail = self.mail(parent, when)
            mail = replace(mail, root=thread[0].mid if thread else mail.mid)
            thread.append(mail)
            yield mail

    def mail(self, parent: Mail | None = None, when: float | None = None) -> Mail:
        """One mail, an answer if it has a parent; `when` are seconds since 1970, now by default."""
        self._made += 1
        member = self._random.randrange(self._members)
        mid = f"{self._made:07d}.{self._random.getrandbits(48):012x}.{self._tag}@bench.example.invalid"
        paragraphs = self._paragraphs()
        subject = "Re: " + parent.subject.removeprefix("Re: ") if parent else self._subject()
        quote = _quote(parent) if parent else []
        kind = self._kind()
        mail = Mail(
            mid=mid,
            sender=f"m{member:05d}@member.example.invalid",
            name=_name(member),
            subject=subject,
            references=(*parent.references, parent.mid)[-_ANCESTORS:] if parent else (),
            paragraphs=tuple(paragraphs),
            text=_text(quote, paragraphs, member),
            when=when if when is not None else time.time(),
            kind=kind,
            raw=b"",
        )
        raw = _header(mail, self._to) + self._body(mail, quote)
        return replace(mail, raw=raw.replace("\r\n", "\n").replace("\n", "\r\n").encode())

    def _answered(self, threads: list[list[Mail]]) -> tuple[list[Mail], Mail | None]:
        """A thread to write into and the mail to answer; a new, empty thread for a mail that answers none."""
        if threads and self._random.random() < self._mix.reply:
            thread = self._random.choice(threads[-60:])
            return thread, self._random.choice(thread[-5:])
        threads.append([])
        return threads[-1], None

    def _kind(self) -> Kind:
        drawn = self._random.random()
        if drawn < self._mix.attach:
            return "attachment"
        return "html" if drawn < self._mix.attach + self._mix.html else "plain"

    def _subject(self) -> str:
        pick = self._random.choice
        return f"{pick(NOUNS)} in {pick(PLACES)}: {pick(NOUNS)} {pick(VERBS)}"

    def _paragraphs(self) -> list[str]:
        count = max(1, min(12, int(self._random.lognormvariate(1.0, 0.6))))
        paragraphs = [" ".join(self._sentence() for _ in range(self._random.randint(2, 5))) for _ in range(count)]
        for term, share in SEARCH_TERMS.items():
            if self._random.random() < share:
                chosen = self._random.randrange(count)
                paragraphs[chosen] += f" Zum Thema {term} in {self._random.choice(PLACES)} liegt eine Vorlage vor."
        return paragraphs

    def _sentence(self) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=self._random.randint(6, 18))
        return " ".join([words[0].capitalize(), *words[1:]]) + self._random.choice([".", ".", ".", "?", "!"])

    def _body(self, mail: Mail, quote: list[str]) -> str:
        plain = _quoted_printable("text/plain; charset=UTF-8; format=flowed", mail.text)
        if mail.kind == "plain":
            return plain
        boundary = f"=_{self._random.getrandbits(64):016x}"
        part = _quoted_printable("text/html; charset=UTF-8", _html(mail, quote)) if mail.kind == "html" else self._attachment()
        subtype = "alternative" if mail.kind == "html" else "mixed"
        head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'
        return f"{head}--{boundary}\n{plain}\n--{boundary}\n{part}\n--{boundary}--\n"

    def _attachment(self) -> str:
        size = self._random.randint(6, 60) * 1024
        start = self._random.randrange(len(self._blob) - size)
        content = base64.encodebytes(b"%PDF-1.4\n" + self._blob[start : start + size]).decode("ascii")
        name = f"Vorlage-{self._made}.pdf"
        return (
            f'Content-Type: application/pdf; name="{name}"\nContent-Disposition: attachment; '
            f'filename="{name}"\nContent-Transfer-Encoding: base64\n\n{content}'
        )


def mbox_entry(mail: Mail) -> bytes:
    """The mail as one entry of an mbox (mboxo)."""
    body = mail.raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
    return f"From {mail.sender} {time.asctime(time.gmtime(mail.when))}\n".encode() + body.rstrip(b"\n") + b"\n\n"


def _vocabulary(source: random.Random) -> list[str]:
    """All words, the frequent first: small words and the others by turns, then a long tail of compounds."""
    pool = [*NOUNS, *VERBS, *PLACES]
    source.shuffle(pool)
    paired = itertools.zip_longest(SMALL, pool)
    frequent = [word for pair in paired for word in pair if word is not None]
    return frequent + [first + second.lower() for first in NOUNS for second in source.sample(NOUNS, 25)]


def _name(member: int) -> str:
    return f"{FIRST[member % 20]} {LAST[(member // 20) % 20]}"


def _quote(parent: Mail) -> list[str]:
    first = parent.paragraphs[0]
    lines = [first[start : start + 72] for start in range(0, min(len(first), 500), 72)]
    return [f"Am {email.utils.formatdate(parent.when)} schrieb {parent.name}:", *(f"> {line}" for line in lines)]


def _text(quote: list[str], paragraphs: list[str], member: int) -> str:
    head = "\n".join(quote) + "\n\n" if quote else ""
    body = "\n\n".join("\n".join(_wrapped(paragraph)) for paragraph in paragraphs)
    return f"{head}{body}\n\n-- \n{_name(member)}\nRatsmitglied, {PLACES[member % len(PLACES)]}\n"


def _html(mail: Mail, quote: list[str]) -> str:
    style = 'style="font-family:Calibri,sans-serif;font-size:11pt"'
    body = "".join(f"<p {style}>{paragraph}</p>" for paragraph in mail.paragraphs)
    quoted = f"<blockquote>{'<br>'.join(quote[1:])}</blockquote>" if quote else ""
    return f"<html><head><style>p{{margin:0 0 1em}}</style></head><body>{body}{quoted}</body></html>"


def _header(mail: Mail, to: str) -> str:
    lines = [
        f"From: {Header(mail.name, 'utf-8').encode()} <{mail.sender}>",
        f"To: {to}",
        f"Subject: {Header(mail.subject, 'utf-8', maxlinelen=70, header_name='Subject').encode()}",
        f"Date: {email.utils.formatdate(mail.when)}",
        f"Message-ID: <{mail.mid}>",
    ]
    if mail.references:
        lines.append(f"In-Reply-To: <{mail.references[-1]}>")
        lines.append("References: " + "\n ".join(f"<{mid}>" for mid in mail.references))
    return "\n".join([*lines, "MIME-Version: 1.0", "User-Agent: Mozilla Thunderbird", ""])


def _quoted_printable(content_type: str, text: str) -> str:
    encoded = quopri.encodestring(text.encode()).decode("ascii")
    return f"Content-Type: {content_type}\nContent-Transfer-Encoding: quoted-printable\n\n{encoded}"


def _wrapped(paragraph: str, width: int = 72) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    for word in paragraph.split(" "):
        if sum(len(each) + 1 for each in line) + len(word) > width:
            lines.append(" ".join(line))
            line = []
        line.append(word)
    return [*lines, " ".join(line)]
