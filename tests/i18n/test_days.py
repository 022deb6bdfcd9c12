"""Days that are typed: as ISO writes them, as each locale does, in any alphabet's digits."""

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.days import day_in
from tests import shipped

CATALOGS = shipped.catalogs()
TODAY = date(2026, 11, 23)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=TODAY)


@pytest.mark.parametrize("locale", CATALOGS.locales)
@given(DAYS)
def test_as_the_locale_writes_it(locale: str, day: date) -> None:
    """What CLDR writes in a locale, in numbers or in words, is read as that day; and ISO everywhere."""
    words = CATALOGS.words(locale)
    for form in ("short", "medium", "long"):
        assert day_in(format_date(day, form, locale=words.cldr), words, today=TODAY) == day, form
    assert day_in(words.date(day), words, today=TODAY) == day
    assert day_in(day.isoformat(), words, today=TODAY) == day


@pytest.mark.parametrize(
    ("locale", "typed", "day"),
    [
        ("en", "3/14/2026", date(2026, 3, 14)),
        ("de", "14.3.26", date(2026, 3, 14)),
        ("fr", " 14/03/2026 ", date(2026, 3, 14)),
        ("ar", "١٤/٣/٢٠٢٦", date(2026, 3, 14)),
        ("en", "२०२६-०३-१४", date(2026, 3, 14)),
        ("en", "14 March", date(2026, 3, 14)),
        ("en", "Mar 14, 2026", date(2026, 3, 14)),
        ("en", "24 November", date(2025, 11, 24)),
        ("de", "14.3.", date(2026, 3, 14)),
        ("es", "14 de marzo de 2026", date(2026, 3, 14)),
        ("en", "2026/03/14", date(2026, 3, 14)),
        ("en", "29 February", None),
        ("en", "2026-02-30", None),
        ("en", "yesterday", None),
        ("en", "14", None),
        ("en", "1 2 3 4", None),
        ("en", "", None),
        ("en", "99999999999999999999/1/1", None),
        ("en", "²/³/2026", None),
    ],
)
def test_typed(locale: str, typed: str, day: date | None) -> None:
    """What people type is a day, or plainly none."""
    assert day_in(typed, CATALOGS.words(locale), today=TODAY) == day


@given(st.text(max_size=40))
def test_anything(typed: str) -> None:
    """Whatever is typed, nothing fails."""
    for locale in ("en", "ar", "he"):
        day_in(typed, CATALOGS.words(locale), today=TODAY)
