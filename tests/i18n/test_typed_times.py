"""Days and hours as people type them."""

from contextlib import suppress
from datetime import date, time

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI
from bot.errors import CampaignError
from bot.i18n.typed_times import NoSuchDay, TimeUnreadable, Typed, ZoneUnknown, read_time

TODAY = date(2026, 11, 30)
EVENING = Typed(day=date(2026, 12, 4), hour=time(18))


def read(text: str, locale: str = "en") -> Typed:
    """Read what somebody typed who is answered in this locale."""
    return read_time(text, locale=Locale.parse(locale), today=TODAY)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "2026-12-04 18:00"),
        ("en", "2026-12-04T18:00"),
        ("en", " 18:00, 2026/12/4 "),
        ("en", "Friday, December 4th 2026 at 6:00 pm"),
        ("en", "Dec 4, 6pm"),
        ("de", "4.12.2026 18.00"),
        ("de", "4. Dezember, 18 Uhr"),
        ("de", "am 4.12. um 18:00"),
        ("es", "4 de diciembre de 2026 a las 18:00"),
        ("fr", "4 déc. 18h"),
        ("fr", "4/12/2026 18h00"),
        ("it", "4 dic 18:00"),
        ("pt_BR", "4/12 18h"),
        ("tr", "4 Aralık 2026 18.00"),
        ("ar", "٤ ديسمبر ٢٠٢٦ ١٨:٠٠"),
        ("ar", "٢٠٢٦-١٢-٠٤ ١٨:٠٠"),
        ("he", "4 בדצמבר 18:00"),
        ("ar", f"{FSI}2026-12-04{PDI} {FSI}18:00{PDI}"),
        ("en", "۲۰۲۶-۱۲-۰۴ ۱۸:۰۰"),
    ],
)
def test_the_same_evening(locale: str, text: str) -> None:
    """However somebody writes it, in whatever digits."""
    assert read(text, locale) == EVENING


@pytest.mark.parametrize("locale", ["en", "ar", "es", "fr", "de", "it", "pt_BR", "tr", "he"])
@given(day=st.dates(date(2026, 1, 1), date(2030, 12, 31)), hour=st.times())
def test_iso_is_always_read(locale: str, day: date, hour: time) -> None:
    """The form that is given as an example is read in every language."""
    minute = hour.replace(second=0, microsecond=0)
    assert read(f"{day} {minute:%H:%M}", locale) == Typed(day=day, hour=minute)


def test_the_zone() -> None:
    """A zone may stand beside it."""
    assert read("2026-12-04 18:00 America/Argentina/Buenos_Aires").zone == "America/Argentina/Buenos_Aires"
    assert read("2026-12-04 18:00 UTC").zone == "UTC"
    with pytest.raises(ZoneUnknown) as refused:
        read("2026-12-04 18:00 Mars/Base")
    assert refused.value.name == "Mars/Base"


def test_the_next_such_day() -> None:
    """A day without its year is the next one."""
    assert read("30 Nov").day == TODAY
    assert read("29 Nov").day == date(2027, 11, 29)
    assert read("18:00") == Typed(hour=time(18))


@pytest.mark.parametrize(
    "text",
    ["29 Feb 2027 18:00", "2026-02-30 18:00", "31.6.2027", "2026-13-01", "24:00", "0 am", "13pm", "18:60"],
)
def test_no_such_day_or_hour(text: str) -> None:
    """What no calendar and no clock shows is refused as such."""
    with pytest.raises(NoSuchDay):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["", "later", "7", "4.12.26 18:00", "2026-12-04 18:00 19:00", "12345", "4 Foo 18:00", "+34 600 123"],
)
def test_no_time(text: str) -> None:
    """What may mean several things means nothing here."""
    with pytest.raises(TimeUnreadable):
        read(text)


@given(st.text(max_size=60))
def test_whatever_is_typed(text: str) -> None:
    """Anything is read, or refused as data."""
    with suppress(CampaignError):
        read(text, "ar")
