"""What an address of ours means, what a typo gets for an answer, and that nothing else is let in (DESIGN §4, R67)."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core import tokens
from forum.core.tokens import Keyring, Token
from mailbridge import addresses
from mailbridge.addresses import (
    SERVICES,
    AboToken,
    Answer,
    Board,
    Bounce,
    Case,
    Command,
    Destination,
    Group,
    Private,
    Question,
    Reason,
    Service,
    ThreadAddress,
    TokenAddress,
    Unknown,
)
from mailbridge.nearest import Name, Names, distance

HOME = "ratspost.example"
DOMAINS = (HOME, "alt.example")
KEYRING = Keyring((b"a key for the tests 123",))
TOKEN = tokens.write(Token("a", 17, 4711, 2), KEYRING)

TOPICS = (
    "finanzen",
    "haushalt",
    "verkehr",
    "soziales",
    "umwelt-energie",
    "u3-betreuung",
    "oeffentliche-unternehmen",
    "allgemein",
)
REGIONS = (
    "nrw", "rb-duesseldorf", "duesseldorf", "muenster", "koeln", "hamm", "hamminkeln", "unna", "kreis-unna", "kreis-kleve",
    "kleve", "bottrop", "rhein-kreis-neuss", "neuss", "bad-honnef", "kreis-coesfeld", "coesfeld", "muelheim-ruhr",
    "schwerte", "dortmund",
)  # fmt: skip
ALIASES = {"un": "kreis-unna", "d": "duesseldorf", "ham": "hamm", "land": "nrw", "muelheim-an-der-ruhr": "muelheim-ruhr"}
RESERVED = (*SERVICES, "a", "b", "f", "m", "p", "abo", "faden", "gruppe", "ab", "stumm", "info", "admin")
AMBIGUOUS = {"lh": ("kreis-coesfeld", "kreis-unna")}
BODIES = ("rat", "kreistag", "regionalrat-duesseldorf")


class Village:
    """A small table of names in the shape of the catalogue."""

    def __init__(self) -> None:
        rows = [
            *(Name(slug, "topic", slug) for slug in TOPICS),
            *(Name(slug, "region", slug) for slug in REGIONS),
            *(Name(word, "alias", slug) for word, slug in ALIASES.items()),
            *(Name(word, "reserved") for word in RESERVED),
            *(Name(word, "body") for word in BODIES),
            *(Name(word, "ambiguous", candidates=slugs) for word, slugs in AMBIGUOUS.items()),
        ]
        self.names = {name.word: name for name in rows}

    def find(self, name: str) -> Name | None:
        return self.names.get(name)

    def all_names(self) -> Iterable[Name]:
        return self.names.values()

    def find_group(self, slug: str) -> str | None:
        return slug if slug in ("rat-bottrop", "frauen") else None


VILLAGE: Names = Village()


def read(local: str) -> Destination:
    return addresses.read(f"{local}@{HOME}", VILLAGE, DOMAINS)


def suggested(local: str) -> tuple[str, ...]:
    found = read(local)
    assert isinstance(found, Unknown), found
    return tuple(address.removesuffix(f"@{HOME}") for address in found.suggestions)


@pytest.mark.parametrize(
    ("local", "meaning"),
    [
        ("finanzen", Board(("finanzen",))),
        ("kreis-unna", Board((), ("kreis-unna",))),
        ("un", Board((), ("kreis-unna",))),
        ("finanzen.kreis-unna", Board(("finanzen",), ("kreis-unna",))),
        ("kreis-unna.finanzen", Board(("finanzen",), ("kreis-unna",))),
        ("kreis-unna+finanzen", Board(("finanzen",), ("kreis-unna",))),
        ("un.finanzen.d+haushalt", Board(("finanzen", "haushalt"), ("kreis-unna", "duesseldorf"))),
        ("FINANZEN.Kreis-Unna", Board(("finanzen",), ("kreis-unna",))),
        ("münster", Board((), ("muenster",))),
        ("MÜNSTER.Verkehr", Board(("verkehr",), ("muenster",))),
        ("mu\N{COMBINING DIAERESIS}nster", Board((), ("muenster",))),
        ("un.kreis-unna.unna", Board((), ("kreis-unna", "unna"))),
        ("finanzen.haushalt.verkehr.soziales", Board(("finanzen", "haushalt", "verkehr", "soziales"))),
    ],
)
def test_boards(local: str, meaning: Board) -> None:
    assert read(local) == meaning


@pytest.mark.parametrize(
    ("local", "meaning"),
    [
        ("faden-17", ThreadAddress(17)),
        ("Faden-17-abo", ThreadAddress(17, "abo")),
        ("faden-17-ab", ThreadAddress(17, "ab")),
        ("faden-17-stumm", ThreadAddress(17, "stumm")),
        ("gruppe-frauen", Group("frauen")),
        ("gruppe-rat-bottrop", Group("rat-bottrop")),
        ("hilfe", Service("hilfe")),
        ("Postmaster", Service("postmaster")),
        ("finanzen-abo", Command(Board(("finanzen",)), "subscribe")),
        ("finanzen.un-ab", Command(Board(("finanzen",), ("kreis-unna",)), "unsubscribe")),
        ("finanzen.un-unsubscribe", Command(Board(("finanzen",), ("kreis-unna",)), "unsubscribe")),
        ("finanzen-subscribe", Command(Board(("finanzen",)), "subscribe")),
        ("kreis-unna-hilfe", Command(Board((), ("kreis-unna",)), "help")),
        ("kreis-unna-help", Command(Board((), ("kreis-unna",)), "help")),
        ("kreis-unna-owner", Command(Board((), ("kreis-unna",)), "owner")),
        ("gruppe-frauen-ab", Command(Group("frauen"), "unsubscribe")),
    ],
)
def test_threads_groups_services_and_commands(local: str, meaning: Destination) -> None:
    assert read(local) == meaning


@pytest.mark.parametrize(
    ("prefix", "form"), [("a", Answer), ("p", Private), ("f", Question), ("b", Bounce), ("m", Case), ("abo", AboToken)]
)
def test_tokens_are_read_in_any_letter_case_and_kept_for_later_proof(prefix: str, form: type[TokenAddress]) -> None:  # R52
    assert read(f"{prefix}+{TOKEN}") == read(f"{prefix}+{TOKEN}".upper()) == form(TOKEN)
    assert read(f"{prefix}+{TOKEN[:-1]}") == read(f"{prefix}+") == read(f"{prefix}+finanzen") == Unknown(Reason.TOKEN)


def test_an_umlaut_gives_a_token_no_second_spelling() -> None:
    token = next(text for n in range(1000) if "ue" in (text := tokens.write(Token("a", n, 1, 0), KEYRING)))
    assert not isinstance(read("a+" + token.replace("ue", "ü")), Answer)


@pytest.mark.parametrize("address", [f"finanzen@{HOME.upper()}", "finanzen@alt.example", "finanzen@Alt.Example"])
def test_all_our_domains_are_read(address: str) -> None:
    assert addresses.read(address, VILLAGE, DOMAINS) == Board(("finanzen",))


def test_an_international_domain_of_ours_is_read_in_both_forms() -> None:
    for domain in ("rät.example", "RÄT.example", "xn--rt-via.example"):
        assert addresses.read(f"finanzen@{domain}", VILLAGE, ("rät.example",)) == Board(("finanzen",))


def test_postmaster_alone_is_an_address() -> None:
    assert addresses.read("PostMaster", VILLAGE, DOMAINS) == Service("postmaster")


OPEN_RELAY_FORMS = [  # R67: twenty ways to ask a careless server to pass a mail on
    "dora@fern.example",
    "dora@sub.ratspost.example",
    "dora@ratspost.example.fern.example",
    "dora%fern.example@ratspost.example",
    "fern.example!dora@ratspost.example",
    "fern.example!dora",
    "dora@fern.example@ratspost.example",
    '"dora@fern.example"@ratspost.example',
    '"dora"@ratspost.example',
    '"finanzen"@ratspost.example',
    '"dora%fern.example"@ratspost.example',
    "@ratspost.example:dora@fern.example",
    "@fern.example,@ratspost.example:dora@fern.example",
    "dora@[127.0.0.1]",
    "dora@[ratspost.example]",
    "dora@127.0.0.1",
    "dora@",
    "@ratspost.example",
    "dora",
    "dora%fern.example",
    "",
    "<>",
    "finanzen@ratspost.example@fern.example",
    "dora@ratspost.example.",
]


@pytest.mark.parametrize("address", OPEN_RELAY_FORMS)
def test_nothing_is_relayed(address: str) -> None:  # R67
    found = addresses.read(address, VILLAGE, DOMAINS)
    assert isinstance(found, Unknown)
    assert found.reason in (Reason.FOREIGN, Reason.SYNTAX)


@pytest.mark.parametrize(
    "local",
    [
        "fin anzen", " finanzen", "finanzen\n", "finanzen\x00", "finanzen\r\nRCPT TO:<x@y.example>", "финансы",
        "finanzen\udcfc", "o'brien",
        "\N{KELVIN SIGN}oeln", "ﬁnanzen", "finanzen\u200b", "n\N{COMBINING DIAERESIS}rw", "a" * 65,
        ".".join(["hamm"] * 13) + ".koeln", "finanzen(Kommentar)", "finanzen,un", "finanzen;un", "finanzen/un", "a=b", "２０２６",
    ],
)  # fmt: skip
def test_what_is_not_ours_in_form_is_refused(local: str) -> None:  # R67
    found = read(local)
    assert isinstance(found, Unknown)
    assert found.reason is Reason.SYNTAX


@pytest.mark.parametrize("local", [".finanzen", "finanzen.", "finanzen..un", "finanzen.+un", ".", "+", "-abo"])
def test_an_empty_part_is_a_fault_of_form(local: str) -> None:
    found = read(local)
    assert isinstance(found, Unknown)
    assert found.reason is Reason.SYNTAX


def test_even_then_the_right_address_is_offered() -> None:
    assert suggested("finanzen..un")[0] == "finanzen.kreis-unna"


@pytest.mark.parametrize(
    ("local", "reason", "offered"),
    [
        ("rat", Reason.BODY, None),
        ("regionalrat-duesseldorf", Reason.BODY, "duesseldorf"),
        ("finanzen.regionalrat-duesseldorf", Reason.BODY, "finanzen.duesseldorf"),
        ("info", Reason.RESERVED, "hilfe"),
        ("faden", Reason.RESERVED, "hilfe"),
        ("lh", Reason.AMBIGUOUS, "kreis-coesfeld"),
        ("finanzen.lh", Reason.AMBIGUOUS, "finanzen.kreis-unna"),
        ("gruppe-maenner", Reason.GROUP, None),
        ("gruppe-frauen.finanzen", Reason.GROUP, None),
    ],
)
def test_names_that_are_no_boards_say_why(local: str, reason: Reason, offered: str | None) -> None:
    found = read(local)
    assert isinstance(found, Unknown)
    assert found.reason is reason
    if offered:
        assert f"{offered}@{HOME}" in found.suggestions


def test_a_mistyped_group_gets_no_hint_which_groups_exist() -> None:
    assert suggested("gruppe-fruaen") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("finanen.kreis-una", "finanzen.kreis-unna"),
        ("fianzen", "finanzen"),
        ("finnazen", "finanzen"),
        ("finanzn", "finanzen"),
        ("finanzeen.unna", "finanzen.unna"),
        ("kreisunna", "kreis-unna"),
        ("kreis_unna", "kreis-unna"),
        ("landkreis-unna", "kreis-unna"),
        ("stadt-bottrop", "bottrop"),
        ("stadtbottrop", "bottrop"),
        ("bottorp", "bottrop"),
        ("botrop", "bottrop"),
        ("duseldorf", "duesseldorf"),
        ("dusseldorf", "duesseldorf"),
        ("munster", "muenster"),
        ("honnef", "bad-honnef"),
        ("rheinkreisneuss", "rhein-kreis-neuss"),
        ("muelheim", "muelheim-ruhr"),
        ("mühlheim-an-der-ruhr", "muelheim-ruhr"),
        ("finanzen-kreis-unna", "finanzen.kreis-unna"),
        ("finanzenunna", "finanzen.unna"),
        ("finanzen_unna", "finanzen.unna"),
        ("haushalt.finanen.una", "haushalt.finanzen.unna"),
        ("umweltenergie", "umwelt-energie"),
        ("finanen-abo", "finanzen-abo"),
        ("kreisunna-ab", "kreis-unna-ab"),
        ("hamn", "hamm"),
        ("hlife", "hilfe"),
        ("anmeldne", "anmelden"),
        ("faden17", "faden-17"),
        ("fadn-17", "faden-17"),
        ("faden-017", "faden-17"),
        ("faden_17", "faden-17"),
        ("faden-17-abbo", "faden-17"),
        ("thread-17", "faden-17"),
        ("finanzen.xyzxyzxyz", "finanzen"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(typed: str, meant: str) -> None:
    assert meant in suggested(typed)


@pytest.mark.parametrize(
    ("typed", "first"), [("finanen", "finanzen"), ("una", "unna"), ("kreis-una", "kreis-unna"), ("kreisunna", "kreis-unna")]
)
def test_the_nearest_comes_first(typed: str, first: str) -> None:
    assert suggested(typed)[0] == first


@pytest.mark.parametrize(
    "typed", ["qqqqqqqq", "x" * 64, "q.w.e.r.t", "1234567890", "faden-0", "faden-" + "9" * 19, "noreply-12345"]
)
def test_a_guess_into_the_blue_offers_nothing(typed: str) -> None:
    assert suggested(typed) == ()


typed_words = st.text(alphabet="abcdefinkmnoruz-.+_17", min_size=1, max_size=64)


@given(local=typed_words)
def test_every_suggestion_is_valid(local: str) -> None:
    found = read(local)
    if isinstance(found, Unknown):
        assert len(found.suggestions) <= 3
        for suggestion in found.suggestions:
            assert not isinstance(addresses.read(suggestion, VILLAGE, DOMAINS), Unknown)


boards = st.builds(
    Board,
    topics=st.lists(st.sampled_from(TOPICS), max_size=3, unique=True).map(tuple),
    regions=st.lists(st.sampled_from(REGIONS), min_size=1, max_size=2, unique=True).map(tuple),
)
groups = st.sampled_from(["frauen", "rat-bottrop"]).map(Group)
token_texts = st.builds(
    lambda kind, person, target: tokens.write(Token(kind, person, target, 3), KEYRING),
    st.sampled_from(sorted(tokens.KINDS)),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
)
destinations = st.one_of(
    boards,
    groups,
    st.builds(ThreadAddress, st.integers(1, 10**18 - 1), st.sampled_from([None, "abo", "ab", "stumm"])),
    *(st.builds(form, token_texts) for form in (Answer, Private, Question, Bounce, Case, AboToken)),
    st.builds(Service, st.sampled_from(SERVICES)),
    st.builds(Command, st.one_of(boards, groups), st.sampled_from(["subscribe", "unsubscribe", "help", "owner"])),
)


@given(destination=destinations)
def test_what_was_written_is_read(destination: Destination) -> None:
    try:
        address = addresses.write(destination, HOME)
    except ValueError:  # three long topics do not fit into 64 octets
        assert isinstance(destination, Board | Command)
        return
    assert len(address.partition("@")[0]) <= 64
    assert addresses.read(address, VILLAGE, DOMAINS) == destination
    assert addresses.read(address.upper(), VILLAGE, DOMAINS) == destination


def test_each_form_has_its_own_writer() -> None:
    written = {
        addresses.board(("finanzen",), ("kreis-unna",), HOME): Board(("finanzen",), ("kreis-unna",)),
        addresses.group("frauen", HOME): Group("frauen"),
        addresses.thread(17, HOME): ThreadAddress(17),
        addresses.thread_command(17, "stumm", HOME): ThreadAddress(17, "stumm"),
        addresses.command(Board(("finanzen",)), "subscribe", HOME): Command(Board(("finanzen",)), "subscribe"),
        addresses.answer(TOKEN, HOME): Answer(TOKEN),
        addresses.private(TOKEN, HOME): Private(TOKEN),
        addresses.question(TOKEN, HOME): Question(TOKEN),
        addresses.bounce(TOKEN, HOME): Bounce(TOKEN),
        addresses.case(TOKEN, HOME): Case(TOKEN),
        addresses.unsubscribe(TOKEN, HOME): AboToken(TOKEN),
        addresses.service("hilfe", HOME): Service("hilfe"),
    }
    for address, destination in written.items():
        assert addresses.read(address, VILLAGE, DOMAINS) == destination
    assert addresses.thread_command(17, "stumm", HOME) == "faden-17-stumm@ratspost.example"
    assert addresses.command(Board(("finanzen",)), "subscribe", HOME) == "finanzen-abo@ratspost.example"


@pytest.mark.parametrize("wrong", [Board(), Unknown(Reason.TYPO), Service("dora"), Board(TOPICS)])
def test_what_has_no_address_is_not_written(wrong: Destination) -> None:
    with pytest.raises(ValueError):
        addresses.write(wrong, HOME)


@given(one=st.text("abcd", max_size=9), other=st.text("abcd", max_size=9))
def test_the_quick_distance_is_the_plain_one(one: str, other: str) -> None:
    assert distance(one, other) == _plain_distance(one, other)


class _Land(Village):
    """All of North Rhine-Westphalia in size: 39 topics, 436 regions, some aliases."""

    def __init__(self) -> None:
        super().__init__()
        for number in range(560 - len(self.names)):
            slug = f"{'bad-' if number % 7 == 0 else ''}{_syllables(number)}-{_syllables(number * 31)}"
            self.names[slug] = Name(slug, "region", slug)


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 64,
        "finanen.kreis-una",
        "ab" * 32,
        "kreis-" * 10,
        "una.finanen.duseldorf-muenster-kleve-neuss-verkher-haushlat-bott",
        "e-e-" * 16,
        "n.e." * 16,
    ],
)
@pytest.mark.proof
def test_a_hostile_address_costs_little(hostile: str) -> None:
    land = _Land()
    addresses.read(f"warm@{HOME}", land, DOMAINS)
    times = []
    for _ in range(3):
        started = time.process_time()
        addresses.read(f"{hostile}@{HOME}", land, DOMAINS)
        times.append(time.process_time() - started)
    assert min(times) < 0.02


def _syllables(number: int) -> str:
    return "".join(
        ("ha", "gen", "ber", "lin", "dorf", "nek", "ste", "wald", "ruh", "lip")[int(digit)] for digit in f"{number % 997:03d}"
    )


def _plain_distance(one: str, other: str) -> int:
    rows = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = one[i - 1] != other[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
