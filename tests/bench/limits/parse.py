"""What it costs to parse a mail and to clean its HTML."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import bleach
import mailparser

from tests.bench.council_mail import CouncilMail
from tests.bench.figures import emit
from tests.bench.limits.setting import Setting

_MAILS, _SLOW_MAILS = 1000, 300
_TAGS = {"p", "b", "a", "ul", "li", "blockquote"}
_Item = TypeVar("_Item", bytes, str)


def measure(setting: Setting) -> None:
    """Emit CPU milliseconds per mail."""
    mails = list(CouncilMail(7).archive(_MAILS, 0))
    raws = [mail.raw for mail in mails]
    htmls = ["<p>" + "</p><p>".join(mail.paragraphs) + "</p>" for mail in mails]
    _rate(setting, "email_compat32_parse", email.message_from_bytes, raws)
    _rate(setting, "email_policy_default_with_body", _by_policy_default, raws)
    _rate(setting, "mail_parser", lambda raw: mailparser.parse_from_bytes(raw).subject, raws[:_SLOW_MAILS])
    _rate(setting, "bleach_clean", lambda html: bleach.clean(html, tags=_TAGS), htmls[:_SLOW_MAILS])


def _rate(setting: Setting, name: str, work: Callable[[_Item], object], items: Sequence[_Item]) -> None:
    for _ in range(setting.repeat):
        start = time.process_time()
        for item in items:
            work(item)
        cost = 1000 * (time.process_time() - start) / len(items)
        config = {"messages": len(items), "mix": "plain/html/attachment"}
        emit("limit-parse", name, cost, "cpu_ms/message", higher_is_better=False, config=config)


def _by_policy_default(raw: bytes) -> object:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    return str(message["subject"]), message["from"].addresses, body and body.get_content()
