"""Two webs on one PostgreSQL: what one has taken to answer, and another has answered, is not answered again."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from bot.roles import Role
from tests.faults.several_faults import Aim
from tests.faults.several_stage import LEASE_SECONDS, Stage, own_postgres, staged
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.fleet import Way

LOOK_SECONDS = 0.05

WITHIN_SECONDS = 120.0
"""In which each step is taken, however slow the machine is."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that notes each change."""
    with own_postgres() as server:
        yield server


async def answers_of(stage: Stage, way: Way) -> int:
    """Stop a web that has taken an answer until another has posted it; let it go on. Returns how many came."""
    one, other = stage.fleet.of(Role.WEB)
    chat_id = stage.people.supporters[0]

    def came() -> int:
        return sum(each.chat_id == chat_id for each in stage.world.arrivals)

    async def until(holds: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not holds():
            assert time.monotonic() < began + WITHIN_SECONDS, [
                stage.fleet.said(each) for each in (one, other)
            ]
            await asyncio.sleep(LOOK_SECONDS)

    stage.faults.webhook.lead_only_to(0)
    stage.fleet.start(one, replace(way, stops="answering"))
    stage.people.say(chat_id, "/privacy")
    await until(lambda: stage.fleet.note_stop(one))
    stage.fleet.start(other, way)
    await until(lambda: came() > 0)
    stage.fleet.signal(one, signal.SIGCONT)
    await until(lambda: came() > 1 or "replies_left_to_others" in stage.fleet.said(one))
    return came()


async def played(postgres: PostgresServer, folder: Path, wrong: str | None) -> int:
    """Play it with two webs that are wrong in this way, or in none."""
    way = Way(lease=LEASE_SECONDS, wrong=wrong)
    lot = random.Random("answers")  # noqa: S311  # a repeatable trial
    aim = Aim(kinds={}, too_many=0.0)
    async with staged(postgres, folder, lot=lot, faults=0, way=way, aim=aim) as stage:
        return await answers_of(stage, way)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("wrong", "answers"), [(None, 1), ("sends_whatever_it_claimed", 2)])
def test_an_answer_comes_once(
    postgres: PostgresServer, tmp_path: Path, wrong: str | None, answers: int
) -> None:
    """A web that was stopped before an answer's first byte leaves it to who has posted it; a wrong one does not."""
    assert uvloop.run(played(postgres, tmp_path, wrong)) == answers
