"""Pauses end by themselves, and each person is told once, at an hour that suits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.liveness import Heartbeat
from bot.domain.preferences import CampaignHours, Pause, Preferences, QuietHours
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.jobs.pauses import PauseEnds
from bot.jobs.telling import Teller
from bot.services import preferences, privacy, subscriptions
from bot.store.notices import NoticeKind
from bot.store.store import Store, Transaction
from tests import shipped
from tests.jobs.loop_seconds import LoopSeconds
from tests.jobs.posting import FakeCourier, Killed
from tests.making import CHAT, NOW, join

CATALOGS = shipped.catalogs()
NIGHT = QuietHours(start=21 * 60, end=9 * 60)
CAMPAIGN = CampaignHours(quiet=NIGHT, zone="Europe/Madrid")
WEEK = timedelta(days=7)


@dataclass(kw_only=True, slots=True)
class World:
    """People in a pause, and what ends it."""

    store: Store
    courier: FakeCourier = field(default_factory=FakeCourier)
    now: datetime = NOW

    def process(self) -> Teller:
        """Start one more process."""
        return Teller(
            PauseEnds(catalogs=CATALOGS, campaign=CAMPAIGN),
            store=self.store,
            courier=self.courier,  # type: ignore[arg-type]  # the one method that it needs
            clock=lambda: self.now,
            heartbeat=Heartbeat(store=self.store, clock=lambda: self.now),
        )

    def told(self) -> list[int]:
        """Return to whom something was posted since the last look, by the last digits of their chats."""
        posted, self.courier.posted = self.courier.posted, []
        return sorted(reply.parameters["chat_id"] - CHAT for reply in posted)

    async def states(self, people: int) -> list[SubscriberState | None]:
        """Return where people stand."""
        async with self.store.reading() as tx:
            found = [await tx.subscribers.find(CHAT + n) for n in range(people)]
        return [None if person is None else person.state for person in found]


async def pause(tx: Transaction, chat_id: int) -> Subscriber:
    """Let somebody pause for a week."""
    person = await preferences.pause_for(
        tx, chat_id, Pause.WEEK, quiet=CAMPAIGN.quiet, zone=CAMPAIGN.zone, now=NOW
    )
    assert person is not None
    return person


@pytest.fixture
async def world(store: Store) -> World:
    """Let four people pause for a week."""
    async with store.transaction() as tx:
        await join(tx, 4)
        for n in range(4):
            assert (await pause(tx, CHAT + n)).paused_until == NOW + WEEK
    return World(store=store)


async def test_once(world: World) -> None:
    """Nothing happens before; then alerts come again, and each is told once, whoever looks."""
    one, other = world.process(), world.process()
    world.now = NOW + WEEK - timedelta(seconds=1)
    await one.turn()
    assert world.told() == []
    assert set(await world.states(4)) == {SubscriberState.PAUSED}
    world.now = NOW + WEEK
    await one.turn()
    await other.turn()
    await one.turn()
    assert world.told() == [0, 1, 2, 3]
    assert set(await world.states(4)) == {SubscriberState.ACTIVE}


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (lambda tx: subscriptions.resume(tx, CHAT), SubscriberState.ACTIVE),
        (lambda tx: subscriptions.pause(tx, CHAT), SubscriberState.PAUSED),
        (lambda tx: subscriptions.blocked(tx, CHAT, now=NOW), SubscriberState.BLOCKED),
        (lambda tx: privacy.erase(tx, CHAT, now=NOW), None),
    ],
    ids=["resumed", "paused without end", "blocked", "erased"],
)
async def test_who_is_elsewhere_meanwhile(
    world: World, step: Callable[[Transaction], object], state: SubscriberState | None
) -> None:
    """Whoever resumed, paused for good, blocked or was erased before the end is not woken, and told nothing."""
    async with world.store.transaction() as tx:
        await step(tx)  # type: ignore[misc]  # each is a coroutine
    world.now = NOW + WEEK
    await world.process().turn()
    assert world.told() == [1, 2, 3]
    assert (await world.states(1)) == [state]


async def test_between_the_end_and_the_message(world: World) -> None:
    """Whoever leaves, pauses, blocks or is erased after the end and before the message is told nothing any more."""
    world.now, world.courier.reaches = NOW + WEEK, False
    process = world.process()
    await process.turn()
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
        await subscriptions.blocked(tx, CHAT + 1, now=NOW)
        await privacy.erase(tx, CHAT + 2, now=NOW)
    world.courier.reaches = True
    await process.turn()
    assert world.told() == [3]


async def test_within_their_hours(world: World) -> None:
    """A pause whose person has changed their hours since ends on time, and is told of when these are over."""
    asleep = Preferences(zone="Asia/Tokyo", quiet=NIGHT)
    async with world.store.transaction() as tx:
        person = await tx.subscribers.find(CHAT)
        assert person is not None
        await tx.subscribers.save_preferences(person.with_preferences(asleep))
    world.now = NOW + WEEK
    process = world.process()
    await process.turn()
    assert world.told() == [1, 2, 3]
    assert (await world.states(1)) == [SubscriberState.ACTIVE]
    world.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    await process.turn()
    assert world.told() == []
    world.now += timedelta(minutes=1)
    await process.turn()
    assert world.told() == [0]


async def test_a_pause_ends_at_an_hour_that_suits(world: World) -> None:
    """A pause that is chosen at night ends in the morning."""
    async with world.store.transaction() as tx:
        late = NOW.replace(hour=23)
        person = await preferences.pause_for(
            tx, CHAT, Pause.WEEK, quiet=CAMPAIGN.quiet, zone=CAMPAIGN.zone, now=late
        )
    assert person is not None
    assert person.paused_until == datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("killed_at", range(4))
async def test_a_killed_process(world: World, killed_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what a process was posting when it was killed nothing is posted again, by whoever has the job then."""
    seconds = LoopSeconds(monkeypatch)
    world.now, world.courier.killed_at = NOW + WEEK, killed_at
    with pytest.raises(Killed):
        await world.process().turn()
    assert len(world.told()) == killed_at
    world.courier.killed_at = None
    heir = world.process()
    await heir.turn()
    seconds.pass_until_dead()
    await heir.turn()
    await heir.turn()
    assert world.told() == []
    async with world.store.reading() as tx:
        assert not await tx.notices.is_due(NoticeKind.PAUSE_OVER, now=world.now)
    assert set(await world.states(4)) == {SubscriberState.ACTIVE}


async def test_many(world: World) -> None:
    """However many pauses are over, one turn ends them all."""
    async with world.store.transaction() as tx:
        await join(tx, 250, first=CHAT + 10)
        for n in range(10, 260):
            await pause(tx, CHAT + n)
    world.now = NOW + WEEK
    await world.process().turn()
    assert len(world.told()) == 254
