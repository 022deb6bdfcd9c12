"""The second pump: posts the replies whose effects are committed, in order for each chat, many chats at once.

What this process posts it holds by a lease (`updates.worker`), of which it makes sure before each write; what it cannot
hold stays in the database for whoever has room. A reply that was on the wire when its process was killed, or was taken
for dead, is posted again: two are better than none.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from bot import figures
from bot.clock import Clock
from bot.delivery.governed_api import FREE
from bot.delivery.liveness import Heartbeat
from bot.domain.rank import FIRST, LAST, ORGANIZER
from bot.inbox.erasures import complete
from bot.inbox.late_replies import LateReplies
from bot.inbox.leases import CHAT_ROOM, ROOM, Leases, room
from bot.inbox.outgoing import LeaseLost, Outgoing, Poster, Queue
from bot.store.inbox import ReceivedUpdate
from bot.store.posting import AppliedUpdate
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply, load

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 0.3
"""How long marks of what was posted wait for a commit to ride along with."""

KEPT = timedelta(minutes=10)
"""A reply that could not be posted in this time after its effect is given up: nobody waits for it any more."""

RETRY_SECONDS, RETRY_SECONDS_AT_MOST = 0.25, 5.0
"""The wait before a reply that was not accepted is tried again, doubled each time."""

Effect = TypeVar("Effect")


class Outbox:
    """Posts what it holds. Nothing here is the only copy of anything."""

    def __init__(self, *, store: Store, poster: Poster, heartbeat: Heartbeat, clock: Clock) -> None:
        self._store = store
        self._poster = poster
        self._heartbeat = heartbeat
        self._held = Leases(heartbeat)
        self._clock = clock
        self._queues: dict[bytes | int, Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._late = LateReplies(self._is_settled)
        self._posted: list[int] = []
        self._left_behind = True
        self._uncertain = False
        self._woken = asyncio.Event()
        self._ending = asyncio.Event()
        self.turn = asyncio.Lock()
        """Held from the begin of a transaction that leases until what it leased is known here."""
        heartbeat.while_held(lambda: bool(self._held) or self._late.waiting > 0)

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
            if update.in_order and held < room(update.rank) and len(self._queues.get(key, ())) < CHAT_ROOM:
                chosen.append(effect)
                held += 1
        return chosen

    def accept(self, outgoing: Iterable[Outgoing]) -> None:
        """Post these; their lease has committed."""
        for one in outgoing:
            self._held.take(one.update_id, written_at=one.leased_at)
            queue = self._queues.get(one.key)
            if queue is not None:
                queue.append(one)
                continue
            self._queues[one.key] = Queue([one])
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
        self._held.let_go(posted)

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
            if not (self._posted or self._left_behind or self._uncertain or self._held.lapsed()):
                continue
            try:
                await self.settle()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("outbox_delayed", error=type(error).__name__)

    async def settle(self) -> None:
        """Mark what was posted, renew the leases that others may have ended, and lease what nobody holds."""
        async with self.turn:
            posted = self.drain()
            lapsed = set(self._held.lapsed()).difference(posted)
            renewed, leased_at = set[int](), 0.0
            try:
                async with self._store.transaction() as tx:
                    await tx.updates.done(*posted)
                    if lapsed:
                        leased_at = await self._heartbeat.write(tx)
                        renewed = await tx.updates.retake(self._heartbeat.worker, lapsed)
                    claimed = await self._claim(tx, len(self._held) - len(posted))
                    if claimed and not lapsed:
                        leased_at = await self._heartbeat.write(tx)
            except BaseException:
                self.requeue(posted)
                raise
            self.settled(posted)
            self._uncertain = False
            self._held.take(*renewed, written_at=leased_at)
            self._let_go(lapsed - renewed)
            self.accept(
                Outgoing(
                    update_id=one.update_id,
                    chat=one.chat,
                    replies=load(one.replies),
                    applied_at=one.applied_at,
                    rank=one.rank,
                    leased_at=leased_at,
                )
                for one in claimed
            )
            self._left_behind = bool(claimed) or len(self._held) >= ROOM
            if claimed:
                self._woken.set()

    def _let_go(self, lost: Collection[int]) -> None:
        """Leave these to others, who have them, or had."""
        if lost:
            log.warning("replies_left_to_others", updates=len(lost))
        self._held.let_go(lost)
        for queue in self._queues.values():
            queue.drop(lost)

    async def _claim(self, tx: Transaction, held: int) -> list[AppliedUpdate]:
        worker = self._heartbeat.worker
        if self._uncertain:
            # A commit we did not hear of may have given us what we do not know of.
            await tx.updates.release([worker], but=self._held)
        if held >= room(ORGANIZER) or not (self._left_behind or self._uncertain):
            return []
        expired = await tx.updates.expire(after=KEPT, now=self._clock())
        if expired:
            log.warning("replies_expired", updates=expired)
        claimed: list[AppliedUpdate] = []
        for rank in (ORGANIZER, FIRST, LAST):
            left = room(rank) - held - len(claimed)
            if left > 0:
                claimed += await tx.updates.claim_replies(worker, limit=left, now=self._clock(), rank=rank)
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
            outgoing = queue[0]
            if any(reply.method not in FREE for reply in outgoing.replies):
                await self._late.drop(key)
            try:
                await self._post(outgoing, queue)
            except LeaseLost:
                if queue.begins_with(outgoing):
                    self._let_go({outgoing.update_id})
                continue
            if outgoing.stored_at is not None:
                figures.observe(figures.WAITED, time.monotonic() - outgoing.stored_at, figures.POSTED)
            queue.drop({outgoing.update_id})
            self._posted.append(outgoing.update_id)
            self._woken.set()
        del self._queues[key]

    async def _post(self, outgoing: Outgoing, queue: Queue) -> None:
        """Post the replies of the first of a queue. Raises LeaseLost where another process has what is left."""
        remains = None
        for number, reply in enumerate(outgoing.replies):
            if reply.if_in_time:
                self._late.post(outgoing.key, reply, if_still=self._held.guard(outgoing.update_id))
                continue
            if reply.where is not None:
                remains = remains or await complete(
                    self._store, lambda: self._close(outgoing.update_id), self._ending
                )
                if reply.where is not remains:
                    continue
            if not await self._post_in_time(reply, outgoing, queue):
                log.warning("replies_expired", updates=1, replies=len(outgoing.replies) - number)
                return

    async def _post_in_time(self, reply: Reply, outgoing: Outgoing, queue: Queue) -> bool:
        """Post one reply of the first of a queue. Returns False where nobody waits for it any more.

        Raises LeaseLost where another process posts it.
        """

        def is_ours() -> bool:
            return queue.begins_with(outgoing) and self._held.holds(outgoing.update_id)

        pause = RETRY_SECONDS
        while (patience := (outgoing.applied_at + KEPT - self._clock()).total_seconds()) > 0:
            if not queue.begins_with(outgoing):
                raise LeaseLost
            if not self._held.holds(outgoing.update_id):
                self._woken.set()  # `settle` asks the database whose it is
            elif await self._is_settled(reply, rank=outgoing.rank, patience=patience, if_still=is_ours):
                return True
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_SECONDS_AT_MOST)
        return False

    async def _close(self, update_id: int) -> None:
        """Mark this one, and what was posted before it, as done; from now on its replies are held here only.

        Raises LeaseLost.
        """
        async with self.turn:
            posted = self.drain()
            try:
                async with self._store.transaction() as tx:
                    await self._own(tx, update_id)
                    await tx.updates.done(*posted, update_id)
            except BaseException:
                self.requeue(posted)
                raise
            self.settled(posted)

    async def _own(self, tx: Transaction, update_id: int) -> None:
        if self._held.is_own(update_id):
            return
        if not await tx.updates.retake(self._heartbeat.worker, {update_id}):
            raise LeaseLost
        # Also where nothing is heard of the commit: an update that is done looks like another's.
        self._held.own(update_id)

    async def _is_settled(self, reply: Reply, **waiting: Any) -> bool:
        """Post a reply. One that breaks our own program is given up: it must not silence its chat for good."""
        try:
            return await self._poster.post_one(reply, **waiting)
        except Exception as error:
            log.exception("reply_failed", error=type(error).__name__)
            return True
