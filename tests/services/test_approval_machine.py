"""Nobody sends alone (I6): a state machine over the services finds no way; wrong versions are caught."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from structlog.testing import capture_logs

from tests.mutants.approval_scenarios import SCENARIOS, play
from tests.mutants.wrong_reviews import MUTANTS
from tests.services.approval_book import Book
from tests.services.approval_machine import ApprovalMachine
from tests.worlds.mutants import Mutant, assert_caught

ATTEMPTS, STEPS = 2000, 50

TRYING = settings(
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def machine(migrated_file: Path) -> type[ApprovalMachine]:
    """Return a machine with a book of its own."""

    class Machine(ApprovalMachine):
        template = migrated_file
        attempts = 0
        total = Book()

    return Machine


def test_nobody_sends_alone(machine: type[ApprovalMachine]) -> None:
    """Two thousand attempts and more: nothing goes out that another person who may has not approved as it is."""
    with capture_logs():
        run_state_machine_as_test(machine, settings=settings(TRYING, max_examples=2 * ATTEMPTS // STEPS))
    done = machine.total.done
    assert machine.attempts >= ATTEMPTS
    # What they try is drawn, otherwise with every module that is loaded; the scenarios below leave out nothing.
    assert done["approved by another"] >= 10
    assert done["sent"] >= 3
    assert done["races"] >= 10
    refusals = {name.partition(": ")[2] for name in done if name.startswith("refused: ")}
    assert refusals >= {"ColleagueNeeded", "NobodyElse", "NotApproved", "MayNotApprove", "NotAlone"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_right(machine: type[ApprovalMachine], scenario: str) -> None:
    """No scenario finds a way."""
    with capture_logs():
        assert play(machine, SCENARIOS[scenario]) == []


@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name)
def test_wrong_reviews(
    machine: type[ApprovalMachine], wrong: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wrong version lets somebody through in its scenario, and is seen."""
    wrong.apply(monkeypatch)
    with capture_logs():
        assert_caught(wrong, play(machine, SCENARIOS[wrong.scenario]))


def test_there_are_enough() -> None:
    """Every way of being wrong that was ever thought of is still tried."""
    assert len({wrong.name for wrong in MUTANTS}) >= 17
