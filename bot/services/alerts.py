"""Writing alerts. Each edit is a revision with its editor, so that it is known who may approve."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.action_fields import only_of_kind
from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.audience import Audience
from bot.domain.audience_edit import require_topic
from bot.domain.audit import Event
from bot.domain.broadcast import ENDED
from bot.domain.links import checked_link
from bot.domain.markup import parse_markup
from bot.domain.organizer import Organizer, Right
from bot.domain.plan import plan_of
from bot.domain.revision import Source, content_of
from bot.domain.schedule import Rule
from bot.domain.staleness import link_version, locale_version, rewritten, settled
from bot.errors import CampaignError
from bot.services import audit
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


class AudienceFixed(CampaignError):
    """A correction is for those who got what it corrects, and nobody else."""


async def draft(tx: Transaction, kind: ActionKind, *, base: str, actor: Organizer, now: datetime) -> Alert:
    """Begin an alert in the author's language.

    Raises MayNotCompose.
    """
    authorize(actor, Right.COMPOSE)
    begun = await tx.alerts.add(Alert(id=0, author_id=actor.id, kind=kind, base=base), now=now)
    audit.record(tx, Event.ALERT_BEGUN, audit.alert(begun.id), actor=actor, now=now, kind=kind.value)
    return begun


async def drafts(tx: Transaction, *, limit: int, actor: Organizer) -> list[Alert]:
    """Return alerts that were begun and not sent, newest first."""
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
    audit.record(tx, Event.ALERT_DISCARDED, audit.alert(alert_id), actor=actor, now=now)
    await tx.reviews.forget_notes_about(alert_id)


async def is_sent(tx: Transaction, alert_id: int, *, actor: Organizer) -> bool:
    """Return whether a broadcast of it was begun; one that was undone does not count."""
    authorize(actor, Right.LOOK)
    begun = await tx.broadcasts.of_alert(alert_id)
    return any(not broadcast.undone for broadcast in begun)


async def set_link(
    tx: Transaction,
    alert_id: int,
    link: str | None,
    *,
    actor: Organizer,
    now: datetime,
    over: str | None = None,
) -> Alert:
    """Set or remove what the main button opens.

    `over`: the version of the link that the organizer saw; None where they are not asked about that.
    Raises MayNotCompose, AlertMissing, AlertSent, LinkInvalid, WordsChanged.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    edited = replace(alert, link=None if link is None else checked_link(link))
    if edited != alert and over not in (None, link_version(alert)):
        raise WordsChanged
    return await revise(tx, alert, edited, actor=actor, now=now)


async def set_kind(
    tx: Transaction, alert_id: int, kind: ActionKind, *, actor: Organizer, now: datetime
) -> Alert:
    """Let the alert ask for another kind of action. What only the kind of before needed goes.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """

    def changed(alert: Alert) -> Alert:
        return alert if kind is alert.kind else only_of_kind(replace(alert, kind=kind))

    return await _edit(tx, alert_id, changed, actor=actor, now=now)


async def set_start(tx: Transaction, alert_id: int, rule: Rule, *, actor: Organizer, now: datetime) -> Alert:
    """Let the alert go out by this rule. An edit like any other: it voids the approval.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    return await _edit(tx, alert_id, lambda alert: replace(alert, start=rule), actor=actor, now=now)


async def set_urgent(
    tx: Transaction, alert_id: int, urgent: bool, *, actor: Organizer, now: datetime
) -> Alert:
    """Let the alert go to who wants urgent alerts only as well, or not. It voids the approval, as every edit does.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    return await _edit(tx, alert_id, lambda alert: replace(alert, urgent=urgent), actor=actor, now=now)


async def set_reminds(
    tx: Transaction, alert_id: int, reminds: bool, *, actor: Organizer, now: datetime
) -> Alert:
    """Let the alert remind who began and has not said what came of it, or not. It voids the approval.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    return await _edit(tx, alert_id, lambda alert: replace(alert, reminds=reminds), actor=actor, now=now)


async def set_audience(
    tx: Transaction, alert_id: int, audience: Audience, *, actor: Organizer, now: datetime
) -> Alert:
    """Let the alert be for others. A correction stays for those who got what it corrects.

    Raises MayNotCompose, AlertMissing, AlertSent, AudienceFixed, TopicNeeded, AudienceInvalid.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    if alert.corrects is not None:
        raise AudienceFixed
    require_topic(audience)
    return await revise(tx, alert, replace(alert, audience=audience.checked()), actor=actor, now=now)


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
    edited.require_room()
    source = None if message_id is None else Source(message_id=message_id, locale=words.locale)
    return await revise(tx, alert, edited, actor=actor, now=now, source=source)


async def take_back(
    tx: Transaction, alert_id: int, locale: str, *, revision: int, actor: Organizer, now: datetime
) -> Alert:
    """Let one locale's words, and what was chosen about it, be again what they were at this revision.

    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    then = await tx.alerts.at(alert_id, revision)
    translations = {name: words for name, words in alert.translations.items() if name != locale}
    choices = {name: chosen for name, chosen in alert.choices.items() if name != locale}
    if then is not None and locale in then.translations:
        translations[locale] = then.translations[locale]
    if then is not None and locale in then.choices:
        choices[locale] = then.choices[locale]
    edited = settled(replace(alert, translations=translations, choices=choices))
    return await revise(tx, alert, edited, actor=actor, now=now)


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


async def _edit(
    tx: Transaction, alert_id: int, change: Callable[[Alert], Alert], *, actor: Organizer, now: datetime
) -> Alert:
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    return await revise(tx, alert, change(alert), actor=actor, now=now)


def without_markup(line: str) -> str:
    """Return a line without its formatting.

    Raises MarkupInvalid.
    """
    return parse_markup(line).text


async def revise(
    tx: Transaction,
    alert: Alert,
    edited: Alert,
    *,
    actor: Organizer,
    now: datetime,
    source: Source | None = None,
) -> Alert:
    """Keep an edit under its editor's id. Who changes nothing has written nothing.

    Raises MayNotCompose.
    """
    authorize(actor, Right.COMPOSE)
    if content_of(edited) == content_of(alert):
        return alert
    revised = await tx.alerts.revise(edited, editor_id=actor.id, now=now, source=source)
    plan = plan_of(revised, paid=False).sha256
    audit.record(
        tx,
        Event.ALERT_EDITED,
        audit.alert(alert.id),
        actor=actor,
        now=now,
        revision=revised.revision,
        plan=plan,
    )
    if await _was_approved(tx, alert):
        audit.record(tx, Event.APPROVAL_VOIDED, audit.alert(alert.id), actor=actor, now=now)
    return revised


async def _was_approved(tx: Transaction, alert: Alert) -> bool:
    plans = {plan_of(alert, paid=paid).sha256 for paid in (True, False)}
    return any(each.plan_sha256 in plans for each in await tx.plans.approvals(alert.id))
