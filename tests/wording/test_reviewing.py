"""What changed, as it is read on a phone."""

from datetime import timedelta

import pytest

from bot.domain.changes import Changes, Piece, Was, WordsChange
from bot.wording.cooling import cools_for_them, cools_for_you
from bot.wording.reviewing import CHANGE_SHOWN, changed_lines
from tests import shipped

CATALOGS = shipped.catalogs()
EN = CATALOGS.words("en")


def change(locale: str, *pieces: Piece) -> WordsChange:
    """Return a change of one language's words."""
    return WordsChange(locale=locale, pieces=pieces)


def test_removed_and_added() -> None:
    """What was removed and what was added is marked by a sign as well as by a line."""
    pieces = (
        Piece(Was.KEPT, "It votes on"),
        Piece(Was.REMOVED, "Friday."),
        Piece(Was.ADDED, "Thursday."),
    )
    shown = changed_lines(EN, Changes(words=(change("en", *pieces),)))
    assert not isinstance(shown, str)
    assert "It votes on −Friday. +Thursday." in shown.text
    marked = {
        each.type: shown.text.encode("utf-16-le")[2 * each.offset : 2 * (each.offset + each.length)].decode(
            "utf-16-le"
        )
        for each in shown.entities
        if each.type != "bold"
    }
    assert marked == {"strikethrough": "Friday.", "underline": "Thursday."}


def test_many_languages_and_long_texts() -> None:
    """Three languages are shown, each cut; the others are named: the words stand above."""
    long = [change(locale, Piece(Was.ADDED, "word " * 500)) for locale in CATALOGS.locales]
    shown = changed_lines(EN, Changes(words=tuple(long)))
    assert not isinstance(shown, str)
    lines = shown.text.splitlines()
    assert len(lines) == 5
    assert all(len(line) <= CHANGE_SHOWN + 1 for line in lines)
    assert lines[-1].startswith("Also changed: ")


def test_the_first_look_and_an_idle_one() -> None:
    """Who looks for the first time has nothing to compare; who looks again reads that nothing has changed."""
    assert changed_lines(EN, None) == ""
    assert changed_lines(EN, Changes()) == "Nothing has changed since you last looked."


@pytest.mark.parametrize(("seconds", "minutes"), [(3600, "60 minutes"), (61, "2 minutes"), (1, "1 minute")])
def test_minutes_are_rounded_up(seconds: int, minutes: str) -> None:
    """Who waits for so long may then: nobody is told to come back too soon."""
    left = timedelta(seconds=seconds)
    for said in (cools_for_you(EN, left), cools_for_them(EN, left)):
        assert said.translate({0x2068: None, 0x2069: None}).endswith(f"in {minutes}.")
    assert cools_for_you(EN, timedelta(0)) == cools_for_them(EN, timedelta(0)) == ""
