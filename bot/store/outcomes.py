"""What each person says came of an alert, how far they came, and the sums that are kept of both."""

from collections import Counter
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from bot.domain.outcome import ActionCount, ActionEvent, Outcome, Standing, Step, changes
from bot.domain.subscriber import Subscriber
from bot.store.connection import Connection
from bot.store.gathering import Gathering
from bot.store.schema import action_counts, outcomes, steps, subscribers
from bot.store.statements import ByDialect, upsert

NONE = 0
"""Stands in the key for no source."""

_OF = ("alert_id", "subscriber_id")


def _one(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == sa.bindparam(name) for name in _OF))


FIND_OUTCOME = sa.select(outcomes).where(_one(outcomes))
FIND_STEP = sa.select(steps).where(_one(steps))
SAY = upsert(outcomes, key=_OF, values=("outcome", "locale", "day"))
TAKE = upsert(steps, key=_OF, values=("step", "locale", "day"))
UNSAY = sa.delete(outcomes).where(_one(outcomes))
UNTAKE = sa.delete(steps).where(_one(steps))

_WHAT = (action_counts.c.locale, action_counts.c.source_id, action_counts.c.event)
SUMS = (
    sa.select(*_WHAT, sa.func.sum(action_counts.c.n).label("sum"))
    .where(action_counts.c.alert_id == sa.bindparam("alert_id"))
    .group_by(*_WHAT)
)


class ActionCounts(Gathering):
    """The sums by alert, locale and source, with what this transaction has changed so far."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, action_counts)
        self._committed: dict[int, Counter[tuple[str, int, str]]] = {}

    def add(
        self, alert_id: int, event: ActionEvent, *, locale: str, source_id: int | None, n: int = 1
    ) -> None:
        """Note that so many people did or said this; fewer than none: took it back."""
        self._changed[alert_id, locale, source_id or NONE, event.value] += n

    async def of(self, alert_id: int) -> list[ActionCount]:
        """Return the sums of an alert, with what this transaction has changed."""
        sums = (await self._committed_sums(alert_id)).copy()
        for (of, *rest), n in self._changed.items():
            if of == alert_id:
                sums[rest[0], rest[1], rest[2]] += n
        return [
            ActionCount(locale=locale, source_id=source_id or None, event=event_of(event), n=n)
            for (locale, source_id, event), n in sorted(sums.items())
            if n
        ]

    async def total(self, alert_id: int, event: ActionEvent) -> int:
        """Return how many people did or said this."""
        committed = await self._committed_sums(alert_id)
        changed = ((of, name, n) for (of, _, _, name), n in self._changed.items())
        return sum(n for (_, _, name), n in committed.items() if name == event.value) + sum(
            n for of, name, n in changed if of == alert_id and name == event.value
        )

    async def flush(self) -> None:
        """Write what has changed; what was read is out of date then."""
        self._committed.clear()
        await super().flush()

    async def _committed_sums(self, alert_id: int) -> Counter[tuple[str, int, str]]:
        """Return the sums as they were when this transaction first read them: once for all who act in it."""
        known = self._committed.get(alert_id)
        if known is not None:
            return known
        sums = Counter[tuple[str, int, str]]()
        for row in (await self._connection.run(SUMS, alert_id=alert_id)).all():
            sums[row.locale, row.source_id, row.event] += int(row.sum)
        self._committed[alert_id] = sums
        return sums

    async def counted(self, alert_id: int) -> list[ActionCount]:
        """Count the people themselves: what the sums are but for who was erased since. For tests; slow."""
        found: list[ActionCount] = []
        for table, column in ((outcomes, outcomes.c.outcome), (steps, steps.c.step)):
            query = (
                sa.select(table.c.locale, subscribers.c.source_id, column, sa.func.count())
                .join(subscribers, subscribers.c.id == table.c.subscriber_id)
                .where(table.c.alert_id == alert_id)
                .group_by(table.c.locale, subscribers.c.source_id, column)
            )
            found += [
                ActionCount(locale=row[0], source_id=row[1], event=event_of(row[2]), n=row[3])
                for row in await self._connection.heavy(query)
            ]
        return sorted(found, key=lambda each: (each.locale, each.source_id or NONE, each.event))


class Outcomes:
    """Where people stand with alerts. What changes in that changes the sums with it."""

    def __init__(self, connection: Connection, counts: ActionCounts) -> None:
        self._connection = connection
        self._counts = counts

    async def standing(self, alert_id: int, subscriber_id: int) -> Standing:
        """Return where a person stands with an alert; whoever looks holds the person's row already."""
        said, step = await self._rows(alert_id, subscriber_id)
        return _standing(said, step)

    async def save(self, alert_id: int, person: Subscriber, after: Standing) -> None:
        """Write where a person stands now, and what that changes in the sums."""
        said, step = await self._rows(alert_id, person.id)
        before = _standing(said, step)
        of = {"alert_id": alert_id, "subscriber_id": person.id}
        counted_under: dict[ActionEvent, str] = {}
        if said is not None:
            counted_under[Outcome(said.outcome)] = said.locale
        if step is not None:
            counted_under[Step(step.step)] = step.locale
        if after.outcome is not before.outcome:
            said_now = {"outcome": after.outcome, "locale": person.locale, "day": after.said_on}
            await self._write(SAY, UNSAY, of, None if after.outcome is None else said_now)
        if after.step is not before.step:
            step_now = {"step": after.step, "locale": person.locale, "day": after.step_on}
            await self._write(TAKE, UNTAKE, of, None if after.step is None else step_now)
        for event, n in changes(before, after).items():
            locale = counted_under[event] if n < 0 else person.locale
            self._counts.add(alert_id, event, locale=locale, source_id=person.source_id, n=n)

    async def saying(
        self, alert_id: int, outcome: Outcome, *, subscriber_ids: Collection[int]
    ) -> frozenset[int]:
        """Return who of these says that this came of an alert; whoever asks holds their rows."""
        query = sa.select(outcomes.c.subscriber_id).where(
            outcomes.c.alert_id == alert_id,
            outcomes.c.subscriber_id.in_(sorted(subscriber_ids)),
            outcomes.c.outcome == outcome,
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def count_of(self, subscriber_id: int) -> tuple[int, int]:
        """Return of how many alerts a person has said what came of them, and how many they opened or pledged."""
        counts = []
        for table in (outcomes, steps):
            query = sa.select(sa.func.count()).where(table.c.subscriber_id == subscriber_id)
            counts.append(int((await self._connection.execute(query)).scalar_one()))
        return counts[0], counts[1]

    async def all_of(self, subscriber_id: int) -> list[tuple[int, Standing]]:
        """Return every alert with which a person stands somewhere, and where: what is kept about them."""
        found: dict[int, list[Any]] = {}
        for at, table in enumerate((outcomes, steps)):
            query = sa.select(table).where(table.c.subscriber_id == subscriber_id)
            for row in await self._connection.execute(query):
                found.setdefault(row.alert_id, [None, None])[at] = row
        return [(alert_id, _standing(*rows)) for alert_id, rows in sorted(found.items())]

    async def _rows(self, alert_id: int, subscriber_id: int) -> tuple[Any, Any]:
        of = {"alert_id": alert_id, "subscriber_id": subscriber_id}
        said = (await self._connection.run(FIND_OUTCOME, **of)).one_or_none()
        return said, (await self._connection.run(FIND_STEP, **of)).one_or_none()

    async def _write(
        self, put: ByDialect, remove: sa.Delete, of: dict[str, int], values: dict[str, Any] | None
    ) -> None:
        if values is None:
            await self._connection.run(remove, **of)
        else:
            await self._connection.run(put, **of, **values)


def event_of(written: str) -> ActionEvent:
    """Return the outcome or step of this name."""
    return Outcome(written) if written in set(Outcome) else Step(written)


def _standing(said: Any, step: Any) -> Standing:
    return Standing(
        step=None if step is None else Step(step.step),
        step_on=None if step is None else step.day,
        outcome=None if said is None else Outcome(said.outcome),
        said_on=None if said is None else said.day,
    )
