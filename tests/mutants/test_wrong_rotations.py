"""The change of the key passes every scenario; each wrong one is caught."""

import asyncio
from pathlib import Path

import pytest

from bot.jobs import rotation
from tests.mutants.rotation_scenarios import SCENARIOS
from tests.mutants.wrong_rotations import MUTANTS
from tests.worlds.mutants import Mutant, assert_caught

SECONDS = 120.0
"""A change that never ends is one that is wrong."""

ON_POSTGRESQL_ALONE = {"held", "across"}
"""SQLite has one writer: nobody holds a row, or a transaction, beside another."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    monkeypatch.setattr(rotation, "PAUSE_AT_LEAST", 0.0)
    monkeypatch.setattr(rotation, "ROWS", 2)
    monkeypatch.setattr(rotation, "ROWS_AT_MOST", 2)
    monkeypatch.setattr("bot.delivery.key_watch.KEY_SECONDS", 0.02)


async def play(scenario: str, url: str, folder: Path) -> list[str]:
    """Play a scenario. Returns what is broken."""
    try:
        async with asyncio.timeout(SECONDS):
            return await SCENARIOS[scenario](url, folder)
    except TimeoutError:
        return ["STUCK: it never ends"]


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_right(database_url: str, tmp_path: Path, scenario: str) -> None:
    """Nothing is broken, whatever the scenario brings."""
    assert await play(scenario, database_url, tmp_path) == []


@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name)
async def test_wrong(
    database_url: str, dialect: str, tmp_path: Path, wrong: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenario shows what it breaks."""
    if dialect == "sqlite" and wrong.scenario in ON_POSTGRESQL_ALONE:
        pytest.skip("SQLite has one writer")
    wrong.apply(monkeypatch)
    assert_caught(wrong, await play(wrong.scenario, database_url, tmp_path))


def test_there_are_enough() -> None:
    """Every way of being wrong that was ever thought of is still tried."""
    assert len(MUTANTS) >= 6
