"""The right engine passes every scenario; each wrong one is caught."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.delivery.stages import NewDatabase, play
from tests.mutants.scenarios import SCENARIOS
from tests.mutants.wrong_engines import MUTANTS, Mutant

on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

pytestmark = pytest.mark.usefixtures("ids_rise")  # the scenarios say who is sent to when


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what the engines log of their troubles out of the report."""
    with capture_logs():
        yield


@on_sqlite
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_right_engine(new_database: NewDatabase, scenario: str) -> None:
    """No invariant breaks, whatever the scenario brings."""
    assert play(new_database, SCENARIOS[scenario]) == []


@on_sqlite
@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name.replace(" ", "-"))
def test_wrong_engine(new_database: NewDatabase, wrong: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario shows which invariant this engine breaks."""
    wrong.apply(monkeypatch)
    broken = play(new_database, SCENARIOS[wrong.scenario])
    assert {said.partition(":")[0] for said in broken} >= {wrong.invariant}, broken


def test_there_are_enough() -> None:
    """Every way of being wrong that was ever thought of is still tried."""
    assert len({mutant.name for mutant in MUTANTS}) >= 31
