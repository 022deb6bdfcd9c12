"""Two governors on one budget, on virtual time: what a strict server sees, whatever the shared clock does."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.governor import SLACK, Governor
from bot.domain.pacing import RECOVERY, RECOVERY_SECONDS, SECOND, SLOWER
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


class Two:
    """Two processes that send as much as they may, and what arrived when."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.arrived: list[float] = []
        self.replied: list[float] = []
        self.governors: list[Governor] = []

    async def begin(self) -> None:
        """Start both."""
        loop = asyncio.get_running_loop()
        store = self.played.campaign.store
        self.governors = [Governor(RATE, store=store, clock=loop.time) for _ in range(2)]
        self._sending = [loop.create_task(self._bulk(governor)) for governor in self.governors]

    async def end(self) -> None:
        """Stop both."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _bulk(self, governor: Governor) -> None:
        loop = asyncio.get_running_loop()
        while True:
            async with self.played.campaign.store.transaction() as tx:
                grant = await governor.ask_bulk(tx, 100)
            if grant.allowed:
                governor.record_starts(grant.allowed)
                self.arrived += [loop.time()] * grant.allowed
            await asyncio.sleep(max(0.001, min(grant.pause, 0.5)))

    async def reply(self, chat_id: int) -> float:
        """Post one reply through the first process. Returns how long it waited for its turn."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        await self.governors[0].reply_turn(chat_id)
        self.arrived.append(loop.time())
        self.replied.append(loop.time())
        return loop.time() - asked

    def between(self, since: float, until: float) -> int:
        """Count what arrived."""
        return sum(since < at <= until for at in self.arrived)

    def most_in_a_second(self) -> int:
        """Return the largest count of any window of one second."""
        return max((self.between(at - 1.0, at) for at in self.arrived), default=0)


@pytest.fixture
def two(new_database: NewDatabase) -> Iterator[Two]:
    """Return two processes that have not started."""
    with Played(new_database, rate=RATE) as played:
        yield Two(played)


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
        two = Two(played)

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
        two = Two(played)

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
        two = Two(played)

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
        two = Two(played)

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


def test_slower_then_as_before(two: Two) -> None:
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


def test_replies_before_bulk(two: Two) -> None:
    """A reply goes before all that bulk has left, though two processes send as fast as they may."""

    async def script() -> list[float]:
        await two.begin()
        await asyncio.sleep(1.0)
        waited = [await two.reply(chat_id) for chat_id in range(15)]
        await two.end()
        return waited

    assert max(two.played.run(script())) <= 3 / RATE
