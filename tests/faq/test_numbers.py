"""Numbers in a question that an answer does not carry."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.content import Content
from bot.faq.index import Index
from bot.faq.numbers import Numbers, numbers_in

EXAMPLE = Path(__file__).parents[1] / "content/example/content"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("all 47 of them", {47}),
        ("4,000 or 4.000 or 4 000 or 4’000", {4000}),
        ("2020'den beri, 24/7", {2020, 24}),
        ("منذ ٢٠٢٠", {2020}),
        ("1.5 hours, 3 things", set()),
        ("12.34.5678", {12, 34, 5678}),
        ("", set()),
        ("²³ ①②", set()),
    ],
)
def test_in(text: str, numbers: set[int]) -> None:
    """A number has two figures or more, in any script, with or without signs between the thousands."""
    assert numbers_in(text.replace(" 000", "\u202f000")) == numbers


def test_carried() -> None:
    """An entry carries the numbers of its question, its answers and its phrasings, in any locale."""
    content = Content.load(EXAMPLE)
    slug, locale = content.entries[0], content.locales[-1]
    entry = content.entry(slug, locale)
    changed = replace(content, answers={**content.answers, (slug, locale): replace(entry, more="All 1,234.")})
    numbers = Numbers.of(changed)
    assert 1234 in numbers.carried[slug]
    assert numbers.foreign_to(slug, "why 1234 and not 99") == {99}
    assert numbers.is_nowhere(99)
    assert not numbers.is_nowhere(1234)


def test_welcome() -> None:
    """An entry that may be asked with any name may be asked with any number."""
    numbers = Numbers(carried={"help": frozenset()}, welcome_in=frozenset({"help"}))
    assert numbers.foreign_to("help", "there are 30 of us") == set()


def test_not_answered() -> None:
    """A question that is answered is not, with a number that the entry does not carry; the statement leaves it open."""
    content = Content.load(EXAMPLE)
    index = Index.build(content)
    question = f"so {content.entry(content.entries[0], content.campaign.default).question}"
    assert index.match(question).slug == content.entries[0]
    asked = index.match(f"{question} all 4711")
    assert (asked.slug, asked.is_open) == (None, True)
