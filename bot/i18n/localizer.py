"""What the bot says in one locale: strings, and dates, numbers and lists as CLDR has them.

Every value put into a string is isolated (U+2068…U+2069), so that a handle or a link in a right-to-left
sentence neither moves its neighbours nor is moved. Digits are Latin in every locale.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from gettext import NullTranslations
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta, get_datetime_format, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from bot.domain.bidi import isolate, read_from_the_right
from bot.domain.templates import COUNT, fill
from bot.i18n.spelling import elided, first_of_month

Value = str | int | float
"""What a string can be given; numbers are written as the locale writes them."""

_LATIN = "latn"

_ARABIC_COMMA = frozenset({"ar", "fa", "ur"})
"""Languages whose comma is that of the Arabic script."""

_Unit = Literal["day", "hour", "minute", "second"]
_AHEAD: tuple[tuple[_Unit, int], ...] = (("day", 2 * 86_400), ("hour", 2 * 3_600), ("minute", 61))
"""From how many seconds on a time ahead is told in which unit."""
_SECOND: tuple[_Unit, int] = ("second", 1)
_LENGTHS: dict[_Unit, int] = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_NEVER = 1_000_000


def gettext_noop(msgid: str) -> str:
    """Mark a string for the catalogs where it is listed; `Localizer.gettext` translates it where it is shown."""
    return msgid


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Localizer:
    """What the bot says, in one locale."""

    locale: str
    cldr: Locale = field(repr=False)
    translations: NullTranslations = field(repr=False)

    @property
    def rtl(self) -> bool:
        """Whether the language is written from right to left."""
        return self.cldr.character_order == "right-to-left"

    def gettext(self, msgid: str, /, **values: Value) -> str:
        """Return the string in this locale, its `{places}` filled."""
        return self._filled(self.translations.gettext(msgid), values)

    def pgettext(self, context: str, msgid: str, /, **values: Value) -> str:
        """Return the string as it is said in this context, where English has one word for two."""
        return self._filled(self.translations.pgettext(context, msgid), values)

    def ngettext(self, singular: str, plural: str, n: int, /, **values: Value) -> str:
        """Return the form for the number n, which also fills the place `{n}`."""
        return self._filled(self.translations.ngettext(singular, plural, n), {COUNT: n, **values})

    def number(self, n: float) -> str:
        """Write a number: 1,204 or 29.8."""
        return format_decimal(n, locale=self.cldr, numbering_system=_LATIN)

    def percent(self, share: float) -> str:
        """Write a share of 1 as a percentage with at most one decimal: 0.177 is 17.7%."""
        return format_percent(
            round(share, 3), locale=self.cldr, decimal_quantization=False, numbering_system=_LATIN
        )

    def short_date(self, day: date) -> str:
        """Write a day of these months: 4 Dec."""
        return self._day("MMMd", datetime.combine(day, time(), UTC))

    def date(self, day: date) -> str:
        """Write a day: 4 December 2026."""
        written = format_date(day, format="long", locale=self.cldr)
        return first_of_month(written, self.cldr.language) if day.day == 1 else written

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Write an aware time as clocks in the zone show it, without the year: Fri, 4 Dec, 18:00."""
        local = at.astimezone(zone)
        hour = format_skeleton("Hm", local, locale=self.cldr)
        return str(get_datetime_format("medium", locale=self.cldr)).format(hour, self.short_day(local))

    def time_of_day(self, at: datetime, zone: tzinfo) -> str:
        """Write the time of day of an aware time as clocks in the zone show it: 18:00."""
        return format_skeleton("Hm", at.astimezone(zone), locale=self.cldr)

    def ahead(self, wait: timedelta) -> str:
        """Write how far ahead something is: in 3 minutes. Hours and days are begun ones: nobody comes too late."""
        seconds = max(1, math.ceil(wait.total_seconds()))
        unit, _ = next((each for each in _AHEAD if seconds >= each[1]), _SECOND)
        length = _LENGTHS[unit]
        whole = seconds // length if unit in ("day", "hour") else math.ceil(seconds / length)
        # The threshold is out of reach, so that it stays with this unit.
        return format_timedelta(
            timedelta(seconds=whole * length), unit, _NEVER, add_direction=True, locale=self.cldr
        )

    def hour(self, hour: time) -> str:
        """Write an hour of the day: 18:00."""
        return str(
            format_skeleton("Hm", datetime(2000, 1, 1, hour.hour, hour.minute, tzinfo=UTC), locale=self.cldr)
        )

    def short_day(self, at: datetime) -> str:
        """Write the day of a time as it stands, without the year: Fri, 4 Dec."""
        return self._day("MMMEd", at)

    def weekday(self, number: int) -> str:
        """Write a day of the week by its ISO number, short, as it stands alone: Mon is 1."""
        names = get_day_names("abbreviated", context="stand-alone", locale=self.cldr)
        return str(names[number - 1])

    def list(self, items: Sequence[str]) -> str:
        """Join the items, each isolated, as a sentence does: a, b and c."""
        return format_list([isolate(item) for item in items], locale=self.cldr)

    def apposed(self, items: Sequence[str]) -> str:
        """Join the items, each isolated, by this language's comma: an institution, its address."""
        comma = "، " if self.cldr.language in _ARABIC_COMMA else ", "
        return self.directed(comma.join(map(isolate, items)))

    def either(self, items: Sequence[str]) -> str:
        """Join the items, each isolated, as a sentence does that lets one be chosen: a, b or c."""
        return format_list([isolate(item) for item in items], style="or", locale=self.cldr)

    def numbers(self, ns: Sequence[int]) -> str:
        """Join numbers as a sentence does: 1, 3 and 4. Digits disturb no direction, so none is isolated."""
        return format_list([self.number(n) for n in ns], locale=self.cldr)

    def language_name(self, locale: str) -> str:
        """Return what the speakers of a language call it (العربية), whatever locale this is."""
        try:
            name = Locale.parse(locale).get_display_name() or locale
        except (ValueError, UnknownLocaleError):
            return locale
        return name[:1].upper() + name[1:]

    def directed(self, text: str) -> str:
        """Return a text put together from isolated values so that each of its lines is read as this language is."""
        return read_from_the_right(text) if self.rtl else text

    def _day(self, parts: str, at: datetime) -> str:
        """Write a day without its year, by CLDR's name for the parts of it."""
        written = str(format_skeleton(parts, at, locale=self.cldr))
        return first_of_month(written, self.cldr.language) if at.day == 1 else written

    def _filled(self, template: str, values: dict[str, Value]) -> str:
        filled = fill(
            template,
            {name: value if isinstance(value, str) else self.number(value) for name, value in values.items()},
        )
        return self.directed(elided(filled, self.cldr.language)) if values else filled
