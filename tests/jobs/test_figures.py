"""What the processes have counted becomes the campaign's totals."""

import pytest

from bot import figures
from bot.figures import CALLS, WAITED
from bot.jobs.figures import add_up, add_up_at_last
from bot.store.store import Store
from tests.jobs.test_scheduler import Away

ACCEPTED = (CALLS.name, ("bulk", "accepted"))


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    figures.drain()


async def test_totals_add_up(store: Store) -> None:
    """Whatever process counts, and however often, the totals hold the sum."""
    for n in (2, 3):
        figures.count(CALLS, "bulk", "accepted", n=n)
        figures.observe(WAITED, 0.2, figures.POSTED)
        await add_up(store)
    await add_up(store)
    async with store.reading() as tx:
        assert await tx.totals.all() == {
            ACCEPTED: 5,
            (WAITED.name, ("posted", "0.25")): 2,
            (WAITED.name, ("posted", "ms")): 400,
        }


async def test_figures_without_labels(store: Store) -> None:
    """A figure that is told apart by nothing is read back as such."""
    figures.count(figures.RECEIVED)
    await add_up(store)
    async with store.reading() as tx:
        assert await tx.totals.all() == {(figures.RECEIVED.name, ()): 1}


async def test_a_database_that_is_away(store: Store) -> None:
    """What could not be written is kept, and written later; at the end nobody waits for it."""
    figures.count(CALLS, "bulk", "accepted")
    await add_up_at_last(Away())
    await add_up_at_last(store)
    async with store.reading() as tx:
        assert await tx.totals.all() == {ACCEPTED: 1}
