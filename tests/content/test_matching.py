"""How well questions find their answers, on questions set apart: none of them is among the phrasings."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.content import Content
from bot.domain.faq import Match, fold
from bot.faq.index import Index

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    json.loads(line)
    for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [asked for asked in QUESTIONS if asked["slug"]]
UNANSWERABLE = [asked for asked in QUESTIONS if not asked["slug"]]


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.load(ROOT / "content")


@pytest.fixture(scope="module")
def index(content: Content) -> Index:
    return Index.build(content)


def _matches(index: Index, questions: list[dict[str, str]]) -> list[tuple[dict[str, str], Match]]:
    return [(asked, index.match(asked["question"], locale=asked["lang"])) for asked in questions]


def test_set_apart(index: Index) -> None:
    """No test question is a phrasing: the figures below would mean nothing otherwise."""
    assert [asked for asked in QUESTIONS if fold(asked["question"]) in index.exact] == []


def test_every_locale_is_asked(content: Content) -> None:
    """There is a question for every entry in every locale."""
    assert {(asked["slug"], asked["lang"]) for asked in ANSWERABLE} == {
        (slug, locale) for slug in content.entries for locale in content.locales
    }


def test_nearest(index: Index) -> None:
    """The right entry is first for three of four, and among the three nearest for nine of ten.

    Measured: 0.80 first, 0.95 among three; the trained matcher raises both.
    """
    matches = _matches(index, ANSWERABLE)
    first = Counter(asked["lang"] for asked, match in matches if match.suggestions[0] == asked["slug"])
    near = sum(asked["slug"] in match.suggestions for asked, match in matches)
    asked_in = Counter(asked["lang"] for asked in ANSWERABLE)
    assert near / len(matches) >= 0.9
    for locale, count in asked_in.items():
        assert first[locale] / count >= 0.7, locale
    assert first.total() / len(matches) >= 0.75


def test_answered_directly(index: Index) -> None:
    """A direct answer is right: at most three of a hundred questions get a wrong one, half get the right one."""
    direct = [(asked["slug"], match.slug) for asked, match in _matches(index, ANSWERABLE) if match.slug]
    right = sum(asked == answered for asked, answered in direct)
    assert right / len(ANSWERABLE) >= 0.5
    assert (len(direct) - right) / len(ANSWERABLE) <= 0.03


def test_the_statement_does_not_say(index: Index) -> None:
    """What the statement leaves open, and what has nothing to do with it, is not answered directly."""
    answered = [asked["question"] for asked, match in _matches(index, UNANSWERABLE) if match.slug]
    assert len(answered) / len(UNANSWERABLE) <= 0.05, answered


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "how many us cities banned facial recognition"),
        ("en", "How much did Microsoft divest from AnyVision?"),
        ("es", "¿Cuántas ciudades de EE. UU. han prohibido el reconocimiento facial?"),
        ("ar", "كم مدينة أمريكية حظرت التعرف على الوجوه؟"),
        ("en", "كم كاميرا في الضفة"),
    ],
)
def test_figures_are_never_answered(index: Index, locale: str, question: str) -> None:
    """“How many” and “how much” have no answer in the statement, however near a question is."""
    match = index.match(question, locale=locale)
    assert match.slug is None
    assert len(match.suggestions) == 3


def test_every_phrasing_finds_its_entry(content: Content, index: Index) -> None:
    """A known phrasing is answered with certainty, whatever the locale of who asks."""
    for slug in content.entries:
        for locale in content.locales:
            for phrasing in content.entry(slug, locale).phrasings:
                match = index.match(f"  {phrasing.upper()}?! ", locale="en")
                assert (match.slug, match.score) == (slug, 1.0)
