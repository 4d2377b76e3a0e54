"""Encoded words as clients write them, not only as RFC 2047 wants them."""

from __future__ import annotations

import time

import pytest

from mailbridge.inbound.parsing import words


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?= aus Bottrop", "Grüße aus Bottrop"),  # padding missing
        ("=?iso-8859-1?Q?Gr=FC=DFe?= =?iso-8859-1?Q?_aus?=", "Grüße aus"),  # blanks between words do not count
        ("=?utf-8?Q?Gr=C3?=\r\n =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),  # a letter split over two words
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),  # no blank between
        ("=?iso-8859-1?Q?Rat der Stadt K=F6ln?=", "Rat der Stadt Köln"),  # blanks inside
        ('"=?utf-8?Q?M=C3=BCller?="', '"Müller"'),  # inside quotes
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),  # RFC 2231 language
        ("=?x-nonsense?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),  # raw UTF-8
        ("Gr\udcfc\udcdfe", "Grüße"),  # raw Latin-1
        ("=?utf-8?Q?hello=0D=0ABcc:_x?=", "hello Bcc: x"),
        ("=?utf-8?Q?a=00b?=", "ab"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("Haushalt =?", "Haushalt =?"),
        ("1 =?= 1?", "1 =?= 1?"),
        ("lang\r\n gefaltet\r\n\tund Tab", "lang gefaltet und Tab"),
    ],
)
def test_forms(raw: str, shown: str) -> None:
    assert words.decode(raw) == shown


@pytest.mark.parametrize(
    "raw", ["=?utf-8?Q?a?= " * 2_300, "=?" * 16_000, "=?a?Q?" * 5_000, "=?utf-8?B?" + "A" * 32_000, " \t" * 16_000]
)
@pytest.mark.proof
def test_a_header_of_32_kB_takes_no_time(raw: str) -> None:
    started = time.process_time()
    words.decode(raw)
    assert time.process_time() - started < 0.5
