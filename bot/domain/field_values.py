"""Values that an alert's action needs, read from what an organizer wrote: one spelling of each, or what is wrong."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.bidi import bare
from bot.domain.private_links import refuse_links_to_people
from bot.domain.rich_text import RichText, utf16_length
from bot.errors import CampaignError

ADDRESS_LIMIT = 80
"""Characters of a mail address that an alert has room for; real ones of institutions are far shorter."""

LOCAL = "%Y-%m-%dT%H:%M"
"""How a moment is kept: as the clocks of its own zone show it."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})",
    re.IGNORECASE | re.ASCII,
)
"""A mail address without quoted parts (RFC 5322, 3.4.1), at a host with a top-level domain."""

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""An international number (ITU-T E.164): at most 15 digits; no country has any below seven."""

_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})[\sT,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::00)?"
)
_DAY_FIRST = re.compile(
    r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})[\s,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
)
"""With slashes the day stands first in some countries and the month in others: that is never guessed."""

_MAILBOXES = """
    aol.com gmail.com gmx.com gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com mac.com mail.com mail.ru
    me.com msn.com outlook.com pm.me proton.me protonmail.com t-online.de walla.co.il web.de yahoo.com yandex.com
    yandex.ru ymail.com
"""
MAILBOXES = frozenset(_MAILBOXES.split())
"""Where people, not institutions, have their mail."""


class Flaw(StrEnum):
    """What is wrong with a value."""

    EMPTY = "empty"
    SEVERAL_LINES = "several lines"
    TOO_LONG = "too long"
    NO_ADDRESS = "no address"
    PERSONS_ADDRESS = "a person's address"
    NO_PHONE = "no phone"
    NO_ZONE = "no zone"
    SEVERAL_ZONES = "several zones"
    NO_MOMENT = "no moment"
    NO_DAY = "no day"
    PAST = "past"


class FieldInvalid(CampaignError):
    """This value cannot be used: `flaw` says why. `length` and `limit` of one that is too long, in UTF-16 units."""

    def __init__(self, flaw: Flaw, *, length: int = 0, limit: int = 0) -> None:
        self.flaw, self.length, self.limit = flaw, length, limit
        super().__init__(f"The value cannot be used: {flaw.value}.")


def one_line(text: str, limit: int) -> str:
    """Return a text of one line.

    Raises FieldInvalid, PersonLinked.
    """
    if len(text.strip().splitlines()) > 1:
        raise FieldInvalid(Flaw.SEVERAL_LINES)
    return paragraphs(" ".join(text.split()), limit)


def paragraphs(text: str, limit: int) -> str:
    """Return a text of any lines.

    Raises FieldInvalid, PersonLinked.
    """
    clean = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not clean:
        raise FieldInvalid(Flaw.EMPTY)
    if (length := utf16_length(clean)) > limit:
        raise FieldInvalid(Flaw.TOO_LONG, length=length, limit=limit)
    refuse_links_to_people(RichText(clean))
    return clean


def mail_address(text: str) -> str:
    """Return an institution's mail address.

    Raises FieldInvalid.
    """
    written = bare(text).removeprefix("mailto:")
    found = _ADDRESS.fullmatch(written)
    if found is None or len(written) > ADDRESS_LIMIT:
        raise FieldInvalid(Flaw.NO_ADDRESS)
    host = found["host"].lower()
    if host in MAILBOXES:
        raise FieldInvalid(Flaw.PERSONS_ADDRESS)
    return f"{written.rpartition('@')[0]}@{host}"


def phone_number(text: str) -> str:
    """Return an international phone number, in any digits and groups, as + and Latin digits.

    Raises FieldInvalid.
    """
    # Apps put marks of direction around what begins with a plus.
    written = "".join(each for each in latin_digits(text) if each.isalnum() or each == "+")
    if _PHONE.fullmatch(written) is None:
        raise FieldInvalid(Flaw.NO_PHONE)
    return written


def zone_name(text: str) -> str:
    """Return the name of a zone of the IANA's list, written out or by its city alone.

    Raises FieldInvalid.
    """
    written = "_".join(bare(text).split()).casefold()
    named = _zones().get(written, ())
    if not named:
        raise FieldInvalid(Flaw.NO_ZONE)
    if len(named) > 1:
        raise FieldInvalid(Flaw.SEVERAL_ZONES)
    return named[0]


def local_moment(text: str, *, zone: str, now: datetime) -> str:
    """Return a moment to come, as the clocks of the zone show it.

    Raises FieldInvalid.
    """
    written = " ".join(latin_digits(bare(text)).split())
    found = _ISO.fullmatch(written) or _DAY_FIRST.fullmatch(written)
    if found is None:
        raise FieldInvalid(Flaw.NO_MOMENT)
    year, month, day, hour, minute = (int(found[part]) for part in ("y", "m", "d", "hour", "minute"))
    try:
        local = datetime(year, month, day, hour, minute)  # noqa: DTZ001  # the zone stands beside it
    except ValueError as error:
        raise FieldInvalid(Flaw.NO_DAY) from error
    made = local.strftime(LOCAL)
    try:
        past = len(made) != len("2026-12-04T18:00") or instant(made, zone) <= now
    except ValueError as error:  # a day at the end of the calendar
        raise FieldInvalid(Flaw.NO_DAY) from error
    if past:
        raise FieldInvalid(Flaw.PAST)
    return made


def instant(written: str, zone: str | None) -> datetime:
    """Return the moment that was written for a zone, in UTC; one that names its offset is that.

    Where the clocks skip it, it is later by as much; where they show it twice, the first (RFC 5545, 3.3.5).
    Raises ValueError for what is no moment.
    """
    local = datetime.fromisoformat(written)
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone_of(zone))
    try:
        return local.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(written) from error


def zone_of(name: str | None) -> tzinfo:
    """Return the zone of this name; UTC for none, or one that this system does not know."""
    found = _zones().get((name or "UTC").casefold(), ())
    return UTC if not found or found[0] == "UTC" else ZoneInfo(found[0])


def latin_digits(text: str) -> str:
    """Return the text with the digits of every script as Latin ones."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Return the zones by what people write for them, in small letters: the whole name, or its last part alone."""
    found: dict[str, tuple[str, ...]] = {"utc": ("UTC",)}
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
    for name in names:
        city = name.rpartition("/")[2].casefold()
        found[city] = (*found.get(city, ()), name)
    return found | {name.casefold(): (name,) for name in names}
