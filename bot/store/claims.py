"""Claiming what goes out now, and with it the last look at consent and at what each person chose."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.attempt import LONGEST_WAIT
from bot.domain.preferences import Rhythm, receives_at_once
from bot.domain.reminder import SEND, SKIP, Verdict
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.carrying import Carrying
from bot.store.connection import Connection
from bot.store.deliveries import LAST_ID, LATER, NOW
from bot.store.digests import Digests
from bot.store.preferences import PREFERENCES, preferences_of
from bot.store.schema import deliveries, subscribers
from bot.store.transitions import Transitions


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


class Claims:
    """Takes deliveries for a worker, which then sends them."""

    def __init__(
        self,
        connection: Connection,
        cipher: Cipher,
        transitions: Transitions,
        digests: Digests,
        carrying: Carrying,
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._transitions = transitions
        self._digests = digests
        self._carrying = carrying

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
        rows = await self._due(broadcast_id, limit=limit, now=now, up_to=up_to)
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
            await self._skip_others(broadcast_id, rows, received)
        return [self._claimed(row, verdicts.get(row.subscriber_id, SEND)) for row in wanted]

    async def _due(self, broadcast_id: int, *, limit: int, now: datetime, up_to: int | None) -> list[Any]:
        """Return and lock what is due, before what has waited for the end of quiet hours."""
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
        return rows

    def _claimed(self, row: Any, verdict: Verdict) -> Claimed:
        return Claimed(
            subscriber_id=row.subscriber_id,
            chat_id=self._cipher.chat_id(Table.SUBSCRIBERS, row.ref),
            locale=row.locale,
            attempts=row.attempts + 1,
            message_id=row.message_id,
            waited=row.waited,
            alerts=verdict.alerts,
            more=verdict.more,
            struck=verdict.struck,
        )

    async def _skip_others(self, broadcast_id: int, rows: Sequence[Any], received: Sequence[Any]) -> None:
        """Skip who may not be touched any more, or reads what is left out."""
        taken = {row.subscriber_id for row in received}
        unwanted = [row for row in rows if row.subscriber_id not in taken]
        ids = [row.subscriber_id for row in unwanted]
        await self._transitions.skip(broadcast_id, deliveries.c.subscriber_id.in_(ids))
        paused = [row.subscriber_id for row in unwanted if row.state == SubscriberState.PAUSED]
        if paused:
            # What a digest carries waits for the end of the pause; any other broadcast carries nothing.
            await self._carrying.give_back(broadcast_id, paused)

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
            await self._transitions.skip(broadcast_id, deliveries.c.subscriber_id.in_(never))
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
            await self._transitions.skip(broadcast_id, deliveries.c.subscriber_id.in_(not_at_once))
        return wanted


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
        sa.text(NOW),
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
        sa.text(LATER),
        deliveries.c.not_before <= sa.bindparam("now"),
        deliveries.c.subscriber_id <= sa.bindparam("up_to"),
    )
    .order_by(deliveries.c.not_before, deliveries.c.subscriber_id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)
)
"""Whose quiet hours are over, the first ones first."""
