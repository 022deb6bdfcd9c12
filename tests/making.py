"""What tests make: a key, a moment, people, an alert on its way."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert, Translation
from bot.domain.approval import Approval
from bot.domain.audience import of_topic
from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.organizer import Organizer, Role
from bot.domain.plan import Plan, plan_of
from bot.domain.subscriber import Subscriber
from bot.privacy.keyring import CampaignKey
from bot.store.store import Store, Transaction

KEY = CampaignKey(bytes(range(64)))
KEY_TEXT = base64.b64encode(KEY.secret).decode()
"""The key as an environment holds it."""

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHAT = 5_401_237_861
"""A chat id as Telegram gives them; the people of a test count up from it."""


OWNER = Organizer(id=1, role=Role.OWNER, since=NOW.date())
"""Somebody who may do everything, where a test is not about who."""


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
        audience = await tx.freezing.freeze(broadcast_id, audience=of_topic(DEFAULT_TOPIC))
        await tx.broadcasts.set_audience(broadcast_id, audience)
    return broadcast_id, joined


async def approve(
    tx: Transaction, alert: Alert, *, by: int | None = None, by_author: bool = False, now: datetime = NOW
) -> Plan:
    """Have an alert approved as it stands, as by `by`. Returns what was approved."""
    plan = plan_of(alert, paid=False)
    approval = Approval(
        organizer_id=by,
        plan_sha256=plan.sha256,
        revision=alert.revision,
        by_author=by_author,
        approved_at=now,
    )
    await tx.plans.approve(alert.id, plan, approval)
    return plan


async def queue_broadcast(store: Store, people: int, *, now: datetime = NOW) -> int:
    """Put many people on the list at once, and queue an approved broadcast to them. Returns its id."""
    crowd = [(chat_id, "en") for chat_id in range(CHAT, CHAT + people)]
    async with store.transaction() as tx:
        await tx.subscribers.add_many(
            crowd, topic=DEFAULT_TOPIC, consent=consent(), wordings={"en": "a" * 64}
        )
        alert = await tx.alerts.add(draft(), now=now)
        await approve(tx, alert, now=now)
        return await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=now)
