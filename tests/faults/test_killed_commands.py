"""The rotation campaign and the move campaign, as large as fits into a run of all tests."""

import os
import secrets
from pathlib import Path

import pytest

from tests.faults.campaign import new_database_of
from tests.faults.command_campaign import KILLED, play
from tests.worlds.postgres import PostgresServer

KILLS = {"rotation": (6, 3), "move": (2, 1)}
"""How many in all, and of these in one round."""


@pytest.mark.parametrize("which", KILLED)
@pytest.mark.timeout(1200)
async def test_killed(which: str, postgres: PostgresServer, tmp_path: Path) -> None:
    """However often the command is killed during a broadcast: nobody is lost, twice or unreadable."""
    seed = int(os.environ.get("COMMAND_SEED", secrets.randbelow(1_000_000)))
    most, each = KILLS[which]
    kills = int(os.environ.get("COMMAND_KILLS", most))
    print(f"COMMAND_SEED={seed} COMMAND_KILLS={kills}")  # noqa: T201  # shown when the test fails
    rounds = await play(
        KILLED[which],
        kills=kills,
        seed=seed,
        new_database=new_database_of(postgres),
        folder=tmp_path,
        told=print,
        each=each,
    )
    assert [line for one in rounds for line in one.broken] == []
    assert sum(one.kills for one in rounds) >= kills
    assert len({one.sending.database for one in rounds}) > 1
