"""Writing alerts. Each edit is a revision with its editor, so that it is known who may approve."""

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.broadcast import ENDED, RECEIVES, BroadcastKind
from bot.domain.links import checked_link
from bot.domain.markup import parse_markup
from bot.domain.organizer import Organizer, Right
from bot.domain.reach import Reach, reach
from bot.domain.revision import Source, content_of
from bot.domain.staleness import base_version, kept_as_they_are, locale_version, older, rewritten, undecided
from bot.domain.subscriber import SubscriberState
from bot.errors import CampaignError
from bot.services.team import authorize
from bot.store.store import Transaction


class AlertMissing(CampaignError):
    """This alert is not there any more. Begin a new one."""


class AlertSent(CampaignError):
    """This alert has gone out: it stays as it was approved, and is not sent twice. Begin a new one."""


class AlertGoingOut(AlertSent):
    """This alert is queued or going out: it stays as it was approved. Undo or stop that first."""


class WordsChanged(CampaignError):
    """Somebody has written these words anew since they were shown. Look at them, and send yours again."""


class WordsNewer(CampaignError):
    """Newer words stand in the place of those that this message gave: an edit of it changes nothing."""


async def draft(tx: Transaction, kind: ActionKind, *, base: str, actor: Organizer, now: datetime) -> Alert:
    """Begin an alert in the author's language.

    Raises MayNotCompose.
    """
    authorize(actor, Right.COMPOSE)
    return await tx.alerts.add(Alert(id=0, author_id=actor.id, kind=kind, base=base), now=now)


async def drafts(tx: Transaction, *, limit: int, actor: Organizer) -> list[Alert]:
    """Return alerts that have words and were not sent, newest first."""
    authorize(actor, Right.LOOK)
    return await tx.alerts.drafts(limit=limit)


async def get(tx: Transaction, alert_id: int, *, actor: Organizer) -> Alert:
    """Return an alert.

    Raises AlertMissing.
    """
    authorize(actor, Right.LOOK)
    found = await tx.alerts.find(alert_id)
    if found is None:
        raise AlertMissing
    return found


async def unsent(tx: Transaction, alert_id: int, *, actor: Organizer) -> Alert:
    """Return an alert of which no broadcast was begun: what goes out is what was approved, and goes out once.

    Raises AlertMissing, AlertSent.
    """
    alert = await get(tx, alert_id, actor=actor)
    if await is_going_out(tx, alert_id, actor=actor):
        raise AlertGoingOut
    if await is_sent(tx, alert_id, actor=actor):
        raise AlertSent
    return alert


async def is_going_out(tx: Transaction, alert_id: int, *, actor: Organizer) -> bool:
    """Return whether a broadcast of it was begun and has not ended."""
    authorize(actor, Right.LOOK)
    return any(each.status not in ENDED for each in await tx.broadcasts.of_alert(alert_id))


async def discard(tx: Transaction, alert_id: int, *, actor: Organizer, now: datetime) -> None:
    """Delete a draft, for everybody.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    await unsent(tx, alert_id, actor=actor)
    await tx.alerts.discard(alert_id, now=now)
    await tx.reviews.forget_notes_about(alert_id)


async def is_sent(tx: Transaction, alert_id: int, *, actor: Organizer) -> bool:
    """Return whether a broadcast of it was begun; one that was undone does not count."""
    authorize(actor, Right.LOOK)
    begun = await tx.broadcasts.of_alert(alert_id)
    return any(not broadcast.undone for broadcast in begun)


async def set_link(
    tx: Transaction, alert_id: int, link: str | None, *, actor: Organizer, now: datetime
) -> Alert:
    """Set or remove what the main button opens.

    Raises MayNotCompose, AlertMissing, AlertSent, LinkInvalid.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    edited = replace(alert, link=None if link is None else checked_link(link))
    return await _revise(tx, alert, edited, actor=actor, now=now)


async def set_kind(
    tx: Transaction, alert_id: int, kind: ActionKind, *, actor: Organizer, now: datetime
) -> Alert:
    """Let the alert ask for another kind of action.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    return await _revise(tx, alert, replace(alert, kind=kind), actor=actor, now=now)


async def write(
    tx: Transaction,
    alert_id: int,
    words: Translation,
    *,
    actor: Organizer,
    now: datetime,
    message_id: int | None = None,
    written_for: str | None = None,
    over: str | None = None,
) -> Alert:
    """Write one locale's words; `message_id` of the organizer's message that they were read from.

    `written_for`: the version of the base's words that the organizer saw; None for those of today. `over`: the version
    of this locale's words that they saw, empty where there were none; None where they are not asked about that.
    Raises MayNotCompose, AlertMissing, AlertSent, WordsChanged, TextMissing, TextTooLong, MarkupInvalid.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    edited = rewritten(alert, words.checked(), written_for=written_for)
    if over not in (None, locale_version(alert, words.locale), locale_version(edited, words.locale)):
        raise WordsChanged
    source = None if message_id is None else Source(message_id=message_id, locale=words.locale)
    return await _revise(tx, alert, edited, actor=actor, now=now, source=source)


async def take_back(
    tx: Transaction, alert_id: int, locale: str, *, revision: int, actor: Organizer, now: datetime
) -> Alert:
    """Let one locale's words be again what they were at this revision; none, where there were none.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    then = await tx.alerts.at(alert_id, revision)
    translations = {name: words for name, words in alert.translations.items() if name != locale}
    if then is not None and locale in then.translations:
        translations[locale] = then.translations[locale]
    return await _revise(tx, alert, replace(alert, translations=translations), actor=actor, now=now)


async def keep(
    tx: Transaction, alert_id: int, locale: str | None, *, seen: str, actor: Organizer, now: datetime
) -> Alert:
    """Let words that are older than the base's be sent as they are, of one locale or, with None, of all.

    `seen`: the version of the base that they are older than. Where it was changed meanwhile, nothing is decided.
    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    if seen != base_version(alert):
        return alert
    locales = older(alert) if locale is None else (locale,)
    return await _revise(tx, alert, kept_as_they_are(alert, locales), actor=actor, now=now)


async def written_in(tx: Transaction, message_id: int, *, actor: Organizer) -> tuple[Alert, str] | None:
    """Return the alert, and the locale, whose words were last read from this message of the organizer's.

    Raises WordsNewer where others were written since.
    """
    authorize(actor, Right.LOOK)
    found = await tx.alerts.written_in(message_id, editor_id=actor.id)
    if found is None:
        return None
    alert, then, locale = found
    if locale_version(then, locale) != locale_version(alert, locale):
        raise WordsNewer
    return alert, locale


async def reach_of(tx: Transaction, alert: Alert, *, actor: Organizer) -> Reach:
    """Return whom the alert reaches now."""
    authorize(actor, Right.LOOK)
    left_out: dict[SubscriberState, int] = {}
    if alert.corrects is not None:
        receives = RECEIVES[BroadcastKind.CORRECT]
        by_locale = await tx.deliveries.count_sent_locales(alert.corrects, receives)
    else:
        by_locale = await tx.audiences.count_locales(alert.audience)
        left_out = await tx.audiences.count_left_out(alert.audience)
    return reach(
        by_locale,
        base=alert.base,
        written=alert.translations.keys(),
        left_out=left_out,
        older=older(alert),
        kept=set(older(alert)) - set(undecided(alert)),
    )


def without_markup(line: str) -> str:
    """Return a line without its formatting.

    Raises MarkupInvalid.
    """
    return parse_markup(line).text


async def _revise(
    tx: Transaction,
    alert: Alert,
    edited: Alert,
    *,
    actor: Organizer,
    now: datetime,
    source: Source | None = None,
) -> Alert:
    """Keep an edit under its editor's id. Who changes nothing has written nothing."""
    if content_of(edited) == content_of(alert):
        return alert
    return await tx.alerts.revise(edited, editor_id=actor.id, now=now, source=source)
