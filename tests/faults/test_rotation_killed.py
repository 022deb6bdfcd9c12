"""The rotation campaign, as large as fits into a run of all tests."""

import os
import secrets
from pathlib import Path

import pytest

from tests.faults.campaign import new_database_of
from tests.faults.rotation_campaign import play
from tests.worlds.postgres import PostgresServer


@pytest.mark.timeout(1200)
async def test_rotation_campaign(postgres: PostgresServer, tmp_path: Path) -> None:
    """However often the change of the key is killed during a broadcast: nobody is lost, twice or unreadable."""
    seed = int(os.environ.get("ROTATION_SEED", secrets.randbelow(1_000_000)))
    kills = int(os.environ.get("ROTATION_KILLS", "6"))
    print(f"ROTATION_SEED={seed} ROTATION_KILLS={kills}")  # noqa: T201  # shown when the test fails
    rounds = await play(
        kills=kills, seed=seed, new_database=new_database_of(postgres), folder=tmp_path, told=print
    )
    assert [line for each in rounds for line in each.broken] == []
    assert sum(each.kills for each in rounds) >= kills
    assert len({each.sending.database for each in rounds}) > 1
