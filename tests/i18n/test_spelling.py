"""Dates as each language spells them: the first of a month, and the article before a day."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.bidi import FSI, PDI, RTL_MARK, isolate
from bot.i18n.days import day_in
from bot.i18n.spelling import elided
from tests import shipped

CATALOGS = shipped.catalogs()
FIRST = date(2026, 1, 1)
WRITTEN = {
    "en": ("1 January 2026", "1 Jan", "Thu, 1 Jan, 18:00", "11 January 2026"),
    "ar": ("1 يناير 2026", "1 يناير", "الخميس، 1 يناير، 18:00", "11 يناير 2026"),
    "es": ("1 de enero de 2026", "1 ene", "jue, 1 ene, 18:00", "11 de enero de 2026"),
    "fr": ("1er janvier 2026", "1er janv.", "jeu. 1er janv., 18:00", "11 janvier 2026"),
    "de": ("1. Januar 2026", "1. Jan.", "Do., 1. Jan., 18:00", "11. Januar 2026"),
    "it": ("1º gennaio 2026", "1º gen", "gio 1º gen, 18:00", "11 gennaio 2026"),
    "pt_BR": ("1º de janeiro de 2026", "1º de jan.", "qui., 1º de jan. 18:00", "11 de janeiro de 2026"),
    "tr": ("1 Ocak 2026", "1 Oca", "1 Oca Per 18:00", "11 Ocak 2026"),
    "he": ("1 בינואר 2026", "1 בינו׳", "יום ה׳, 1 בינו׳, 18:00", "11 בינואר 2026"),
}
"""By locale: the first of January, whole and short, at an hour of it, and the eleventh."""

ARTICLES = {
    "You agreed to alerts on {day}.": ("il", "l’"),
    "On the list since {day}.": ("dal", "dall’"),
    "Alerts: paused until {day}.": ("al", "all’"),
}
"""By sentence: the article that the Italian one has before a day, and before a vowel."""

_BARE = str.maketrans("", "", FSI + PDI + RTL_MARK)


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_the_first_of_a_month(locale: str) -> None:
    """Its day is an ordinal where the language has one there, in each form of a date; no other day is."""
    words = CATALOGS.words(locale)
    at = datetime(2026, 1, 1, 18, tzinfo=UTC)
    whole, short, moment, eleventh = WRITTEN[locale]
    assert (words.date(FIRST), words.short_date(FIRST), words.moment(at, UTC)) == (whole, short, moment)
    assert words.short_day(at) in moment
    assert words.date(FIRST.replace(day=11)) == eleventh
    assert day_in(whole, words, today=FIRST) == FIRST


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_a_date_in_a_sentence(locale: str) -> None:
    """It stands there as it is written alone, isolated, whichever day it is."""
    words = CATALOGS.words(locale)
    for number in range(1, 32):
        day = words.date(FIRST.replace(day=number))
        assert isolate(day) in words.gettext("You agreed to alerts on {day}.", day=day)


def test_the_article_in_italian() -> None:
    """It is joined to the eighth and the eleventh, in what people read of their consent and pauses; else it stays."""
    words = CATALOGS.words("it")
    for msgid, (article, joined) in ARTICLES.items():
        for number in range(2, 32):
            day = words.date(FIRST.replace(day=number))
            before = joined if number in {8, 11} else f"{article} "
            assert f" {before}{day}" in words.gettext(msgid, day=day).translate(_BARE)


def test_what_people_wrote() -> None:
    """A value keeps its own words, and so does every other language."""
    assert elided(f"{FSI}il 8 marzo{PDI}", "it") == f"{FSI}il 8 marzo{PDI}"
    assert elided(f"il {FSI}8 marzo{PDI}", "it") == f"l’{FSI}8 marzo{PDI}"
    assert elided(f"Il {FSI}11 marzo{PDI}", "it") == f"L’{FSI}11 marzo{PDI}"
    assert elided(f"il {FSI}80{PDI}", "it") == f"il {FSI}80{PDI}"
    assert elided(f"il {FSI}8{PDI}", "fr") == f"il {FSI}8{PDI}"
