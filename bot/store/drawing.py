"""How people are drawn by lot in SQL: a share of them, or just so many."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.audience_terms import PRIME, key_of
from bot.domain.subscriber import SubscriberState
from bot.store.preferences import at_once
from bot.store.schema import deliveries, subscribers


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """Of whom so many are drawn.

    `panel`: of the panel alone, and as many fewer. `again`: a broadcast for which some were drawn before: the rest, of
    those for whom nothing was written down yet. `urgent`: whether the alert is; of those who are sent it at once.
    """

    panel: bool = False
    again: int | None = None
    urgent: bool = False


AT_ONCE = Drawing()
OF_PANEL = Drawing(panel=True)


def is_sent_it(*, urgent: bool) -> sa.ColumnElement[bool]:
    """Return the condition that a person gets an alert as itself when it goes out. `urgent`: whether the alert is."""
    return sa.and_(subscribers.c.state == SubscriberState.ACTIVE, at_once(urgent=urgent))


def lot(salt: str) -> sa.ColumnElement[int]:
    """Return `lot_of` as SQL."""
    first, second, third = (sa.literal(number, sa.BigInteger) for number in key_of(salt))
    prime = sa.literal(PRIME, sa.BigInteger)
    once = (subscribers.c.id % prime * first + second) % prime
    return (once * once % prime * third + once) % prime


def left_of(people: int, broadcast_id: int) -> sa.ColumnElement[int]:
    """Return how many are still to be drawn for a broadcast, of so many."""
    written = (
        sa.select(sa.func.count())
        .where(deliveries.c.broadcast_id == broadcast_id)
        .correlate(None)
        .scalar_subquery()
    )
    return sa.case((written < people, people - written), else_=0)
