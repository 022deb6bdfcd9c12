"""Who of the workers lives."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.liveness import DEAD_AFTER, Liveness

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
