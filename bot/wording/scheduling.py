"""The screens about when an alert goes out, and the list of what is due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, StopReason
from bot.domain.organizer import Organizer, Right
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.schedule import WEEK, Late, LocalHour, Weekly
from bot.domain.series import Series, SeriesStatus
from bot.i18n.localizer import Localizer
from bot.services.due import Due, DueBroadcast, DueSeries
from bot.telegram_io.callbacks import Button
from bot.telegram_io.organizer_buttons import Answer, OpenReport
from bot.telegram_io.schedule_buttons import (
    ChooseDay,
    ChooseLate,
    ChooseZones,
    EndSeries,
    GoOnSeries,
    OpenSchedule,
    OpenWhen,
    TakeOff,
    Then,
    When,
)
from bot.wording.alerts_list import list_button
from bot.wording.board import back_button
from bot.wording.screen import Control, Press, Screen, packed, screen
from bot.wording.times import rule_words
from bot.wording.titles import title_of

PAGE = 4
"""What is due on one screen; each has a line and a row of buttons."""

DUE_TITLE = 40
"""Characters of a title in the list."""


def when_screen(localizer: Localizer, alert: Alert) -> Screen:
    """Ask when an alert goes out."""
    # Translators: an organizer chooses when an alert goes out; {when} is a time, or says how it repeats.
    now = localizer.gettext("Now: {when}", when=rule_words(localizer, alert.start))
    # Translators: title of the screen on which an organizer chooses when an alert goes out.
    text = joined([bold(localizer.gettext("When does it go out?")), now])
    rows: list[list[Control]] = [
        # Translators: button; an alert goes out as soon as an organizer has confirmed it.
        [Press(localizer.gettext("When I confirm it"), OpenWhen(alert.id, When.NOW))],
        # Translators: button; an alert goes out to everybody at one moment.
        [Press(localizer.gettext("At a set time"), OpenWhen(alert.id, When.MOMENT))],
        # Translators: button; an alert goes out at an hour of each person's own time zone.
        [Press(localizer.gettext("At each person’s hour"), OpenWhen(alert.id, When.LOCAL_HOUR))],
        # Translators: button; an alert goes out again each week.
        [Press(localizer.gettext("Every week"), OpenWhen(alert.id, When.WEEKLY))],
        [back_button(localizer, alert.id)],
    ]
    return screen(text, rows)


def ask_time(localizer: Localizer, alert_id: int, *, zone: ZoneInfo | None, why: str = "") -> Screen:
    """Ask for a day and an hour, of clocks in the zone or, where that is None, of each person's."""
    example = "2026-12-04 18:00"
    if zone is None:
        # Translators: an organizer is asked for the day and hour of each person's zone; {example} is how to write it.
        asks = localizer.gettext(
            "Send the day and the hour, like {example}. Each person gets it when it is that hour for them.",
            example=example,
        )
    else:
        # Translators: an organizer is asked when an alert goes out; {example} is how to write it, {zone} a time zone.
        asks = localizer.gettext(
            "Send the day and the hour, like {example}. The time is that of {zone}.",
            example=example,
            zone=zone.key,
        )
    return screen(joined([why, asks]), [[back_button(localizer, alert_id)]])


def ask_late(localizer: Localizer, alert_id: int, hour: LocalHour) -> Screen:
    """Ask what becomes of people whose hour is past."""
    # Translators: asks an organizer about people in whose zone the hour {when} is past when it is confirmed.
    asks = localizer.gettext(
        "{when}. For some people that may already be past when you confirm it. What about them?",
        when=rule_words(localizer, hour),
    )
    # Translators: button; people whose hour is past get the alert at once.
    at_once = Press(localizer.gettext("Send it at once"), ChooseLate(alert_id, Late.SEND_NOW))
    # Translators: button; people whose hour is past do not get the alert.
    leave = Press(localizer.gettext("Leave them out"), ChooseLate(alert_id, Late.LEAVE_OUT))
    return screen(asks, [[at_once, leave], [back_button(localizer, alert_id)]])


def ask_days(localizer: Localizer, alert_id: int, days: Collection[int]) -> Screen:
    """Ask on which days of the week it goes out."""
    rows = packed([_day_button(localizer, alert_id, day, days) for day in WEEK], at_most=4)
    last: list[Control] = [back_button(localizer, alert_id)]
    if days:
        # Translators: button; goes on to the next question.
        last.append(Press(localizer.gettext("Next"), ChooseDay(alert_id)))
    # Translators: an organizer chooses the days of the week on which an alert goes out.
    return screen(bold(localizer.gettext("On which days of the week?")), [*rows, last])


def ask_week(localizer: Localizer, alert_id: int, *, why: str = "") -> Screen:
    """Ask for the hour, and for the last day, of what repeats."""
    # Translators: an organizer is asked when an alert that repeats each week goes out; {example} is how to write it.
    asks = localizer.gettext("Send the hour and the last day, like {example}.", example="18:00 2026-12-31")
    return screen(joined([why, asks]), [[back_button(localizer, alert_id)]])


def ask_zones(localizer: Localizer, alert_id: int, zone: ZoneInfo) -> Screen:
    """Ask whose hour it is."""
    # Translators: an organizer chooses whose clocks count for an alert that repeats each week.
    asks = localizer.gettext("On whose clock?")
    # Translators: button; the hour is that of each person's own time zone.
    own = Press(localizer.gettext("Each person’s"), ChooseZones(alert_id, own=True))
    # Translators: button; the hour is that of the time zone {zone}.
    campaign = Press(localizer.gettext("Those of {zone}", zone=zone.key), ChooseZones(alert_id))
    return screen(asks, [[own], [campaign], [back_button(localizer, alert_id)]])


def scheduled(localizer: Localizer, goes_out: str) -> Screen:
    """Say that it is confirmed, and for when."""
    # Translators: an organizer has confirmed an alert for a later time; {when} says when.
    said = localizer.gettext("Scheduled. {when}", when=goes_out)
    return screen(said, [[schedule_button(localizer)]])


def schedule_screen(
    localizer: Localizer, found: Sequence[Due], *, page: int, zone: ZoneInfo, actor: Organizer
) -> Screen:
    """Show a page of what is due, day by day, as clocks in the zone show it."""
    if not found:
        # Translators: in the list of what is due at a later time.
        return screen(localizer.gettext("Nothing is scheduled."), [[list_button(localizer)]])
    shown = list(enumerate(found, start=1))[page * PAGE : (page + 1) * PAGE]
    # Translators: title of the list of what is due; {zone} is the time zone of its times.
    parts: list[RichText | str] = [bold(localizer.gettext("Scheduled ({zone})", zone=zone.key))]
    before: date | None = None
    for number, each in shown:
        local = each.at.astimezone(zone)
        if local.date() != before:
            parts.append(bold(localizer.short_day(local)))
            before = local.date()
        parts.append(_due_line(localizer, number, each, zone))
    rows = [_due_row(localizer, number, each) for number, each in shown] if actor.may(Right.SEND) else []
    return screen(joined(parts), [*rows, _turns(localizer, len(found), page), [list_button(localizer)]])


def ask_take_off(localizer: Localizer, due: DueBroadcast, then: Then) -> Screen:
    """Ask before a broadcast is taken off the schedule."""
    # Translators: asks an organizer about an alert that is due later; {title} is its title.
    head = localizer.gettext("Take “{title}” off the schedule?", title=title_of(due.alert))
    below = ""
    if then is Then.CHANGE:
        # Translators: under it; what an organizer has to do after changing it.
        below = localizer.gettext(
            "It is a draft again: after the change, have it approved and confirm it again."
        )
    yes, no = (TakeOff(due.broadcast.id, then, answer) for answer in (Answer.YES, Answer.NO))
    return screen(joined([bold(head), below]), [_yes_no(localizer, yes, no)])


def ask_end_series(localizer: Localizer, due: DueSeries) -> Screen:
    """Ask before what repeats is ended."""
    # Translators: asks an organizer about an alert that repeats each week; {title} is its title.
    head = localizer.gettext("Stop repeating “{title}”?", title=title_of(due.alert))
    yes, no = (EndSeries(due.series.id, answer) for answer in (Answer.YES, Answer.NO))
    return screen(bold(head), [_yes_no(localizer, yes, no)])


def schedule_button(localizer: Localizer) -> Press:
    """Return the way to the list of what is due."""
    # Translators: button; opens the list of what is due at a later time.
    return Press(localizer.gettext("Schedule"), OpenSchedule())


def _day_button(localizer: Localizer, alert_id: int, day: int, chosen: Collection[int]) -> Press:
    name = localizer.weekday(day)
    return Press(f"✓ {name}" if day in chosen else name, ChooseDay(alert_id, day))


def _yes_no(localizer: Localizer, yes: Button, no: Button) -> list[Control]:
    # Translators: button; takes off the schedule what was asked about.
    taken = localizer.gettext("Yes, take it off")
    # Translators: button; goes on without doing it.
    left = localizer.gettext("No, leave it")
    return [Press(taken, yes), Press(left, no)]


def _due_line(localizer: Localizer, number: int, due: Due, zone: ZoneInfo) -> str:
    hour = localizer.hour(due.at.astimezone(zone).time())
    title = title_of(due.alert, at_most=DUE_TITLE)
    # Translators: a line of the list of what is due; {number} is its number in the list, {hour} when it is due.
    line = localizer.gettext("{number}. {hour} {title}", number=number, hour=hour, title=title)
    return "\n".join([line, *_notes(localizer, due)])


def _notes(localizer: Localizer, due: Due) -> list[str]:
    notes = [rule_words(localizer, due.rule)] if isinstance(due.rule, LocalHour | Weekly) else []
    match due:
        case DueBroadcast(broadcast=Broadcast(stop_reason=StopReason())):
            # Translators: in the list of what is due; it was halted, or slept through, and an organizer decides.
            notes.append(localizer.gettext("! on hold, waiting for your answer"))
        case DueBroadcast(broadcast=Broadcast(started_at=datetime())):
            # Translators: in the list of what is due; people further east have got the alert, others get it later.
            notes.append(localizer.gettext("has begun further east"))
        case DueSeries(series=Series(status=SeriesStatus.NOT_APPROVED)):
            # Translators: in the list of what is due; it was changed, and nobody has approved the change.
            notes.append(localizer.gettext("! waiting for approval"))
        case DueSeries(series=Series(status=SeriesStatus.HALTED)):
            # Translators: in the list of what is due; an organizer has halted everything.
            notes.append(localizer.gettext("! halted"))
        case _:
            pass
    return notes


def _due_row(localizer: Localizer, number: int, due: Due) -> list[Control]:
    # Translators: button in the list of what is due; {number} is the number of the line that it is about.
    change = localizer.gettext("Change {number}", number=number)
    # Translators: button in the list of what is due; {number} is the number of the line that it is about.
    cancel = localizer.gettext("Cancel {number}", number=number)
    match due:
        case DueBroadcast(broadcast=broadcast) if due.can_be_changed:
            off = Press(cancel, TakeOff(broadcast.id, Then.CANCEL))
            # One day of what repeats is left out, or goes out as it is.
            return [off] if broadcast.day else [Press(change, TakeOff(broadcast.id, Then.CHANGE)), off]
        case DueBroadcast(broadcast=broadcast):
            # Translators: button in the list of what is due; shows how it stands. {number} is the number of its line.
            label = localizer.gettext("Look at {number}", number=number)
            return [Press(label, OpenReport(broadcast.id))]
        case DueSeries(series=series):
            row: list[Control] = []
            if series.status is SeriesStatus.HALTED:
                # Translators: button in the list of what is due; what was halted repeats again. {number} is its line's.
                row.append(Press(localizer.gettext("Resume {number}", number=number), GoOnSeries(series.id)))
            return [*row, Press(change, OpenWhen(due.alert.id)), Press(cancel, EndSeries(series.id))]


def _turns(localizer: Localizer, count: int, page: int) -> list[Control]:
    turns: list[Control] = []
    if page:
        # Translators: button; the page before, in the list of what is due.
        turns.append(Press(localizer.gettext("Sooner"), OpenSchedule(page - 1)))
    if (page + 1) * PAGE < count:
        # Translators: button; the next page of the list of what is due.
        turns.append(Press(localizer.gettext("Later"), OpenSchedule(page + 1)))
    return turns
