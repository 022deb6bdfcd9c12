"""The screens in which one thing of the settings is chosen: how often, when not, where, and about what."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.preferences import DIGESTS, Preferences, QuietHours, Rhythm, clock
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n import zones
from bot.i18n.localizer import Localizer
from bot.telegram_io.preference_buttons import (
    ChooseDigestDay,
    ChooseDigestHour,
    ChoosePlace,
    ChooseQuietHours,
    ChooseRhythm,
    ChooseZone,
    OpenClocks,
    OpenPlaces,
    OpenZones,
    Region,
    TurnTopic,
    ZonesShowing,
)
from bot.telegram_io.supporter_buttons import OpenSettings
from bot.wording.preferences import rhythm_line
from bot.wording.screen import Control, Press, Screen, in_rows, packed, screen

DIGEST_HOURS = (7, 8, 9, 12, 13, 17, 18, 19, 20, 21)

NIGHTS = ((21, 9), (22, 8), (23, 7), (20, 10))
"""Hours from and until which nothing is sent, beside the campaign's own."""

PAGE = 18

DAY_BEHIND = timedelta(days=1)


def rhythm_screen(localizer: Localizer, chosen: Preferences) -> Screen:
    """Let them choose how often alerts come, and of a digest when."""
    labels = {
        # Translators: button; how often alerts come.
        Rhythm.EVERY: localizer.gettext("Every alert"),
        # Translators: button; how often alerts come: all of a day in one message.
        Rhythm.DAILY: localizer.gettext("Once a day"),
        # Translators: button; how often alerts come: all of a week in one message.
        Rhythm.WEEKLY: localizer.gettext("Once a week"),
        # Translators: button; how often alerts come.
        Rhythm.URGENT: localizer.gettext("Only urgent ones"),
    }
    rows = in_rows(
        [
            Press(_marked(label, chosen.rhythm is rhythm), ChooseRhythm(rhythm))
            for rhythm, label in labels.items()
        ],
        2,
    )
    parts: list[RichText | str] = [
        # Translators: title over buttons: every alert, once a day, once a week, only urgent ones.
        bold(localizer.gettext("How often?")),
        rhythm_line(localizer, chosen),
    ]
    if chosen.rhythm in DIGESTS:
        # Translators: over buttons with hours; several alerts come as one message at this hour of the person's clock.
        parts.append(localizer.gettext("Several alerts come as one message. At which hour?"))
        hours = [
            Press(
                _marked(localizer.hour(clock(hour * 60)), hour == chosen.digest_hour), ChooseDigestHour(hour)
            )
            for hour in DIGEST_HOURS
        ]
        rows += packed(hours, at_most=4)
    if chosen.rhythm is Rhythm.WEEKLY:
        days = [
            Press(_marked(localizer.weekday(day), day == chosen.digest_day), ChooseDigestDay(day))
            for day in range(1, 8)
        ]
        rows += packed(days, at_most=4)
    return screen(joined(parts), [*rows, [back_to_settings(localizer)]])


def quiet_screen(localizer: Localizer, chosen: Preferences, *, campaign: QuietHours) -> Screen:
    """Let them choose when nothing is sent; the campaign's hours first."""
    # Translators: over buttons with hours, like 21:00–9:00.
    says = localizer.gettext(
        "When should nothing come? What is sent in these hours comes when they are over."
    )
    nights = [campaign, *(QuietHours(start=begin * 60, end=end * 60) for begin, end in NIGHTS)]
    presses = [
        Press(
            _marked(_span(localizer, night), night == chosen.quiet), ChooseQuietHours(night.start, night.end)
        )
        for night in dict.fromkeys(nights)
    ]
    # Translators: button; messages may come at any hour.
    never = Press(_marked(localizer.gettext("No quiet hours"), chosen.quiet is None), ChooseQuietHours())
    # Translators: title over the hours in which nothing is sent.
    title = bold(localizer.gettext("Quiet hours"))
    # Translators: button in the settings.
    zone = Press(localizer.gettext("Time zone"), OpenZones())
    return screen(joined([title, says]), [*in_rows(presses, 2), [never], [zone, back_to_settings(localizer)]])


def _span(localizer: Localizer, hours: QuietHours) -> str:
    begin, end = (localizer.hour(clock(minute)) for minute in (hours.start, hours.end))
    # Translators: button; from one hour until another: 21:00–9:00.
    return localizer.gettext("{begin}–{end}", begin=begin, end=end)


def zone_screen(localizer: Localizer) -> Screen:
    """Ask for the zone: by the time it is there, or by its part of the world."""
    # Translators: over buttons.
    says = localizer.gettext("Which time zone are you in? Your location is never asked for.")
    # Translators: button; people choose their time zone by what their clock shows.
    clocks = Press(localizer.gettext("By what my clock shows"), OpenClocks())
    regions = [Press(region_name(localizer, region), OpenZones(region)) for region in Region]
    return screen(says, [[clocks], *in_rows(regions, 2), [back_to_settings(localizer)]])


def clocks_screen(localizer: Localizer, *, now: datetime) -> Screen:
    """Ask what time it is where they are."""
    presses = [
        Press(
            localizer.time_of_day(now + offset, UTC),
            ZonesShowing(int((offset + DAY_BEHIND).total_seconds()) // 60),
        )
        for offset in zones.offsets(now=now)
    ]
    # Translators: over buttons with times, like 13:05.
    says = localizer.gettext("What time is it where you are?")
    return screen(says, [*in_rows(presses, 5), [_other_way(localizer), back_to_settings(localizer)]])


def zones_screen(
    localizer: Localizer, found: Sequence[str], *, chosen: str | None, page: int, about: Region | int
) -> Screen:
    """Let one of these zones be chosen. `about`: the part of the world they are in, or how far their clocks are."""

    def turn(to: int) -> OpenZones | ZonesShowing:
        return OpenZones(about, to) if isinstance(about, Region) else ZonesShowing(about, to)

    presses = [
        Press(_marked(zones.city(localizer, zone), zone == chosen), ChooseZone(zone.replace("/", ".")))
        for zone in found[page * PAGE :][:PAGE]
    ]
    turns: list[Control] = []
    if page:
        # Translators: button; the page before in a list.
        turns.append(Press(localizer.gettext("Back a page"), turn(page - 1)))
    if len(found) > (page + 1) * PAGE:
        # Translators: button; the next page of a list.
        turns.append(Press(localizer.gettext("More"), turn(page + 1)))
    # Translators: over buttons with cities that time zones are named after.
    says = localizer.gettext("Which of these cities has the same time as you?")
    last: list[Control] = [_other_way(localizer), back_to_settings(localizer)]
    return screen(says, [*packed(presses, at_most=3), turns, last])


def _other_way(localizer: Localizer) -> Press:
    # Translators: button; another way to choose one's time zone.
    return Press(localizer.gettext("Another way"), OpenZones())


def region_name(localizer: Localizer, region: Region) -> str:
    """Return what a part of the world is called."""
    match region:
        case Region.AFRICA:
            # Translators: button; a part of the world, to find one's time zone.
            return localizer.gettext("Africa")
        case Region.AMERICA:
            # Translators: button; a part of the world, to find one's time zone: North and South.
            return localizer.gettext("Americas")
        case Region.ASIA:
            # Translators: button; a part of the world, to find one's time zone.
            return localizer.gettext("Asia")
        case Region.ATLANTIC:
            # Translators: button; a part of the world, to find one's time zone: islands in this ocean.
            return localizer.gettext("Atlantic")
        case Region.AUSTRALIA:
            # Translators: button; a part of the world, to find one's time zone.
            return localizer.gettext("Australia")
        case Region.EUROPE:
            # Translators: button; a part of the world, to find one's time zone.
            return localizer.gettext("Europe")
        case Region.INDIAN:
            # Translators: button; a part of the world, to find one's time zone: islands in this ocean.
            return localizer.gettext("Indian Ocean")
        case Region.PACIFIC:
            # Translators: button; a part of the world, to find one's time zone: islands in this ocean.
            return localizer.gettext("Pacific")


def places_screen(
    localizer: Localizer, places: Mapping[str, str], *, chosen: str | None, page: int, shared_by: int
) -> Screen:
    """Let them say from which place they are; for what that is used stands above."""
    # Translators: over buttons with places; below {n} people, it is used for nothing.
    says = localizer.ngettext(
        "Where are you? Then alerts about that place can reach you. Nobody sees it, and it is not used before {n} "
        "person here has named the same place.",
        "Where are you? Then alerts about that place can reach you. Nobody sees it, and it is not used before {n} "
        "people here have named the same place.",
        shared_by,
    )
    shown = list(places.items())[page * PAGE :][:PAGE]
    presses = [Press(_marked(name, slug == chosen), ChoosePlace(slug)) for slug, name in shown]
    turns: list[Control] = []
    if page:
        # Translators: button; the page before in a list.
        turns.append(Press(localizer.gettext("Back a page"), OpenPlaces(page - 1)))
    if len(places) > (page + 1) * PAGE:
        # Translators: button; the next page of a list.
        turns.append(Press(localizer.gettext("More"), OpenPlaces(page + 1)))
    # Translators: button under a list of places: the person names none.
    none = Press(_marked(localizer.gettext("None of them"), chosen is None), ChoosePlace())
    return screen(says, [*in_rows(presses, 2), turns, [none, back_to_settings(localizer)]])


def topics_screen(localizer: Localizer, topics: Mapping[str, str], chosen: Collection[str]) -> Screen:
    """Let them choose what alerts are about."""
    # Translators: over buttons with topics; those that are chosen have a tick.
    says = localizer.gettext("What should alerts be about? Tap each to choose it or leave it.")
    presses = [Press(_marked(name, slug in chosen), TurnTopic(slug)) for slug, name in topics.items()]
    return screen(says, [*in_rows(presses, 2), [back_to_settings(localizer)]])


def back_to_settings(localizer: Localizer) -> Press:
    """Return the button to the settings."""
    # Translators: button; opens the settings (language, pause).
    return Press(localizer.gettext("Settings"), OpenSettings())


def _marked(label: str, is_chosen: bool) -> str:
    return f"✓ {label}" if is_chosen else label
