"""Writing alerts, and approving them."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.alert import (
    DEFAULT_TOPIC,
    ActionKind,
    Alert,
    AlertState,
    Translation,
    TranslationMissing,
    checked_link,
)
from bot.domain.broadcast import RECEIVES, BroadcastKind
from bot.domain.markup import parse_markup
from bot.domain.organizer import Organizer
from bot.domain.reach import Reach, reach
from bot.domain.subscriber import SubscriberState
from bot.errors import CampaignError
from bot.services.team import MayNotApprove
from bot.store.alerts import Approval
from bot.store.store import Transaction

DETAILS = ("target", "phone", "address", "starts_at", "place")
"""What a kind may need beside its link (the alert file's fields)."""


class AlertMissing(CampaignError):
    """This alert is not there any more. Begin a new one."""


class AlertSent(CampaignError):
    """This alert has gone out: it stays as it was approved, and is not sent twice. Begin a new one."""


class AlertFileInvalid(CampaignError):
    """The alert file cannot be used."""


class ColleagueNeeded(CampaignError):
    """An alert is approved by another person than its author. `alert_id` is the alert."""

    def __init__(self, alert_id: int) -> None:
        self.alert_id = alert_id
        super().__init__(f"Alert {alert_id} waits for a colleague's approval.")


async def draft(tx: Transaction, author: Organizer, kind: ActionKind, *, base: str, now: datetime) -> Alert:
    """Begin an alert in the author's language."""
    made = Alert(id=0, author_id=author.id, state=AlertState.DRAFT, kind=kind, base=base)
    return await tx.alerts.add(made, now=now)


async def get(tx: Transaction, alert_id: int) -> Alert:
    """Return an alert.

    Raises AlertMissing.
    """
    found = await tx.alerts.find(alert_id)
    if found is None:
        raise AlertMissing
    return found


async def unsent(tx: Transaction, alert_id: int) -> Alert:
    """Return an alert of which no broadcast was begun: what goes out is what was approved, and goes out once.

    Raises AlertMissing, AlertSent.
    """
    alert = await get(tx, alert_id)
    if await is_sent(tx, alert_id):
        raise AlertSent
    return alert


async def is_sent(tx: Transaction, alert_id: int) -> bool:
    """Return whether a broadcast of it was begun; one that was undone does not count."""
    begun = await tx.broadcasts.of_alert(alert_id)
    return any(not broadcast.undone for broadcast in begun)


async def set_link(tx: Transaction, alert_id: int, link: str | None) -> Alert:
    """Set or remove what the main button opens; the alert is a draft again.

    Raises AlertMissing, AlertSent, LinkInvalid.
    """
    alert = await unsent(tx, alert_id)
    edited = replace(alert, link=None if link is None else checked_link(link), state=AlertState.DRAFT)
    await tx.alerts.save(edited)
    return edited


async def write(tx: Transaction, alert_id: int, words: Translation) -> Alert:
    """Write one locale's words; the alert is a draft again.

    Raises AlertMissing, AlertSent, TextMissing, TextTooLong, MarkupInvalid.
    """
    alert = await unsent(tx, alert_id)
    await tx.alerts.write(alert_id, words.checked())
    await tx.alerts.save(replace(alert, state=AlertState.DRAFT))
    return await get(tx, alert_id)


async def approve(tx: Transaction, alert_id: int, approver: Organizer, *, now: datetime) -> Alert:
    """Approve exactly what the alert says now. Only where nobody else could, the author may.

    Raises AlertMissing, AlertSent, MayNotApprove, ColleagueNeeded, TranslationMissing.
    """
    alert = await unsent(tx, alert_id)
    if not approver.may_approve:
        raise MayNotApprove
    if alert.base not in alert.translations:
        raise TranslationMissing
    by_author = alert.author_id == approver.id
    if by_author and await tx.organizers.count_approvers() > 1:
        raise ColleagueNeeded(alert_id)
    approval = Approval(
        organizer_id=approver.id, content_hash=alert.content_hash(), by_author=by_author, approved_at=now
    )
    await tx.alerts.approve(alert_id, approval)
    approved = replace(alert, state=AlertState.APPROVED)
    await tx.alerts.save(approved)
    return approved


async def reach_of(tx: Transaction, alert: Alert) -> Reach:
    """Return whom the alert reaches now."""
    left_out: dict[SubscriberState, int] = {}
    if alert.corrects is not None:
        receives = RECEIVES[BroadcastKind.CORRECT]
        by_locale = await tx.deliveries.count_sent_locales(alert.corrects, receives)
    else:
        by_locale = await tx.subscribers.count_locales(alert.topic)
        left_out = await tx.subscribers.count_left_out(alert.topic)
    return reach(by_locale, base=alert.base, written=alert.translations.keys(), left_out=left_out)


def without_markup(line: str) -> str:
    """Return a line without its formatting.

    Raises MarkupInvalid.
    """
    return parse_markup(line).text


def read_alert_file(text: str) -> Alert:
    """Read an alert file (TOML), checked as if it had been written in the chat.

    Raises AlertFileInvalid, LinkInvalid, TextMissing, TextTooLong, MarkupInvalid.
    """
    try:
        written = tomllib.loads(text)
        kind = ActionKind(written.get("kind", ""))
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise AlertFileInvalid(f"The alert file cannot be used: {error}.") from error
    base, deadline = written.get("base", "en"), written.get("deadline")
    if deadline is not None and not isinstance(deadline, datetime):
        raise AlertFileInvalid("The alert file's `deadline` must be a date and time with its zone.")
    translations = {
        locale: _translation(locale, words) for locale, words in written.items() if isinstance(words, dict)
    }
    if base not in translations:
        raise AlertFileInvalid(f"The alert file has no words in its base locale: write a section [{base}].")
    link = written.get("link")
    return Alert(
        id=0,
        author_id=None,
        state=AlertState.DRAFT,
        kind=kind,
        base=base,
        topic=written.get("topic", DEFAULT_TOPIC),
        link=None if link is None else checked_link(str(link)),
        deadline=None if deadline is None else deadline.replace(tzinfo=deadline.tzinfo or UTC),
        details={name: str(written[name]) for name in DETAILS if name in written},
        translations=translations,
    )


def _translation(locale: str, words: dict[str, Any]) -> Translation:
    missing = [name for name in ("title", "text") if not isinstance(words.get(name), str)]
    if missing:
        raise AlertFileInvalid(f"The alert file's section [{locale}] has no `{missing[0]}`.")
    made = Translation(locale=locale, title=words["title"], text=words["text"], button=words.get("button"))
    return made.checked()
