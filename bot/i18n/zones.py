"""Time zones as people look for them: by the city they are named after."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_location

from bot.domain.preferences import known_zone
from bot.i18n.localizer import Localizer

NOWHERE = "001"
"""What Unicode's tables call the world: zones of no place."""

REGIONS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
"""Parts of the world, as the names of zones begin."""

WELL_KNOWN = frozenset(
    {
        "Africa/Cairo",
        "Africa/Casablanca",
        "Africa/Johannesburg",
        "Africa/Lagos",
        "Africa/Nairobi",
        "America/Bogota",
        "America/Chicago",
        "America/Denver",
        "America/Halifax",
        "America/Lima",
        "America/Los_Angeles",
        "America/Mexico_City",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Amman",
        "Asia/Baghdad",
        "Asia/Dhaka",
        "Asia/Dubai",
        "Asia/Gaza",
        "Asia/Hebron",
        "Asia/Jakarta",
        "Asia/Jerusalem",
        "Asia/Karachi",
        "Asia/Manila",
        "Asia/Tehran",
        "Asia/Tokyo",
        "Asia/Shanghai",
        "Asia/Singapore",
        "Asia/Beirut",
        "Australia/Sydney",
        "Europe/Athens",
        "Europe/Berlin",
        "Europe/Istanbul",
        "Europe/Lisbon",
        "Europe/London",
        "Europe/Madrid",
        "Europe/Moscow",
        "Europe/Paris",
        "Europe/Rome",
        "Pacific/Auckland",
    }
)
"""Shown before the others: most people of their hour live there."""

CALLED = {("ar", "Asia/Hebron"): "الخليل"}
"""What who lives there calls a city, where Unicode's tables say it otherwise, by language and zone."""


@cache
def offered() -> frozenset[str]:
    """Return the zones that can be chosen: one for each place, without the older names of the same."""
    territories = get_global("zone_territories")
    return frozenset(
        zone
        for zone, territory in territories.items()
        if territory != NOWHERE and zone.split("/")[0] in REGIONS and known_zone(zone) == zone
    )


def city(localizer: Localizer, zone: str) -> str:
    """Return the city that a zone is named after, as this language calls it."""
    known = known_zone(zone)
    if known == "UTC":
        return known
    if (here := CALLED.get((localizer.cldr.language, known))) is not None:
        return here
    for name in (known, *_older_names().get(known, ())):
        # A child of a language may have no table of its own for the zone.
        if named := localizer.cldr.time_zones.get(name, {}).get("city"):
            return str(named)
    return get_timezone_location(known, locale=localizer.cldr, return_city=True).rpartition("/")[2]


@cache
def _older_names() -> dict[str, list[str]]:
    """Return the names that zones had before: Unicode's tables say the city of some under these."""
    older: dict[str, list[str]] = {}
    for before, now in get_global("zone_aliases").items():
        older.setdefault(now, []).append(before)
    return older


def of_region(localizer: Localizer, region: str) -> list[str]:
    """Return the zones of a part of the world, by their cities' names."""
    zones = (zone for zone in offered() if zone.startswith(f"{region}/"))
    return sorted(zones, key=lambda zone: city(localizer, zone))


def showing(localizer: Localizer, offset: timedelta, *, now: datetime) -> list[str]:
    """Return the zones that are so far ahead of UTC now, the well-known ones first, then by name."""
    zones = (zone for zone in offered() if now.astimezone(ZoneInfo(zone)).utcoffset() == offset)
    return sorted(zones, key=lambda zone: (zone not in WELL_KNOWN, city(localizer, zone)))


def offsets(*, now: datetime) -> list[timedelta]:
    """Return how far clocks are ahead of UTC now, somewhere in the world, the westernmost first."""
    found = {now.astimezone(ZoneInfo(zone)).utcoffset() for zone in offered()}
    return sorted(offset for offset in found if offset is not None)
