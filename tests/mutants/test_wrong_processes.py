"""Several processes that are wrong in one way are caught, by a life whose faults are aimed at it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvloop

from bot.roles import Role
from tests.faults import several_places
from tests.faults.several_faults import Aim
from tests.faults.several_rounds import play_life
from tests.faults.several_stage import own_postgres
from tests.mutants.wrong_processes import WRONG
from tests.worlds.postgres import PostgresServer

SENDERS = frozenset({Role.SENDER})
FAR = (0.03,)
"""Of a database so far away that most of a turn is waiting for it: there most faults strike."""

SURELY: Mapping[str, Any] = {"sent_between": (8, 16), "patience": 20.0}
"""A fault strikes while something is sent, however slow the machine is."""

AIMED: Mapping[str, tuple[str, int, Aim]] = {
    "sends_whatever_it_claimed": (
        "I4",
        1,
        Aim(kinds={"stop claimed": 1}, rate=20, ends_within=60),
    ),
    "spends_a_budget_of_its_own": ("I7", 4, Aim(kinds={"reset one": 1}, rate=2, ends_within=10, **SURELY)),
    "begins_what_has_begun": ("ONCE", 1, Aim(kinds={"kill": 1}, latency=FAR, ends_within=60)),
    "overtakes_in_a_chat": (
        "I12",
        1,
        Aim(kinds={"stop applying": 1}, act_seconds=0.05, ends_within=60),
    ),
    "sends_again_what_was_lost": (
        "I1",
        6,
        Aim(kinds={"kill": 1}, roles=SENDERS, commit=0.3, ends_within=60, **SURELY),
    ),
}
"""By what each is caught: the invariant that it breaks, and how many of which faults show it."""


LIVES = 8
"""In which each is caught whose faults strike by chance; most are in the first. At an exact place one life is enough."""


@pytest.fixture(scope="module")
def restartable() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that is nobody else's."""
    with own_postgres() as server:
        yield server


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong(restartable: PostgresServer, tmp_path: Path, wrong: str) -> None:
    """A life shows what it breaks: the first, or one of the next where chance decides when a fault hits the moment."""
    invariant, faults, aim = AIMED[wrong]
    said: list[str] = []
    for number in range(1 if aim.kinds.keys() <= several_places.NAMES else LIVES):
        folder = tmp_path / str(number)
        folder.mkdir()
        life = play_life(
            number, seed=3, faults=faults, postgres=restartable, folder=folder, aim=aim, wrong=wrong
        )
        said += uvloop.run(life).broken
        if invariant in {line.partition(":")[0] for line in said}:
            return
    pytest.fail(f"no life shows {invariant}: {said}")
