"""Adds what this process has counted to the campaign's totals, from time to time and at its end."""

import asyncio
from contextlib import suppress

import structlog

from bot import figures
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0
"""What was counted waits so long at the most; a crash loses it."""


async def run(store: Store) -> None:
    """Add up until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await add_up(store)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.debug("figures_delayed", error=type(error).__name__)


async def add_up(store: Store) -> None:
    """Add up once; where nothing was counted, nothing is written. What could not be written is kept."""
    counted = figures.drain()
    if not counted:
        return
    try:
        async with store.transaction() as tx:
            tx.totals.add(counted)
    except BaseException:
        figures.requeue(counted)
        raise


async def add_up_at_last(store: Store) -> None:
    """Add up what is left when the process ends; a database that is away is not waited for."""
    with suppress(*TRANSIENT_DATABASE_ERRORS):
        await add_up(store)
