"""Following a change of the campaign key while the process runs; see `bot.jobs.rotation`."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.liveness import Heartbeat
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of

log = structlog.get_logger(__name__)

KEY_SECONDS = 1.0
"""How often a process looks whether the key file or the key in use has changed."""

Follow = Callable[[], Awaitable[None]]


class KeyWatch:
    """Reads the key file again when it has changed; once a key is announced, says which keys this process has."""

    def __init__(self, *, store: Store, heartbeat: Heartbeat) -> None:
        self._store = store
        self._heartbeat = heartbeat
        self._followers: list[Follow] = []
        self._followed = store.keys.ring

    def on_change(self, follow: Follow) -> None:
        """Let this be done whenever another key is in use, or other keys are known."""
        self._followers.append(follow)

    async def run(self) -> None:
        """Look, until cancelled.

        Raises WrongKey where the key in use is none that this process has: it can do nothing any more.
        """
        while True:
            await asyncio.sleep(KEY_SECONDS)
            try:
                await self.look()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("key_watch_delayed", error=name_of(error))

    async def look(self) -> None:
        """Look once.

        Raises WrongKey.
        """
        keys = self._store.keys
        keys.reread()
        async with self._store.reading() as tx:
            standing = await tx.keys.standing()
        keys.cipher_of(standing.current)
        if standing.announced is not None:
            async with self._store.transaction() as tx:
                await self._heartbeat.write(tx)
        if keys.ring == self._followed:
            return
        followed = keys.ring
        for follow in self._followers:
            await follow()
        self._followed = followed
