"""What repeats begins on its days, once: with three schedulers, killed at each step, asleep for weeks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import tzdata_version
from bot.domain.alert import Translation
from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Organizer
from bot.domain.plan import plan_of
from bot.domain.schedule import ON_CONFIRMATION
from bot.domain.series import Series, SeriesStatus
from bot.services import alerts, overview, series
from bot.services.outlook import TimePast
from bot.store.alerts import Alerts
from bot.store.broadcasts import Broadcasts
from bot.store.plans import Plans
from bot.store.series import AllSeries, Occurrences
from bot.store.sqlite import Sqlite
from bot.store.store import Store, Transaction
from tests.jobs.repeating import FIRST, FRIDAYS, Post, begun, of, repeating, scheduler
from tests.making import CHAT, NOW, approve, join
from tests.services.conftest import Appoint, appoint

__all__ = ["appoint"]

DAY = timedelta(days=1)


async def test_on_its_days(store: Store, appoint: Appoint) -> None:
    """Each of its days lets one broadcast begin, of a copy as it was approved, until its last day."""
    made, author, _ = await repeating(store, appoint)
    assert (made.next_day, made.next_at) == (FIRST.date(), FIRST)
    at = NOW
    while at < NOW + timedelta(days=60):
        await scheduler(store, at).begin_due()
        at += timedelta(hours=6)
    found = await begun(store)
    assert [each.starts_at for each in found] == [FIRST + timedelta(weeks=week) for week in range(6)]
    assert len({each.alert_id for each in found} | {made.alert_id}) == 7
    assert (await of(store, made)).status is SeriesStatus.ENDED
    async with store.reading() as tx:
        original = await tx.alerts.get(made.alert_id)
        for each in found:
            copy = await tx.alerts.get(each.alert_id)
            assert replace(copy, id=original.id) == original
            assert await tx.plans.is_approved(copy.id, plan_of(copy, paid=False))
        assert [each.id for each in await alerts.drafts(tx, limit=99, actor=author)] == [made.alert_id]


async def test_three_schedulers(store: Store, appoint: Appoint) -> None:
    """Of three that tick at once one lets it begin."""
    made, _, _ = await repeating(store, appoint)
    for week in range(3):
        at = FIRST + timedelta(weeks=week, seconds=30)
        await asyncio.gather(*(scheduler(store, at).begin_due() for _ in range(3)))
    assert [each.day for each in await begun(store)] == [
        (FIRST + timedelta(weeks=week)).date() for week in range(3)
    ]
    assert (await of(store, made)).next_at == FIRST + timedelta(weeks=3)


class Killed(BaseException):
    """The process is killed here."""


class KilledAtCommit:
    """A store whose process is killed before a commit, or just after it."""

    def __init__(self, store: Store, *, after: bool) -> None:
        self._store, self._after = store, after
        self.reading = store.reading

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction in which it is killed."""
        async with self._store.transaction() as tx:
            yield tx
            if not self._after:
                raise Killed
        raise Killed


STEPS: tuple[tuple[type, str], ...] = (
    (AllSeries, "find"),
    (Alerts, "find"),
    (AllSeries, "save"),
    (Plans, "is_approved"),
    (Alerts, "copy"),
    (Broadcasts, "add"),
    (Occurrences, "mark"),
)


def killed_after(step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the step, after which the process is killed."""

    async def deadly(*given: Any, **named: Any) -> Any:
        await step(*given, **named)
        raise Killed

    return deadly


@pytest.mark.parametrize(("where", "name"), STEPS, ids=[f"{where.__name__}.{name}" for where, name in STEPS])
async def test_killed_at_each_step(store: Store, appoint: Appoint, where: type, name: str) -> None:
    """Killed after any step, nothing of it is left; the next tick, of whatever process, lets it begin once."""
    await repeating(store, appoint)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, killed_after(getattr(where, name)))
        with pytest.raises(Killed):
            await scheduler(store, FIRST).begin_due()
    assert await begun(store) == []
    for _ in range(2):
        await asyncio.gather(*(scheduler(store, FIRST + timedelta(minutes=1)).begin_due() for _ in range(2)))
    assert len(await begun(store)) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_killed_at_the_commit(store: Store, appoint: Appoint, *, after: bool) -> None:
    """Killed before the commit it has not begun, just after it, it has; the next tick makes one of either."""
    await repeating(store, appoint)
    with suppress(Killed):
        await scheduler(KilledAtCommit(store, after=after), FIRST).begin_due()
    assert len(await begun(store)) == after
    await scheduler(store, FIRST + timedelta(minutes=1)).begin_due()
    assert len(await begun(store)) == 1


async def test_asleep_for_weeks(store: Store, appoint: Appoint) -> None:
    """Of the days that were slept through the last one begins, and is late: it asks. The next one is on time."""
    made, _, _ = await repeating(store, appoint)
    woken = FIRST + timedelta(weeks=2, days=1)
    await scheduler(store, woken).begin_due()
    [late] = await begun(store)
    assert late.day == (FIRST + timedelta(weeks=2)).date()
    assert late.is_late(now=woken)
    assert (await of(store, made)).next_at == FIRST + timedelta(weeks=3)


async def edit(store: Store, made: Series, author: Organizer) -> None:
    """Change the words of what repeats."""
    async with store.transaction() as tx:
        words = Translation(locale="en", title="Other", text="Other words.")
        await alerts.write(tx, made.alert_id, words, actor=author, now=NOW)


async def test_an_edit_stops_it(store: Store, appoint: Appoint) -> None:
    """After an edit nothing begins, which its organizer is told once, until it is approved again."""
    made, author, approver = await repeating(store, appoint)
    await edit(store, made, author)
    post = Post()
    for week in range(2):
        await scheduler(store, FIRST + timedelta(weeks=week), post).begin_due()
    assert await begun(store) == []
    [told] = post.posted
    assert told.parameters["chat_id"] == CHAT + 1000
    assert (await of(store, made)).status is SeriesStatus.NOT_APPROVED
    async with store.transaction() as tx:
        await approve(tx, await tx.alerts.get(made.alert_id), by=approver.id)
    third = FIRST + timedelta(weeks=2)
    await scheduler(store, third, post).begin_due()
    assert [each.starts_at for each in await begun(store)] == [third]
    assert (len(post.posted), (await of(store, made)).status) == (1, SeriesStatus.ACTIVE)


async def test_who_approved_it_is_gone(store: Store, appoint: Appoint) -> None:
    """When an approval is void, nothing more begins; what has begun goes on."""
    made, _, approver = await repeating(store, appoint)
    await scheduler(store, FIRST).begin_due()
    async with store.transaction() as tx:
        [first] = await tx.broadcasts.all()
        await tx.broadcasts.set_status(first.id, BroadcastStatus.SENDING, now=FIRST)
        await tx.plans.void(approver.id, now=FIRST)
        copy = await tx.alerts.get(first.alert_id)
        assert await tx.plans.is_approved(copy.id, plan_of(copy, paid=False))
    await scheduler(store, FIRST + timedelta(weeks=1)).begin_due()
    assert len(await begun(store)) == 1
    assert (await of(store, made)).status is SeriesStatus.NOT_APPROVED


async def test_another_rule(store: Store, appoint: Appoint) -> None:
    """With another weekly rule it goes by that one, once it is approved; with no weekly one it ends."""
    made, author, approver = await repeating(store, appoint)
    mondays = replace(FRIDAYS, weekdays=frozenset({1}))
    async with store.transaction() as tx:
        changed = await alerts.set_start(tx, made.alert_id, mondays, actor=author, now=NOW)
        await approve(tx, changed, by=approver.id)
    await scheduler(store, NOW + timedelta(minutes=1)).begin_due()
    monday = NOW.replace(hour=18)
    assert (await of(store, made)).next_at == monday
    await scheduler(store, monday).begin_due()
    assert [each.starts_at for each in await begun(store)] == [monday]
    async with store.transaction() as tx:
        await alerts.set_start(tx, made.alert_id, ON_CONFIRMATION, actor=author, now=NOW)
    await scheduler(store, monday + DAY).begin_due()
    assert (await of(store, made)).status is SeriesStatus.ENDED


async def test_the_draft_is_deleted(store: Store, appoint: Appoint) -> None:
    """What repeats ends with its draft."""
    made, author, _ = await repeating(store, appoint)
    async with store.transaction() as tx:
        await alerts.discard(tx, made.alert_id, actor=author, now=NOW)
    await scheduler(store, FIRST).begin_due()
    assert (await begun(store), (await of(store, made)).status) == ([], SeriesStatus.ENDED)


async def test_halted(store: Store, appoint: Appoint) -> None:
    """Halted with everything, it begins again only with a day after somebody let it go on."""
    made, author, _ = await repeating(store, appoint)
    async with store.transaction() as tx:
        await overview.halt_all(tx, actor=author, now=NOW)
    await scheduler(store, FIRST).begin_due()
    assert await begun(store) == []
    async with store.transaction() as tx:
        going = await series.go_on(tx, made.id, actor=author, now=FIRST + DAY)
    assert (going.status, going.next_at) == (SeriesStatus.ACTIVE, FIRST + timedelta(weeks=1))


async def test_halted_while_it_begins(
    store: Store, appoint: Appoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a job is just letting begin is stopped, too, by whoever says /halt in that moment."""
    made, author, _ = await repeating(store, appoint)
    reached = asyncio.Event()
    mark, stop = Occurrences.mark, AllSeries.halt

    async def halt() -> None:
        async with store.transaction() as tx:
            await overview.halt_all(tx, actor=author, now=FIRST)

    async def halted(self: AllSeries) -> None:
        reached.set()
        await stop(self)

    async def marked(self: Occurrences, *args: Any, **named: Any) -> bool:
        halting.append(asyncio.create_task(halt()))
        if not isinstance(store.database, Sqlite):
            await reached.wait()  # there two write at once
        return await mark(self, *args, **named)

    halting: list[asyncio.Task[None]] = []
    monkeypatch.setattr(AllSeries, "halt", halted)
    monkeypatch.setattr(Occurrences, "mark", marked)
    await scheduler(store, FIRST).begin_due()
    await asyncio.gather(*halting)
    assert [each.status for each in await begun(store)] == [BroadcastStatus.HALTED]
    assert (await of(store, made)).status is SeriesStatus.HALTED


async def test_confirmed_once_more(store: Store, appoint: Appoint) -> None:
    """Who confirms it again begins no second series; who ends it, ends it."""
    made, author, _ = await repeating(store, appoint)
    async with store.transaction() as tx:
        again = await series.repeat(
            tx, made.alert_id, confirmed=1, paid=False, actor=author, now=NOW, again=True
        )
        assert again.id == made.id
        await series.end(tx, made.id, actor=author, now=NOW)
        with pytest.raises(series.SeriesOver):
            await series.end(tx, made.id, actor=author, now=NOW)
    await scheduler(store, FIRST).begin_due()
    assert await begun(store) == []
    async with store.transaction() as tx:
        with pytest.raises(TimePast):
            await series.repeat(
                tx, made.alert_id, confirmed=1, paid=False, actor=author, now=NOW + timedelta(days=90)
            )


async def test_an_hour_of_each_zone(store: Store, appoint: Appoint) -> None:
    """Each week begins with the first of the zones that people live in."""
    made, _, _ = await repeating(store, appoint, replace(FRIDAYS, own_zones=True))
    assert made.next_at == FIRST - timedelta(hours=14)
    async with store.transaction() as tx:
        east, _ = await join(tx, 2)
        await tx.subscribers.set_zone(east.id, "Asia/Tokyo")
    await scheduler(store, made.next_at).begin_due()
    [queued] = await begun(store)
    assert (queued.day, queued.starts_at) == (FIRST.date(), FIRST - timedelta(hours=9))


async def test_the_zones_change(store: Store, appoint: Appoint) -> None:
    """Reckoned by another version of the zones, its next day keeps its hour and gets its instant anew."""
    made, _, _ = await repeating(store, appoint)
    async with store.transaction() as tx:
        await tx.series.save(replace(made, next_at=FIRST + timedelta(hours=1), tzdata="1999a"))
    await scheduler(store, NOW).begin_due()
    again = await of(store, made)
    assert (again.next_at, again.tzdata) == (FIRST, tzdata_version())
