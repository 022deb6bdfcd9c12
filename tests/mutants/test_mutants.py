"""The right engine passes every scenario; each wrong one is caught."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.delivery.stages import play
from tests.mutants.scenarios import SCENARIOS
from tests.mutants.wrong_engines import MUTANTS, Mutant


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what the engines log of their troubles out of the report."""
    with capture_logs():
        yield


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_right_engine(migrated_file: Path, scenario: str) -> None:
    """No invariant breaks, whatever the scenario brings."""
    assert play(migrated_file, SCENARIOS[scenario]) == []


@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name.replace(" ", "-"))
def test_wrong_engine(migrated_file: Path, wrong: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario shows which invariant this engine breaks."""
    wrong.apply(monkeypatch)
    broken = play(migrated_file, SCENARIOS[wrong.scenario])
    assert {said.partition(":")[0] for said in broken} >= {wrong.invariant}, broken


def test_there_are_enough() -> None:
    """A dozen ways of being wrong are caught at the least."""
    assert len({mutant.name for mutant in MUTANTS}) >= 12
