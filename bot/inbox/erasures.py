"""The receipt of an erasure comes when it is true.

The effect has committed; its bytes may still stand in the write-ahead log, and in unused parts of pages, and the update
that asked for it names the chat. So before the receipt is posted the update is closed, the pages are written anew, and
the log is written back and cut.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Remains

ATTEMPTS = 60
"""A reader may be in the way of cutting the log: a backup, a count."""

PAUSE_SECONDS = 0.5


async def complete(store: Store, close: Callable[[], Awaitable[None]], hurry: asyncio.Event) -> Remains:
    """Close the update and leave no byte of it and of what it erased. Returns what is left all the same.

    `hurry`: set when the process is about to end. Once the update is closed only this process knows whom to tell, so it
    says what is so then. One that dies posts no receipt: nothing is left that knows for whom it was.
    """
    is_closed = is_expunged = False
    for _ in range(ATTEMPTS):
        try:
            await close()
            is_closed = True
            if not store.leaves_nothing:
                return Remains.SOME_BYTES
            is_expunged = is_expunged or await store.expunge()
            if await store.compact():
                return Remains.NOTHING if is_expunged else Remains.SOME_BYTES
        except TRANSIENT_DATABASE_ERRORS:
            pass
        if is_closed and hurry.is_set():
            break
        await _pause(hurry)
    return Remains.SOME_BYTES


async def _pause(hurry: asyncio.Event) -> None:
    """Wait, but for one more attempt as soon as there is a hurry."""
    if hurry.is_set():
        await asyncio.sleep(PAUSE_SECONDS)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(PAUSE_SECONDS):
            await hurry.wait()
