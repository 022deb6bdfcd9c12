"""Days and times as people type them: ISO, day first, with the month's name in their language, in any digits."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import TypeVar

from babel import Locale
from babel.dates import get_month_names

from bot.domain.schedule import is_zone
from bot.errors import CampaignError


class TimeUnreadable(CampaignError):
    """This is no day and time that can be read."""


class NoSuchDay(CampaignError):
    """The calendar has no such day, or the clock no such hour."""


class ZoneUnknown(CampaignError):
    """There is no zone of this IANA name: `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no time zone {name}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What was typed: each part, if it was."""

    day: date | None = None
    hour: time | None = None
    zone: str | None = None


_INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ZONE = re.compile(r"\b[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+|\b(?:UTC|GMT)\b")
_ISO = re.compile(r"\b(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:T(?=\d))?(?!\d)")
_DAY_FIRST = re.compile(r"\b(?P<day>\d{1,2})[-./]\s?(?P<month>\d{1,2})[-./]\s?(?P<year>\d{4})\b")
_WITHOUT_YEAR = re.compile(r"\b(?P<day>\d{1,2})[./](?P<month>\d{1,2})\b\.?")
_HOURS = (
    re.compile(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?(?![\d:])\s*(?P<half>[ap]\.?m\b\.?)?",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<hour>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)", re.IGNORECASE),
    re.compile(r"\b(?P<hour>\d{1,2})\s?(?:h|Uhr)\s?(?P<minute>\d{2})?\b", re.IGNORECASE),
)
_DOTTED_HOUR = re.compile(r"\b(?P<hour>\d{1,2})\.(?P<minute>\d{2})\b")
_DIGITS = re.compile(r"\d")

NOON = 12

Made = TypeVar("Made", date, time)


def read_time(text: str, *, locale: Locale, today: date) -> Typed:
    """Read a day, an hour and a zone, each where it was typed; a day without its year is the next one.

    Raises TimeUnreadable, NoSuchDay, ZoneUnknown.
    """
    rest, months = _plain(text), _months(str(locale))
    zone, rest = _take_zone(rest)
    day, rest = _take_day(rest, _dates(str(locale)), months, today=today)
    hour, rest = _take_hour(rest, _HOURS)
    if day is None:
        day, rest = _take_day(rest, (_WITHOUT_YEAR,), months, today=today)
    if hour is None:
        hour, rest = _take_hour(rest, (_DOTTED_HOUR,))
    if _DIGITS.search(rest) or (day is None and hour is None):
        raise TimeUnreadable
    return Typed(day=day, hour=hour, zone=zone)


def _plain(text: str) -> str:
    """Return the text with Latin digits, and without the marks of direction."""
    shown = _INVISIBLE.sub("", text)
    return "".join(
        str(unicodedata.digit(each)) if each.isdecimal() and not each.isascii() else each for each in shown
    )


def _take_zone(text: str) -> tuple[str | None, str]:
    found = _ZONE.search(text)
    if found is None:
        return None, text
    if not is_zone(found[0]):
        raise ZoneUnknown(found[0])
    return found[0], _without(text, found)


def _take_day(
    text: str, patterns: tuple[re.Pattern[str], ...], months: Mapping[str, int], *, today: date
) -> tuple[date | None, str]:
    for pattern in patterns:
        found = pattern.search(text)
        if found is not None:
            return _day_of(found.groupdict(), months, today=today), _without(text, found)
    return None, text


def _take_hour(text: str, patterns: tuple[re.Pattern[str], ...]) -> tuple[time | None, str]:
    for pattern in patterns:
        found = pattern.search(text)
        if found is not None:
            return _hour_of(found.groupdict()), _without(text, found)
    return None, text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _day_of(parts: dict[str, str | None], months: Mapping[str, int], *, today: date) -> date:
    name = parts.get("name")
    month = months[name.lower()] if name else int(parts["month"] or 0)
    day, year = int(parts["day"] or 0), parts.get("year")
    if year:
        return _existing(lambda: date(int(year), month, day))
    this_year = _existing(lambda: date(today.year, month, day))
    return this_year if this_year >= today else _existing(lambda: date(today.year + 1, month, day))


@cache
def _months(locale: str) -> Mapping[str, int]:
    """Return the months of a language, and of English, by each of their names."""
    named: dict[str, int] = {}
    for language in ("en", locale):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context=context, locale=language)
                named |= {str(name).lower().strip("."): number for number, name in names.items()}
    return {name: number for name, number in named.items() if not name.isdecimal()}


@cache
def _dates(locale: str) -> tuple[re.Pattern[str], ...]:
    """Return how a day is written with its year, or with its month's name."""
    names = "|".join(sorted(map(re.escape, _months(locale)), key=len, reverse=True))
    year = r"(?:\s*(?:de\s+|,)?\s*(?P<year>\d{4})(?![\d:]))?"
    # A Hebrew month has the preposition before it in one word.
    named = (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s*(?:de\s+|of\s+)?ב?(?P<name>{names})\b\.?{year}",
        rf"\b(?P<name>{names})\b\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){year}",
    )
    return (_ISO, _DAY_FIRST, *(re.compile(each, re.IGNORECASE) for each in named))


def _hour_of(parts: dict[str, str | None]) -> time:
    hour, minute, half = int(parts["hour"] or 0), int(parts.get("minute") or 0), parts.get("half")
    if half is not None:
        if not 1 <= hour <= NOON:
            raise NoSuchDay
        hour = hour % NOON + (NOON if half[0] in "pP" else 0)
    return _existing(lambda: time(hour, minute))


def _existing(make: Callable[[], Made]) -> Made:
    try:
        return make()
    except ValueError as error:
        raise NoSuchDay from error
