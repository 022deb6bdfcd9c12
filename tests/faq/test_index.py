"""Matching, on the small example campaign, which has no trained matcher."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from bot.faq.index import Index

EXAMPLE = Path(__file__).parents[1] / "content/example/content"
INDEX = Index.build(Content.load(EXAMPLE))


def test_exact() -> None:
    """A known phrasing is certain, in whatever language the person reads."""
    match = INDEX.match("PARA CUANDO??")
    assert (match.slug, match.score) == ("when", 1.0)
    assert match.suggestions == ("when", "what")


def test_typo() -> None:
    """A typo still finds its entry."""
    assert INDEX.match("whn must it happen").slug == "when"


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u202e\u200b", "🙂", "zzzz qqqq"])
def test_nothing_in_common(text: str) -> None:
    """What shares nothing with any phrasing is not answered; the menu's first are suggested."""
    match = INDEX.match(text)
    assert (match.slug, match.score, match.locale) == (None, 0.0, None)
    assert match.suggestions == ("what", "when")


def test_foreign_letters_lower_the_score() -> None:
    """Words never seen before make a match less sure."""
    plain = INDEX.match("what do you want now").score
    assert INDEX.match("what do you want xylophone quartz").score < plain


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text(text: str) -> None:
    """No text, however strange, raises; the answer is an entry or none, the score from 0 to 1."""
    match = INDEX.match(text)
    assert match.slug in (None, "what", "when")
    assert 0.0 <= match.score <= 1.0
    assert set(match.suggestions) == {"what", "when"}
