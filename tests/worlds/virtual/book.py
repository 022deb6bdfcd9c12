"""The book of a campaign: what is true of people, organizers and Telegram, and whether the database says the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.domain.attempt import MAX_ATTEMPTS
from bot.domain.broadcast import RECEIVES, RUNNABLE, BroadcastKind, BroadcastStatus
from bot.domain.delivery import FINAL, DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.store.schema import broadcasts as broadcast_rows
from bot.store.schema import deliveries, subscribers
from bot.store.store import Store, Transaction
from tests.worlds.virtual.telegram import Fate, Telegram, What


@dataclass(kw_only=True)
class Silence:
    """Somebody whom nothing may be sent to, but for what was in flight when it began."""

    state: SubscriberState | None
    on_the_way: set[What] = field(default_factory=set)


class Book:
    """What a test knows. `inspect` holds the database against it; what is broken is in `telegram.broken`."""

    def __init__(self, store: Store, *, rate: float) -> None:
        self.store = store
        self.telegram = Telegram(rate=rate)
        self.telegram.may_send = self._may_send
        self.telegram.fate = self._fate
        self.script: list[Fate] = []
        self.blockers: set[int] = set()
        self.token_refused = False
        self._chat_of: dict[int, int] = {}
        self._silent: dict[int, Silence] = {}
        self._ever_silent: set[int] = set()
        self._held: dict[int, set[What]] = {}
        self._approved: set[str] = set()
        self._frozen: dict[int, set[int]] = {}
        self._lost: set[What] = set()

    def _fate(self, chat_id: int) -> Fate:
        if self.token_refused:
            return Fate.UNAUTHORIZED
        if chat_id in self.blockers:
            return Fate.BLOCKED
        return self.script.pop(0) if self.script else Fate.ACCEPTED

    def _may_send(self, broadcast_id: int, kind: BroadcastKind, chat_id: int, content: str) -> str | None:
        what = (broadcast_id, chat_id)
        if kind is not BroadcastKind.RECALL and content not in self._approved:
            return "I6: sent without an approval of exactly this"
        silence = self._silent.get(chat_id)
        unwanted = silence is not None and (silence.state is None or silence.state not in RECEIVES[kind])
        if silence is not None and unwanted and not _used_up(silence.on_the_way, what):
            return "I5: sent to somebody who left, paused, blocked or was erased"
        if broadcast_id in self._held and not _used_up(self._held[broadcast_id], what):
            return "control: sent though the broadcast was stopped"
        return None

    async def _in_flight(self, tx: Transaction, *which: sa.ColumnElement[bool]) -> set[What]:
        """Return what is in flight by the database and not on the wire yet, or not any more."""
        query = sa.select(deliveries.c.broadcast_id, deliveries.c.subscriber_id).where(
            deliveries.c.state == DeliveryState.INFLIGHT, *which
        )
        rows = await tx.deliveries._connection.execute(query)
        found = {(row[0], self._chat_of[row[1]]) for row in rows}
        return found - self.telegram.on_wire.keys()

    async def _in_flight_of(self, tx: Transaction, broadcast_id: int) -> set[What]:
        return await self._in_flight(tx, deliveries.c.broadcast_id == broadcast_id)

    async def _in_flight_to(self, tx: Transaction, chat_id: int) -> set[What]:
        person = await tx.subscribers.find(chat_id)
        return await self._in_flight(tx, deliveries.c.subscriber_id == person.id) if person else set()

    async def _falls_silent(self, tx: Transaction, chat_id: int) -> None:
        person = await tx.subscribers.find(chat_id)
        if person is not None and person.state is not SubscriberState.ACTIVE:
            self._silence(chat_id, person.state, await self._in_flight_to(tx, chat_id))

    def _silence(self, chat_id: int, state: SubscriberState | None, on_the_way: set[What]) -> None:
        known = self._silent.get(chat_id)
        self._silent[chat_id] = Silence(
            state=state, on_the_way=on_the_way | (known.on_the_way if known else set())
        )
        self._ever_silent.add(chat_id)

    async def inspect(self) -> None:
        """Hold what is written down against what Telegram accepted."""
        async with self.store.transaction() as tx:
            execute = tx.deliveries._connection.execute
            people = {
                row.id: SubscriberState(row.state)
                for row in await execute(sa.select(subscribers.c.id, subscribers.c.state))
            }
            for number, state in people.items():
                chat_id = self._chat_of[number]
                if state is not SubscriberState.ACTIVE and chat_id not in self._silent:
                    await self._falls_silent(tx, chat_id)
            for row in (await execute(sa.select(broadcast_rows))).all():
                status = BroadcastStatus(row.status)
                if status not in RUNNABLE and row.id not in self._held:
                    self._held[row.id] = await self._in_flight_of(tx, row.id)
                written = await execute(
                    sa.select(deliveries)
                    .where(deliveries.c.broadcast_id == row.id)
                    .order_by(deliveries.c.subscriber_id)
                )
                self._inspect_broadcast(row, status, written.all())
            for wrong in await tx.counts.differences():
                self.telegram.violated("counts", f"{wrong.state}: {wrong.kept} kept, {wrong.counted} counted")

    def _inspect_broadcast(self, row: Any, status: BroadcastStatus, written: Iterable[Any]) -> None:
        rows = list(written)
        violated = self.telegram.violated
        everybody = {delivery.subscriber_id for delivery in rows}
        if row.started_at is not None:
            if len(rows) != row.audience:
                violated("I3", f"{len(rows)} deliveries of an audience of {row.audience}")
            if self._frozen.setdefault(row.id, everybody) != everybody:
                violated("I3", "the audience changed after it was frozen")
        open_ones = [delivery for delivery in rows if delivery.state not in FINAL]
        if status is BroadcastStatus.FINISHED and open_ones:
            violated("I3", "finished with deliveries that have not ended")
        for delivery in rows:
            what = (row.id, self._chat_of[delivery.subscriber_id])
            said = self._contradiction(row, status, delivery, what)
            if said:
                violated(*said.split(": ", 1))

    def _contradiction(self, row: Any, status: BroadcastStatus, delivery: Any, what: What) -> str | None:
        state = DeliveryState(delivery.state)
        accepted, fates = self.telegram.accepted[what], self.telegram.fates[what]
        sends = row.kind in (BroadcastKind.SEND, BroadcastKind.RESEND)
        if sends and accepted > 1:
            return f"I1: accepted {accepted} times"
        if (
            sends
            and accepted
            and state not in (DeliveryState.SENT, DeliveryState.INFLIGHT, DeliveryState.UNKNOWN)
        ):
            return f"I4: accepted, and written down as {state}"
        match state:
            case DeliveryState.SENT if not accepted:
                return "I2: sent, and never accepted"
            case DeliveryState.UNKNOWN if what not in self.telegram.unclear | self._lost:
                return f"I4: unknown, though what happened is known: {fates}"
            case DeliveryState.FAILED if not self._refused(fates):
                return f"I10: failed without a refusal: {fates}"
            case DeliveryState.BLOCKED if Fate.BLOCKED not in fates:
                return "I9: blocked without a 403"
            case DeliveryState.SKIPPED if what[1] not in self._ever_silent:
                return "I3: skipped somebody who wanted it"
            case DeliveryState.CANCELLED if status is not BroadcastStatus.CANCELLED:
                return "I3: cancelled, though the broadcast was not"
            case _:
                return None

    @staticmethod
    def _refused(fates: list[Fate]) -> bool:
        return Fate.REFUSED in fates or fates.count(Fate.NOT_CONNECTED) >= MAX_ATTEMPTS


def _used_up(allowed: set[What], what: What) -> bool:
    """Tell whether this was allowed, once."""
    found = what in allowed
    allowed.discard(what)
    return found
