"""Finding whose consent is to be renewed: by the consent records themselves, page by page through the list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.domain.consent import SETTLED, ConsentEvent, RenewalRule
from bot.domain.preferences import Preferences
from bot.domain.subscriber import SubscriberState
from bot.store.connection import Connection
from bot.store.notices import ASKING
from bot.store.preferences import PREFERENCES, preferences_of
from bot.store.schema import consents, notices, subscribers


@dataclass(frozen=True, kw_only=True, slots=True)
class RenewalPage:
    """Whose consent is to be renewed, of a page of the list. `last`: the id it ends with; None: nobody comes after."""

    last: int | None
    due: list[tuple[int, Preferences]]


class Renewals:
    """Goes through the list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(
        self, rule: RenewalRule, *, after: int, version: str, today: date, size: int
    ) -> RenewalPage:
        """Return whose yes is to be renewed, of so many people after this id, and is not being already.

        As `RenewalRule.is_due` has it. Their rows are ours until the commit; one who only reads waits for nobody.
        """
        first = (
            sa.select(subscribers.c.id).where(subscribers.c.id > after).order_by(subscribers.c.id).limit(size)
        )
        ids = list((await self._connection.execute(first)).scalars())
        if not ids:
            return RenewalPage(last=None, due=[])
        query = _due(rule, version=version, today=today).where(subscribers.c.id.between(ids[0], ids[-1]))
        rows = (await self._connection.execute(self._connection.locked(query))).all()
        last = ids[-1] if len(ids) == size else None
        return RenewalPage(last=last, due=[(row.id, preferences_of(row)) for row in rows])


def _due(rule: RenewalRule, *, version: str, today: date) -> sa.Select[Any]:
    """Return the query for whoever gets alerts by a yes that is to be renewed."""
    of_theirs = consents.alias("of_theirs")
    last = (
        sa.select(sa.func.max(of_theirs.c.number))
        .where(of_theirs.c.subscriber_id == subscribers.c.id, of_theirs.c.event == ConsentEvent.GIVEN)
        .correlate(subscribers)
        .scalar_subquery()
    )
    given = sa.and_(consents.c.subscriber_id == subscribers.c.id, consents.c.number == last)
    settled = sa.and_(consents.c.wording_version != version, consents.c.day <= today - SETTLED)
    is_asked = sa.exists().where(
        notices.c.subscriber_id == subscribers.c.id,
        notices.c.kind.in_(list(ASKING)),
    )
    return (
        sa.select(subscribers.c.id, *PREFERENCES)
        .select_from(subscribers.join(consents, given))
        .where(
            subscribers.c.state == SubscriberState.ACTIVE,
            sa.or_(consents.c.day <= rule.given_before(today), settled),
            ~is_asked,
        )
        .order_by(subscribers.c.id)
    )
