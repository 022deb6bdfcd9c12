"""The campaign's own words keep to the content rules."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from bot.commands.content_check import check
from bot.content import Entry, rules
from bot.content.words import Digest
from tests import shipped

ROOT = Path(__file__).parents[2]
STATEMENT = ROOT.parent / "shared/STATEMENT.txt"
TODAY = date(2026, 11, 23)
SLUGS = [
    "who-is-calling",
    "what-is-bnc",
    "what-is-asked",
    "why-anyvision",
    "fr-harms",
    "who-is-impacted",
    "why-toxic",
    "us-cities",
    "big-tech-response",
    "microsoft-divest",
    "why-not-regulate",
    "tech-lobbying",
    "company-reply",
    "checkpoints",
    "field-tested",
    "who-runs-anyvision",
    "who-should-cut-ties",
    "how-to-help",
    "until-when",
    "since-then",
]
COPIED = 8
"""Words in a row that count as copied when they stand outside quotation marks."""

CONTENT = shipped.content()
ANSWERS = [CONTENT.entry(slug, locale) for slug in CONTENT.entries for locale in CONTENT.locales]


@pytest.fixture(scope="module")
def statement() -> str:
    """Read the statement, where it is at hand."""
    if not STATEMENT.exists():
        pytest.skip("the statement's text is not kept in the repository; ../shared/STATEMENT.txt is absent")
    return STATEMENT.read_text(encoding="utf-8")


def test_quotations_are_verbatim(statement: str) -> None:
    """Everything in quotation marks is the statement's, in every locale."""
    assert check(ROOT / "content", STATEMENT, today=TODAY).gaps == []
    whole = rules.normal(statement)
    digests = [CONTENT.statement(locale) for locale in CONTENT.locales]
    found = [words for text in _texts(*ANSWERS, *digests) for words in rules.quoted(text)]
    assert found
    assert [words for words in found if words not in whole] == []


def test_nothing_is_copied(statement: str) -> None:
    """No eight words in a row are the statement's, outside quotation marks."""
    taken = set(_runs(statement))
    english = [entry for entry in ANSWERS if entry.locale == "en"]
    for text in _texts(*english, CONTENT.statement("en")):
        for own in re.split(r"“[^”]*”", text):
            assert not taken & set(_runs(own)), own


def test_every_slug_in_every_locale() -> None:
    """The twenty fixed slugs are all there, in order, each in its topic."""
    assert list(CONTENT.entries) == SLUGS
    assert {(entry.slug, entry.locale) for entry in ANSWERS} == {
        (slug, locale) for slug in SLUGS for locale in CONTENT.locales
    }
    assert sorted(slug for topic in CONTENT.topics for slug in topic.entries) == sorted(SLUGS)


@pytest.mark.parametrize("entry", ANSWERS, ids=lambda entry: f"{entry.slug}-{entry.locale}")
def test_attributed_and_dated(entry: Entry) -> None:
    """Every answer says whose word it is, and of when."""
    assert "2020" in entry.short or entry.note
    assert entry.more
    assert entry.more != entry.short


def test_one_editors_note() -> None:
    """Only `since-then` is the editors' own: dated, with its source, and without a paragraph."""
    notes = {entry.slug for entry in ANSWERS if entry.note}
    assert notes == {"since-then"}
    for locale in CONTENT.locales:
        entry = CONTENT.entry("since-then", locale)
        assert entry.note
        assert entry.note.source.startswith("https://")
        assert entry.paragraphs == ()
        assert "Oosto" in entry.short
        assert "2021" in entry.short


def test_no_city_and_no_person_is_named() -> None:
    """`us-cities` names no city and `who-runs-anyvision` no individual: the statement names none."""
    shown = [
        text for slug in ("us-cities", "who-runs-anyvision") for text in _texts(CONTENT.entry(slug, "en"))
    ]
    names = re.findall(r"(?<=[a-z,;] )[A-Z][\w’]+", " ".join(shown))
    known = {"June", "United", "States", "US", "AnyVision", "Israel’s", "Israeli", "It", "Veterans"}
    assert set(names) <= known


def test_no_figures() -> None:
    """The only figures are dates: the statement contains no others."""
    for text in _texts(*ANSWERS):
        assert {*re.findall(r"\d+", text)} <= {"2020", "2021", "2025", "20"}, text


def test_digest_has_eleven_paragraphs() -> None:
    """The digest says something of each of the statement's paragraphs, in every locale."""
    for locale in CONTENT.locales:
        assert len(CONTENT.statement(locale).paragraphs) == 11
    cited = {number for entry in ANSWERS for number in entry.paragraphs}
    assert cited == set(range(1, 12))


def test_where_the_statement_is() -> None:
    """The publisher and a published copy are linked."""
    campaign = CONTENT.campaign
    assert campaign.statement_url == "https://bdsmovement.net"
    assert campaign.copy_url == "https://aurdip.org/en/palestinians-renew-call-to-boycott/"
    assert (campaign.published.year, campaign.published.month) == (2020, 6)


def test_arabic_paragraphs_begin_in_arabic() -> None:
    """A paragraph is laid out in the direction of its first letter, so each one's is Arabic."""
    for text in _texts(*(entry for entry in ANSWERS if entry.locale == "ar"), CONTENT.statement("ar")):
        for paragraph in text.split("\n\n"):
            first = next(letter for letter in paragraph if letter.isalpha())
            assert unicodedata.bidirectional(first) == "AL", paragraph


def test_consent_names_who_asks() -> None:
    """The wording a person agrees to says who runs the bot, in every locale."""
    for locale in CONTENT.locales:
        assert CONTENT.campaign.run_by(locale) in CONTENT.consent(locale).text
        assert CONTENT.campaign.run_by(locale) in CONTENT.privacy(locale).text
        assert "{" not in CONTENT.consent(locale).text + CONTENT.privacy(locale).text


def _texts(*shown: Entry | Digest) -> list[str]:
    texts: list[str] = []
    for one in shown:
        texts += one.paragraphs if isinstance(one, Digest) else (one.question, one.label, one.short, one.more)
    return texts


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"[\w’'-]+", text.casefold())
    return [tuple(words[at : at + COPIED]) for at in range(len(words) - COPIED + 1)]
