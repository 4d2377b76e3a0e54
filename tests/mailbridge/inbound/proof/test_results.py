"""Authentication-Results: what our own MTA says counts, whatever else calls itself so does not. # R57"""

from __future__ import annotations

import pytest

from mailbridge.inbound.proof import fields, results
from mailbridge.inbound.proof.results import Verdict

US, ANNE = "mx.forum.example", "rat.example"
RECEIVED = "Received: from mail.rat.example (mail.rat.example [192.0.2.7]) by mx.forum.example (Postfix) with ESMTPS id 4Xy"
FILTER = "Received: from localhost (localhost [127.0.0.1]) by mx.forum.example (Postfix) with ESMTP id 4Xz"
FAIL = f"Authentication-Results: {US}; dmarc=fail (p=reject dis=none) header.from=rat.example"
PASS = f"Authentication-Results: {US}; dmarc=pass (p=reject dis=none) header.from=rat.example"


def verdict(*lines: str, ids: tuple[str, ...] = (US,), domain: str = ANNE) -> Verdict | None:
    read = fields.read("\r\n".join([*lines, "From: anne@rat.example", "", "Text", ""]).encode())
    return results.read(read, ids, domain) if read is not None else None


GOOD: dict[str, tuple[list[str], Verdict]] = {
    "OpenDMARC": ([PASS, RECEIVED], Verdict("pass", "unknown")),
    "OpenDMARC and OpenDKIM, two lines": (
        [PASS, f"Authentication-Results: {US};\r\n\tdkim=pass (2048-bit key; unprotected) header.d=rat.example "
         'header.i=@rat.example header.b="Zx1/aB+c"; dkim-atps=neutral', RECEIVED], Verdict("pass", "unknown")),
    "OpenDKIM alone": (
        [f'Authentication-Results: {US}; dkim=pass (1024-bit key) header.d=rat.example header.i=@rat.example header.b="x"',
         RECEIVED],
        Verdict("pass", "unknown")),
    "OpenDKIM, signed by a subdomain": (
        [f"Authentication-Results: {US}; dkim=pass header.d=mail.rat.example", RECEIVED], Verdict("pass", "unknown")),
    "rspamd": (
        [f"Authentication-Results: {US};\r\n dkim=pass header.d=rat.example header.s=s1 header.b=AbCdEf12;\r\n arc=none;\r\n"
         f" dmarc=pass (policy=quarantine) header.from=rat.example;\r\n spf=pass ({US}: domain of anne@rat.example designates "
         "192.0.2.7 as permitted sender) smtp.mailfrom=anne@rat.example", RECEIVED], Verdict("pass", "unknown")),
    "policyd-spf": (
        [f"Authentication-Results: {US}; spf=pass (sender SPF authorized) smtp.mailfrom=rat.example (client-ip=192.0.2.7; "
         "helo=mail.rat.example; envelope-from=anne@rat.example; receiver=<unknown>)", RECEIVED], Verdict("pass", "unknown")),
    "no record, but a signature": (
        [f"Authentication-Results: {US}; dkim=pass header.d=rat.example; dmarc=none header.from=rat.example", RECEIVED],
        Verdict("pass", "none")),
    "no record, no signature": ([f"Authentication-Results: {US}; dmarc=none (p=none) header.from=rat.example", RECEIVED],
                                Verdict("none", "none")),
    "nothing to say": ([f"Authentication-Results: {US}; none", RECEIVED], Verdict("none", "unknown")),
    "fail, nobody minds": ([f"Authentication-Results: {US}; dmarc=fail (p=none dis=none) header.from=rat.example", RECEIVED],
                           Verdict("fail", "none")),
    "fail, quarantine": ([f"Authentication-Results: {US}; dmarc=fail (p=quarantine dis=none) header.from=rat.example", RECEIVED],
                         Verdict("fail", "quarantine")),
    "fail, rspamd": (
        [f'Authentication-Results: {US}; dmarc=fail reason="No valid SPF" header.from=rat.example policy.dmarc=reject', RECEIVED],
        Verdict("fail", "reject")),
    "fail, said without the policy": ([f"Authentication-Results: {US}; dmarc=fail header.from=rat.example", RECEIVED],
                                      Verdict("fail", "unknown")),
    "upper case": ([PASS.upper(), RECEIVED], Verdict("pass", "unknown")),
    "with a version": ([PASS.replace(US, f"{US} 1"), RECEIVED], Verdict("pass", "unknown")),
    "through a content filter": ([FILTER, PASS, RECEIVED], Verdict("pass", "unknown")),
    "with other fields between": (["Delivered-To: x", "X-Spam: no", PASS, "Received-SPF: Pass", RECEIVED],
                                  Verdict("pass", "unknown")),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_our_mta_says_counts(name: str) -> None:
    lines, expected = GOOD[name]
    assert verdict(*lines) == expected


def test_an_idn_is_compared_as_its_a_label() -> None:
    line = f"Authentication-Results: {US}; dmarc=pass header.from=xn--bcher-kva.example"
    assert verdict(line, RECEIVED, domain="xn--bcher-kva.example") == Verdict("pass", "unknown")


AR = "Authentication-Results:"
FORGED: dict[str, list[str]] = {
    "below our Received": [RECEIVED, PASS],
    "below our Received, many": [RECEIVED, *[PASS] * 12],
    "below our Received, in a milter's place": [RECEIVED, PASS, "X-Spam: no", RECEIVED],
    "another server's": [PASS.replace(US, "mx.google.example"), RECEIVED],
    "a server that looks like ours": [PASS.replace(US, f"{US}.fremd.example"), RECEIVED],
    "ours in a comment": [f"{AR} (mx.forum.example) mx.fremd.example; dmarc=pass header.from=rat.example", RECEIVED],
    "ours in quotes": [f'{AR} "{US}"; dmarc=pass header.from=rat.example', RECEIVED],
    "ours as encoded word": [f"{AR} =?utf-8?q?mx=2Eforum=2Eexample?=; dmarc=pass header.from=rat.example", RECEIVED],
    "encoded verdict": [f"{AR} {US}; =?utf-8?q?dmarc=3Dpass?= header.from=rat.example", RECEIVED],
    "pass for another domain": [f"{AR} {US}; dmarc=pass header.from=fremd.example", RECEIVED],
    "pass in a comment": [f"{AR} {US}; dmarc=fail (dmarc=pass header.from=rat.example) header.from=rat.example", RECEIVED],
    "pass in a reason": [
        f'{AR} {US}; dmarc=fail reason="; dmarc=pass header.from=rat.example" header.from=rat.example', RECEIVED],
    "pass in a quoted local part": [
        f'{AR} {US}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=rat.example"@fremd.example', RECEIVED],
    "pass in an unquoted local part": [f"{AR} {US}; spf=fail smtp.mailfrom=x;dmarc=pass header.from=rat.example (", RECEIVED],
    "comment that cuts a domain": [f"{AR} {US}; spf=pass smtp.mailfrom=rat.example(.fremd.example)", RECEIVED],
    "comment that cuts a domain, open": [f"{AR} {US}; spf=pass smtp.mailfrom=rat.example(.fremd.example", RECEIVED],
    "signature of somebody else": [f"{AR} {US}; dkim=pass header.d=fremd.example header.i=@rat.example.fremd.example", RECEIVED],
    "signature of the top-level domain": [f"{AR} {US}; dkim=pass header.d=example", RECEIVED],
    "SPF of the HELO name": [f"{AR} {US}; spf=pass smtp.helo=rat.example", RECEIVED],
    "pass and fail": [PASS, f"{AR} {US}; dmarc=fail header.from=rat.example", RECEIVED],
    "a good line and an unreadable one": [PASS, f"{AR} {US}; dmarc=fail header.from=(", RECEIVED],
    "too long": [f"{AR} {US}; dmarc=pass header.from=rat.example ({'x' * 5_000})", RECEIVED],
    "nested comments without end": [f"{AR} {US}; {'(' * 3_000} dmarc=pass header.from=rat.example", RECEIVED],
    "not ASCII": [f"{AR} {US}; dmarc=pass header.from=rät.example", RECEIVED],
    "pass without a domain": [f"{AR} {US}; dmarc=pass", RECEIVED],
    "two domains": [f"{AR} {US}; dmarc=pass header.from=rat.example header.from=fremd.example", RECEIVED],
    "best guess": [f"{AR} {US}; dmarc=bestguesspass header.from=rat.example", RECEIVED],
    "temporary error": [f"{AR} {US}; dmarc=temperror header.from=rat.example", RECEIVED],
    "HELO localhost from outside": [
        "Received: from localhost (fremd.example [203.0.113.9]) by mx.forum.example (Postfix) with ESMTP id 4Xz", PASS, RECEIVED],
    "HELO as address literal": [
        "Received: from [127.0.0.1] (fremd.example [203.0.113.9]) by mx.forum.example (Postfix)", PASS, RECEIVED],
    "old style": ["X-Authentication-Results: mx.forum.example; dmarc=pass header.from=rat.example", RECEIVED],
    "ARC": ["ARC-Authentication-Results: i=1; mx.forum.example; dmarc=pass header.from=rat.example", RECEIVED],
    "junk": [f"{AR} {US}; \x01\x02=;;;===", RECEIVED],
    "a bare CR": [f"X-A: b\r{PASS}", RECEIVED],
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_line_is_no_pass(name: str) -> None:
    found = verdict(*FORGED[name])
    assert found is None or found.aligned != "pass"


def test_a_milter_writes_below_our_received_if_the_setting_says_so() -> None:
    """OpenDKIM and OpenDMARC in Postfix: they insert at 1, which is behind Postfix's own line."""
    ids = (f"{US}/milter",)
    assert verdict(RECEIVED, "DKIM-Filter: x", PASS, ids=ids) == Verdict("pass", "unknown")
    assert verdict(PASS, RECEIVED, ids=ids) == Verdict("pass", "unknown")
    assert verdict(RECEIVED, RECEIVED, PASS, ids=ids) is None
    assert verdict(RECEIVED, PASS, FAIL, ids=ids) == Verdict("fail", "unknown")
    assert verdict(RECEIVED, PASS, ids=("mx.other.example/milter", US)) is None


def test_a_mail_that_was_made_at_our_mta_has_no_received() -> None:
    assert verdict(PASS) == Verdict("pass", "unknown")


def test_without_a_name_of_ours_nothing_counts() -> None:
    assert verdict(PASS, RECEIVED, ids=()) is None
