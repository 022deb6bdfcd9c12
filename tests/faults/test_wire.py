"""Faults at the wire: what each makes of the deliveries it strikes, and what the people got."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.rehearsal.world.faults import FaultKind, Faults
from bot.store.store import Store
from bot.telegram_io import connections as pool
from tests.worlds.in_process.sending import Sending, beating, sending_to

PEOPLE = 2000
SHARE = 0.06
"""Of the messages, those that are struck."""

ANSWERED_WITHIN = 4.0
"""Seconds after which an answer counts as lost here; longer than a busy machine may hold up the loop."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault. `ends`: the state of the deliveries it strikes; `got`: whether these people got the message."""

    fault: str
    kind: FaultKind
    ends: DeliveryState
    got: bool
    more: dict[str, Any] = field(default_factory=dict)
    times: float = 1.0


UNKNOWN, SENT = DeliveryState.UNKNOWN, DeliveryState.SENT
TABLE = (
    Row(fault="reset before it was read", kind=FaultKind.RESET_BEFORE, ends=UNKNOWN, got=False),
    Row(fault="reset after it was accepted", kind=FaultKind.RESET_AFTER, ends=UNKNOWN, got=True),
    Row(fault="stall after it was accepted", kind=FaultKind.STALL, ends=UNKNOWN, got=True),
    Row(fault="stall before", kind=FaultKind.STALL, ends=UNKNOWN, got=False, more={"accepted": False}),
    Row(fault="truncated JSON", kind=FaultKind.TRUNCATED, ends=UNKNOWN, got=True),
    Row(fault="HTML instead", kind=FaultKind.HTML, ends=UNKNOWN, got=False),
    Row(fault="HTML, yet accepted", kind=FaultKind.HTML, ends=UNKNOWN, got=True, more={"accepted": True}),
    Row(fault="500", kind=FaultKind.SERVER_ERROR, ends=UNKNOWN, got=False, more={"status": 500}),
    Row(
        fault="500, yet accepted",
        kind=FaultKind.SERVER_ERROR,
        ends=UNKNOWN,
        got=True,
        more={"status": 500, "accepted": True},
    ),
    Row(fault="502", kind=FaultKind.SERVER_ERROR, ends=UNKNOWN, got=False, more={"status": 502}),
    Row(fault="slow answers", kind=FaultKind.SLOW, ends=SENT, got=True, more={"seconds": 0.2}),
    Row(
        fault="429 now and then, short",
        kind=FaultKind.TOO_MANY,
        ends=SENT,
        got=True,
        more={"seconds": 2, "share": 0.01},
        times=4.0,
    ),
    Row(
        fault="429 in a storm, short",
        kind=FaultKind.TOO_MANY,
        ends=SENT,
        got=True,
        more={"seconds": 2, "share": 1.0, "from_nth": 500, "to_nth": 900, "everywhere": True},
        times=4.0,
    ),
    Row(
        fault="429 in a storm, long",
        kind=FaultKind.TOO_MANY,
        ends=SENT,
        got=True,
        more={"seconds": 40, "share": 1.0, "from_nth": 500, "to_nth": 520, "everywhere": True},
        times=50.0,
    ),
)


@pytest.fixture
def dialect() -> str:
    """Keep it in one database: what the wire proves does not depend on which."""
    return "sqlite"


@pytest.fixture
def row() -> Row:
    """Return a row without haste, for tests of their own."""
    return TABLE[0]


@pytest.fixture
async def sending(row: Row, store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sending]:
    """Queue a broadcast, and do not wait long for answers."""
    monkeypatch.setattr(pool, "ANSWER_SECONDS", ANSWERED_WITHIN)
    async with sending_to(PEOPLE, store, monkeypatch, times=row.times) as made:
        yield made


def test_sends_in_all() -> None:
    """The table is played with at least 20,000 sends."""
    assert PEOPLE * len(TABLE) >= 20_000


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fault)
async def test_fault(row: Row, sending: Sending) -> None:
    """Whom it strikes ends as the table says, everybody else is sent, and nobody gets it twice."""
    sending.strike(row.kind, **{"share": SHARE, **row.more})
    await sending.finish()
    struck = sending.struck()
    assert struck > 0
    lost = struck if row.ends is UNKNOWN else 0
    expected = {SENT: PEOPLE - lost} | ({UNKNOWN: lost} if lost else {})
    assert await sending.counts() == expected
    assert len(sending.world.accepted) == (PEOPLE if row.got else PEOPLE - struck)
    sending.assert_nobody_twice()


async def test_all_at_once(sending: Sending) -> None:
    """Whatever comes together: who got it is sent or unknown, and whoever is sent got it."""
    kinds = (FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.STALL, FaultKind.HTML, FaultKind.SLOW)
    rules = [{"kind": kind, "methods": ["sendMessage"], "share": 0.02, "seconds": 0.1} for kind in kinds]
    sending.world.faults = Faults.from_plan({"seed": 7, "rules": rules})
    await sending.finish()
    struck = sending.world.faults.struck
    assert set(struck) == set(kinds)
    unknown = sum(struck.values()) - struck[FaultKind.SLOW]
    assert await sending.counts() == {SENT: PEOPLE - unknown, UNKNOWN: unknown}
    without = struck[FaultKind.RESET_BEFORE] + struck[FaultKind.HTML]
    assert len(sending.world.accepted) == PEOPLE - without
    sending.assert_nobody_twice()


async def test_too_much_goes_wrong(sending: Sending) -> None:
    """Where more than a fifth of the last hundred are lost it pauses by itself, and goes on when told to."""
    sending.strike(FaultKind.SERVER_ERROR, share=0.5)
    broadcast = await sending.run()
    assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.PAUSED, StopReason.FAILURES)
    before = await sending.counts()
    assert before[DeliveryState.PENDING] > PEOPLE / 2
    sending.world.faults = Faults()
    await sending.resume()
    await sending.finish()
    unknown = before[UNKNOWN]
    assert await sending.counts() == {SENT: PEOPLE - unknown, UNKNOWN: unknown}
    sending.assert_nobody_twice()


async def test_token_refused(sending: Sending) -> None:
    """A 401 in mid-broadcast halts it, nobody is marked failed or unknown, and a new token finishes it (I10)."""
    sending.strike(FaultKind.UNAUTHORIZED, from_nth=PEOPLE // 2)
    broadcast = await sending.run()
    assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED)
    accepted = len(sending.world.accepted)
    assert await sending.counts() == {SENT: accepted, DeliveryState.PENDING: PEOPLE - accepted}
    sending.world.faults = Faults()
    await sending.resume()
    await sending.finish()
    assert await sending.counts() == {SENT: PEOPLE}
    sending.assert_nobody_twice()


@pytest.mark.parametrize("row", [replace(TABLE[0], times=20.0)])
async def test_nobody_listens(sending: Sending) -> None:
    """Where there is no connection nothing was written: all of it is tried again, and nothing is unknown."""
    port = int(sending.server.url.rpartition(":")[2])
    await sending.server.stop()
    running = asyncio.create_task(sending.run())
    async with asyncio.timeout(30):
        while not await sending.tried_again():  # noqa: ASYNC110  # there is nobody to tell
            await asyncio.sleep(0.01)
    await sending.server.start(port=port)
    assert (await running).status is BroadcastStatus.FINISHED
    assert await sending.counts() == {SENT: PEOPLE}
    sending.assert_nobody_twice()


async def test_stopped_in_mid_commit(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was claimed while a 429 for everybody came in does not go out before the wait is over (I7)."""
    heartbeat = sending.heartbeat()
    engine, hit = sending.engine(heartbeat), False
    claim = engine._cycle._claim

    async def claim_and_be_stopped(*given: Any, **about: Any) -> Any:
        nonlocal hit
        claimed = await claim(*given, **about)
        if claimed and not hit:
            hit = True
            engine._cycle._governor.add_refusal(None, 0.5)
            accepted = len(sending.world.ledger)
            asyncio.get_running_loop().call_later(
                0.4, lambda: seen.append(len(sending.world.ledger) - accepted)
            )
        return claimed

    seen: list[int] = []
    monkeypatch.setattr(engine._cycle, "_claim", claim_and_be_stopped)
    async with beating(heartbeat):
        await asyncio.wait_for(engine.run(until_idle=True), 60)
    assert seen == [0]
    assert await sending.counts() == {SENT: PEOPLE}
    sending.assert_nobody_twice()
