"""When an alert goes out: chosen by buttons, the times typed; each choice is an edit of the alert."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import AHEAD, ON_CONFIRMATION, WEEK, LocalHour, Moment, Rule, Weekly, instant_of
from bot.handlers.board import show_board
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import AwaitTime, AwaitWeek
from bot.i18n.typed_times import NoSuchDay, TimeUnreadable, Typed, ZoneUnknown, read_time
from bot.services import alerts
from bot.services.outlook import HourSkipped, TimePast, TooFarAhead, require_usable
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Reply
from bot.telegram_io.schedule_buttons import ChooseDay, ChooseLate, ChooseZones, OpenWhen, When
from bot.wording import scheduling as wording
from bot.wording.errors import apology

REFUSED = (TimeUnreadable, NoSuchDay, ZoneUnknown, HourSkipped, TimePast, TooFarAhead)
"""What is wrong with a time that was typed; it is asked for again."""

PAST_ANYWHERE = timedelta(days=2)
"""So long ago a day is over in every zone."""


async def open_when(request: Request, button: OpenWhen) -> list[Reply]:
    """Ask when the alert goes out, or take what needs no more words."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if alert.corrects is not None:
        # A correction replaces what people have: it goes out when it is confirmed.
        raise ButtonOutdated
    match button.when:
        case None:
            return request.replace(wording.when_screen(request.localizer, alert))
        case When.NOW:
            return await _set(request, alert.id, ON_CONFIRMATION)
        case When.WEEKLY:
            days = sorted(alert.start.weekdays) if isinstance(alert.start, Weekly) else []
            return await _ask_week(request, AwaitWeek(alert_id=alert.id, days=days), choosing=True)
        case When.MOMENT | When.LOCAL_HOUR:
            local = button.when is When.LOCAL_HOUR
            return await _ask_time(request, AwaitTime(alert_id=alert.id, local=local))


async def take_time(request: Request, state: AwaitTime) -> list[Reply]:
    """Take the day and hour of one moment; of each person's hour, ask about those for whom it is past."""
    zone = request.resources.zone
    try:
        typed = _read(request, zone)
        if typed.day is None or typed.hour is None:
            raise TimeUnreadable
        if state.local:
            hour = _local_hour(typed.day, typed.hour, zone)
            require_usable(hour, now=request.now)
            await save_state(request, replace(state, typed=f"{typed.day} {typed.hour:%H:%M}"))
            return request.reply(wording.ask_late(request.localizer, state.alert_id, hour))
        named = typed.zone or zone.key
        moment = Moment(at=instant_of(typed.day, typed.hour, named), zone=named)
        require_usable(moment, now=request.now, typed=(typed.day, typed.hour))
    except REFUSED as error:
        return await _ask_time(request, replace(state, typed=""), why=apology(error, request.localizer))
    return await _set(request, state.alert_id, moment)


async def choose_late(request: Request, button: ChooseLate) -> list[Reply]:
    """Take the hour that was typed, with what becomes of people for whom it is past."""
    state = await standing(request)
    if not isinstance(state, AwaitTime) or state.alert_id != button.alert_id or not state.typed:
        raise ButtonOutdated
    at = datetime.fromisoformat(state.typed)
    hour = replace(_local_hour(at.date(), at.time(), request.resources.zone), late=button.late)
    return await _set(request, state.alert_id, hour)


async def choose_day(request: Request, button: ChooseDay) -> list[Reply]:
    """Show the days that are chosen; once they all are, ask for the hour and the last day."""
    state = await standing(request)
    if not isinstance(state, AwaitWeek) or state.alert_id != button.alert_id:
        raise ButtonOutdated
    if button.day is None:
        return await _ask_week(request, state)
    if button.day not in WEEK:
        raise ButtonOutdated
    # Kept in the chat's state, not in the buttons: who taps two of them at once means both.
    return await _ask_week(request, replace(state, days=sorted({*state.days} ^ {button.day})), choosing=True)


async def take_week(request: Request, state: AwaitWeek) -> list[Reply]:
    """Take the hour and the last day, and ask on whose clocks."""
    zone = request.resources.zone
    if not state.days:
        return await _ask_week(request, state)
    try:
        typed = _read(request, zone)
        if typed.day is None or typed.hour is None:
            raise TimeUnreadable
        require_usable(_weekly(state, typed.day, typed.hour, zone, own=True), now=request.now)
    except REFUSED as error:
        return await _ask_week(request, replace(state, typed=""), why=apology(error, request.localizer))
    await save_state(request, replace(state, typed=f"{typed.day} {typed.hour:%H:%M}"))
    return request.reply(wording.ask_zones(request.localizer, state.alert_id, zone))


async def choose_zones(request: Request, button: ChooseZones) -> list[Reply]:
    """Take what was typed for each week, on these clocks."""
    state = await standing(request)
    if not isinstance(state, AwaitWeek) or state.alert_id != button.alert_id or not state.typed:
        raise ButtonOutdated
    until = datetime.fromisoformat(state.typed)
    rule = _weekly(state, until.date(), until.time(), request.resources.zone, own=button.own)
    return await _set(request, state.alert_id, rule)


async def _set(request: Request, alert_id: int, rule: Rule) -> list[Reply]:
    alert = await alerts.set_start(request.tx, alert_id, rule, actor=request.actor, now=request.now)
    return await show_board(request, alert)


async def _ask_time(request: Request, state: AwaitTime, *, why: str = "") -> list[Reply]:
    await save_state(request, state)
    zone = None if state.local else request.resources.zone
    return request.replace(wording.ask_time(request.localizer, state.alert_id, zone=zone, why=why))


async def _ask_week(
    request: Request, state: AwaitWeek, *, why: str = "", choosing: bool = False
) -> list[Reply]:
    """Ask for the days; once they are chosen, for the hour and the last day."""
    await save_state(request, state)
    if choosing or not state.days:
        return request.replace(wording.ask_days(request.localizer, state.alert_id, state.days))
    return request.replace(wording.ask_week(request.localizer, state.alert_id, why=why))


def _read(request: Request, zone: ZoneInfo) -> Typed:
    today = request.now.astimezone(zone).date()
    typed = read_time(request.incoming.text, locale=request.localizer.cldr, today=today)
    # Before they are reckoned with: no zone has a time at either end of the calendar.
    if typed.day is not None and typed.day > today + AHEAD:
        raise TooFarAhead
    if typed.day is not None and typed.day < today - PAST_ANYWHERE:
        raise TimePast
    return typed


def _local_hour(day: date, hour: time, zone: ZoneInfo) -> LocalHour:
    return LocalHour(day=day, hour=hour, zone=zone.key)


def _weekly(state: AwaitWeek, until: date, hour: time, zone: ZoneInfo, *, own: bool) -> Weekly:
    return Weekly(weekdays=frozenset(state.days), hour=hour, zone=zone.key, own_zones=own, until=until)
