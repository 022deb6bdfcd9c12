"""Several processes that are wrong in one way are caught, by a life whose faults are aimed at it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvloop

from bot.roles import Role
from tests.faults.several_faults import Aim
from tests.faults.several_rounds import play_life
from tests.faults.several_stage import own_postgres
from tests.mutants.wrong_processes import WRONG
from tests.worlds.postgres import PostgresServer

SENDERS, WEBS = frozenset({Role.SENDER}), frozenset({Role.WEB})
FAR = (0.03,)
"""Of a database so far away that most of a turn is waiting for it: there most faults strike."""

SURELY: Mapping[str, Any] = {"sent_between": (8, 16), "patience": 20.0}
"""A fault strikes while something is sent, however slow the machine is."""

AIMED: Mapping[str, tuple[str, int, Aim]] = {
    "sends_whatever_it_claimed": (
        "I4",
        12,
        Aim(kinds={"stop": 1}, roles=SENDERS, commit=0.2, ends_within=20),
    ),
    "spends_a_budget_of_its_own": ("I7", 4, Aim(kinds={"reset one": 1}, rate=2, ends_within=10, **SURELY)),
    "begins_what_has_begun": ("ONCE", 1, Aim(kinds={"kill": 1}, latency=FAR, ends_within=60)),
    "overtakes_in_a_chat": (
        "I12",
        8,
        Aim(kinds={"kill": 1}, roles=WEBS, latency=FAR, act_seconds=0.05, ends_within=20),
    ),
    "sends_again_what_was_lost": (
        "I1",
        6,
        Aim(kinds={"kill": 1}, roles=SENDERS, commit=0.3, ends_within=60, **SURELY),
    ),
}
"""By what each is caught: the invariant that it breaks, and how many of which faults show it."""


LIVES = 8
"""In which each is caught; most are in the first."""

BY_CHANCE = frozenset({"sends_whatever_it_claimed", "overtakes_in_a_chat"})
"""Those that a life shows only if a fault hits a short moment: up to minutes, so they are played when asked for."""


@pytest.fixture(scope="module")
def restartable() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that is nobody else's."""
    with own_postgres() as server:
        yield server


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong(restartable: PostgresServer, tmp_path: Path, wrong: str) -> None:
    """A life shows what it breaks, the first or one of the next: whether a fault hits the moment is chance."""
    if wrong in BY_CHANCE and "SEVERAL_WRONG" not in os.environ:
        pytest.skip("chance decides how many lives it takes: set SEVERAL_WRONG")
    invariant, faults, aim = AIMED[wrong]
    said: list[str] = []
    for number in range(LIVES):
        folder = tmp_path / str(number)
        folder.mkdir()
        life = play_life(
            number, seed=3, faults=faults, postgres=restartable, folder=folder, aim=aim, wrong=wrong
        )
        said += uvloop.run(life).broken
        if invariant in {line.partition(":")[0] for line in said}:
            return
    pytest.fail(f"{LIVES} lives show no {invariant}: {said}")
