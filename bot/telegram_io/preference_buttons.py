"""The buttons with which people choose how alerts reach them. How they are written: `callbacks`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.domain.preferences import Pause, Rhythm
from bot.telegram_io.callbacks import Button, Page, Slug

Hour = Annotated[int, 2]
Minute = Annotated[int, 4]
DayOfWeek = Annotated[int, 1]


class Region(StrEnum):
    """A part of the world, as the names of zones begin."""

    AFRICA = "Africa"
    AMERICA = "America"
    ASIA = "Asia"
    ATLANTIC = "Atlantic"
    AUSTRALIA = "Australia"
    EUROPE = "Europe"
    INDIAN = "Indian"
    PACIFIC = "Pacific"


@dataclass(frozen=True, slots=True)
class PauseFor(Button, wire="pause:for"):
    """Get no alerts for so long; the pause ends by itself."""

    pause: Pause


@dataclass(frozen=True, slots=True)
class OpenRhythm(Button, wire="often"):
    """Show how often alerts can come."""


@dataclass(frozen=True, slots=True)
class ChooseRhythm(Button, wire="often:is"):
    """Get alerts as often as this."""

    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class ChooseDigestHour(Button, wire="often:at"):
    """Get the digest at this hour of one's own clocks."""

    hour: Hour


@dataclass(frozen=True, slots=True)
class ChooseDigestDay(Button, wire="often:on"):
    """Get the weekly digest on this day (Monday is 1)."""

    day: DayOfWeek


@dataclass(frozen=True, slots=True)
class OpenQuietHours(Button, wire="quiet"):
    """Show when nothing is sent."""


@dataclass(frozen=True, slots=True)
class ChooseQuietHours(Button, wire="quiet:is"):
    """Send nothing from one minute of the day to another; without them, send at any hour."""

    start: Minute | None = None
    end: Minute = 0


@dataclass(frozen=True, slots=True)
class OpenZones(Button, wire="zone"):
    """Ask for the time zone; with a region, show a page of its zones."""

    region: Region | None = None
    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenClocks(Button, wire="zone:now"):
    """Ask what time it is where the person is."""


@dataclass(frozen=True, slots=True)
class ZonesShowing(Button, wire="zone:shows"):
    """Show a page of the zones whose clocks are so many minutes ahead of those that are a day behind UTC."""

    ahead: Minute
    page: Page = 0


@dataclass(frozen=True, slots=True)
class ChooseZone(Button, wire="zone:is"):
    """Be in this time zone, which is written with points for slashes."""

    zone: Slug


@dataclass(frozen=True, slots=True)
class OpenPlaces(Button, wire="place"):
    """Show the campaign's places."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class ChoosePlace(Button, wire="place:is"):
    """Be of this place; without one, of none."""

    place: Slug | None = None


@dataclass(frozen=True, slots=True)
class OpenAlertTopics(Button, wire="topics"):
    """Show what alerts can be about."""


@dataclass(frozen=True, slots=True)
class TurnTopic(Button, wire="topics:turn"):
    """Get alerts about this, or no longer."""

    topic: Slug
