"""The list: subscribers, their subscriptions, their consent, their language."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.preferences import Preferences
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.either import bring_over, either
from bot.store.preferences import PREFERENCES, preferences_of, values_of
from bot.store.schema import consents, languages, subscribers, subscriptions
from bot.store.statements import insert_new, upsert

LAST_ID = (1 << 63) - 1
"""Ids are drawn from 1 to this: who knows one knows nothing of another."""

DRAWS = 8
"""How often an id is drawn for one person; that one is somebody's already happens once in millions of millions."""

FIND = sa.select(subscribers).where(either(subscribers.c.ref))
SAVE = (
    sa.update(subscribers)
    .where(subscribers.c.id == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in ("state", "locale", "joined_on", "paused_until")})
)
ADD = insert_new(subscribers, "id", "ref", "state", "locale", "joined_on", "source_id")
SUBSCRIBE = insert_new(subscriptions, "topic", "subscriber_id")
UNSUBSCRIBE = sa.delete(subscriptions).where(subscriptions.c.subscriber_id == sa.bindparam("of"))
_NEXT = (
    sa.select(sa.func.coalesce(sa.func.max(consents.c.number), 0) + 1)
    .where(consents.c.subscriber_id == sa.bindparam("of"))
    .scalar_subquery()
)
ADD_CONSENT = (
    sa.insert(consents)
    .inline()
    .values(
        {column.name: sa.bindparam(column.name) for column in consents.c if column.name != "number"}
        | {"number": _NEXT}
    )
)
CONSENTS = (
    sa.select(consents).where(consents.c.subscriber_id == sa.bindparam("of")).order_by(consents.c.number)
)
CHOSEN = sa.select(languages.c.locale).where(either(languages.c.ref))
CHOOSE = upsert(languages, key=("ref",), values=("locale",))


class Subscribers:
    """The subscribers, found by chat id; only refs are stored."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def _ref(self, chat_id: int) -> bytes:
        return self._cipher.ref(Table.SUBSCRIBERS, chat_id)

    async def find(self, chat_id: int) -> Subscriber | None:
        """Return the subscriber of this chat, if they ever joined; the row stays theirs until the commit."""
        refs = self._cipher.stands_at(Table.SUBSCRIBERS, chat_id)
        row = (await self._connection.run_locked(FIND, **refs)).one_or_none()
        return None if row is None else _subscriber(row)

    async def add(
        self, chat_id: int, *, locale: str, today: date, source_id: int | None = None
    ) -> Subscriber:
        """Add a person as active; if they were added meanwhile, return them as they are."""
        values = {
            "state": SubscriberState.ACTIVE,
            "locale": locale,
            "joined_on": today,
            "source_id": source_id,
        }
        await bring_over(self._connection, self._cipher, subscribers.c.ref, chat_id)
        for _ in range(DRAWS):
            await self._connection.run(ADD, id=draw_id(), ref=self._ref(chat_id), **values)
            found = await self.find(chat_id)
            if found is not None:
                return found
        msg = "a subscriber that was just added is missing"
        raise LookupError(msg)

    async def save(self, subscriber: Subscriber) -> None:
        """Write what may have changed."""
        await self._connection.run(
            SAVE,
            of=subscriber.id,
            state=subscriber.state,
            locale=subscriber.locale,
            joined_on=subscriber.joined_on,
            paused_until=subscriber.paused_until,
        )

    async def save_preferences(self, subscriber: Subscriber) -> None:
        """Write what they chose."""
        query = (
            sa.update(subscribers)
            .where(subscribers.c.id == subscriber.id)
            .values(values_of(subscriber.preferences))
        )
        await self._connection.execute(query)

    async def set_zone(self, subscriber_id: int, zone: str | None) -> None:
        """Write the IANA name of a person's zone; None: the campaign's."""
        query = sa.update(subscribers).where(subscribers.c.id == subscriber_id).values(zone=zone)
        await self._connection.execute(query)

    async def subscribe(self, subscriber_id: int, topic: str) -> None:
        """Add a topic to what they receive."""
        await self._connection.run(SUBSCRIBE, topic=topic, subscriber_id=subscriber_id)

    async def unsubscribe_from(self, subscriber_id: int, topic: str) -> None:
        """Remove one topic."""
        query = sa.delete(subscriptions).where(
            subscriptions.c.topic == topic, subscriptions.c.subscriber_id == subscriber_id
        )
        await self._connection.execute(query)

    async def topics_of(self, subscriber_id: int) -> frozenset[str]:
        """Return what a person has subscribed to."""
        query = sa.select(subscriptions.c.topic).where(subscriptions.c.subscriber_id == subscriber_id)
        return frozenset((await self._connection.execute(query)).scalars())

    async def has_pause_over(self, *, now: datetime) -> bool:
        """Return whether a pause is over that has not ended."""
        query = sa.select(subscribers.c.id).where(
            sa.text("subscribers.paused_until IS NOT NULL"),
            subscribers.c.paused_until <= now,
            subscribers.c.state == SubscriberState.PAUSED,
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def wake(self, *, now: datetime, limit: int) -> list[tuple[int, Preferences]]:
        """End the pauses that are over. Returns whose, with what they chose."""
        query = (
            sa.select(subscribers.c.id, *PREFERENCES)
            .where(
                sa.text("subscribers.paused_until IS NOT NULL"),
                subscribers.c.paused_until <= now,
                subscribers.c.state == SubscriberState.PAUSED,
            )
            .order_by(subscribers.c.paused_until)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = (await self._connection.execute(query)).all()
        if rows:
            await self._connection.execute(
                sa.update(subscribers)
                .where(subscribers.c.id.in_([row.id for row in rows]))
                .values(state=SubscriberState.ACTIVE, paused_until=None)
            )
        return [(row.id, preferences_of(row)) for row in rows]

    async def unsubscribe(self, subscriber_id: int) -> None:
        """Remove every topic."""
        await self._connection.run(UNSUBSCRIBE, of=subscriber_id)

    async def count_states(self) -> dict[SubscriberState, int]:
        """Return how many people are in each state."""
        query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
        return {SubscriberState(row[0]): row[1] for row in await self._connection.heavy(query)}

    async def known(self, chat_ids: Sequence[int]) -> set[int]:
        """Return those of these chats that are on the list."""
        by_ref: dict[bytes, int] = {
            ref: chat_id for chat_id in chat_ids for ref in self._cipher.refs(Table.SUBSCRIBERS, chat_id)
        }
        query = sa.select(subscribers.c.ref).where(subscribers.c.ref.in_(list(by_ref)))
        return {by_ref[bytes(ref)] for ref in (await self._connection.heavy(query)).scalars()}

    async def add_many(
        self,
        people: Sequence[tuple[int, str]],
        *,
        topic: str,
        consent: Consent,
        wordings: dict[str, str],
        ids: Sequence[int] | None = None,
    ) -> None:
        """Add people (chat id, locale) who are known not to be on the list, each with a consent record.

        `wordings`: SHA-256 of the consent wording by locale. `ids`: what was drawn for them, where more are added
        than fit into one call: so that call after call is in the order of the tables, the people must not be.
        """
        ids = [draw_id() for _ in people] if ids is None else ids
        # In the order of the key, and of the tables' trees: as drawn, each would go through a page of its own.
        added = sorted((drawn, *person) for drawn, person in zip(ids, people, strict=True))
        rows = [
            {
                "id": drawn,
                "ref": self._ref(chat_id),
                "state": SubscriberState.ACTIVE,
                "locale": locale,
                "joined_on": consent.day,
            }
            for drawn, chat_id, locale in added
        ]
        await self._connection.insert_many(subscribers, rows)
        await self._connection.insert_many(
            subscriptions, [{"topic": topic, "subscriber_id": drawn} for drawn, _, _ in added]
        )
        records = [
            _consent_values(drawn, consent)
            | {"number": 1, "locale": locale, "wording_sha256": wordings[locale]}
            for drawn, _, locale in added
        ]
        await self._connection.insert_many(consents, records)


class Consents:
    """The dated records of opt-ins and withdrawals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, subscriber_id: int, consent: Consent) -> None:
        """Write one record; none is ever changed."""
        await self._connection.run(ADD_CONSENT, of=subscriber_id, **_consent_values(subscriber_id, consent))

    async def of(self, subscriber_id: int) -> list[Consent]:
        """Return a person's records, oldest first."""
        return [
            Consent(
                event=ConsentEvent(row.event),
                wording_version=row.wording_version,
                wording_sha256=row.wording_sha256,
                locale=row.locale,
                method=ConsentMethod(row.method),
                day=row.day,
            )
            for row in await self._connection.run(CONSENTS, of=subscriber_id)
        ]


class Languages:
    """The language explicitly chosen in a chat, joined or not; else the one in which somebody joined the team."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def chosen(self, chat_id: int) -> str | None:
        """Return the locale chosen in this chat, if one was."""
        refs = self._cipher.stands_at(Table.LANGUAGES, chat_id)
        found: str | None = (await self._connection.run(CHOSEN, **refs)).scalar_one_or_none()
        return found

    async def choose(self, chat_id: int, locale: str) -> None:
        """Remember the choice."""
        await bring_over(self._connection, self._cipher, languages.c.ref, chat_id)
        await self._connection.run(CHOOSE, ref=self._cipher.ref(Table.LANGUAGES, chat_id), locale=locale)


def draw_id() -> int:
    """Return an id for a person: any but 0."""
    return secrets.randbelow(LAST_ID) + 1


def _subscriber(row: Any) -> Subscriber:
    return Subscriber(
        id=row.id,
        state=SubscriberState(row.state),
        locale=row.locale,
        joined_on=row.joined_on,
        source_id=row.source_id,
        preferences=preferences_of(row),
        paused_until=row.paused_until,
    )


def _consent_values(subscriber_id: int, consent: Consent) -> dict[str, Any]:
    return {
        "subscriber_id": subscriber_id,
        "event": consent.event,
        "wording_version": consent.wording_version,
        "wording_sha256": consent.wording_sha256,
        "locale": consent.locale,
        "method": consent.method,
        "day": consent.day,
    }
