"""What phrasings and dates must keep to, on a spoiled copy of the example campaign and on the campaign itself."""

from datetime import date
from pathlib import Path

import pytest

from bot.commands.content_check import check
from bot.config import ROOT
from bot.content import Content, teaching
from bot.content.loading import gather
from tests.content.spoiling import Edit

TODAY = date(2026, 11, 23)


def test_the_campaign_teaches_well() -> None:
    """None of the campaign's own phrasings means two things or nothing, and every answer has enough of them."""
    found = gather(ROOT / "content")
    assert list(teaching.about_phrasings(found)) == []
    assert list(teaching.about_numbers(found)) == []
    assert list(teaching.about_dates(found, today=TODAY)) == []


@pytest.fixture
def tables(folder: Path) -> Path:
    """Let the example say what its statement leaves open, and what is no question."""
    for name, words in {
        "unanswered/es.toml": '[topics]\ncost = ["cuánto cuesta"]\nplace = ["dónde está"]\n',
        "unanswered/en.toml": '[topics]\ncost = ["what does it cost"]\n',
        "smalltalk/es.toml": 'greeting = ["hola"]\n',
        "smalltalk/en.toml": 'greeting = ["hello"]\n',
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(words, encoding="utf-8")
    assert check(folder, None, today=TODAY).gaps == []
    return folder


# File, what stands there, what it is replaced by, and the whole line that then reports it.
TWICE = [
    ("faq/what/es.md", "- qué piden", "- ¡Hasta cuándo!", "faq/when/es.md: “hasta cuándo” … what and when"),
    (
        "faq/what/es.md",
        "- qué piden",
        "- cuándo acaba\n  - q",
        "faq/when/es.md: “cuándo acaba” … what and when",
    ),
    ("faq/what/es.md", "- qué piden", "- By when", "faq/when/en.md: “By when?” … what and when"),
    ("faq/when/en.md", "- how soon", "- What is asked", "faq/when/en.md: “What is asked” … what and when"),
    (
        "unanswered/es.toml",
        "cuánto cuesta",
        "Que Queréis",
        "unanswered/es.toml: “Que Queréis” … what and unanswered cost",
    ),
    (
        "unanswered/es.toml",
        "dónde está",
        "cuanto cuesta",
        "unanswered/es.toml: “cuanto cuesta” … unanswered cost and unanswered place",
    ),
    (
        "smalltalk/en.toml",
        "hello",
        "What does it cost?",
        "smalltalk/en.toml: “What does it cost?” … unanswered cost and smalltalk greeting",
    ),
]


@pytest.mark.parametrize("spoiled", TWICE, ids=lambda spoiled: spoiled[-1])
def test_phrasing_in_two_groups(tables: Path, edit: Edit, spoiled: tuple[str, str, str, str]) -> None:
    """A phrasing of two groups is reported where it comes up again, whatever its accents, case and signs."""
    name, old, new, line = spoiled
    edit(name, old, new)
    assert check(tables, None, today=TODAY).gaps == [line.replace("…", "is a phrasing of both")]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("smalltalk/es.toml", "hola", "hello there"), ("smalltalk/en.toml", "hello", "cuánto cuesta")],
)
def test_languages_may_share(tables: Path, edit: Edit, name: str, old: str, new: str) -> None:
    """What is said in two languages may mean two things, unless it asks for two answers: “ciao” comes and goes."""
    edit(name, old, new)
    assert check(tables, None, today=TODAY).gaps == []


@pytest.mark.parametrize("nothing", ["“???”", "“😂”"])
def test_phrasing_that_says_nothing(tables: Path, edit: Edit, nothing: str) -> None:
    """A phrasing of which nothing is left when it is folded can never be recognized."""
    edit("smalltalk/es.toml", '"hola"', f'"hola", "{nothing.strip("“”")}"')
    problems = check(tables, None, today=TODAY).gaps
    assert problems == [f"smalltalk/es.toml: {nothing} has neither letter nor digit to know it by"]


def test_too_few_phrasings(folder: Path, edit: Edit) -> None:
    """Eleven are too few, and one that differs by its signs only is no other."""
    edit("faq/what/en.md", "- what is asked\n", "- What do you want?\n")
    problems = check(folder, None, today=TODAY).gaps
    assert problems == ["faq/what/en.md: has 11 different phrasings; 12 are the least"]


def test_outdated_in_the_future(folder: Path, edit: Edit) -> None:
    """An answer is outdated from a day that has come; the line names the default locale's page alone."""
    edit("faq/what/es.md", "topic:", "outdated: 2026-11-23\ntopic:")
    assert check(folder, None, today=TODAY).gaps == []
    assert check(folder, None, today=date(2026, 11, 22)).gaps == [
        "faq/what/es.md: outdated: 2026-11-23 is still to come"
    ]


@pytest.mark.parametrize(
    ("name", "begins", "named"),
    [
        ("faq/what/en.md", "Yes, in short", "yes"),
        ("faq/what/en.md", "They say, in short", "they"),
        ("faq/what/es.md", "Sí, en breve", "sí"),
    ],
)
def test_an_answer_stands_alone(folder: Path, edit: Edit, name: str, begins: str, named: str) -> None:
    """A short answer that begins with yes, no, because or they, in its own language, is a gap."""
    edit(name, "short: ", f"short: {begins}, ")
    assert check(folder, None, today=TODAY).gaps == [
        f"{name}: begins its short answer with “{named}”, which says nothing without the question"
    ]


def test_a_bot_starts_all_the_same(folder: Path, edit: Edit) -> None:
    """None of this keeps a bot from starting: people get an answer, if not the best."""
    edit("faq/what/en.md", "- what is asked\n", "- '?'\n  - by when\n")
    edit("faq/what/es.md", "topic:", "outdated: 2999-01-01\ntopic:")
    assert len(check(folder, None, today=TODAY).gaps) == 3
    assert Content.load(folder).entries == ("what", "when")
