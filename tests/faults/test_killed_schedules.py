"""Every schedule fires once, in real processes that are killed at each of its steps, on both databases.

A chain of lives: each process goes on where the one before it was killed. What was not committed has left nothing, so
the next one takes the same steps; what was committed is not done again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import system_clock, tzdata_version
from bot.commands.prepare import FIRST_CHAT_ID
from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.domain.schedule import LocalHour, Moment, Weekly
from bot.domain.series import Series
from bot.services import series
from bot.store.store import Store, Transaction
from tests.making import KEY_TEXT, approve, draft, join
from tests.worlds.processes.campaign import Api, bot_api, campaign
from tests.worlds.processes.forked import CONTEXT
from tests.worlds.processes.killed import Life, Nursery, Step, When

PEOPLE = 48
EAST, WEST = "Asia/Tokyo", "Pacific/Honolulu"
ORGANIZER, APPROVER = FIRST_CHAT_ID + PEOPLE, FIRST_CHAT_ID + PEOPLE + 1
RATE = 30
"""Sends per second: so slow that a process has a few on the wire, and not all."""

APPROVED = Step(module="store.plans", name="Plans.is_approved")
MARKED = Step(module="store.series", name="Occurrences.mark")
FROZEN = Step(module="store.freezing", name="Freezing.freeze")
COUNTED = Step(module="store.broadcasts", name="Broadcasts.set_audience")
NEXT_FOUND = Step(module="store.broadcasts", name="Broadcasts.set_next")
MOVED = Step(module="store.broadcasts", name="Broadcasts.set_status")
CLAIMED = Step(module="store.claims", name="Claims.claim")
RECORDED = Step(module="store.deliveries", name="Deliveries.record")
WAITING = Step(module="store.broadcasts", name="Broadcasts.wait_until")
SAVED = Step(module="store.series", name="AllSeries.save")
COPIED = Step(module="store.alerts", name="Alerts.copy")
QUEUED = Step(module="store.broadcasts", name="Broadcasts.add")
LOOKED = Step(module="jobs.schedules", name="Schedules.begin_due")


def through(step: Step) -> tuple[Step, ...]:
    """Return the step at each of its moments."""
    return tuple(replace(step, when=when) for when in When)


def only(step: Step, *moments: When) -> tuple[Step, ...]:
    """Return the step at these of its moments."""
    return tuple(replace(step, when=when) for when in moments)


LOST = (*only(CLAIMED, When.COMMITTED), *only(RECORDED, When.COMMITTING))
"""The two at which something is on the wire: claimed and not sent, accepted and not recorded."""

AROUND = (When.COMMITTING, When.COMMITTED)

MOMENT = (APPROVED, FROZEN, COUNTED, *through(MOVED), *through(CLAIMED), *through(RECORDED), *through(MOVED))
"""Frozen, claimed, recorded, finished."""

FIRST_ZONE = (MARKED, FROZEN, COUNTED, NEXT_FOUND, *only(MOVED, *AROUND), *LOST, *through(WAITING))
LAST_ZONE = (MARKED, FROZEN, NEXT_FOUND, *only(MOVED, *AROUND), *LOST, *only(MOVED, *AROUND))
OCCURRENCE = (SAVED, APPROVED, COPIED, QUEUED, *through(MARKED), LOOKED)


@pytest.fixture(scope="session")
def nursery() -> Nursery:
    """Return what starts processes that have loaded the bot."""
    return Nursery()


@dataclass(kw_only=True)
class Killing:
    """A campaign whose processes are killed one after the other."""

    nursery: Nursery
    store: Store
    api: Api
    life: Life

    async def sender(self, *steps: Step, at: datetime, to_its_end: bool = True) -> None:
        """Let senders live at a time, each up to its step; then one more that ends when nothing is left to do."""
        await self._live("sender", *steps, *([None] if to_its_end else []), at=at)

    async def scheduler(self, *steps: Step, at: datetime) -> None:
        """Let schedulers live at a time, each up to its step."""
        await self._live("scheduler", *steps, at=at)

    async def schedulers(self, number: int, *, at: datetime) -> None:
        """Let so many live at once: all have found what is due before any of them lets it begin."""
        together = CONTEXT.Barrier(number)
        life = replace(self._life("scheduler", LOOKED, at=at), together=together)
        processes = [self.nursery.start(life) for _ in range(number)]
        for process in processes:
            await self.nursery.end(process, life)

    async def _live(self, role: str, *steps: Step | None, at: datetime) -> None:
        for step in steps:
            await self.nursery.live(self._life(role, step, at=at))

    def _life(self, role: str, step: Step | None, *, at: datetime) -> Life:
        idle = () if role == "scheduler" else ("--until-idle",)
        ahead = at - system_clock()
        return replace(self.life, arguments=("run", "--role", role, *idle), ahead=ahead, killed_at=step)

    async def broadcasts(self) -> list[Broadcast]:
        """Return the broadcasts there are."""
        async with self.store.reading() as tx:
            return await tx.broadcasts.all()

    async def occurrences(self, broadcast_id: int) -> list[datetime]:
        """Return when what has begun of a broadcast was due."""
        async with self.store.reading() as tx:
            return await tx.occurrences.of(broadcast_id)

    async def sums_match(self, *, sent: int, killed: int) -> None:
        """Hold the deliveries of the broadcasts, all of which have ended, against what the Bot API accepted.

        `sent`: broadcasts there are. `killed`: how often something was on the wire.
        """
        found = await self.broadcasts()
        assert [each.status for each in found] == [BroadcastStatus.FINISHED] * sent
        unknown = 0
        for each in found:
            async with self.store.reading() as tx:
                tally = await tx.counts.tally(each.id)
            assert each.audience == tally.audience == PEOPLE
            assert tally[DeliveryState.SENT] + tally[DeliveryState.UNKNOWN] == PEOPLE
            unknown += tally[DeliveryState.UNKNOWN]
        got = Counter(
            chat for chat, _ in self.api.ask("accepted")["accepted"] if chat < FIRST_CHAT_ID + PEOPLE
        )
        assert max(got.values(), default=0) <= sent
        assert 0 < sent * PEOPLE - unknown <= got.total() <= sent * PEOPLE
        assert (unknown > 0) is (killed > 0)


@pytest.fixture
def killing(nursery: Nursery, store: Store, database_url: str, tmp_path: Path) -> Iterator[Killing]:
    """Set up a campaign, with the Bot API it talks to."""
    with bot_api(PEOPLE + 2) as api:
        made = campaign(api, tmp_path, DATABASE_URL=database_url, CAMPAIGN_KEY=KEY_TEXT, SEND_RATE=str(RATE))
        life = Life(arguments=(), environ=made.environ, folder=tmp_path, ahead=timedelta(), killed_at=None)
        yield Killing(nursery=nursery, store=store, api=api, life=life)


async def people(tx: Transaction) -> None:
    """Put people on the list, half of them in the east of the world and half in the west."""
    for number, person in enumerate(await join(tx, PEOPLE, first=FIRST_CHAT_ID)):
        await tx.subscribers.set_zone(person.id, (EAST, WEST)[number % 2])


async def queued(tx: Transaction, alert: Alert, starts_at: datetime) -> None:
    """Queue an approved alert."""
    written = await tx.alerts.add(alert, now=system_clock())
    await approve(tx, written, now=system_clock())
    await tx.broadcasts.add(
        alert_id=written.id,
        organizer_id=None,
        now=system_clock(),
        starts_at=starts_at,
        tzdata=tzdata_version() if isinstance(alert.start, LocalHour) else None,
    )


async def test_a_moment(killing: Killing) -> None:
    """What falls due goes out once, whichever step of it a sender is killed at."""
    due = system_clock() + timedelta(hours=1)
    async with killing.store.transaction() as tx:
        await people(tx)
        await queued(tx, replace(draft(), start=Moment(at=due, zone="UTC")), due)
    await killing.sender(*MOMENT, at=due + timedelta(seconds=1))
    await killing.sums_match(sent=1, killed=1)


async def test_zone_by_zone(killing: Killing) -> None:
    """An hour of each person's zone is frozen once in each of them, whichever step a sender is killed at."""
    tomorrow = system_clock().replace(second=0, microsecond=0) + timedelta(days=1)
    hour = LocalHour(day=tomorrow.date(), hour=tomorrow.time(), zone=EAST)
    first, last = hour.instant(EAST), hour.instant(WEST)
    async with killing.store.transaction() as tx:
        await people(tx)
        await queued(tx, replace(draft(), start=hour), first)
    await killing.sender(*FIRST_ZONE, at=first + timedelta(seconds=1), to_its_end=False)
    [broadcast] = await killing.broadcasts()
    assert (broadcast.audience, broadcast.starts_at) == (PEOPLE // 2, last)
    await killing.sender(*LAST_ZONE, at=last + timedelta(seconds=1))
    assert await killing.occurrences(broadcast.id) == [first, last]
    await killing.sums_match(sent=1, killed=2)


async def repeating(store: Store) -> Series:
    """Let an alert repeat every day of the week."""
    now = system_clock()
    rule = Weekly(
        weekdays=frozenset(range(1, 8)),
        hour=now.time().replace(second=0, microsecond=0),
        zone="UTC",
        own_zones=False,
        until=now.date() + timedelta(days=9),
    )
    async with store.transaction() as tx:
        await people(tx)
        team = []
        for chat_id, role in ((ORGANIZER, Role.OWNER), (APPROVER, Role.APPROVER)):
            await tx.organizers.add(chat_id, role, today=now.date())
            found = await tx.organizers.find(chat_id)
            assert found is not None
            team.append(found)
        author, approver = team
        alert = replace(draft(author_id=author.id), start=rule)
        written = await tx.alerts.add(alert, now=now)
        await approve(tx, written, by=approver.id, now=now)
        return await series.repeat(tx, written.id, confirmed=PEOPLE, paid=False, actor=author, now=now)


async def test_an_occurrence(killing: Killing) -> None:
    """A day of what repeats becomes one broadcast, whichever step a scheduler is killed at, and that goes out once."""
    made = await repeating(killing.store)
    assert made.next_at is not None
    for day in range(2):
        at = made.next_at + timedelta(days=day, seconds=1)
        await killing.scheduler(*(OCCURRENCE if not day else (LOOKED, LOOKED)), at=at)
        await killing.sender(*((*only(FROZEN, When.COMMITTED), *LOST) if not day else ()), at=at)
    found = await killing.broadcasts()
    assert [each.starts_at for each in found] == [made.next_at + timedelta(days=day) for day in range(2)]
    assert [await killing.occurrences(each.id) for each in found] == [[each.starts_at] for each in found]
    await killing.sums_match(sent=2, killed=1)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_three_schedulers_at_once(killing: Killing) -> None:
    """Of three schedulers that have all found that something is due, one lets it begin, each day."""
    made = await repeating(killing.store)
    assert made.next_at is not None
    for day in range(3):
        await killing.schedulers(3, at=made.next_at + timedelta(days=day, seconds=1))
        assert [each.starts_at for each in await killing.broadcasts()] == [
            made.next_at + timedelta(days=n) for n in range(day + 1)
        ]
    assert made.next_at.tzinfo is UTC
