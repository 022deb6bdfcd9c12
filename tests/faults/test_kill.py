"""The kill campaign, as large as fits into a run of all tests."""

import os
import secrets
from pathlib import Path

import pytest

from tests.faults.campaign import new_database_of, play
from tests.worlds.postgres import PostgresServer


@pytest.mark.timeout(1200)
async def test_kill_campaign(postgres: PostgresServer, tmp_path: Path) -> None:
    """However often its senders are killed: nobody gets it twice, every sum matches, and it goes on by itself."""
    seed = int(os.environ.get("KILL_SEED", secrets.randbelow(1_000_000)))
    kills = int(os.environ.get("KILLS", "200"))
    print(f"KILL_SEED={seed} KILLS={kills}")  # noqa: T201  # shown when the test fails
    rounds = await play(
        kills=kills,
        seed=seed,
        at_once=4,
        new_database=new_database_of(postgres),
        folder=tmp_path,
        told=print,
    )
    assert [line for each in rounds for line in each.broken] == []
    assert sum(each.kills for each in rounds) >= kills
    assert sum(each.unknown for each in rounds) > 0, "no kill has hit a send"
