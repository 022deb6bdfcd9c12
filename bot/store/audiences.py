"""The one compilation of an audience to SQL: for counting it (`bot.store.audience_counts`) and for freezing it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, assert_never

import sqlalchemy as sa

from bot.domain.audience import (
    Audience,
    Did,
    Draw,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Locality,
    Sample,
    Source,
    Term,
    Topic,
    Within,
    atom_of,
)
from bot.domain.audience_terms import Alone, parts_of
from bot.domain.delivery import DeliveryState
from bot.domain.estimate import PANEL
from bot.domain.outcome import Outcome
from bot.domain.schedule import Zones
from bot.store.brought import was_brought
from bot.store.drawing import AT_ONCE, OF_PANEL, Drawing, is_sent_it, left_of, lot
from bot.store.schema import (
    deliveries,
    digest_entries,
    outcomes,
    subscribers,
    subscriptions,
)


def within(
    audience: Audience, *columns: sa.ColumnElement[Any], drawing: Drawing = AT_ONCE
) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for these columns of all subscribers of whom the terms hold, whatever their state.

    Nothing is sorted; `in_order` does that without sorting.
    """
    if _has_draw(audience):
        # Of whoever was drawn, the other terms hold.
        return sa.select(*columns).select_from(subscribers).where(*_drawn(audience.terms, drawing))
    drives = _driving_topic(audience)
    query = sa.select(*columns).select_from(subscribers)
    if drives is not None:
        query = query.join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id).where(
            subscriptions.c.topic == drives.topic
        )
    held = _held([term for term in audience.terms if term != drives], drawing)
    return query.where(*held, *_drawn(audience.terms, drawing))


def terms_of(audience: Audience, *, drawing: Drawing = AT_ONCE) -> list[sa.ColumnElement[bool]]:
    """Return the terms as conditions on subscribers, for a query that is led by something rarer than a topic."""
    return _conditions(audience.terms, drawing)


def in_order(audience: Audience) -> sa.ColumnElement[int]:
    """Return the column by which the query is in the order of the ids."""
    # In the order of both tables and of the key that is written, so that SQLite goes through each once.
    return subscribers.c.id if _driving_topic(audience) is None else subscriptions.c.subscriber_id


def in_zones(zones: Zones) -> sa.ColumnElement[bool]:
    """Return `Zones.__contains__` as SQL."""
    names = sorted(zones.names)
    if zones.negated:
        return sa.or_(subscribers.c.zone.is_(None), subscribers.c.zone.not_in(names))
    return subscribers.c.zone.in_(names)


def without_delivery(broadcast_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that nothing was written down yet for a person in this broadcast."""
    return ~sa.exists().where(
        deliveries.c.broadcast_id == broadcast_id, deliveries.c.subscriber_id == subscribers.c.id
    )


def with_nothing_yet(broadcast_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a person has no delivery in this broadcast, nor found it in a digest, or will."""
    in_digest = sa.exists().where(
        digest_entries.c.broadcast_id == broadcast_id, digest_entries.c.subscriber_id == subscribers.c.id
    )
    return sa.and_(without_delivery(broadcast_id), ~in_digest)


def _driving_topic(audience: Audience) -> Topic | None:
    """Return the topic whose subscriptions lead through the query: the first that is not negated."""
    if _has_draw(audience):
        return None
    return next((term for term in audience.terms if isinstance(term, Topic)), None)


def _has_draw(audience: Audience) -> bool:
    return any(isinstance(term, Draw) for term in audience.terms)


def on_panel() -> sa.ColumnElement[bool]:
    """Return who is counted while an audience is built; in these words, so that the index of them is found."""
    return subscribers.c.id % sa.literal_column(str(PANEL)) == sa.literal_column("0")


def panel_query(audience: Audience, *, drawing: Drawing = OF_PANEL) -> sa.Select[tuple[str, str, str, int]]:
    """Return the query for how many of the panel are in an audience, by state, rhythm and locale."""
    by = (subscribers.c.state, subscribers.c.rhythm, subscribers.c.locale)
    query = sa.select(*by, sa.func.count()).where(on_panel(), *_conditions(audience.terms, drawing))
    return query.group_by(*by)


def _conditions(terms: Collection[Term], drawing: Drawing) -> list[sa.ColumnElement[bool]]:
    return [*_held(terms, drawing), *_drawn(terms, drawing)]


def _held(terms: Collection[Term], drawing: Drawing) -> list[sa.ColumnElement[bool]]:
    return [_unless(is_negated, _holds(atom, drawing)) for atom, is_negated in parts_of(terms).plain]


def _unless(is_negated: bool, holds: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.not_(holds) if is_negated else holds


def _drawn(terms: Collection[Term], drawing: Drawing) -> list[sa.ColumnElement[bool]]:
    """Return who is drawn, and who is not, of those of whom the terms hold that are no draws."""
    others = Audience(terms=tuple(term for term in terms if not isinstance(atom_of(term), Draw)))
    return [
        _unless(is_negated, subscribers.c.id.in_(_first_of(draw, others, drawing, is_negated=is_negated)))
        for draw, is_negated in parts_of(terms).draws
    ]


def _first_of(draw: Draw, others: Audience, drawing: Drawing, *, is_negated: bool) -> sa.Select[tuple[int]]:
    """Return `Draw.first_of` as SQL."""
    query = within(others, subscribers.c.id, drawing=drawing)
    # Whoever gets it in a digest, or not at all, takes nobody's place.
    query = query.where(is_sent_it(urgent=drawing.urgent))
    people: sa.ColumnElement[int] = sa.literal(draw.people, sa.BigInteger)
    if drawing.panel:
        query, people = query.where(on_panel()), sa.literal(-(-draw.people // PANEL), sa.BigInteger)
    if drawing.again is not None:
        query = query.where(with_nothing_yet(drawing.again))
        people = people if is_negated else left_of(draw.people, drawing.again)
    # Correlated with nothing: it is the same for each row of the query around it.
    return query.order_by(lot(draw.salt), subscribers.c.id).limit(people).correlate(None)


def _holds(atom: Alone | Within, drawing: Drawing) -> sa.ColumnElement[bool]:  # noqa: C901 -- a line for each term
    match atom:
        case Topic(topic=topic):
            of_person = subscriptions.alias()
            return sa.exists().where(
                of_person.c.topic == topic, of_person.c.subscriber_id == subscribers.c.id
            )
        case Locales(locales=locales):
            return subscribers.c.locale.in_(sorted(locales))
        case JoinedBefore(day=day):
            return subscribers.c.joined_on < _day(day)
        case JoinedAfter(day=day):
            return subscribers.c.joined_on >= _day(day)
        case Source(source_id=source_id):
            # Of whom no source is known the negation holds.
            return subscribers.c.source_id.is_not_distinct_from(source_id)
        case Locality(locality=locality):
            # Of who named none the negation holds.
            return subscribers.c.locality.is_not_distinct_from(locality)
        case Got(broadcast_id=broadcast_id):
            as_itself = sa.exists().where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.subscriber_id == subscribers.c.id,
                deliveries.c.state == DeliveryState.SENT,
            )
            return sa.or_(as_itself, was_brought(broadcast_id, subscribers.c.id))
        case Did(alert_id=alert_id):
            return sa.exists().where(
                outcomes.c.alert_id == alert_id,
                outcomes.c.subscriber_id == subscribers.c.id,
                outcomes.c.outcome == Outcome.DONE,
            )
        case Sample():
            return lot(atom.salt) < atom.below
        case Within(terms=terms):
            return sa.and_(*_conditions(terms, replace(drawing, again=None)))
        case _:
            assert_never(atom)


def _day(day: date) -> sa.BindParameter[date]:
    return sa.literal(day, sa.Date)
