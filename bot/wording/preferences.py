"""The settings: one message that shows what a person chose. What each is chosen in: `bot.wording.setting_screens`."""

from datetime import date, datetime

from bot.domain.preferences import Pause, Preferences, Rhythm, clock
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.i18n import zones
from bot.i18n.localizer import Localizer
from bot.telegram_io.preference_buttons import (
    OpenAlertTopics,
    OpenPlaces,
    OpenQuietHours,
    OpenRhythm,
    OpenZones,
    PauseFor,
)
from bot.telegram_io.supporter_buttons import ChooseLanguage, OpenPrivacy, Resume
from bot.telegram_io.supporter_buttons import Pause as PauseAll
from bot.wording.joining import join_rows
from bot.wording.leaving import leave_button
from bot.wording.renewal import answer_button, ends_line
from bot.wording.screen import Control, Press, Screen, packed, screen
from bot.wording.sharing import bring_friend_button
from bot.wording.times import zone_of


def settings_screen(
    localizer: Localizer,
    person: Subscriber | None,
    *,
    often: str = "",
    zone: str,
    place: str = "",
    has_places: bool = False,
    has_topics: bool = False,
    now: datetime,
    answer_until: date | None = None,
) -> Screen:
    """Show what a person chose. `zone`: the campaign's; `place`: what theirs is called; `often`: how many alerts.

    `answer_until`: until when they are to answer whether they still want the alerts.
    """
    # Translators: title of the settings.
    lines: list[RichText | str] = [bold(localizer.gettext("Settings")), ""]
    lines.append(_standing(localizer, person, zone=zone))
    if answer_until is not None:
        lines.append(ends_line(localizer, answer_until))
    lines.append(often)
    choices: list[Control] = []
    if person is not None and person.is_on_list:
        lines += [*choice_lines(localizer, person.preferences, zone=zone, now=now)]
        if place:
            # Translators: in the settings; {place} is a place of the campaign's list.
            lines.append(localizer.gettext("Place: {place}.", place=place))
        choices += _choices(localizer, has_places=has_places, has_topics=has_topics)
    # Translators: in the settings; {language} is the language's own name for itself.
    speaks = localizer.gettext("Language: {language}.", language=localizer.language_name(localizer.locale))
    lines.append(speaks)
    # Translators: button; opens the choice of language.
    choices.append(Press(localizer.gettext("Language"), ChooseLanguage()))
    # Translators: button; opens what is kept about the person.
    choices.append(Press(localizer.gettext("Privacy"), OpenPrivacy()))
    if person is not None and person.is_on_list:
        choices.append(bring_friend_button(localizer))
    rows = packed(choices, at_most=2)
    if answer_until is not None:
        # First: it is the one thing here that runs out.
        rows.insert(0, [answer_button(localizer)])
    if person is not None and person.is_on_list:
        rows += _pausing(localizer, person)
    rows += join_rows(localizer, person)
    return screen(joined([lines[0], joined([line for line in lines[1:] if line], "\n")]), rows)


def _standing(localizer: Localizer, person: Subscriber | None, *, zone: str) -> str:
    match person.state if person else None:
        case SubscriberState.ACTIVE:
            # Translators: in the settings.
            return localizer.gettext("Alerts: on.")
        case SubscriberState.PAUSED if person is not None and person.paused_until is not None:
            until = person.paused_until.astimezone(zone_of(person.preferences.zone or zone)).date()
            # Translators: in the settings; {day} is a date, on which alerts come again by themselves.
            return localizer.gettext("Alerts: paused until {day}.", day=localizer.date(until))
        case SubscriberState.PAUSED:
            # Translators: in the settings.
            return localizer.gettext("Alerts: paused until you resume them.")
        case _:
            # Translators: in the settings, for somebody who is not subscribed.
            return localizer.gettext("Alerts: off.")


def choice_lines(
    localizer: Localizer, chosen: Preferences, *, zone: str | None, now: datetime | None
) -> list[str]:
    """Return what somebody chose, a line each. `zone`: the campaign's; without it only what they chose is said."""
    lines = [rhythm_line(localizer, chosen)]
    if chosen.quiet is not None:
        begin, end = (localizer.hour(clock(minute)) for minute in (chosen.quiet.start, chosen.quiet.end))
        # Translators: in the settings; {begin} and {end} are hours of the person's own clock: 21:00, 9:00.
        lines.append(localizer.gettext("Quiet hours: from {begin} to {end}.", begin=begin, end=end))
    elif zone is not None:
        # Translators: in the settings: messages may come at any hour.
        lines.append(localizer.gettext("Quiet hours: none."))
    named = chosen.zone or zone
    if named is not None:
        lines.append(_zone_line(localizer, named, is_own=chosen.zone is not None, now=now))
    return lines


def rhythm_line(localizer: Localizer, chosen: Preferences) -> str:
    """Return how often alerts come."""
    hour = "" if chosen.digest_hour is None else localizer.hour(clock(chosen.digest_hour * 60))
    match chosen.rhythm:
        case Rhythm.EVERY:
            # Translators: in the settings: how often alerts come.
            return localizer.gettext("How often: every alert, as it comes.")
        case Rhythm.DAILY:
            # Translators: in the settings: how often alerts come; {hour} is like 18:00.
            return localizer.gettext("How often: together, once a day at {hour}.", hour=hour)
        case Rhythm.WEEKLY:
            day = localizer.weekday(chosen.digest_day or 1)
            # Translators: in the settings: how often alerts come; {day} is a day of the week, short, {hour} like 18:00.
            return localizer.gettext("How often: together, once a week ({day}, {hour}).", day=day, hour=hour)
        case Rhythm.URGENT:
            # Translators: in the settings: how often alerts come.
            return localizer.gettext("How often: only what is urgent.")


def _zone_line(localizer: Localizer, zone: str, *, is_own: bool, now: datetime | None) -> str:
    named = zones.city(localizer, zone)
    if now is None:
        # Translators: in the list of what is kept about the person; {zone} is the city a time zone is named after.
        return localizer.gettext("Time zone: {zone}.", zone=named)
    shown = localizer.time_of_day(now, zone_of(zone))
    if is_own:
        # Translators: in the settings; {zone} is the city a time zone is named after, {hour} what clocks show there.
        return localizer.gettext("Time zone: {zone}, where it is {hour}.", zone=named, hour=shown)
    # Translators: in the settings, for who has chosen no time zone; {zone} and {hour} as above.
    return localizer.gettext(
        "Time zone: the campaign’s ({zone}, where it is {hour}).", zone=named, hour=shown
    )


def _choices(localizer: Localizer, *, has_places: bool, has_topics: bool) -> list[Control]:
    # Translators: button in the settings; how often alerts come.
    choices: list[Control] = [Press(localizer.gettext("Fewer alerts"), OpenRhythm())]
    # Translators: button in the settings; the hours in which nothing is sent.
    choices.append(Press(localizer.gettext("Quiet hours"), OpenQuietHours()))
    # Translators: button in the settings.
    choices.append(Press(localizer.gettext("Time zone"), OpenZones()))
    if has_places:
        # Translators: button in the settings; from which place of a list the person is.
        choices.append(Press(localizer.gettext("Place"), OpenPlaces()))
    if has_topics:
        # Translators: button in the settings; what alerts are about.
        choices.append(Press(localizer.gettext("Topics"), OpenAlertTopics()))
    return choices


def _pausing(localizer: Localizer, person: Subscriber) -> list[list[Control]]:
    # Translators: button in the settings; no alerts for a week.
    week = Press(localizer.gettext("Pause a week"), PauseFor(Pause.WEEK))
    # Translators: button in the settings; no alerts for a month.
    month = Press(localizer.gettext("Pause a month"), PauseFor(Pause.MONTH))
    if person.receives_alerts:
        # Translators: button in the settings; no alerts until the person resumes.
        until = Press(localizer.gettext("Pause the alerts"), PauseAll())
        return [[week, month], [until], [leave_button(localizer)]]
    # Translators: button in the settings; alerts come again.
    resume = Press(localizer.gettext("Resume the alerts"), Resume())
    return [[resume], [week, month], [leave_button(localizer)]]


def pause_over_screen(localizer: Localizer) -> Screen:
    """Say that a pause has ended by itself."""
    # Translators: a message that comes once, when a pause that a person chose is over.
    says = localizer.gettext("Your pause is over: alerts come again.")
    # Translators: button in the settings; no alerts for a week.
    week = Press(localizer.gettext("Pause a week"), PauseFor(Pause.WEEK))
    # Translators: button in the settings; no alerts for a month.
    month = Press(localizer.gettext("Pause a month"), PauseFor(Pause.MONTH))
    # Translators: button in the settings; how often alerts come.
    fewer = Press(localizer.gettext("Fewer alerts"), OpenRhythm())
    return screen(says, [[week, month], [fewer], [leave_button(localizer)]])
