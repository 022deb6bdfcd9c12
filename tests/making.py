"""What tests make: a key, a moment, people, an alert on its way."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert, AlertState, Translation
from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.subscriber import Subscriber
from bot.privacy.keyring import CampaignKey
from bot.store.alerts import Approval
from bot.store.store import Store, Transaction

KEY = CampaignKey(bytes(range(64)))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHAT = 5_401_237_861
"""A chat id as Telegram gives them; the people of a test count up from it."""


def consent(event: ConsentEvent = ConsentEvent.GIVEN) -> Consent:
    """Return a consent record."""
    return Consent(
        event=event,
        wording_version="1",
        wording_sha256="a" * 64,
        locale="en",
        method=ConsentMethod.BUTTON,
        day=NOW.date(),
    )


def words(locale: str = "en") -> Translation:
    """Return words that can be sent."""
    return Translation(locale=locale, title="Ask your council", text="One ask, <b>one</b> reason.")


def draft(*, author_id: int | None = None, locales: Iterable[str] = ("en",)) -> Alert:
    """Return an alert that is not written down yet."""
    return Alert(
        id=0,
        author_id=author_id,
        state=AlertState.DRAFT,
        kind=ActionKind.SIGN,
        base="en",
        link="https://example.org",
        translations={locale: words(locale) for locale in locales},
    )


async def join(tx: Transaction, people: int, *, first: int = CHAT, locale: str = "en") -> list[Subscriber]:
    """Put people on the list, with the chat ids from `first` on."""
    joined = []
    for chat_id in range(first, first + people):
        person = await tx.subscribers.add(chat_id, locale=locale, today=NOW.date())
        await tx.subscribers.subscribe(person.id, DEFAULT_TOPIC)
        joined.append(person)
    return joined


async def begin_broadcast(store: Store, people: int) -> tuple[int, list[Subscriber]]:
    """Put people on the list and freeze a broadcast to them. Returns its id, and them."""
    async with store.transaction() as tx:
        joined = await join(tx, people)
        alert = await tx.alerts.add(draft(), now=NOW)
        broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        audience = await tx.freezing.freeze(broadcast_id, topic=DEFAULT_TOPIC)
        await tx.broadcasts.set_audience(broadcast_id, audience)
    return broadcast_id, joined


async def queue_broadcast(store: Store, people: int, *, now: datetime = NOW) -> int:
    """Put many people on the list at once, and queue an approved broadcast to them. Returns its id."""
    crowd = [(chat_id, "en") for chat_id in range(CHAT, CHAT + people)]
    async with store.transaction() as tx:
        await tx.subscribers.add_many(
            crowd, topic=DEFAULT_TOPIC, consent=consent(), wordings={"en": "a" * 64}
        )
        alert = await tx.alerts.add(replace(draft(), state=AlertState.APPROVED), now=now)
        approval = Approval(
            organizer_id=None, content_hash=alert.content_hash(), by_author=False, approved_at=now
        )
        await tx.alerts.approve(alert.id, approval)
        return await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=now)
