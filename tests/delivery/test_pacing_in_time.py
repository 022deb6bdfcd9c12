"""Several governors on one budget, on virtual time: what a strict server sees, whatever the shared clock does."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.chat_pace import CHAT_BURST, CHAT_RATE
from bot.delivery.governor import SLACK, Governor
from bot.domain.budget import BULK_SHARE, RECOVERY, RECOVERY_SECONDS, SLOWER, held_up_by_replies
from bot.domain.pacing import SECOND
from bot.store.store import Store, Transaction
from tests.worlds.virtual.play import NewDatabase, Played

DAY = 86_400.0
RATE = 10.0
BURST = 1.0 + RATE * SLACK

IN_CI = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class SlowStore:
    """The store as a process sees it that hears of its commits late: each time by another of these delays."""

    def __init__(self, store: Store, delays: Iterable[float]) -> None:
        self._store = store
        self._delays = itertools.cycle(delays)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction."""
        async with self._store.transaction() as tx:
            yield tx
        await asyncio.sleep(next(self._delays))

    def chat_tags(self, chat_id: int) -> Sequence[int]:
        """Return the tag of a chat."""
        return self._store.chat_tags(chat_id)


class Senders:
    """Processes that send as much as they may, and what arrived when. The first one posts the replies, too."""

    def __init__(self, played: Played, *, processes: int = 2, delays: Iterable[float] = (0.0,)) -> None:
        self.played = played
        self.arrived: list[float] = []
        self.replied: list[tuple[float, int]] = []
        self.governors: list[Governor] = []
        self._processes = processes
        self._delays = list(delays)
        self._sending: list[asyncio.Task[None]] = []

    async def begin(self, *, bulk: bool = True) -> None:
        """Start them."""
        loop = asyncio.get_running_loop()
        for number in range(self._processes):
            # Each has another delay first, so that they are never all slow at once.
            delays = self._delays[number % len(self._delays) :] + self._delays[: number % len(self._delays)]
            store: Any = SlowStore(self.played.campaign.store, delays)
            self.governors.append(Governor(RATE, store=store, clock=loop.time))
            if bulk:
                self._sending.append(loop.create_task(self._bulk(self.governors[-1], store)))

    async def end(self) -> None:
        """Stop them."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _bulk(self, governor: Governor, store: SlowStore) -> None:
        loop = asyncio.get_running_loop()
        while True:
            async with store.transaction() as tx:
                grant = await governor.ask_bulk(tx, 100)
            if grant.allowed and await governor.may_start(grant):
                governor.record_starts(grant, grant.allowed)
                self.arrived += [loop.time()] * grant.allowed
            await asyncio.sleep(max(0.001, min(grant.pause, 0.5)))

    async def reply(self, chat_id: int) -> float:
        """Post one reply through the first process. Returns how long it waited for its turn."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        await self.governors[0].reply_turn(chat_id)
        self.arrived.append(loop.time())
        self.replied.append((loop.time(), chat_id))
        return loop.time() - asked

    async def chatter(self, chats: int) -> None:
        """Let so many chats be answered without a pause, until the end."""

        async def without_pause(chat_id: int) -> None:
            while True:
                await self.reply(chat_id)

        self._sending += [asyncio.create_task(without_pause(chat_id)) for chat_id in range(chats)]

    def between(self, since: float, until: float) -> int:
        """Count what arrived."""
        return sum(since < at <= until for at in self.arrived)

    def most_in_a_second(self) -> int:
        """Return the largest count of any window of one second."""
        return max((self.between(at - 1.0, at) for at in self.arrived), default=0)


@pytest.fixture
def two(new_database: NewDatabase) -> Iterator[Senders]:
    """Return two processes that have not started."""
    with Played(new_database, rate=RATE) as played:
        yield Senders(played)


def refusals_of_a_bucket(arrived: list[float]) -> int:
    """Count what a server would refuse that fills a bucket of one second's worth at the rate."""
    tokens, filled_at, refused = RATE, arrived[0], 0
    for at in sorted(arrived):
        tokens = min(RATE, tokens + (at - filled_at) * RATE)
        filled_at = at
        if tokens < 1.0 - 1e-6:
            refused += 1
        else:
            tokens -= 1.0
    return refused


@IN_CI
@given(replies=st.lists(st.floats(0.0, 0.6), max_size=12))
def test_strict_server(new_database: NewDatabase, replies: list[float]) -> None:
    """No server that enforces the rate, by window or bucket, refuses a request of the two; and it is used (I7)."""
    with Played(new_database, rate=RATE) as played:
        two = Senders(played)

        async def script() -> None:
            await two.begin()
            for chat_id, pause in enumerate(replies):
                await asyncio.sleep(pause)
                await two.reply(chat_id)
            await asyncio.sleep(3.0)
            await two.end()

        played.run(script())
    assert two.most_in_a_second() <= RATE
    assert refusals_of_a_bucket(two.arrived) == 0
    assert len(two.arrived) >= 0.9 * RATE * (two.arrived[-1] - two.arrived[0])


@IN_CI
@given(jumps=st.lists(st.tuples(st.floats(0.1, 2.0), st.sampled_from([DAY, -DAY, 5.0, -5.0])), max_size=3))
def test_clock_that_jumps(new_database: NewDatabase, jumps: list[tuple[float, float]]) -> None:
    """Each jump of the clock gives one burst at most, and silences for no more than the second that is counted."""
    with Played(new_database, rate=RATE) as played:
        two = Senders(played)

        async def script() -> None:
            await two.begin()
            for pause, seconds in jumps:
                await asyncio.sleep(pause)
                played.campaign.jump(seconds)
            await asyncio.sleep(2.5)
            await two.end()

        played.run(script())
    assert two.most_in_a_second() <= RATE + BURST * len(jumps)
    pauses = [later - at for at, later in zip(two.arrived, two.arrived[1:], strict=False)]
    assert max(pauses) <= SECOND * max(1, len(jumps)) + 2 / RATE


WAIT = 4.0
"""Seconds of the 429s here."""

HEARD_WITHIN = 0.5
"""Seconds after which the other has looked at the budget."""

JUMPS = st.lists(st.tuples(st.floats(0.0, 1.5), st.sampled_from([DAY, -DAY, 20.0, -20.0])), max_size=3)


@IN_CI
@given(jumps=JUMPS, storm=st.booleans())
def test_stop_while_the_clock_jumps(
    new_database: NewDatabase, jumps: list[tuple[float, float]], *, storm: bool
) -> None:
    """What one was told stops the other, and so does a 429 for each of them together, however the clock jumps (I7)."""
    with Played(new_database, rate=RATE) as played:
        two = Senders(played)

        async def script() -> float:
            await two.begin()
            await asyncio.sleep(1.0)
            if storm:
                two.governors[1].add_refusal(1, WAIT)
                await asyncio.sleep(0.3)
            told_at = asyncio.get_running_loop().time()
            two.governors[0].add_refusal(2 if storm else None, WAIT)
            for pause, seconds in jumps:
                await asyncio.sleep(pause)
                played.campaign.jump(seconds)
            await asyncio.sleep((2 + len(jumps)) * WAIT)
            await two.end()
            return told_at

        told_at = played.run(script())
    assert two.between(told_at + HEARD_WITHIN, told_at + WAIT - 0.01) == 0
    assert two.arrived[-1] > told_at + WAIT


@IN_CI
@given(jumps=JUMPS)
def test_chat_is_left_alone_while_the_clock_jumps(
    new_database: NewDatabase, jumps: list[tuple[float, float]]
) -> None:
    """A chat that one was told to leave alone is left alone by the other for as long, and nobody else is."""
    with Played(new_database, rate=RATE) as played:
        two = Senders(played)

        async def script() -> None:
            await two.begin()
            await asyncio.sleep(1.0)
            two.governors[0].add_refusal(1, WAIT)
            left = [(0.0, 0.0), *jumps]
            over = asyncio.get_running_loop().time() + WAIT
            for pause, seconds in left:
                await asyncio.sleep(pause)
                played.campaign.jump(seconds)
                await asyncio.sleep(HEARD_WITHIN)
                remains = over - asyncio.get_running_loop().time()
                assert two.governors[1].stopped(1) >= remains - 0.01
                assert not two.governors[1].forbids(2)
            await asyncio.sleep((1 + len(jumps)) * WAIT)
            assert not two.governors[1].forbids(1)
            await two.end()

        played.run(script())


def test_slower_then_as_before(two: Senders) -> None:
    """After a stop it goes on at a part of the rate, and comes back to all of it."""

    async def script() -> float:
        loop = asyncio.get_running_loop()
        await two.begin()
        await asyncio.sleep(1.0)
        two.governors[0].add_refusal(None, 2.0)
        resumed_at = loop.time() + 2.0
        await asyncio.sleep(2.0 + (1 - SLOWER) / RECOVERY * RECOVERY_SECONDS + 8.0)
        await two.end()
        return resumed_at

    resumed_at = two.played.run(script())
    assert two.between(resumed_at, resumed_at + 4.0) <= 4.0 * RATE * SLOWER + BURST
    assert two.between(resumed_at, resumed_at + 4.0) >= 4.0 * RATE * SLOWER * 0.8
    end = two.arrived[-1]
    assert two.between(end - 4.0, end) >= 4.0 * RATE * 0.9


def test_replies_before_bulk(two: Senders) -> None:
    """A reply goes before all that bulk has left, though two processes send as fast as they may."""

    async def script() -> list[float]:
        await two.begin()
        await asyncio.sleep(1.0)
        waited = [await two.reply(chat_id) for chat_id in range(15)]
        await two.end()
        return waited

    assert max(two.played.run(script())) <= 3 / RATE


CHATS = 40
"""More than the rate can answer, each at its own pace."""


@pytest.mark.parametrize("processes", [1, 2], ids=["one process", "another process sends"])
def test_bulk_keeps_its_share(new_database: NewDatabase, processes: int) -> None:
    """Bulk gets a fifth of the rate while forty chats ask for more than all of it, and nothing is lost (F4)."""
    seconds = 20.0
    with Played(new_database, rate=RATE) as played:
        senders = Senders(played, processes=processes)

        async def script() -> tuple[bool, bool]:
            await senders.begin()
            await asyncio.sleep(1.0)
            before = await held_up(played)
            began.append(asyncio.get_running_loop().time())
            await senders.chatter(CHATS)
            await asyncio.sleep(seconds)
            during = await held_up(played)
            await senders.end()
            return before, during

        began: list[float] = []
        before, during = played.run(script())
    since = began[0]
    total = senders.between(since, since + seconds)
    replies = sum(at > since for at, _ in senders.replied)
    assert total - replies >= 0.95 * BULK_SHARE * RATE * seconds
    assert replies >= 0.9 * (1 - BULK_SHARE) * RATE * seconds
    assert total >= 0.95 * RATE * seconds
    assert senders.most_in_a_second() <= RATE
    for chat, count in Counter(chat_id for _, chat_id in senders.replied).items():
        assert count <= CHAT_BURST + CHAT_RATE * seconds, chat
    assert (before, during) == (False, True)


async def held_up(played: Played) -> bool:
    """Tell what the budget says of it."""
    async with played.campaign.store.reading() as tx:
        budget, now = await tx.budget.look()
    return held_up_by_replies(budget, now=now)


def test_a_429_under_load(new_database: NewDatabase) -> None:
    """While Telegram says to wait neither replies nor bulk go, whoever is owed what (I7)."""
    with Played(new_database, rate=RATE) as played:
        senders = Senders(played)

        async def script() -> float:
            await senders.begin()
            await senders.chatter(CHATS)
            await asyncio.sleep(3.0)
            senders.governors[0].add_refusal(None, WAIT)
            told_at = asyncio.get_running_loop().time()
            await asyncio.sleep(WAIT + 8.0)
            await senders.end()
            return told_at

        told_at = played.run(script())
    assert senders.between(told_at + HEARD_WITHIN, told_at + WAIT - 0.01) == 0
    after = senders.between(told_at + WAIT, told_at + WAIT + 8.0)
    replies = sum(at > told_at + WAIT for at, _ in senders.replied)
    assert after - replies >= 0.9 * BULK_SHARE * after


@IN_CI
@given(delays=st.lists(st.floats(0.0, 0.25), min_size=2, max_size=7), replies=st.booleans())
def test_late_commits_of_three(new_database: NewDatabase, delays: list[float], *, replies: bool) -> None:
    """However late each of three processes hears of its commits, together they never exceed the rate (I7, S13)."""
    with Played(new_database, rate=RATE) as played:
        senders = Senders(played, processes=3, delays=delays)

        async def script() -> None:
            await senders.begin()
            if replies:
                await senders.chatter(CHATS)
            await asyncio.sleep(8.0)
            await senders.end()

        played.run(script())
    assert senders.most_in_a_second() <= RATE
    assert len(senders.arrived) >= 0.2 * RATE * 8.0
