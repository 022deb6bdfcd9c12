"""The right parts pass every scenario; each wrong one is caught."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.mutants import (
    choice_scenarios,
    inbox_scenarios,
    scenarios,
    wrong_choices,
    wrong_engines,
    wrong_inboxes,
    wrong_zones,
    zone_scenarios,
)
from tests.worlds.mutants import Mutant, Mutants, assert_caught
from tests.worlds.virtual import inbox, play
from tests.worlds.virtual.play import NewDatabase


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the bot. `at_least`: every way of being wrong that was ever thought of is still tried."""

    play: Callable[..., list[str]]
    scenarios: Mapping[str, Any]
    mutants: Mutants
    at_least: int
    dialects: tuple[str, ...]


PARTS = {
    "engine": Part(
        play=play.play,
        scenarios=scenarios.SCENARIOS,
        mutants=wrong_engines.MUTANTS,
        at_least=35,
        dialects=("sqlite",),
    ),
    "inbox": Part(
        play=inbox.play,
        scenarios=inbox_scenarios.SCENARIOS,
        mutants=wrong_inboxes.MUTANTS,
        at_least=10,
        dialects=("sqlite", "postgresql"),
    ),
    "choices": Part(
        play=play.play,
        scenarios=choice_scenarios.SCENARIOS,
        mutants=wrong_choices.MUTANTS,
        at_least=15,
        dialects=("sqlite",),
    ),
    "zones": Part(
        play=play.play,
        scenarios=zone_scenarios.SCENARIOS,
        mutants=wrong_zones.MUTANTS,
        at_least=8,
        dialects=("sqlite",),
    ),
}
ON_DIALECTS = [(part, dialect) for part in PARTS.values() for dialect in part.dialects]

pytestmark = pytest.mark.usefixtures("ids_rise")  # the scenarios say who is sent to when


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what they log of their troubles out of the report."""
    with capture_logs():
        yield


@pytest.mark.parametrize(
    ("part", "dialect", "scenario"),
    [
        pytest.param(part, dialect, scenario, id=f"{scenario}-{dialect}")
        for part, dialect in ON_DIALECTS
        for scenario in part.scenarios
    ],
    indirect=["dialect"],
)
def test_right(new_database: NewDatabase, part: Part, scenario: str) -> None:
    """No invariant breaks, whatever the scenario brings."""
    assert part.play(new_database, part.scenarios[scenario]) == []


@pytest.mark.parametrize(
    ("part", "dialect", "wrong"),
    [
        pytest.param(part, dialect, wrong, id=f"{wrong.name}-{dialect}")
        for part, dialect in ON_DIALECTS
        for wrong in part.mutants
    ],
    indirect=["dialect"],
)
def test_wrong(new_database: NewDatabase, part: Part, wrong: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario shows which invariant it breaks, and is not played beyond that."""
    wrong.apply(monkeypatch)
    assert_caught(wrong, part.play(new_database, part.scenarios[wrong.scenario], until=wrong.invariant))


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_there_are_enough(part: Part) -> None:
    """Every way of being wrong that was ever thought of is still tried."""
    assert len({mutant.name for mutant in part.mutants}) >= part.at_least
