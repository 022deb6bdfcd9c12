"""The day that was typed: as ISO writes it, or as people of a locale do, in any alphabet's digits."""

import re
import unicodedata
from datetime import date

from babel.dates import get_date_format, get_month_names

from bot.i18n.localizer import Localizer

CENTURY = 2000
"""What a year of two digits is added to."""

SHORT_YEAR, MONTHS, PARTS = 100, 12, 3

_ISO = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")


def day_in(text: str, localizer: Localizer, *, today: date) -> date | None:
    """Return the day that was typed; one without a year is the last such day. None for anything else."""
    typed = _latin_digits(text.strip())
    iso = _ISO.fullmatch(typed)
    if iso:
        return _day(*map(int, iso.groups()))
    numbers = [int(each) for each in _NUMBER.findall(typed)]
    month = _month_named(typed, localizer)
    if month is None:
        order = [part for part in _order(localizer) if part != "y" or len(numbers) == PARTS]
    else:
        numbers, order = [*numbers, month], ["d", "y", "M"] if len(numbers) == PARTS - 1 else ["d", "M"]
    if len(numbers) != len(order):
        return None
    parts = dict(zip(order, numbers, strict=True))
    if parts["M"] > MONTHS >= parts["d"]:
        # Of the two ways to write a day in numbers this is plainly the other.
        parts["d"], parts["M"] = parts["M"], parts["d"]
    if "y" in parts:
        year = parts["y"] + (CENTURY if parts["y"] < SHORT_YEAR else 0)
        return _day(year, parts["M"], parts["d"])
    this_year = _day(today.year, parts["M"], parts["d"])
    is_over = this_year is not None and this_year <= today
    return this_year if is_over else _day(today.year - 1, parts["M"], parts["d"])


def _latin_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def _order(localizer: Localizer) -> list[str]:
    """Return in which order the locale writes day, month and year in numbers."""
    pattern = get_date_format("short", locale=localizer.cldr).pattern
    return list(dict.fromkeys(each for each in pattern if each in "dMy"))


def _month_named(text: str, localizer: Localizer) -> int | None:
    """Return the month that is named, in the locale's words, whole or shortened."""
    words = [word.casefold() for word in _WORD.findall(text)]
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            names = get_month_names(width, context, localizer.cldr)
            for month in range(1, MONTHS + 1):
                name = names[month].casefold().rstrip(".׳")
                # Hebrew writes the preposition before the month into the same word.
                if any(word.endswith(name) for word in words):
                    return month
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
