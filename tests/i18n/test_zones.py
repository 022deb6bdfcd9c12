"""Time zones by the cities they are named after."""

import re

import pytest

from bot.config import ROOT
from bot.i18n import zones
from bot.i18n.catalogs import Catalogs

CATALOGS = Catalogs.load(ROOT / "locales", default="en")
LATIN = re.compile("[A-Za-z]")


@pytest.mark.parametrize("locale", ["ar", "he"])
def test_no_city_is_left_in_latin_letters(locale: str) -> None:
    """Also a city whose zone has been renamed is called as the language calls it."""
    words = CATALOGS.words(locale)
    assert [zone for zone in zones.offered() if LATIN.search(zones.city(words, zone))] == []


@pytest.mark.parametrize(
    ("locale", "zone", "city"),
    [
        ("en", "Europe/Kyiv", "Kyiv"),
        ("ar", "Europe/Kyiv", "كييف"),
        ("he", "Asia/Kolkata", "קולקטה"),
        ("de", "America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("ar", "Asia/Hebron", "الخليل"),
        ("pt_BR", "Asia/Hebron", "Hebron"),
        ("ar", "UTC", "UTC"),
    ],
)
def test_a_city_in_the_readers_language(locale: str, zone: str, city: str) -> None:
    """A zone is named by its city, as people there call it."""
    assert zones.city(CATALOGS.words(locale), zone) == city
