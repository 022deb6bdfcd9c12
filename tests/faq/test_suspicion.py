"""Words that keep an answer back: found as they stand, by their beginnings, and behind what is written before them."""

from pathlib import Path

import pytest

from bot.content import Content
from bot.faq.ranking import is_entry, phrasings
from bot.faq.suspicion import Listed, Suspicion

CONTENT = Content.load(Path(__file__).parents[2] / "content")
LISTED = Listed.of(["Burn*", "hang them", "gas", "לשרוף*", "حرق*", "*", ""])


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("burn", True),
        ("burning", True),
        ("auburn", False),
        ("hang them", True),
        ("hang the others", False),
        ("gas", True),
        ("gasp", False),
        ("ולשרופ", False),
        ("ולשרוף", True),
        ("بالحرق", True),
        ("", False),
    ],
)
def test_listed(text: str, is_there: bool) -> None:
    """A word is found as it stands, a stem at the beginning of a word, both behind a prefix."""
    assert LISTED.are_in(text.split()) is is_there


def test_every_language_has_words() -> None:
    """Each of the campaign's languages has words of each kind of its own."""
    for locale in CONTENT.locales:
        assert (Path(__file__).parents[2] / f"content/suspect/{locale}.toml").exists()
    for words in (CONTENT.suspect.alone, CONTENT.suspect.peoples, CONTENT.suspect.contempt):
        assert len(words) > 300


def test_honest_questions_have_none() -> None:
    """Of a hundred ways to ask what the statement answers, hardly one has such a word."""
    suspicion = Suspicion.of(CONTENT)
    asked = [one.text for one in phrasings(CONTENT) if is_entry(one.group)]
    assert sum(suspicion.said_in(text).is_hateful for text in asked) <= 0.009 * len(asked)
