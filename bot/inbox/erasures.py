"""The receipt of an erasure comes when it is true.

The effect has committed; its bytes may still stand in the write-ahead log, and the update that asked for it names the
chat. So before the receipt is posted the update is closed, and the log is written back and cut.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Remains

ATTEMPTS = 60
"""A reader may be in the way of cutting the log: a backup, a count."""

PAUSE_SECONDS = 0.5


async def complete(store: Store, close: Callable[[], Awaitable[None]]) -> Remains:
    """Close the update and leave no byte of it and of what it erased. Returns what is left all the same.

    A process that dies in between posts no receipt: nothing is left that knows for whom it was.
    """
    for _ in range(ATTEMPTS):
        try:
            await close()
            if not store.leaves_nothing:
                return Remains.SOME_BYTES
            if await store.compact():
                return Remains.NOTHING
        except TRANSIENT_DATABASE_ERRORS:
            pass
        await asyncio.sleep(PAUSE_SECONDS)
    return Remains.SOME_BYTES
