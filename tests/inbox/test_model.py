"""The inbox under whatever people, processes and Telegram do, on virtual time; and at rest."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.delivery.engine import Engine
from bot.delivery.liveness import Heartbeat
from tests.worlds.virtual.inbox import Fate, World, play
from tests.worlds.virtual.play import NewDatabase

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("send"),
            st.integers(0, 2),
            st.sampled_from(["/join", "/note", "why?", "/fail", "/stop"]),
            st.integers(0, 2),
        ),
        st.tuples(st.just("repeat"), st.integers(1, 9), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.sampled_from([0.01, 0.3, 4.0])),
        st.tuples(st.just("fates"), st.lists(st.sampled_from(list(Fate)), max_size=4)),
        st.tuples(st.just("kill"), st.integers(0, 2)),
        st.tuples(st.just("start")),
    ),
    max_size=25,
)
PROCESSES = 3


def walk(steps: list[tuple[Any, ...]]) -> Callable[[World], Awaitable[None]]:
    """Return a script that takes these steps, and settles."""

    async def script(world: World) -> None:
        world.start()
        for step in steps:
            match step:
                case ("send", chat, says, by):
                    await world.send(chat, says, by=by)
                case ("repeat", update_id, by) if update_id in world.sent:
                    await world.repeat(update_id, by=by)
                case ("wait", seconds):
                    await world.wait(seconds)
                case ("fates", fates):
                    world.script = fates
                case ("kill", which):
                    await world.kill(world.processes[which % len(world.processes)])
                    if not world.processes:
                        world.start()
                case ("start",) if len(world.processes) < PROCESSES:
                    world.start()
                case _:
                    pass
        await world.settle(within=120.0)

    return script


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_happens(new_database: NewDatabase, steps: list[tuple[Any, ...]]) -> None:
    """Applied exactly once, in order; posted in order, none lost; out within a second of /stop, and not in again."""
    with capture_logs():
        assert play(new_database, walk(steps)) == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_happens_on_postgresql(new_database: NewDatabase, steps: list[tuple[Any, ...]]) -> None:
    """The same holds where processes really write at the same time."""
    with capture_logs():
        assert play(new_database, walk(steps)) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_idle_is_idle(new_database: NewDatabase) -> None:
    """Once a lone update is done nothing is written in a minute, by the inbox or by the engine (D9)."""
    versions: list[int] = []

    async def script(world: World) -> None:
        file = world.store.database._write_engine.url.database  # type: ignore[attr-defined]  # SQLite's
        watching = sqlite3.connect(file)

        def version() -> int:
            return int(watching.execute("PRAGMA data_version").fetchone()[0])

        nothing: Any = None
        engine = Engine(
            store=world.store,
            sender=nothing,
            governor=nothing,
            body=nothing,
            digest=nothing,
            clock=world.now,
            heartbeat=Heartbeat(store=world.store, clock=world.now),
        )
        world.start()
        await world.send(0, "/note")
        await world.settle()
        await world.wait(1.0)
        sending = asyncio.create_task(engine.run())
        await asyncio.sleep(1.0)
        before = version()
        await asyncio.sleep(60.0)
        versions.extend((before, version()))
        engine.stop()
        await sending
        watching.close()

    assert play(new_database, script) == []
    assert versions[0] == versions[1]
