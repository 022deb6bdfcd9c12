"""The second pump: posts the replies whose effects are committed, in order for each chat, many chats at once.

What this process posts it holds by a lease (`updates.worker`); what it cannot hold stays in the database for
whoever has room. A reply that was on the wire when its process was killed is posted again: two are better than
none.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog

from bot import figures
from bot.clock import Clock
from bot.delivery.governed_api import FREE
from bot.delivery.liveness import Heartbeat
from bot.domain.rank import FIRST, LAST, ORGANIZER
from bot.inbox.erasures import complete
from bot.inbox.late_replies import LateReplies
from bot.store.inbox import ReceivedUpdate
from bot.store.posting import AppliedUpdate
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply, load

log = structlog.get_logger(__name__)

ROOM = 256
"""Updates whose replies this process holds at the most."""

RESERVED = 64
"""Room beyond that for the first ranks, and so much again for organizers: the others' room may be full."""

CHAT_ROOM = 8
"""Of those, one chat's at the most: nobody takes the room of the others."""

SETTLE_SECONDS = 0.3
"""How long marks of what was posted wait for a commit to ride along with."""

KEPT = timedelta(minutes=10)
"""A reply that could not be posted in this time after its effect is given up: nobody waits for it any more."""

RETRY_SECONDS, RETRY_SECONDS_AT_MOST = 0.25, 5.0
"""The wait before a reply that was not accepted is tried again, doubled each time."""


class Poster(Protocol):
    """What posts; see `bot.inbox.courier`."""

    async def post_one(self, reply: Reply, *, rank: int, patience: float) -> bool:
        """Post one reply; a lower rank goes first. `patience`: seconds after which its turn comes too late.

        Returns False where it provably was not accepted and may be tried again.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """The replies of one update, ours to post. `stored_at`: the second, monotonic, at which it was stored here."""

    update_id: int
    chat: bytes | None
    replies: list[Reply]
    applied_at: datetime
    rank: int
    stored_at: float | None = None

    @property
    def key(self) -> bytes | int:
        """What is posted in order: a chat; an update of no chat has an order of its own."""
        return self.update_id if self.chat is None else self.chat


Effect = TypeVar("Effect")


class Outbox:
    """Posts what it holds. Nothing here is the only copy of anything."""

    def __init__(self, *, store: Store, poster: Poster, heartbeat: Heartbeat, clock: Clock) -> None:
        self._store = store
        self._poster = poster
        self._heartbeat = heartbeat
        self._clock = clock
        self._queues: dict[bytes | int, deque[Outgoing]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._late = LateReplies(self._is_settled)
        self._held: set[int] = set()
        self._posted: list[int] = []
        self._left_behind = True
        self._uncertain = False
        self._woken = asyncio.Event()
        self._ending = asyncio.Event()
        self.turn = asyncio.Lock()
        """Held from the begin of a transaction that leases until what it leased is known here."""
        heartbeat.while_held(lambda: bool(self._held))

    @property
    def is_posted(self) -> bool:
        """Whether everything that is held is posted."""
        return not self._queues and not self._late.waiting

    def choose(self, effects: Iterable[Effect], *, of: Callable[[Effect], ReceivedUpdate]) -> list[Effect]:
        """Return which of these effects' replies there is room for, in this process, in the order of their chats."""
        if self._uncertain:
            # A commit we did not hear of may have given us earlier replies of these chats.
            return []
        held = len(self._held)
        chosen = []
        for effect in effects:
            update = of(effect)
            key = update.update_id if update.chat is None else update.chat
            if update.in_order and held < _room(update.rank) and len(self._queues.get(key, ())) < CHAT_ROOM:
                chosen.append(effect)
                held += 1
        return chosen

    def accept(self, outgoing: Iterable[Outgoing]) -> None:
        """Post these; their lease has committed."""
        for one in outgoing:
            self._held.add(one.update_id)
            queue = self._queues.get(one.key)
            if queue is not None:
                queue.append(one)
                continue
            self._queues[one.key] = deque([one])
            task = asyncio.create_task(self._post_chat(one.key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def note_left_behind(self, is_left: bool) -> None:
        """Note whether there may be replies in the database that nobody holds."""
        if is_left:
            self._left_behind = True
            self._woken.set()

    def drain(self) -> list[int]:
        """Return what was posted, for whoever commits now to mark it; then `settled`, or `requeue` where that fails."""
        posted, self._posted = self._posted, []
        return posted

    def settled(self, posted: Iterable[int]) -> None:
        """Let go of what is marked as done."""
        self._held.difference_update(posted)

    def requeue(self, posted: list[int]) -> None:
        """Keep what was posted for the next commit. What else this one did is not known."""
        self._posted[:0] = posted
        self._uncertain = True
        self._woken.set()

    async def run(self) -> None:
        """Settle what was posted, and take what nobody holds, until cancelled."""
        while True:
            await self._woken.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._woken.clear()
            if not self._posted and not self._left_behind and not self._uncertain:
                continue
            try:
                await self.settle()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("outbox_delayed", error=type(error).__name__)

    async def settle(self) -> None:
        """Mark what was posted, and lease what nobody holds."""
        async with self.turn:
            posted = self.drain()
            try:
                async with self._store.transaction() as tx:
                    claimed = await self._claim(tx, posted)
            except BaseException:
                self.requeue(posted)
                raise
            self.settled(posted)
            self._uncertain = False
            self.accept(
                Outgoing(
                    update_id=one.update_id,
                    chat=one.chat,
                    replies=load(one.replies),
                    applied_at=one.applied_at,
                    rank=one.rank,
                )
                for one in claimed
            )
            self._left_behind = bool(claimed) or len(self._held) >= ROOM
            if claimed:
                self._woken.set()

    async def _claim(self, tx: Transaction, posted: list[int]) -> list[AppliedUpdate]:
        await tx.updates.done(*posted)
        worker = self._heartbeat.worker
        if self._uncertain:
            # A commit we did not hear of may have given us what we do not know of.
            await tx.updates.release([worker], but=self._held)
        held = len(self._held) - len(posted)
        if held >= _room(ORGANIZER) or not (self._left_behind or self._uncertain):
            return []
        expired = await tx.updates.expire(after=KEPT, now=self._clock())
        if expired:
            log.warning("replies_expired", updates=expired)
        claimed: list[AppliedUpdate] = []
        for rank in (ORGANIZER, FIRST, LAST):
            room = _room(rank) - held - len(claimed)
            if room > 0:
                claimed += await tx.updates.claim_replies(worker, limit=room, now=self._clock(), rank=rank)
        if claimed:
            await self._heartbeat.write(tx)
        return claimed

    async def finish(self, *, seconds: float) -> None:
        """Post what is held, this long at the most; what is left is anybody's. Nothing waits for the disk any more."""
        self._ending.set()
        await self._late.drop_all()
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with self.turn:
            posted = self.drain()
            async with self._store.transaction() as tx:
                await tx.updates.done(*posted)
                await tx.updates.release([self._heartbeat.worker])
            self._held.clear()

    async def _post_chat(self, key: bytes | int) -> None:
        """Post one chat's replies, oldest first."""
        queue = self._queues[key]
        while queue:
            if any(reply.method not in FREE for reply in queue[0].replies):
                await self._late.drop(key)
            await self._post(queue[0])
            if queue[0].stored_at is not None:
                figures.observe(figures.WAITED, time.monotonic() - queue[0].stored_at, figures.POSTED)
            self._posted.append(queue.popleft().update_id)
            self._woken.set()
        del self._queues[key]

    async def _post(self, outgoing: Outgoing) -> None:
        remains = None
        for number, reply in enumerate(outgoing.replies):
            if reply.if_in_time:
                self._late.post(outgoing.key, reply)
                continue
            if reply.where is not None:
                remains = remains or await complete(
                    self._store, lambda: self._close(outgoing.update_id), self._ending
                )
                if reply.where is not remains:
                    continue
            pause = RETRY_SECONDS
            while True:
                patience = (outgoing.applied_at + KEPT - self._clock()).total_seconds()
                if patience <= 0:
                    log.warning("replies_expired", updates=1, replies=len(outgoing.replies) - number)
                    return
                if await self._is_settled(reply, rank=outgoing.rank, patience=patience):
                    break
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_SECONDS_AT_MOST)

    async def _close(self, update_id: int) -> None:
        """Mark this one, and what was posted before it, as done; from now on its replies are held here only."""
        async with self.turn:
            posted = self.drain()
            try:
                async with self._store.transaction() as tx:
                    await tx.updates.done(*posted, update_id)
            except BaseException:
                self.requeue(posted)
                raise
            self.settled(posted)

    async def _is_settled(self, reply: Reply, **waiting: Any) -> bool:
        """Post a reply. One that breaks our own program is given up: it must not silence its chat for good."""
        try:
            return await self._poster.post_one(reply, **waiting)
        except Exception as error:
            log.exception("reply_failed", error=type(error).__name__)
            return True


def _room(rank: int) -> int:
    """Return how many updates may be held for one more of this rank to be taken."""
    return ROOM + (RESERVED if rank <= FIRST else 0) + (RESERVED if rank <= ORGANIZER else 0)
