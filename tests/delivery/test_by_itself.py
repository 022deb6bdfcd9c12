"""Reminders and digests through the real engine, on both databases: to whom, once, and what a kill leaves of them."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.content import Wording
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Prepared
from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import RUNNABLE, BroadcastKind, BroadcastStatus, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.digest import MOST
from bot.domain.outcome import Outcome
from bot.domain.preferences import Preferences, QuietHours, Rhythm
from bot.domain.subscriber import Subscriber
from bot.jobs import by_itself
from bot.services import actions, broadcast_progress, follow_ups, privacy, subscriptions
from bot.store.store import Store
from tests.making import CHAT, NOW, OWNER, approve, draft, join
from tests.worlds.virtual.telegram import body, digest

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)
NOBODY = replace(OWNER, id=None)  # type: ignore[arg-type]  # nobody is told
DEADLINE = NOW + 7 * DAY
REMINDED_AT = DEADLINE - DAY
DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
EVENING = NOW + timedelta(hours=6)

pytestmark = pytest.mark.usefixtures("ids_rise")


@dataclass(kw_only=True)
class World:
    """A store, a clock, and all that was sent: by chat, what the fake body says of it.

    `answered`: only the first so many sends are; None: each. `enough`: set once so many were sent as are waited for.
    """

    store: Store
    now: datetime = NOW
    sent: list[tuple[int, Any]] = field(default_factory=list)
    answered: int | None = None
    worker: str = ""
    awaited: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def engine(self) -> Engine:
        """Return an engine as it is after a start."""
        world = self

        class Accepting:
            def send(self, chat_id: int, _message_id: int | None, prepared: Prepared) -> Any:
                answer = asyncio.get_running_loop().create_future()
                world.sent.append((chat_id, orjson.loads(prepared.rest)))
                if len(world.sent) == world.awaited:
                    world.enough.set()
                if world.answered is None or len(world.sent) <= world.answered:
                    answer.set_result((200, orjson.dumps({"ok": True, "result": {"message_id": 1}})))
                return answer

        sender: Any = Accepting()
        heartbeat = Heartbeat(store=self.store, clock=self.clock)
        self.worker = heartbeat.worker
        return Engine(
            store=self.store,
            sender=sender,
            governor=Governor(10_000, store=self.store),
            body=body,
            digest=digest,
            clock=self.clock,
            heartbeat=heartbeat,
        )

    def clock(self) -> datetime:
        """Return the moment."""
        return self.now

    async def at(self, moment: datetime) -> list[tuple[int, Any]]:
        """Let it be this moment, queue what is due and send it all. Returns what was sent since, and to whom."""
        self.now, before = moment, len(self.sent)
        await by_itself.queue_due(self.store, self.clock)
        engine = self.engine()
        running = asyncio.create_task(engine.run())
        async with asyncio.timeout(30):
            while not await self._is_settled():  # noqa: ASYNC110  # what is looked at is the database
                await asyncio.sleep(0.02)
        engine.stop()
        await running
        return self.sent[before:]

    async def _is_settled(self) -> bool:
        """Whether all that is due has begun, and waits for nothing but the end of quiet hours."""
        async with self.store.reading() as tx:
            due = [each for each in await tx.broadcasts.in_status(RUNNABLE) if each.is_due(now=self.now)]
            is_open = [await tx.deliveries.has_open(each.id) for each in due]
            waits = [await tx.deliveries.later(each.id) for each in due]
        begun = all(each.status is BroadcastStatus.SENDING for each in due)
        return begun and not any(is_open) and all(one and one.first_at > self.now for one in waits)

    async def reminded(self, moment: datetime) -> list[int]:
        """Let it be this moment. Returns who is reminded then, by the last digits of their chats."""
        kinds = {BroadcastKind.REMIND}
        return sorted(chat_id - CHAT for chat_id, what in await self.at(moment) if what[1] in kinds)

    async def digested(self, moment: datetime) -> dict[int, tuple[list[int], int]]:
        """Let it be this moment. Returns whose digest comes then, of which alerts, and how many are left."""
        got = [(chat_id - CHAT, what) for chat_id, what in await self.at(moment) if isinstance(what[0], list)]
        assert len(dict(got)) == len(got)
        return {who: (what[0], what[1]) for who, what in got}

    async def people(self, *chosen: Preferences) -> list[Subscriber]:
        """Let people join who choose this."""
        async with self.store.transaction() as tx:
            joined = await join(tx, len(chosen))
            for person, one in zip(joined, chosen, strict=True):
                await tx.subscribers.save_preferences(person.with_preferences(one))
        return joined

    async def alert(self, **more: Any) -> tuple[int, int]:
        """Send an alert. Returns the broadcast's and the alert's number."""
        async with self.store.transaction() as tx:
            made: Alert = await tx.alerts.add(replace(draft(), **more), now=self.now)
            await approve(tx, made, now=self.now)
            kind = BroadcastKind.SEND if made.corrects is None else BroadcastKind.CORRECT
            broadcast_id = await tx.broadcasts.add(
                alert_id=made.id, organizer_id=None, now=self.now, kind=kind, follows=made.corrects
            )
        await self.at(self.now)
        return broadcast_id, made.id

    async def press(self, alert_id: int, *who: int) -> None:
        """Let these press the main button."""
        for each in who:
            async with self.store.transaction() as tx:
                await actions.open_action(tx, CHAT + each, alert_id, now=self.now)

    async def say(self, alert_id: int, who: int, outcome: Outcome) -> None:
        """Let somebody say what came of it."""
        async with self.store.transaction() as tx:
            await actions.say(tx, CHAT + who, alert_id, outcome, now=self.now)

    async def choose(self, who: int, chosen: Preferences) -> None:
        """Let somebody choose."""
        async with self.store.transaction() as tx:
            person = await tx.subscribers.find(CHAT + who)
            assert person is not None
            await tx.subscribers.save_preferences(person.with_preferences(chosen))

    async def last(self, kind: BroadcastKind) -> tuple[int, Tally]:
        """Return the last broadcast of a kind, and what came of it."""
        async with self.store.reading() as tx:
            found = [each for each in await tx.broadcasts.all() if each.kind is kind][-1]
            tally = await tx.counts.tally(found.id)
        assert tally.adds_up
        return found.id, tally


@pytest.fixture
async def world(store: Store) -> World:
    """Make a world without people."""
    return World(store=store)


PLAIN = Preferences()


async def test_who_is_reminded(world: World) -> None:
    """Once, only who began before that day: nobody who said what came of it, paused, left, blocked or was erased."""
    await world.people(*[PLAIN] * 10)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0, 1, 2, 3, 4, 5, 6, 7)
    for who, outcome in zip((1, 2, 3), Outcome, strict=True):
        await world.say(alert_id, who, outcome)
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT + 4)
        await subscriptions.leave(tx, CHAT + 5, wording=WORDING, now=NOW)
        await subscriptions.blocked(tx, CHAT + 6, now=NOW)
        await privacy.erase(tx, CHAT + 7, now=NOW)
    assert await world.reminded(REMINDED_AT - HOUR) == []
    await world.press(alert_id, 8)
    assert await world.reminded(REMINDED_AT) == [0]
    for later in (HOUR, 5 * HOUR, DAY, 2 * DAY):
        assert await world.reminded(REMINDED_AT + later) == []
    _, tally = await world.last(BroadcastKind.REMIND)
    assert tally.counts == {DeliveryState.SENT: 1}


async def test_what_is_done_meanwhile(world: World) -> None:
    """Whoever did it, paused or was erased between the freeze and the claim is skipped; who undid it is reminded."""
    await world.people(*[PLAIN] * 5)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0, 1, 2, 3, 4)
    for who in range(5):
        await world.choose(who, replace(PLAIN, quiet=QuietHours(start=11 * 60, end=14 * 60)))
    assert await world.reminded(REMINDED_AT) == []
    _, waiting = await world.last(BroadcastKind.REMIND)
    assert waiting.counts == {DeliveryState.PENDING: 5}
    await world.say(alert_id, 0, Outcome.DONE)
    await world.say(alert_id, 1, Outcome.NOT_FOR_ME)
    async with world.store.transaction() as tx:
        await actions.undo(tx, CHAT + 1, alert_id)
        await subscriptions.pause(tx, CHAT + 2)
        await privacy.erase(tx, CHAT + 3, now=NOW)
    assert await world.reminded(REMINDED_AT + 2 * HOUR) == [1, 4]


async def test_within_the_hours_of_who_chose_none(world: World) -> None:
    """Nobody hears of it in the campaign's night; what would be too late by the morning never comes."""
    await world.people(PLAIN, replace(PLAIN, zone="Asia/Tokyo"))
    late = datetime(2026, 11, 30, 23, tzinfo=UTC)
    _, alert_id = await world.alert(deadline=late)
    await world.press(alert_id, 0, 1)
    assert await world.reminded(late - DAY) == []
    assert await world.reminded(late - DAY + HOUR) == [1]
    assert await world.reminded(datetime(2026, 11, 30, 9, tzinfo=UTC)) == [0]


async def test_an_event(world: World) -> None:
    """The day before and an hour before, in the event's zone; nothing once it has begun."""
    await world.people(*[PLAIN] * 3)
    details = {FieldName.ZONE: "Asia/Gaza", FieldName.STARTS_AT: "2026-11-27T18:00"}
    begins = datetime(2026, 11, 27, 16, tzinfo=UTC)
    _, alert_id = await world.alert(kind=ActionKind.ATTEND, details=details)
    await world.press(alert_id, 0, 1)
    assert await world.reminded(begins - DAY) == [0, 1]
    await world.say(alert_id, 1, Outcome.NOT_FOR_ME)
    await world.press(alert_id, 2)
    assert await world.reminded(begins - HOUR) == [0, 2]
    assert await world.reminded(begins) == []


@pytest.mark.parametrize("how", ["halted", "cancelled", "recalled"])
async def test_what_does_not_stand(world: World, how: str) -> None:
    """Of what was stopped, cancelled or recalled nobody is reminded."""
    await world.people(PLAIN)
    broadcast_id, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0)
    async with world.store.transaction() as tx:
        if how == "recalled":
            await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=NOBODY, now=NOW)
        elif how == "cancelled":
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.CANCELLED, now=NOW)
        else:
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.HALTED, now=NOW)
    assert await world.reminded(REMINDED_AT) == []


async def test_a_recall_takes_reminders_along(world: World) -> None:
    """What reminded of an alert is deleted with it; what it was to remind of later is not said."""
    await world.people(PLAIN)
    begins = datetime(2026, 11, 25, 12, tzinfo=UTC)
    details = {FieldName.ZONE: "UTC", FieldName.STARTS_AT: "2026-11-25T12:00"}
    world.now = begins - DAY - HOUR
    broadcast_id, alert_id = await world.alert(kind=ActionKind.ATTEND, details=details)
    await world.press(alert_id, 0)
    assert await world.reminded(begins - DAY) == [0]
    remind_id, _ = await world.last(BroadcastKind.REMIND)
    async with world.store.transaction() as tx:
        await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=NOBODY, now=world.now)
    await world.at(world.now)
    assert await world.reminded(begins - HOUR) == []
    async with world.store.reading() as tx:
        recalled = {each.follows for each in await tx.broadcasts.all() if each.kind is BroadcastKind.RECALL}
    assert recalled == {broadcast_id, remind_id}


async def test_a_correction_moves_reminders(world: World) -> None:
    """A deadline that was corrected counts; what reminds carries the corrected words."""
    await world.people(PLAIN)
    broadcast_id, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0)
    _, corrected = await world.alert(deadline=DEADLINE + 2 * DAY, corrects=broadcast_id)
    assert await world.reminded(REMINDED_AT) == []
    sent = await world.at(REMINDED_AT + 2 * DAY)
    assert [(chat_id, what[2]) for chat_id, what in sent] == [(CHAT, corrected)]


async def test_a_paused_sending(world: World) -> None:
    """What an organizer stopped is in no digest as long as it is; once it goes on, it comes in the next one."""
    await world.people(replace(DAILY, digest_hour=22), PLAIN)
    _, other = await world.alert()
    broadcast_id, alert_id = await world.alert(deadline=NOW + 9 * DAY)
    night = NOW.replace(hour=22)
    async with world.store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.HALTED, now=NOW)
    assert await world.digested(night) == {0: ([other], 0)}
    async with world.store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
    assert await world.digested(night + DAY) == {0: ([alert_id], 0)}


async def test_an_alert_that_does_not_remind(world: World) -> None:
    """Where its plan says so, nobody is reminded."""
    await world.people(PLAIN)
    _, alert_id = await world.alert(deadline=DEADLINE, reminds=False)
    await world.press(alert_id, 0)
    assert await world.reminded(REMINDED_AT) == []


async def test_a_digest(world: World) -> None:
    """At their hour, by deadline, one message for all that waits; then nothing, and each alert once."""
    await world.people(DAILY, replace(DAILY, rhythm=Rhythm.WEEKLY, digest_day=3), PLAIN)
    _, late = await world.alert(deadline=NOW + 9 * DAY)
    first, soon = await world.alert(deadline=NOW + 5 * DAY)
    _, over = await world.alert(deadline=NOW + HOUR)
    recalled, _ = await world.alert()
    async with world.store.transaction() as tx:
        await follow_ups.recall(tx, recalled, confirmed=1, actor=NOBODY, now=NOW)
    await world.at(NOW)
    assert await world.digested(EVENING - HOUR) == {}
    assert await world.digested(EVENING) == {0: ([soon, late], 0)}
    assert await world.digested(EVENING + DAY) == {}
    assert await world.digested(EVENING + 2 * DAY) == {1: ([soon, late], 0)}
    assert await world.digested(EVENING + 9 * DAY) == {}
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, first)
    assert (progress.digested, progress.in_digests, over not in (soon, late)) == (2, 0, True)


async def test_what_has_no_room(world: World) -> None:
    """What does not fit comes with the next one; nothing is lost, nothing comes twice."""
    await world.people(DAILY)
    made = [(await world.alert(deadline=NOW + (30 - n) * DAY))[1] for n in range(MOST + 2)]
    expected = made[::-1]
    assert await world.digested(EVENING) == {0: (expected[:MOST], 2)}
    assert await world.digested(EVENING + DAY) == {0: (expected[MOST:], 0)}
    assert await world.digested(EVENING + 2 * DAY) == {}


async def test_who_chooses_anew(world: World) -> None:
    """Whoever pauses, or wants urgent alerts only, gets no digest; whoever is in quiet hours gets it after these."""
    await world.people(*[DAILY] * 4)
    _, alert_id = await world.alert()
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
    await world.choose(1, Preferences(rhythm=Rhythm.URGENT))
    await world.choose(2, replace(DAILY, quiet=QuietHours(start=17 * 60, end=20 * 60)))
    assert await world.digested(EVENING) == {3: ([alert_id], 0)}
    assert await world.digested(EVENING + 2 * HOUR) == {2: ([alert_id], 0)}


async def test_who_pauses_at_the_claim(world: World) -> None:
    """What a digest was to bring waits for the end of their pause, and comes once; nothing comes to who leaves."""
    await world.people(*[DAILY] * 3)
    broadcast_id, alert_id = await world.alert()
    for who in range(3):
        await world.choose(who, replace(DAILY, quiet=QuietHours(start=17 * 60, end=19 * 60)))
    assert await world.digested(EVENING) == {}
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
        await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=world.now)
    assert await world.digested(EVENING + HOUR) == {2: ([alert_id], 0)}
    assert await world.digested(EVENING + DAY) == {}
    async with world.store.transaction() as tx:
        assert (await tx.digest_counts.tally(broadcast_id)).waiting == 1
        await subscriptions.resume(tx, CHAT)
    assert await world.digested(EVENING + DAY + HOUR) == {0: ([alert_id], 0)}
    assert await world.digested(EVENING + 2 * DAY) == {}


async def test_erased_in_the_middle(world: World) -> None:
    """Whoever is erased between the freeze and the claim gets no digest, and nothing says what waited for them."""
    gone, _ = await world.people(DAILY, DAILY)
    _, alert_id = await world.alert()
    for who in range(2):
        await world.choose(who, replace(DAILY, quiet=QuietHours(start=17 * 60, end=19 * 60)))
    assert await world.digested(EVENING) == {}
    digest_id, waiting = await world.last(BroadcastKind.DIGEST)
    assert waiting.counts == {DeliveryState.PENDING: 2}
    async with world.store.transaction() as tx:
        await privacy.erase(tx, CHAT, now=world.now)
        assert await tx.digests.carried(digest_id, [gone.id]) == {}
    assert await world.digested(EVENING + HOUR) == {1: ([alert_id], 0)}
    _, tally = await world.last(BroadcastKind.DIGEST)
    assert tally.counts == {DeliveryState.SENT: 1, DeliveryState.SKIPPED: 1}


@pytest.mark.parametrize("kind", [BroadcastKind.REMIND, BroadcastKind.DIGEST])
async def test_killed_in_the_middle(world: World, kind: BroadcastKind) -> None:
    """What was on the wire is unknown and not sent again; everybody else gets it, once."""
    people = 40
    await world.people(*[PLAIN if kind is BroadcastKind.REMIND else DAILY] * people)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, *range(people))
    world.sent.clear()
    world.now = REMINDED_AT if kind is BroadcastKind.REMIND else EVENING
    await by_itself.queue_due(world.store, world.clock)
    world.answered, world.awaited = 10, people
    dying = asyncio.create_task(world.engine().run())
    await asyncio.wait_for(world.enough.wait(), 30)
    # The ten answers are recorded by the next turn, or lost with the process.
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    async with world.store.transaction() as tx:
        await tx.deliveries.settle_lost([world.worker])
    world.answered = None
    await world.at(world.now)
    await world.at(world.now + timedelta(minutes=1))
    _, tally = await world.last(kind)
    assert tally.remaining == 0
    assert tally[DeliveryState.SENT] + tally[DeliveryState.UNKNOWN] == people
    assert tally[DeliveryState.UNKNOWN] >= people - 10
    assert set(Counter(chat_id for chat_id, _ in world.sent).values()) == {1}


@pytest.mark.parametrize("kind", [BroadcastKind.REMIND, BroadcastKind.DIGEST])
async def test_killed_before_it_begins(world: World, kind: BroadcastKind) -> None:
    """What was queued, or frozen, when every process died goes out by itself, to each once."""
    await world.people(*[PLAIN if kind is BroadcastKind.REMIND else DAILY] * 5)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, *range(5))
    world.sent.clear()
    world.now = REMINDED_AT if kind is BroadcastKind.REMIND else EVENING
    for _ in range(3):
        await by_itself.queue_due(world.store, world.clock)
    await world.at(world.now + HOUR)
    assert Counter(chat_id for chat_id, _ in world.sent) == {CHAT + n: 1 for n in range(5)}
    async with world.store.reading() as tx:
        assert [each.kind for each in await tx.broadcasts.all()].count(kind) == 1
