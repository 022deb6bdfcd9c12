"""Several processes on one PostgreSQL, as many faults as fit into a run of all tests."""

import os
import secrets
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.several_campaign import play
from tests.faults.several_faults import EVERYTHING


@pytest.mark.timeout(1800)
def test_several_processes(tmp_path: Path) -> None:
    """Whatever hits two webs, two schedulers, three senders and their database: nothing is lost, nothing done twice."""
    seed = int(os.environ.get("SEVERAL_SEED", secrets.randbelow(1_000_000)))
    faults = int(os.environ.get("SEVERAL_FAULTS", "300"))
    print(f"SEVERAL_SEED={seed} SEVERAL_FAULTS={faults}")  # noqa: T201  # shown when the test fails
    lives = play(faults=faults, seed=seed, seconds=1500, folder=tmp_path, told=print)
    assert [line for each in lives for line in each.broken] == []
    assert sum(each.faults for each in lives) >= faults
    hit = sum((Counter(each.hit) for each in lives), Counter[str]())
    assert faults < 100 or set(hit) == set(EVERYTHING.kinds)
    assert sum(each.counts["unknown"] for each in lives) > 0, "no fault has hit a send"
