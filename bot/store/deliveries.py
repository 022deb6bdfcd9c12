"""The deliveries: the outbox of a broadcast. Claiming is here, and with it the last look at consent."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.attempt import LONGEST_WAIT
from bot.domain.broadcast import ENDED, NOTIFIES, REPEATABLE
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import LONGEST_NOT_BEFORE, Rhythm, receives_at_once
from bot.domain.reminder import SEND, SKIP, Verdict
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.blocking import Blocking
from bot.store.connection import Connection
from bot.store.digests import Digests
from bot.store.preferences import PREFERENCES, preferences_of
from bot.store.schema import broadcasts, deliveries, subscribers, workers
from bot.store.transitions import Recorded, Transitions


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """One delivery that is ours to send, now. `attempts`: from 1 to `MAX_ATTEMPTS`, with the one to come.

    `message_id`: the message that is to be changed or deleted. `waited`: seconds for which 429s have put it off.
    `alerts`, `more`, `struck`: of a digest, see `bot.domain.reminder.Verdict`.
    """

    subscriber_id: int
    chat_id: int
    locale: str
    attempts: int
    message_id: int | None = None
    waited: int = 0
    alerts: tuple[int, ...] = ()
    more: int = 0
    struck: tuple[int, ...] = ()


Judge = Callable[[Sequence[Any]], Awaitable[Mapping[int, Verdict]]]
"""Says what becomes of each of these rows, by subscriber id; their rows, and those of the people, are locked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """How many people of a broadcast wait for the end of their quiet hours, and when the first of these are over."""

    people: int
    first_at: datetime


LAST_ID = (1 << 63) - 1
"""Greater than any id."""

LOOKED_AT = 1000
"""Of so many that wait the soonest is named."""


class Deliveries:
    """The deliveries of all broadcasts."""

    def __init__(
        self,
        connection: Connection,
        cipher: Cipher,
        transitions: Transitions,
        blocking: Blocking,
        digests: Digests,
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._transitions = transitions
        self._blocking = blocking
        self._digests = digests

    async def claim(
        self,
        broadcast_id: int,
        *,
        worker: str,
        limit: int,
        now: datetime,
        receives: Collection[SubscriberState] = (SubscriberState.ACTIVE,),
        without: Collection[str] = (),
        up_to: int | None = None,
        urgent: bool | None = False,
        judge: Judge | None = None,
    ) -> list[Claimed]:
        """Mark up to `limit` due deliveries as in flight, ours; whoever left or paused meanwhile is skipped.

        `without`: locales whose readers get nothing; who has changed to one meanwhile is skipped, too.
        `up_to`: of nobody with a greater subscriber id. `urgent`: whether the alert is; None where nobody is notified:
        then neither hours nor rhythm matter. Else whoever is in their quiet hours waits until these are over, whoever
        wants digests by now finds it in their next one, and whoever wants urgent alerts only is skipped. `judge`: says
        in the place of all that what becomes of each.

        The rows of the deliveries and of their subscribers are locked, so an opt-out commits either before
        this (and is seen) or after it.
        """
        about = {
            "of": broadcast_id,
            "now": now,
            "far": now + LONGEST_WAIT,
            "up_to": LAST_ID if up_to is None else up_to,
            "most": limit,
        }
        rows = list((await self._connection.execute(_DUE, about)).all())
        if len(rows) < limit:
            more = about | {"most": limit - len(rows)}
            rows += (await self._connection.execute(_WAITED, more)).all()
        received = [row for row in rows if row.state in receives and row.locale not in without]
        verdicts: Mapping[int, Verdict] = {}
        if judge is not None:
            verdicts = await judge(received) if received else {}
            wanted = await self._as_judged(broadcast_id, received, verdicts)
        elif urgent is None:
            wanted = received
        else:
            wanted = await self._as_chosen(broadcast_id, received, urgent, now)
        if wanted:
            ids = [row.subscriber_id for row in wanted]
            await self._transitions.claim(broadcast_id, ids, worker=worker)
        if len(received) < len(rows):
            taken = {row.subscriber_id for row in received}
            unwanted = [row for row in rows if row.subscriber_id not in taken]
            ids = [row.subscriber_id for row in unwanted]
            await self._skip(broadcast_id, deliveries.c.subscriber_id.in_(ids))
            paused = [row.subscriber_id for row in unwanted if row.state == SubscriberState.PAUSED]
            if paused:
                # What a digest carries waits for the end of the pause; any other broadcast carries nothing.
                await self._digests.give_back(broadcast_id, paused)
        return [
            Claimed(
                subscriber_id=row.subscriber_id,
                chat_id=self._cipher.chat_id(Table.SUBSCRIBERS, row.ref),
                locale=row.locale,
                attempts=row.attempts + 1,
                message_id=row.message_id,
                waited=row.waited,
                alerts=verdicts.get(row.subscriber_id, SEND).alerts,
                more=verdicts.get(row.subscriber_id, SEND).more,
                struck=verdicts.get(row.subscriber_id, SEND).struck,
            )
            for row in wanted
        ]

    async def _as_judged(
        self, broadcast_id: int, rows: Sequence[Any], verdicts: Mapping[int, Verdict]
    ) -> list[Any]:
        """Return what is sent now; let wait, or skip, what is not."""
        never: list[int] = []
        waiting: dict[datetime, list[int]] = {}
        for row in rows:
            verdict = verdicts.get(row.subscriber_id, SKIP)
            if verdict.until is not None:
                waiting.setdefault(verdict.until, []).append(row.subscriber_id)
            elif not verdict.send:
                never.append(row.subscriber_id)
        for at, ids in waiting.items():
            await self._transitions.wait(broadcast_id, ids, until=at)
        if never:
            await self._skip(broadcast_id, deliveries.c.subscriber_id.in_(never))
        return [row for row in rows if verdicts.get(row.subscriber_id, SKIP).send]

    async def _as_chosen(
        self, broadcast_id: int, rows: Sequence[Any], urgent: bool, now: datetime
    ) -> list[Any]:
        """Return who may be sent it now, by what each chose; see to the others."""
        wanted: list[Any] = []
        not_at_once: list[int] = []
        waiting: dict[datetime, list[int]] = {}
        for row in rows:
            if row.rhythm == Rhythm.EVERY.value and row.quiet_from is None:
                wanted.append(row)
                continue
            chosen = preferences_of(row)
            if not receives_at_once(chosen.rhythm, urgent=urgent):
                not_at_once.append(row.subscriber_id)
                await self._digests.add(broadcast_id, row.subscriber_id, due_at=chosen.digest_due(now))
            elif (at := chosen.not_before(now)) is not None:
                waiting.setdefault(at, []).append(row.subscriber_id)
            else:
                wanted.append(row)
        for at, ids in waiting.items():
            await self._transitions.wait(broadcast_id, ids, until=at)
        if not_at_once:
            await self._skip(broadcast_id, deliveries.c.subscriber_id.in_(not_at_once))
        return wanted

    async def record(
        self, broadcast_id: int, results: Sequence[Recorded], *, worker: str, is_digest: bool = False
    ) -> None:
        """Write what came back. A late answer to what was taken for lost replaces *unknown* by the truth.

        `is_digest`: what each of these carries is counted with it.
        """
        if not results:
            return
        moved = await self._transitions.record(broadcast_id, results, worker=worker)
        if is_digest:
            await self._digests.note_ended(broadcast_id, moved)
        if any(result.state is DeliveryState.PENDING for result in results):
            await self._cancel_if_over(broadcast_id)

    async def release(self, broadcast_id: int, *, worker: str, but: Sequence[int]) -> None:
        """Make pending again what is marked as ours on the wire and never went; it was no attempt."""
        await self._transitions.move(
            DeliveryState.INFLIGHT,
            DeliveryState.PENDING,
            deliveries.c.worker == worker,
            deliveries.c.subscriber_id.not_in(but),
            broadcast_id=broadcast_id,
            worker=None,
            attempts=deliveries.c.attempts - 1,
        )
        await self._cancel_if_over(broadcast_id)

    async def skip_nobodies(self, broadcast_id: int) -> int:
        """Skip what is for people who were erased while the audience was being frozen: nobody could claim it.

        Returns how many deliveries.
        """
        somebody = sa.select(subscribers.c.id).where(subscribers.c.id == deliveries.c.subscriber_id)
        return await self._skip(broadcast_id, ~sa.exists(somebody))

    async def stop_unreachable(self, subscriber_ids: Sequence[int], *, today: date) -> None:
        """Mark people as blocked, once: from here on they are in no audience, and skipped where they are."""
        if subscriber_ids:
            await self._blocking.stop(subscribers.c.id.in_(subscriber_ids), today=today)

    async def claimants(self) -> set[str]:
        """Return the workers who have something on the wire."""
        query = sa.select(deliveries.c.worker).where(sa.text("state = 'inflight'")).distinct()
        return set((await self._connection.execute(query)).scalars())

    async def settle_lost(self, dead: Sequence[str]) -> int:
        """Mark what dead workers had on the wire as unknown. Returns how many.

        What does no more when done twice is pending again instead, as long as its broadcast goes on.
        """
        if not dead:
            return 0
        # Locked, so that a cancellation commits either before this (and is seen) or finds what became pending.
        repeatable = (
            sa.select(broadcasts.c.id)
            .where(broadcasts.c.kind.in_(REPEATABLE), broadcasts.c.status.not_in(ENDED))
            .with_for_update(read=True)
        )
        theirs = deliveries.c.worker.in_(dead)
        await self._transitions.move_everywhere(
            DeliveryState.INFLIGHT,
            DeliveryState.PENDING,
            theirs,
            deliveries.c.broadcast_id.in_(repeatable),
            worker=None,
        )
        settled = await self._transitions.move_everywhere(
            DeliveryState.INFLIGHT, DeliveryState.UNKNOWN, theirs, error="worker lost"
        )
        # Most are of no digest, and carry nothing.
        for broadcast_id, people in settled.items():
            change = (DeliveryState.INFLIGHT, DeliveryState.UNKNOWN)
            await self._digests.note_ended(broadcast_id, dict.fromkeys(people, change))
        await self._connection.execute(sa.delete(workers).where(workers.c.id.in_(dead)))
        return sum(map(len, settled.values()))

    async def skip_pending_of(self, subscriber_id: int) -> int:
        """Take a person out of everything that was not sent yet, digests too. Returns how many deliveries."""
        await self._digests.clear(subscriber_id)
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        skipped = await self._transitions.move_everywhere(
            DeliveryState.PENDING,
            DeliveryState.SKIPPED,
            deliveries.c.broadcast_id.in_(going_on),
            deliveries.c.subscriber_id == subscriber_id,
            due_at=None,
        )
        return len(skipped)

    async def forget_person(self, subscriber_id: int) -> None:
        """Let go of the messages sent to a person; they stay counted under a number that points at nobody."""
        # One look for each broadcast there was: a delivery is found by both its numbers.
        every = sa.select(broadcasts.c.id)
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.broadcast_id.in_(every), deliveries.c.subscriber_id == subscriber_id)
            .values(message_id=None)
        )

    async def count_sent_to(self, subscriber_id: int) -> int:
        """Return how many messages are noted as sent to a person."""
        every = sa.select(broadcasts.c.id)
        query = sa.select(sa.func.count()).where(
            deliveries.c.broadcast_id.in_(every),
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.state == DeliveryState.SENT,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def latest_sent_to(self, subscriber_id: int, *, since: datetime) -> int | None:
        """Return the last broadcast that was sent to a person, of those that went out since then, in part or whole."""
        latest: int | None = (
            await self._connection.run(_LATEST_SENT, of=subscriber_id, since=since)
        ).scalar_one()
        return latest

    async def cancel_pending(self, broadcast_id: int) -> int:
        """Cancel what was not sent yet. Returns how many deliveries."""
        return await self._transitions.move(
            DeliveryState.PENDING, DeliveryState.CANCELLED, broadcast_id=broadcast_id
        )

    async def _cancel_if_over(self, broadcast_id: int) -> None:
        """Cancel what is to be tried again though its broadcast has ended: nobody will."""
        # Locked, so that a cancellation commits either before this (and is seen) or finds what was recorded.
        query = sa.select(broadcasts.c.status).where(broadcasts.c.id == broadcast_id)
        status = (await self._connection.execute(query.with_for_update(read=True))).scalar_one()
        if status in ENDED:
            await self.cancel_pending(broadcast_id)

    async def has_open(self, broadcast_id: int, *, up_to: int | None = None) -> bool:
        """Return whether any delivery has not ended, but for what waits for the end of quiet hours (see `later`).

        `up_to`: of nobody with a greater subscriber id.
        """
        within = deliveries.c.subscriber_id <= (LAST_ID if up_to is None else up_to)
        pending = _pending(broadcast_id).where(within).limit(1)
        # Not by the key: few are in flight, and they have an index of their own.
        in_flight = sa.select(deliveries.c.subscriber_id).where(
            deliveries.c.broadcast_id + 0 == broadcast_id, sa.text("deliveries.state = 'inflight'"), within
        )
        for query in (pending, in_flight.limit(1)):
            if (await self._connection.execute(query)).one_or_none() is not None:
                return True
        return False

    async def later(self, broadcast_id: int, *, up_to: int | None = None) -> Later | None:
        """Return how many wait for the end of their quiet hours, and until when the first of them; None: nobody.

        `up_to`: of nobody with a greater subscriber id.
        """
        query = sa.select(sa.func.count(), sa.func.min(deliveries.c.not_before)).where(
            deliveries.c.broadcast_id == broadcast_id,
            sa.text(_LATER),
            # It says no more, and leads to the index.
            deliveries.c.not_before > _ALWAYS,
            sa.true() if up_to is None else deliveries.c.subscriber_id <= up_to,
        )
        people, first = (await self._connection.execute(query)).one()
        return Later(people=people, first_at=first) if people else None

    async def look_again(self, subscriber_id: int) -> None:
        """Let what waits for the end of a person's quiet hours be looked at by the next claim: they chose others."""
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id.in_(going_on),
                deliveries.c.subscriber_id == subscriber_id,
                deliveries.c.state == DeliveryState.PENDING,
            )
            .values(not_before=None)
        )

    async def mend_waits(self, broadcast_id: int, *, now: datetime) -> None:
        """Look again at what waits longer than any quiet hours last: a clock that was wrong has written that."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                sa.text(_LATER),
                deliveries.c.not_before > now + LONGEST_NOT_BEFORE,
            )
            .values(not_before=None)
        )

    async def next_try(self, broadcast_id: int, *, now: datetime) -> datetime | None:
        """Return when a broadcast goes on, where all that is left of it waits; None where something is due or sent."""
        due = sa.or_(deliveries.c.due_at.is_(None), deliveries.c.due_at <= now)
        if (await self._connection.execute(_pending(broadcast_id).where(due).limit(1))).first() is not None:
            return None
        waiting = _pending(broadcast_id).limit(LOOKED_AT).subquery()
        return (await self._connection.execute(sa.select(sa.func.min(waiting.c.due_at)))).scalar_one_or_none()

    async def count_sent_locales(
        self, broadcast_id: int, states: Collection[SubscriberState]
    ) -> dict[str, int]:
        """Return to how many people in these states a broadcast was sent, by the locale they read now."""
        query = (
            sa.select(subscribers.c.locale, sa.func.count())
            .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.state == DeliveryState.SENT,
                subscribers.c.state.in_(states),
            )
            .group_by(subscribers.c.locale)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def _skip(self, broadcast_id: int, which: sa.ColumnElement[bool]) -> int:
        return await self._transitions.move(
            DeliveryState.PENDING, DeliveryState.SKIPPED, which, broadcast_id=broadcast_id, due_at=None
        )


def _pending(broadcast_id: int) -> sa.Select[Any]:
    """Return the query for what is pending, in the order of the index that holds nothing else."""
    return (
        sa.select(deliveries.c.subscriber_id, deliveries.c.due_at)
        .where(
            deliveries.c.broadcast_id == broadcast_id,
            sa.text(_NOW),
            deliveries.c.subscriber_id <= LAST_ID,
        )
        .order_by(deliveries.c.subscriber_id)
    )


_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

_NOW = "deliveries.state = 'pending' AND deliveries.not_before IS NULL"
_LATER = "deliveries.state = 'pending' AND deliveries.not_before IS NOT NULL"
"""In the words of the indexes."""


def _claimable() -> sa.Select[Any]:
    """Return the query for what a claim looks at, of every delivery."""
    return sa.select(
        deliveries.c.subscriber_id,
        deliveries.c.attempts,
        deliveries.c.waited,
        deliveries.c.message_id,
        subscribers.c.ref,
        subscribers.c.locale,
        subscribers.c.state,
        *PREFERENCES,
    ).join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)


_DUE = (
    _claimable()
    .where(
        deliveries.c.broadcast_id == sa.bindparam("of"),
        sa.text(_NOW),
        sa.or_(
            deliveries.c.due_at.is_(None),
            deliveries.c.due_at <= sa.bindparam("now"),
            deliveries.c.due_at > sa.bindparam("far"),
        ),
        deliveries.c.subscriber_id <= sa.bindparam("up_to"),
    )
    .order_by(deliveries.c.subscriber_id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
"""What may be claimed now; built once, as every turn runs it."""

_WAITED = (
    _claimable()
    .where(
        deliveries.c.broadcast_id == sa.bindparam("of"),
        sa.text(_LATER),
        deliveries.c.not_before <= sa.bindparam("now"),
        deliveries.c.subscriber_id <= sa.bindparam("up_to"),
    )
    .order_by(deliveries.c.not_before, deliveries.c.subscriber_id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
"""Whose quiet hours are over, the first ones first."""

_LATEST_SENT = sa.select(sa.func.max(deliveries.c.broadcast_id)).where(
    # One look for each broadcast of these days: a delivery is found by both its numbers.
    deliveries.c.broadcast_id.in_(
        sa.select(broadcasts.c.id).where(
            sa.or_(broadcasts.c.ended_at.is_(None), broadcasts.c.ended_at >= sa.bindparam("since")),
            broadcasts.c.started_at.is_not(None),
            sa.or_(*(broadcasts.c.kind == kind.value for kind in sorted(NOTIFIES))),
        )
    ),
    deliveries.c.subscriber_id == sa.bindparam("of"),
    deliveries.c.state == DeliveryState.SENT.value,
)
"""Run for each who leaves."""
