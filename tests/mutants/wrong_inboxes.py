"""Inboxes that are wrong on purpose, each in one way."""

import asyncio
import contextlib
import dataclasses
import math
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.start_times import Grant
from bot.delivery.waiting import Waiting
from bot.domain import rank
from bot.domain.rank import LAST, ORDINARY
from bot.inbox.apply import Applier
from bot.inbox.inbox import Inbox
from bot.inbox.intake import Intake
from bot.inbox.leases import Leases
from bot.inbox.outbox import Outbox
from bot.store import inbox
from bot.store.inbox import Updates
from bot.store.posting import UpdateState, is_in
from bot.store.schema import updates
from bot.store.store import Transaction
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


@mutant("backlog", "order")
def applies_out_of_order(patch: pytest.MonkeyPatch) -> None:
    """Let a chat's newer update not wait for the older one."""
    patch.setattr(inbox, "comes_earlier", lambda *_which: sa.false())
    right = Updates.claim

    async def claim(self: Updates, worker: str, **about: Any) -> Any:
        return (await right(self, worker, **about))[::-1]

    patch.setattr(Updates, "claim", claim)


@mutant("long_posts", "twice")
def takes_over_the_living(patch: pytest.MonkeyPatch) -> None:
    """Every other process is taken for dead."""

    async def lost(self: Any, _tx: Transaction, holders: Collection[str]) -> set[str]:
        await asyncio.sleep(0)
        return set(holders) - {self.worker}

    patch.setattr("bot.delivery.liveness.Heartbeat.lost", lost)


@mutant("long_wire", "twice")
def writes_no_heartbeat(patch: pytest.MonkeyPatch) -> None:
    """Let a process that posts for long look dead to the others."""

    async def run(_self: Any) -> None:
        await asyncio.Event().wait()

    patch.setattr("bot.delivery.liveness.Heartbeat.run", run)


@mutant("deaths", "takeover")
def never_takes_over(patch: pytest.MonkeyPatch) -> None:
    """Leave to a dead process what it held."""
    patch.setattr(Inbox, "_take_over", lambda _self: asyncio.sleep(0))


@mutant("beside", "twice")
def forgets_the_lease(patch: pytest.MonkeyPatch) -> None:
    """Let anybody post what this process posts."""
    right = Updates.applied

    async def applied(self: Updates, rows: Any, **about: Any) -> None:
        await right(self, [(update_id, replies, None) for update_id, replies, _ in rows], **about)

    patch.setattr(Updates, "applied", applied)


@mutant("starved", "twice")
def posts_whatever_it_once_held(patch: pytest.MonkeyPatch) -> None:
    """Let a lease be anything but a matter of time."""
    patch.setattr(Leases, "holds", Leases.__contains__)
    patch.setattr(Leases, "lapsed", lambda _self: [])


@mutant("starved", "twice")
def makes_sure_before_its_turn_only(patch: pytest.MonkeyPatch) -> None:
    """Ask whether a reply is still to be posted before it waits for its turn, and not again."""
    right = Outbox._is_settled

    async def is_settled(self: Outbox, reply: Any, *, if_still: Any, **waiting: Any) -> bool:
        return if_still() and await right(self, reply, if_still=lambda: True, **waiting)

    patch.setattr(Outbox, "_is_settled", is_settled)


@mutant("starved_alone", "takeover")
def never_renews_a_lease(patch: pytest.MonkeyPatch) -> None:
    """Wait for a lease that has lapsed to come back by itself."""
    patch.setattr(Leases, "lapsed", lambda _self: [])


@mutant("long_posts", "posts")
def posts_whatever_is_applied(patch: pytest.MonkeyPatch) -> None:
    """Post though another process has earlier replies of the chat to post."""
    patch.setattr(inbox, "_nobody_posts_earlier", lambda _worker: sa.true())


@mutant("deaths", "lost")
def marks_done_before_it_is_posted(patch: pytest.MonkeyPatch) -> None:
    """Call an update done when its effect is committed; a crash loses the reply."""
    right = Applier._save

    async def save(self: Applier, tx: Transaction, effects: Any, posted: Any) -> Any:
        outgoing = await right(self, tx, effects, posted)
        await tx.updates.done(*(one.update_id for one in outgoing))
        return outgoing

    patch.setattr(Applier, "_save", save)


@mutant("chatter", "lost")
def marks_done_before_it_is_applied(patch: pytest.MonkeyPatch) -> None:
    """Commit the mark first; here the effect is never reached."""
    right = Applier._apply_all

    async def apply_all(self: Applier, tx: Transaction, found: Any) -> Any:
        await tx.updates.done(*(one.update_id for one in found[1:]))
        return await right(self, tx, found[:1])

    patch.setattr(Applier, "_apply_all", apply_all)


@mutant("chatter", "commit")
def posts_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Post from within the transaction."""
    right = Applier._save

    async def save(self: Applier, tx: Transaction, effects: Any, posted: Any) -> Any:
        outgoing = await right(self, tx, effects, posted)
        # The budget is one row, and would wait for this transaction.
        self._governor._leased, self._governor._leased_until = len(outgoing), math.inf
        self._governor._lease_now = Grant(allowed=len(outgoing), pause=0.0)
        self._outbox.accept(outgoing)
        for _ in range(5):
            # The posts get under way, while time stands still: others may wait for this transaction.
            async with self._store.reading() as other:
                await other.updates.count_open()
        return []

    patch.setattr(Applier, "_save", save)


@mutant("chatter", "savepoint")
def drops_the_savepoint(patch: pytest.MonkeyPatch) -> None:
    """Commit what a failing handler did with the others' effects."""

    @contextlib.asynccontextmanager
    async def savepoint(_self: Transaction) -> AsyncIterator[None]:
        yield

    patch.setattr(Transaction, "savepoint", savepoint)


@mutant("slow_posts", "withdrawal")
def lets_posts_hold_the_turn(patch: pytest.MonkeyPatch) -> None:
    """Apply the next updates when the replies to these are posted (D4)."""
    right = Applier.turn

    async def turn(self: Applier) -> int:
        applied = await right(self)
        while self._outbox._queues:  # noqa: ASYNC110  # as the old one did
            await asyncio.sleep(0.1)
        return applied

    patch.setattr(Applier, "turn", turn)


@mutant("backlog", "withdrawal")
def withdrawals_wait_in_line(patch: pytest.MonkeyPatch) -> None:
    """Let a withdrawal be an update like any other, and turns take their time."""
    patch.setattr("bot.inbox.intake.withdrawal_in", lambda _incoming: None)
    right = Applier.turn

    async def turn(self: Applier) -> int:
        await asyncio.sleep(0.5)
        return await right(self)

    patch.setattr(Applier, "turn", turn)


@mutant("backlog", "consent")
def forgets_who_was_overtaken(patch: pytest.MonkeyPatch) -> None:
    """Let what somebody sent before they left take effect after it: they are in again."""
    right = Applier._apply

    async def apply(self: Applier, tx: Transaction, update: Any, incoming: Any, _overtaken_by: Any) -> Any:
        return await right(self, tx, update, incoming, None)

    patch.setattr(Applier, "_apply", apply)


@mutant("back_late", "consent")
def forgets_withdrawals_with_their_replies(patch: pytest.MonkeyPatch) -> None:
    """Give up a withdrawal whose reply is too old, whatever it has overtaken."""

    async def expire(self: Updates, *, after: timedelta, now: datetime) -> int:
        old = updates.c.applied_at < self._minute(now, ago=after)
        return await self._close(is_in(updates, UpdateState.APPLIED), updates.c.worker.is_(None), old)

    patch.setattr(Updates, "expire", expire)


@mutant("away", "lost")
def gives_up_at_once(patch: pytest.MonkeyPatch) -> None:
    """Try a reply that could not be posted no more (S11)."""
    right = Outbox._is_settled

    async def is_settled(self: Outbox, reply: Any, **waiting: Any) -> bool:
        await right(self, reply, **waiting)
        return True

    patch.setattr(Outbox, "_is_settled", is_settled)


@mutant("chatter", "acknowledged")
def acknowledges_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Acknowledge an update while it is being stored."""
    right = Intake.receive
    storing: set[asyncio.Task[None]] = set()

    async def receive(self: Intake, arrived: Any) -> None:
        task = asyncio.ensure_future(right(self, arrived))
        storing.add(task)
        task.add_done_callback(storing.discard)
        await asyncio.sleep(0)

    patch.setattr(Intake, "receive", receive)


@mutant("storm_of_many", "starved")
def answers_in_the_order_of_arrival(patch: pytest.MonkeyPatch) -> None:
    """Let whoever waits for the rate wait in one line, whoever they are (S8)."""
    right = Waiting.append
    patch.setattr(Waiting, "append", lambda self, turn, _rank: right(self, turn, 0))


@mutant("storm_of_many", "starved")
def ranks_nobody(patch: pytest.MonkeyPatch) -> None:
    """Let organizers and newcomers be anybody."""
    patch.setattr("bot.domain.rank._rank", lambda _thing, _sent: ORDINARY)


@mutant("storm_of_many", "starved")
def keeps_no_room_for_the_first(patch: pytest.MonkeyPatch) -> None:
    """Let the outbox be full for everybody alike, and take what is left as it came."""
    patch.setattr("bot.inbox.outbox.room", lambda _rank: 256)
    patch.setattr("bot.inbox.outbox.ORGANIZER", LAST)
    right = Updates.claim_replies

    async def claim_replies(self: Updates, worker: str, *, limit: int, now: datetime, rank: int) -> Any:
        del rank
        await self._connection.execute(
            sa.update(updates).where(updates.c.rank.is_not(None)).values(rank=ORDINARY)
        )
        return await right(self, worker, limit=limit, now=now)

    patch.setattr(Updates, "claim_replies", claim_replies)


@mutant("backlog", "withdrawal")
def drops_what_leaves(patch: pytest.MonkeyPatch) -> None:
    """Let a /stop beyond its chat's share be dropped like anything else."""
    patch.setattr("bot.domain.rank.CEILING", 3)
    right = rank.place

    def place(share: Any, thing: Any) -> Any:
        return right(share, dataclasses.replace(thing, leaves=False))

    patch.setattr("bot.inbox.shares.place", place)
