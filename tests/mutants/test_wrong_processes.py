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

AIMED: Mapping[str, tuple[frozenset[str], int, Aim]] = {
    "sends_whatever_it_claimed": (
        frozenset({"I4"}),
        1,
        Aim(kinds={"stop claimed": 1}, rate=4, too_many=0.0),
    ),
    "spends_a_budget_of_its_own": (
        frozenset({"I7"}),
        4,
        Aim(kinds={"reset one": 1}, rate=2, ends_within=10, **SURELY),
    ),
    "begins_what_has_begun": (frozenset({"ONCE"}), 1, Aim(kinds={"kill": 1}, latency=FAR, ends_within=60)),
    "overtakes_in_a_chat": (
        frozenset({"I12"}),
        1,
        Aim(kinds={"stop applying": 1}, act_seconds=0.05, too_many=0.0),
    ),
    "sends_again_what_was_lost": (
        frozenset({"I1"}),
        6,
        Aim(kinds={"kill": 1}, roles=SENDERS, commit=0.3, ends_within=60, **SURELY),
    ),
    "knows_no_end": (
        frozenset({"I1", "ONCE", "I13", "I7"}),
        12,
        Aim(kinds={"reset one": 1}, too_many=0.03, **SURELY),
    ),
}
"""By what each is caught: the invariants that it breaks, all of them, and how many of which faults show it."""


LIVES = 8
"""In which each is caught whose faults strike by chance; most are in the first. One is enough at an exact place."""


@pytest.fixture(scope="module")
def restartable() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that is nobody else's."""
    with own_postgres() as server:
        yield server


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong(restartable: PostgresServer, tmp_path: Path, wrong: str) -> None:
    """A life shows what it breaks: the first, or one of the next where chance decides when a fault hits the moment."""
    invariants, faults, aim = AIMED[wrong]
    said: list[str] = []
    for number in range(1 if aim.kinds.keys() <= several_places.NAMES else LIVES):
        folder = tmp_path / str(number)
        folder.mkdir()
        life = play_life(
            number, seed=3, faults=faults, postgres=restartable, folder=folder, aim=aim, wrong=wrong
        )
        said += uvloop.run(life).broken
        if invariants <= {line.partition(":")[0] for line in said}:
            return
    pytest.fail(f"not all of {sorted(invariants)} are shown: {said}")
