"""Every screen about when an alert goes out and of what is due, at its longest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.findings import BaseMissing, DeadlinePast, Undecided, Waiting
from bot.domain.organizer import Organizer, Role
from bot.domain.reach import Reach
from bot.domain.schedule import ON_CONFIRMATION, Late, LocalHour, Moment, Rule, Weekly, timing
from bot.domain.series import Series, SeriesStatus
from bot.i18n.localizer import Localizer
from bot.i18n.typed_times import NoSuchDay, TimeUnreadable, ZoneUnknown
from bot.services.broadcast_progress import Progress
from bot.services.broadcasts import OtherTimeApproved
from bot.services.checks import Checked
from bot.services.due import Due, DueBroadcast, DueSeries
from bot.services.outlook import HourSkipped, TimePast, TooFarAhead, look_ahead
from bot.services.series import SeriesOver
from bot.telegram_io.schedule_buttons import Then
from bot.wording import approval, board, confirmation, scheduling, stopped_series, times
from bot.wording.errors import apology
from bot.wording.progress import progress_screen
from bot.wording.screen import Screen, screen
from tests.making import NOW, OWNER

ZONE = "America/Argentina/ComodRivadavia"
"""The zone of the longest name."""

DAY = NOW.date() + timedelta(days=1)
WEEKLY = Weekly(
    weekdays=frozenset(range(1, 8)), hour=time(18), zone=ZONE, own_zones=False, until=DAY + timedelta(days=99)
)
RULES: tuple[Rule, ...] = (
    ON_CONFIRMATION,
    Moment(at=NOW + timedelta(days=1), zone=ZONE),
    *(LocalHour(day=NOW.date(), hour=NOW.time(), zone=ZONE, late=late) for late in Late),
    WEEKLY,
    replace(WEEKLY, own_zones=True),
)
BLOCKS = (
    DeadlinePast(deadline=NOW),
    Undecided(readers=dict.fromkeys(("ar", "de", "es", "fr", "he", "it", "pt_BR", "tr"), 1)),
    Waiting(readers={"fr": 1}),
    BaseMissing(),
)
"""What keeps one that repeats from going out: more than is told at once."""

ERRORS = (
    TimeUnreadable(),
    NoSuchDay(),
    ZoneUnknown("Mars/" + "x" * 200),
    HourSkipped(time(2, 30), ZONE),
    TimePast(),
    TooFarAhead(),
    OtherTimeApproved(),
    SeriesOver(),
)


def waiting(alert: Alert, *, stopped: StopReason | None = None, begun: bool = False) -> Broadcast:
    """Return a broadcast that waits for its time, or for an answer."""
    return Broadcast(
        id=alert.id,
        alert_id=alert.id,
        kind=BroadcastKind.SEND,
        follows=None,
        status=BroadcastStatus.QUEUED if stopped is None else BroadcastStatus.PAUSED,
        stop_reason=stopped,
        audience=10_000 if begun else 0,
        created_at=NOW,
        starts_at=NOW + timedelta(days=1),
        started_at=NOW if begun else None,
        next_at=NOW + timedelta(days=1) if begun else None,
    )


def series_of(alert: Alert, status: SeriesStatus) -> Series:
    """Return what repeats."""
    return Series(
        id=alert.id,
        alert_id=alert.id,
        organizer_id=1,
        rule=WEEKLY,
        status=status,
        next_day=DAY,
        next_at=NOW + timedelta(days=1),
        tzdata="2026f",
    )


def all_due(alert: Alert) -> list[Due]:
    """Return one of each that is due, by each rule."""
    found: list[Due] = [
        DueBroadcast(alert=replace(alert, start=rule), broadcast=waiting(alert, stopped=stopped, begun=begun))
        for rule in RULES[1:4]
        for stopped in (None, StopReason.LATE)
        for begun in (False, True)
    ]
    open_ones = (SeriesStatus.ACTIVE, SeriesStatus.NOT_APPROVED, SeriesStatus.HALTED)
    later = NOW + timedelta(days=2)
    return found + [DueSeries(alert=alert, series=series_of(alert, each), at=later) for each in open_ones]


def schedule_screens(
    localizer: Localizer, alert: Alert, reach: Reach, locales: Sequence[str]
) -> Iterator[Screen]:
    """Yield every screen."""
    yield from _by_each_rule(localizer, alert, reach, locales)
    yield from _asked(localizer, alert)
    yield from _listed(localizer, alert)
    for status in SeriesStatus:
        yield board.board_screen(
            localizer, alert, reach, locales, board.Around(series=series_of(alert, status))
        )
    yield from (screen(apology(error, localizer)) for error in ERRORS)


def _by_each_rule(
    localizer: Localizer, alert: Alert, reach: Reach, locales: Sequence[str]
) -> Iterator[Screen]:
    people = {None: 1_000_001, "Asia/Tokyo": 1_000_001, "Pacific/Honolulu": 1}
    for rule in RULES:
        about = replace(alert, start=rule)
        ahead = look_ahead(rule, people, now=NOW)
        yield scheduling.when_screen(localizer, about)
        yield board.board_screen(localizer, about, reach, locales)
        checked = Checked(alert=about, findings=(), unseen=(), seen=(), mark="f" * 32)
        yield approval.approval_screen(
            localizer, checked, reach, seen="f" * 32, paid=True, looking=approval.Looking(by=OWNER)
        )
        yield confirmation.confirm_screen(localizer, about, reach, paid=True, ahead=ahead)
        yield scheduling.scheduled(localizer, times.goes_out(localizer, ahead))
        for begun in (False, True):
            for stopped in (None, StopReason.LATE):
                broadcast = waiting(alert, stopped=stopped, begun=begun)
                progress = Progress(
                    broadcast=broadcast, tally=Tally(audience=broadcast.audience), start=timing(rule, DAY)
                )
                yield progress_screen(localizer, progress, title="T" * 80, now=NOW)


def _asked(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    zone = ZoneInfo(ZONE)
    for why in ("", "Why"):
        for clocks in (None, zone):
            yield scheduling.ask_time(localizer, alert.id, zone=clocks, why=why)
        yield scheduling.ask_week(localizer, alert.id, why=why)
    for days in ((), range(1, 8)):
        yield scheduling.ask_days(localizer, alert.id, days)
    yield scheduling.ask_late(localizer, alert.id, LocalHour(day=DAY, hour=time(18), zone=ZONE))
    yield scheduling.ask_zones(localizer, alert.id, zone)
    yield stopped_series.not_approved(localizer, alert)
    for is_last in (False, True):
        yield stopped_series.blocked(localizer, alert, BLOCKS, is_last=is_last)


def _listed(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    zone, owner = ZoneInfo(ZONE), Organizer(id=1, role=Role.OWNER, since=NOW.date())
    found = all_due(alert)
    for actor in (owner, replace(owner, role=Role.VIEWER)):
        for page in range(-(-len(found) // scheduling.PAGE)):
            yield scheduling.schedule_screen(localizer, found, page=page, zone=zone, actor=actor)
    yield scheduling.schedule_screen(localizer, [], page=0, zone=zone, actor=owner)
    for due in found:
        if isinstance(due, DueSeries):
            yield scheduling.ask_end_series(localizer, due)
        else:
            yield from (scheduling.ask_take_off(localizer, due, then) for then in Then)
