"""Nothing goes out that only one person has seen (I6), whatever they try; and whoever lets it is caught."""

from collections import Counter
from collections.abc import Iterable

import pytest

from bot.handlers.router import Router
from bot.store.store import open_store
from tests.making import KEY
from tests.mutants.wrong_approvals import MUTANTS
from tests.services.attack import attack, make_router
from tests.worlds.mutants import Mutant, assert_caught

ATTEMPTS, STEPS = 4000, 60
"""Attempts in all, in plays of so many steps each."""

TEAMS = 120
"""Which try to get past a wrong way of approving, each by its own seed."""

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def router() -> Router:
    """Return the router, made once."""
    return make_router()


async def play(
    database_url: str, router: Router, teams: Iterable[int], *, until: str = "nothing"
) -> tuple[list[str], Counter[str]]:
    """Let one team after the other try, until this is broken. Returns what was, and what was done how often."""
    broken, done = list[str](), Counter[str]()
    store = await open_store(database_url, KEY)
    try:
        for seed in teams:
            played = await attack(store, router, seed=seed, steps=STEPS)
            broken += [f"{what}: team {seed}" for what in played.broken]
            done += played.done
            if any(what.startswith(until) for what in played.broken):
                break
    finally:
        await store.close()
    return broken, done


@pytest.mark.timeout(400)
async def test_nobody_sends_alone(database_url: str, router: Router) -> None:
    """Four thousand attempts by owners, editors, approvers and viewers send nothing alone; honest ones do send."""
    broken, done = await play(database_url, router, range(-(-ATTEMPTS // STEPS)))
    assert broken == []
    assert done["approved by another"] >= 10
    assert done["approved alone"] >= 5
    assert done["sent"] >= 10
    assert done["refused"] >= 300
    assert done["got rid of"] >= 5
    assert done["tricks"] >= 5


@pytest.mark.timeout(400)
@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name)
async def test_wrong_approvals(
    database_url: str, router: Router, wrong: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way of approving that is wrong on purpose lets somebody through, and is seen.

    The first to try is the team that got through before; every other one tries only if it no longer does.
    """
    wrong.apply(monkeypatch)
    teams = sorted(range(TEAMS), key=lambda team: team != int(wrong.scenario))
    broken, _ = await play(database_url, router, teams, until=wrong.invariant)
    assert_caught(wrong, broken)
