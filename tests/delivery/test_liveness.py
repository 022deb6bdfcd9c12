"""Who of the workers lives."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.liveness import DEAD_AFTER, SURE_SECONDS, Heartbeat, Liveness
from bot.store.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
async def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the loop's time, to be moved."""
    now = [100.0]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
    return now


async def test_no_change_is_death(seconds: list[float]) -> None:
    """A worker whose sign does not change for long enough is dead; one whose sign changes is not."""
    watch = Liveness()
    assert watch.dead({"a": NOW, "b": NOW}) == []
    seconds[0] += DEAD_AFTER
    assert watch.dead({"a": NOW, "b": NOW + timedelta(seconds=1)}) == []
    seconds[0] += 0.1
    assert watch.dead({"a": NOW, "b": NOW + timedelta(seconds=1)}) == ["a"]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
async def test_clocks_that_jump(seconds: list[float], jump: timedelta) -> None:
    """A clock that jumps a day, either way, is a sign of life like any other."""
    watch = Liveness()
    watch.dead({"a": NOW})
    seconds[0] += DEAD_AFTER - 0.5
    assert watch.dead({"a": NOW + jump}) == []
    seconds[0] += DEAD_AFTER - 0.5
    assert watch.dead({"a": NOW + jump}) == []
    seconds[0] += 1
    assert watch.dead({"a": NOW + jump}) == ["a"]


@pytest.fixture
def heartbeat(store: Store) -> Heartbeat:
    """Return the heartbeat of a worker that starts."""
    return Heartbeat(store=store, clock=lambda: NOW)


async def test_what_is_claimed_is_ours(heartbeat: Heartbeat, seconds: list[float]) -> None:
    """What was claimed is ours as long as heartbeats follow each other; without one it is not for long."""
    assert not heartbeat.holds_since(seconds[0])
    heartbeat.note(seconds[0])
    claimed_at = seconds[0]
    for _ in range(10):
        assert heartbeat.holds_since(claimed_at)
        seconds[0] += SURE_SECONDS
        assert heartbeat.holds_since(claimed_at)
        heartbeat.note(seconds[0])
    seconds[0] += SURE_SECONDS + 0.1
    assert not heartbeat.holds_since(claimed_at)


async def test_it_is_not_after_a_sleep(heartbeat: Heartbeat, seconds: list[float]) -> None:
    """A process that slept has lost what it claimed before, also when its heart beats again; new claims are its own."""
    heartbeat.note(seconds[0])
    before = seconds[0]
    seconds[0] += DEAD_AFTER
    heartbeat.note(seconds[0])
    assert not heartbeat.holds_since(before)
    assert heartbeat.holds_since(seconds[0])


async def test_a_heartbeat_counts_from_when_it_began(heartbeat: Heartbeat, seconds: list[float]) -> None:
    """A heartbeat that took long to be written tells the others no more than that we lived when it began."""
    heartbeat.note(seconds[0])
    began_at = seconds[0] + 1
    seconds[0] += SURE_SECONDS + 0.5
    heartbeat.note(began_at)
    assert heartbeat.holds_since(began_at)
    seconds[0] += 1
    assert not heartbeat.holds_since(began_at)
