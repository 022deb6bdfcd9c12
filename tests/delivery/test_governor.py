"""The governor: replies before bulk, and a 429 obeyed, by all processes together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.delivery.chat_pace import CHAT_BURST
from bot.delivery.governor import Governor
from bot.domain.budget import SLOWER
from bot.domain.pacing import LONG_WAIT
from bot.domain.rank import LAST
from bot.privacy.keyring import CampaignKey
from bot.store import shared_clock
from bot.store.store import Store, open_store
from tests.making import KEY, NOW
from tests.worlds.virtual.campaign import ShakyStore

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

RATE = 30.0
EPOCH = 1_795_000_000.0


class FakeClock:
    """A clock that is moved by hand, or by those who sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def time(self) -> float:
        """Return the epoch second."""
        return EPOCH + self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Return the clock, which the budget is kept by as well."""
    made = FakeClock()
    monkeypatch.setattr(shared_clock, "time", made)
    return made


@pytest.fixture
def governor(store: Store, clock: FakeClock) -> Governor:
    """Return a governor on that clock."""
    return Governor(RATE, store=store, clock=clock, sleep=clock.sleep)


async def bulk(governor: Governor, store: Store, wanted: int = 1000) -> tuple[int, float]:
    """Ask for bulk sends, and use them all. Returns how many, and how long to wait."""
    async with store.transaction() as tx:
        grant = await governor.ask_bulk(tx, wanted)
    assert await governor.may_start(grant)
    governor.record_starts(grant, grant.allowed)
    return grant.allowed, grant.pause


async def told(governor: Governor) -> None:
    """Wait until the others may know what this one was told."""
    assert governor._publishing is not None
    await within(governor._publishing)


async def within(turn: Awaitable[None]) -> None:
    """Wait for a turn that must come."""
    await asyncio.wait_for(turn, 5)


async def test_rate_is_kept(governor: Governor, store: Store, clock: FakeClock) -> None:
    """Bulk that asks again when it is told to gets the rate, less a margin, and never more."""
    begun, total = clock.now, 0
    while clock.now < begun + 3:
        granted, pause = await bulk(governor, store)
        total += granted
        clock.now += pause
    assert 0.97 * RATE * 3 <= total <= RATE * 3 + 2


async def test_processes_share_the_rate(store: Store, clock: FakeClock) -> None:
    """Two processes together get no more than one (I7)."""
    both = [Governor(RATE, store=store, clock=clock, sleep=clock.sleep) for _ in range(2)]
    total = 0
    for n in range(100):
        total += (await bulk(both[n % 2], store))[0]
        clock.now += 0.01
    assert total <= RATE + 2


async def test_nothing_is_asked_for(governor: Governor, store: Store) -> None:
    """Who wants nothing gets nothing, and costs nothing."""
    assert (await bulk(governor, store, wanted=0))[0] == 0
    assert (await bulk(governor, store, wanted=1))[0] == 1


async def test_unused_is_returned(governor: Governor, store: Store) -> None:
    """What was granted and found nobody to go to is there for the next."""
    async with store.transaction() as tx:
        grant = await governor.ask_bulk(tx, 1)
        await governor.settle_bulk(tx, grant, used=0)
    assert (await bulk(governor, store))[0] == 1


async def test_replies_before_bulk(store: Store, clock: FakeClock) -> None:
    """While a reply waits for the budget, bulk gets nothing; then the reply goes first."""
    asleep, wake = asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        asleep.set()
        await wake.wait()
        clock.now += seconds

    governor = Governor(RATE, store=store, clock=clock, sleep=sleep)
    await bulk(governor, store)
    reply = asyncio.create_task(governor.reply_turn(5))
    await within(_set(asleep))
    clock.now += 1.0
    assert (await bulk(governor, store))[0] == 0
    wake.set()
    await within(reply)
    clock.now += 1.0
    assert (await bulk(governor, store))[0] >= 1


async def _set(event: asyncio.Event) -> None:
    await event.wait()


async def test_one_chat_has_its_pace(governor: Governor, clock: FakeClock) -> None:
    """A few messages into one chat may come at once, then about one a second."""
    begun = clock.now
    for _ in range(int(CHAT_BURST) + 3):
        await within(governor.reply_turn(5))
    assert 2.9 <= clock.now - begun <= 3.5


async def test_429_of_one_chat(governor: Governor, store: Store, clock: FakeClock) -> None:
    """It stops that chat for as long as it says, and nobody else."""
    begun = clock.now
    governor.add_refusal(5, 7.0)
    assert (await bulk(governor, store))[0] >= 1
    await within(governor.reply_turn(6))
    assert clock.now - begun < 1.0
    await within(governor.reply_turn(5))
    assert clock.now - begun >= 7.0


async def test_stopped_chat_holds_up_nobody(store: Store, clock: FakeClock) -> None:
    """A reply that waits for its own chat keeps bulk waiting for nothing."""
    wake = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await wake.wait()
        clock.now += seconds

    governor = Governor(RATE, store=store, clock=clock, sleep=sleep)
    governor.add_refusal(5, 20.0)
    reply = asyncio.create_task(governor.reply_turn(5))
    await asyncio.sleep(0)
    assert (await bulk(governor, store))[0] >= 1
    wake.set()
    await within(reply)


Refuse = Callable[[Governor], None]


def two_chats(governor: Governor) -> None:
    """Be refused in two chats."""
    governor.add_refusal(5, 7.0)
    governor.add_refusal(6, 7.0)


def long_wait(governor: Governor) -> None:
    """Be refused for long."""
    governor.add_refusal(5, LONG_WAIT)


def no_chat(governor: Governor) -> None:
    """Be refused in a call that concerns no chat."""
    governor.add_refusal(None, 7.0)


@pytest.mark.parametrize("refuse", [two_chats, long_wait, no_chat])
async def test_stop_of_everything(governor: Governor, store: Store, clock: FakeClock, refuse: Refuse) -> None:
    """Several chats, a long wait or a call without a chat stop everything, until the wait is over (I7)."""
    refuse(governor)
    seconds = LONG_WAIT if refuse is long_wait else 7.0
    begun = clock.now
    while clock.now < begun + seconds - 0.5:
        granted, pause = await bulk(governor, store)
        assert granted == 0
        assert pause > 0
        clock.now += 0.5
    await within(governor.reply_turn(9))
    assert clock.now >= begun + seconds


async def test_stop_binds_the_others(governor: Governor, store: Store, clock: FakeClock) -> None:
    """A stop that one process was told of holds for the others as soon as it has been noted."""
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    no_chat(governor)
    assert (await bulk(governor, store))[0] == 0
    assert (await bulk(other, store))[0] == 0
    clock.now += 8.0
    assert (await bulk(other, store))[0] >= 1


async def test_storm_over_processes(governor: Governor, store: Store, clock: FakeClock) -> None:
    """Several chats stop everything for all, though each process was refused in one of them."""
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    governor.add_refusal(5, 7.0)
    await told(governor)
    assert (await bulk(other, store))[0] == 1
    other.add_refusal(6, 3.0)
    await told(other)
    clock.now += 1.0
    assert [(await bulk(one, store))[0] for one in (other, governor)] == [0, 0]
    clock.now += 4.0
    assert [(await bulk(one, store))[0] for one in (governor, other)] == [0, 0]
    clock.now += 2.5
    assert (await bulk(other, store))[0] >= 1


async def test_one_chat_is_no_storm(governor: Governor, store: Store, clock: FakeClock) -> None:
    """Two processes that are refused in the same chat stop that chat only."""
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    for one in (governor, other):
        one.add_refusal(5, 7.0)
        await told(one)
    assert [(await bulk(one, store))[0] for one in (governor, other)] == [1, 0]
    clock.now += 1.0
    assert (await bulk(other, store))[0] >= 1


async def test_chat_is_left_alone_by_all(governor: Governor, store: Store, clock: FakeClock) -> None:
    """A chat that one process is to leave alone gets nothing from the others either, and others get theirs (I7)."""
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    begun = clock.now
    governor.add_refusal(5, 7.0)
    await told(governor)
    await bulk(other, store)
    assert other.stopped(5) == pytest.approx(7.0)
    assert not other.forbids(6)
    await within(other.reply_turn(6))
    assert clock.now < begun + 1.0
    await within(other.reply_turn(5))
    assert clock.now >= begun + 7.0


async def test_reply_that_was_about_to_go(governor: Governor, store: Store, clock: FakeClock) -> None:
    """A reply whose turn comes after a 429 for its chat, in whatever process, waits for that first (I7)."""
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    begun = clock.now
    governor.add_refusal(5, 7.0)
    await told(governor)
    await within(other.reply_turn(5))
    assert clock.now >= begun + 7.0


async def test_stop_outlives_a_failed_commit(governor: Governor, store: Store, clock: FakeClock) -> None:
    """A stop whose note was undone, or was committed without our knowing, is noted again, and is one stop."""
    shaky: Any = ShakyStore(store)
    shaky.before_commit, shaky.after_commit = 1, 1
    hit = Governor(RATE, store=shaky, clock=clock, sleep=clock.sleep)
    begun = clock.now
    hit.add_refusal(None, 7.0)
    await told(hit)
    assert (shaky.before_commit, shaky.after_commit) == (0, 0)
    assert (await bulk(governor, store))[0] == 0
    async with store.transaction() as tx:
        noted, _ = await tx.budget.load()
    assert noted.slowdown == SLOWER
    clock.now = begun + 7.5
    assert (await bulk(governor, store))[0] >= 1


async def test_what_spends_nothing_waits_for_no_budget(
    store: Store, clock: FakeClock, governor: Governor
) -> None:
    """However many of them: they take nothing of the rate. After a 429 they wait for its end, whoever was told."""
    for _ in range(1000):
        await governor.free_turn()
    assert clock.slept == []
    other = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    other.add_refusal(None, 5.0)
    await told(other)
    async with store.transaction() as tx:
        await governor.heed(tx)
    began = clock.now
    await governor.free_turn()
    assert clock.now >= began + 4.9


async def test_what_nobody_waits_for_takes_no_lease(store: Store, governor: Governor) -> None:
    """A lease is for the replies whose effects were committed with it, not for what goes last."""
    async with store.transaction() as tx:
        lease = await governor.lease_replies(tx, 1)
    governor.begin_replies(lease)
    await within(governor.reply_turn(1, rank=LAST))
    assert governor._leased == 1
    await within(governor.reply_turn(2))
    assert governor._leased == 0


async def test_a_refusal_from_before_a_new_key(database_url: str, clock: FakeClock) -> None:
    """A chat that was refused under the old campaign key is left alone under the new one (I7)."""
    await (await open_store(database_url, KEY)).close()
    new = CampaignKey(bytes(64), previous=(KEY,))
    store = await open_store(database_url, new)
    before = Governor(RATE, store=store, clock=clock, sleep=clock.sleep)
    before.add_refusal(5, 7.0)
    async with store.transaction() as tx:
        assert await tx.keys.switch(old=KEY, new=new, now=NOW)
    async with store.transaction():
        pass
    assert store.keys.ring.id == new.id
    assert before.stopped(5) == pytest.approx(7.0)
    assert before.stopped(6) == 0.0
    assert before._publishing is not None
    await before._publishing
    await store.close()
