"""`campaign-bot prepare`: made-up subscribers and an approved broadcast, for trials."""

import asyncio
import random
from array import array
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import system_clock
from bot.commands.open_store import campaign_key
from bot.config import Settings
from bot.content import Content
from bot.domain.alert import DEFAULT_TOPIC, Alert
from bot.domain.approval import Approval
from bot.domain.audit import Event
from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.plan import plan_of
from bot.errors import CampaignError
from bot.services import audit
from bot.services.alert_file import read_alert_file, text_of
from bot.store.migrate import migrate
from bot.store.store import Store, Transaction, open_store
from bot.store.subscribers import draw_id

FIRST_CHAT_ID = 1_000_000
CHUNK = 5_000
"""People written in one transaction."""


class AlertFileUnreadable(CampaignError):
    """The alert file cannot be read."""


class LocaleMixInvalid(CampaignError):
    """Write --locale-mix as locales with their weights: en=6,es=3,ar=1."""

    exit_code = 2


def prepare(settings: Settings, people: int, alert: Path | None, locale_mix: str | None) -> dict[str, Any]:
    """Fill the database. Returns how many people are new and, with an alert, its broadcast's id.

    Raises AlertFileInvalid, AlertFileUnreadable, LocaleMixInvalid, and what opening a database raises.
    """
    written = None if alert is None else _read(alert)
    content = Content.load(settings.content_folder)
    locales = parse_mix(locale_mix) if locale_mix else list(content.locales)
    return asyncio.run(_prepare(settings, people, written, locales, content))


def parse_mix(mix: str) -> list[str]:
    """Return the locales as often as they weigh, to be dealt in turn.

    Raises LocaleMixInvalid.
    """
    dealt: list[str] = []
    for part in mix.split(","):
        locale, _, weight = part.strip().partition("=")
        if not locale or not (weight or "1").isdigit():
            raise LocaleMixInvalid
        dealt += [locale] * int(weight or "1")
    if not dealt or len(dealt) > CHUNK:
        raise LocaleMixInvalid
    return dealt


def _read(file: Path) -> Alert:
    try:
        return read_alert_file(text_of(file.read_bytes()))
    except OSError as error:
        raise AlertFileUnreadable(f"The alert file {file} cannot be read.") from error


async def _prepare(
    settings: Settings, people: int, alert: Alert | None, locales: list[str], content: Content
) -> dict[str, Any]:
    await migrate(settings.database_url)
    store = await open_store(settings.database_url, campaign_key(settings), bulk=True)
    try:
        now = system_clock()
        added = await _add_people(store, people, locales, content, now)
        broadcast = None
        if alert is not None:
            async with store.transaction() as tx:
                broadcast = await _queue(tx, alert, now)
        return {"people": added, "broadcast": broadcast}
    finally:
        await store.close()


async def _add_people(store: Store, people: int, locales: list[str], content: Content, now: datetime) -> int:
    wordings = {locale: content.consent(locale).sha256 for locale in set(locales)}
    wording = content.consent(content.campaign.default)
    consent = Consent(
        event=ConsentEvent.GIVEN,
        wording_version=wording.version,
        wording_sha256=wording.sha256,
        locale=wording.locale,
        method=ConsentMethod.PREPARED,
        day=now.date(),
    )
    numbers = array("L", range(people))
    random.shuffle(numbers)
    ids = array("Q", sorted(draw_id() for _ in range(people)))
    added = 0
    for begin in range(0, people, CHUNK):
        chosen = {
            FIRST_CHAT_ID + n: (locales[n % len(locales)], drawn)
            for n, drawn in zip(numbers[begin : begin + CHUNK], ids[begin : begin + CHUNK], strict=True)
        }
        async with store.transaction() as tx:
            new = chosen.keys() - await tx.subscribers.known(list(chosen))
            await tx.subscribers.add_many(
                [(chat_id, chosen[chat_id][0]) for chat_id in new],
                topic=DEFAULT_TOPIC,
                consent=consent,
                wordings=wordings,
                ids=[chosen[chat_id][1] for chat_id in new],
            )
            added += len(new)
    return added


async def _queue(tx: Transaction, alert: Alert, now: datetime) -> int:
    kept = await tx.alerts.add(alert, now=now)
    # A trial runs with or without paid broadcasts, which its operator decides later.
    for plan in (plan_of(kept, paid=False), plan_of(kept, paid=True)):
        approval = Approval(
            organizer_id=None,
            plan_sha256=plan.sha256,
            revision=kept.revision,
            by_author=False,
            approved_at=now,
        )
        await tx.plans.approve(kept.id, plan, approval)
    broadcast_id = await tx.broadcasts.add(alert_id=kept.id, organizer_id=None, now=now)
    for event, about in (
        (Event.ALERT_BEGUN, audit.alert(kept.id)),
        (Event.ALERT_APPROVED, audit.alert(kept.id)),
        (Event.BROADCAST_QUEUED, audit.broadcast(broadcast_id)),
    ):
        audit.record(tx, event, about, actor=None, now=now)
    return broadcast_id
