"""From the stored update to its effect and its answer: in order for each chat, many chats at a time."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import orjson
import structlog

from bot.clock import Clock
from bot.errors import CampaignError
from bot.inbox.courier import Courier
from bot.store.inbox import StoredUpdate, UpdateState
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply, dump, load

log = structlog.get_logger(__name__)

AT_A_TIME = 64
"""Chats handled at a time: as many as can share one commit."""

ROOM = 2000
"""Updates in memory at the most; intake waits for room, and Telegram keeps the rest."""

TROUBLE_SECONDS = 1.0
"""The wait before an update is tried again when the database is busy, full or away."""

Consider = Callable[[dict[str, Any]], Awaitable[Any]]
"""Works out, before the transaction, what handling an update will need."""
Handle = Callable[..., Awaitable[list[Reply]]]
Given = TypeVar("Given")
Result = TypeVar("Result")


class Dispatcher:
    """Applies each update exactly once, and posts the replies that were committed with its effect."""

    def __init__(
        self,
        *,
        store: Store,
        courier: Courier,
        consider: Consider,
        handle: Handle,
        apologize: Handle,
        clock: Clock,
    ) -> None:
        self._store = store
        self._courier = courier
        self._consider = consider
        self._handle = handle
        self._apologize = apologize
        self._clock = clock
        self._queues: dict[bytes | int, deque[StoredUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._known: set[int] = set()
        self._posted: list[int] = []
        self._marking = False
        self._less = asyncio.Event()

    async def resume(self) -> None:
        """Take up what an earlier process left unfinished."""
        after = -1
        while True:
            async with self._store.reading() as tx:
                found = await tx.updates.open(after=after, limit=ROOM // 2)
            if not found:
                return
            self.accept(found)
            after = found[-1].update_id
            await self.room()

    def accept(self, updates: list[StoredUpdate]) -> None:
        """Take updates that are stored; one that is under way already is passed over."""
        for update in updates:
            if update.update_id in self._known:
                continue
            self._known.add(update.update_id)
            key = update.chat if update.chat is not None else update.update_id
            queue = self._queues.get(key)
            if queue is not None:
                queue.append(update)
                continue
            self._queues[key] = deque([update])
            self._start(self._work(key))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def room(self) -> None:
        """Wait until there is room for more."""
        while len(self._known) >= ROOM:
            self._less.clear()
            await self._less.wait()

    async def idle(self) -> None:
        """Wait until everything accepted is done."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self, *, seconds: float) -> None:
        """Finish what is under way, this long at the most; what is left is done at the next start."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, key: bytes | int) -> None:
        """Do one chat's updates, oldest first."""
        queue = self._queues[key]
        while queue:
            update = queue[0]
            async with self._turns:
                replies = await self._persist(self._replies, update)
                await self._post(replies)
            queue.popleft()
            if replies:
                self._mark_soon(update.update_id)
            else:
                self._forget([update.update_id])
        del self._queues[key]

    async def _replies(self, update: StoredUpdate) -> list[Reply]:
        """Return what is to be posted: of an update that is applied now, or was before."""
        return await self._apply(update) if update.state is UpdateState.RECEIVED else load(update.payload)

    def _mark_soon(self, update_id: int) -> None:
        """Let an update be marked as done; its chat need not wait for that, and many share one mark."""
        self._posted.append(update_id)
        if not self._marking:
            self._marking = True
            self._start(self._mark_posted())

    async def _mark_posted(self) -> None:
        try:
            while self._posted:
                posted, self._posted = self._posted, []
                await self._persist(self._mark, posted)
                self._forget(posted)
        finally:
            self._marking = False

    async def _mark(self, posted: list[int]) -> None:
        async with self._store.transaction() as tx:
            await tx.updates.done(*posted)

    def _forget(self, update_ids: list[int]) -> None:
        self._known.difference_update(update_ids)
        self._less.set()

    async def _persist(self, step: Callable[[Given], Awaitable[Result]], given: Given) -> Result:
        """Take a step again until the database, busy or full or away, lets it."""
        while True:
            try:
                return await step(given)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("update_delayed", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_SECONDS)

    async def _post(self, replies: list[Reply]) -> None:
        """Post the replies. One that breaks our own program is given up: it must not silence its chat for good."""
        try:
            await self._courier.post(replies)
        except Exception as error:
            log.exception("reply_failed", error=type(error).__name__)

    async def _apply(self, update: StoredUpdate) -> list[Reply]:
        raw = _object(update.payload)
        try:
            return await self._commit(update, self._handle, raw, await self._consider(raw))
        except TRANSIENT_DATABASE_ERRORS:
            raise
        except CampaignError as error:
            return await self._commit(update, self._apologize, raw, error)
        except Exception as error:
            log.exception("update_failed", error=type(error).__name__)
            with contextlib.suppress(CampaignError):
                return await self._commit(update, self._apologize, raw, error)
            return []

    async def _commit(self, update: StoredUpdate, respond: Handle, *about: Any) -> list[Reply]:
        """Let the effect, the done-mark and the replies be one commit."""
        now: datetime = self._clock()
        async with self._store.transaction() as tx:
            if not await tx.updates.is_open(update.update_id, UpdateState.RECEIVED):
                return await self._left_over(tx, update)
            replies = await respond(tx, *about, now=now)
            if replies:
                await tx.updates.applied(update.update_id, dump(replies))
            else:
                await tx.updates.done(update.update_id)
        return replies

    async def _left_over(self, tx: Transaction, update: StoredUpdate) -> list[Reply]:
        """Return the replies of an update that was applied by a commit we did not hear of."""
        written = await tx.updates.replies(update.update_id)
        return [] if written is None else load(written)


def _object(payload: bytes) -> dict[str, Any]:
    raw = orjson.loads(payload)
    return raw if isinstance(raw, dict) else {}
