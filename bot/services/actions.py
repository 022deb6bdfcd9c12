"""What people do about an alert: opening it, pledging, saying what came of it, and taking that back.

A correction is the same alert for whoever acts: all is counted under the one that was sent first.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action_fields import FieldName, field_of, value_for
from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import BroadcastKind
from bot.domain.moment import Window, window_of
from bot.domain.outcome import (
    NothingSaid,
    Outcome,
    Standing,
    Step,
    require_begun,
    require_open,
    told,
)
from bot.domain.subscriber import Subscriber
from bot.errors import CampaignError
from bot.services import team
from bot.store.store import Transaction

QUESTIONS = (FieldName.QUESTION_1, FieldName.QUESTION_2, FieldName.QUESTION_3)


class ActionMissing(CampaignError):
    """There is no such alert, or it was never sent."""


class ActionRecalled(CampaignError):
    """The campaign has taken this alert back."""


class PreviewOnly(CampaignError):
    """This alert was not sent: an organizer looks at what it will be, and nothing is counted."""


class NotOnList(CampaignError):
    """Only of subscribers anything is kept, so that only theirs can be counted, and undone."""


class PledgedAlready(CampaignError):
    """This person has pledged already."""


class QuestionsFirst(CampaignError):
    """What is asked for is an answer to questions: they are opened by the main button."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """Somebody before an alert. `counted_as`: the alert that all is counted under. `person`: if they are on the list.

    `is_sent`: it was; if not, whoever acts is an organizer who looks at it beforehand. `window`: of a moment, when taps
    count, as it was last corrected.
    """

    alert: Alert
    counted_as: int
    is_sent: bool
    person: Subscriber | None
    standing: Standing
    window: Window | None = None

    @property
    def subscriber(self) -> Subscriber:
        """The person, of whom something can be kept.

        Raises PreviewOnly, NotOnList.
        """
        if not self.is_sent:
            raise PreviewOnly
        if self.person is None or not self.person.is_on_list:
            raise NotOnList
        return self.person


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was said or pledged. `count`: how many have, as far as that is told."""

    alert: Alert
    count: int | None


async def acting(tx: Transaction, chat_id: int, alert_id: int) -> Acting:
    """Return who acts on what; of a draft, only to organizers.

    Raises ActionMissing, ActionRecalled.
    """
    # The person first: their taps come one after the other.
    person = await tx.subscribers.find(chat_id)
    card = await _card(tx, alert_id)
    if not card.is_sent and await team.find(tx, chat_id) is None:
        raise ActionMissing
    if card.is_recalled:
        raise ActionRecalled
    standing = Standing() if person is None else await tx.outcomes.standing(card.first, person.id)
    return Acting(
        alert=card.alert,
        counted_as=card.first,
        is_sent=card.is_sent,
        person=person,
        standing=standing,
        window=card.window,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Card:
    """What somebody acts on, whoever they are. `first`: the alert that all is counted under."""

    alert: Alert
    first: int
    is_sent: bool
    is_recalled: bool
    window: Window | None


async def _card(tx: Transaction, alert_id: int) -> _Card:
    """Return what is acted on. Of an alert that was sent, once for all who act on it in this transaction.

    Raises ActionMissing.
    """
    # Whatever changes it, a recall or a correction, changes a broadcast.
    is_certain = not tx.broadcasts.changed
    known = tx.looked_up.get((_Card, alert_id)) if is_certain else None
    if isinstance(known, _Card):
        return known
    alert = (await tx.alerts.ever([alert_id])).get(alert_id)
    if alert is None:
        raise ActionMissing
    first, is_sent = await first_sent(tx, alert), await tx.broadcasts.has_begun(alert_id)
    kept = await tx.moments.find(first)
    card = _Card(
        alert=alert,
        first=first,
        is_sent=is_sent,
        is_recalled=is_sent and await is_recalled(tx, first),
        window=window_of(alert) if kept is None else kept.window,
    )
    if is_sent and is_certain:
        tx.looked_up[_Card, alert_id] = card
    return card


async def letter(tx: Transaction, alert_id: int) -> Alert | None:
    """Return the alert whose letter a page shows, to whoever has its address; None where there is none any more."""
    alert = (await tx.alerts.ever([alert_id])).get(alert_id)
    if alert is None or alert.kind is not ActionKind.EMAIL or not alert.translations:
        return None
    return None if await is_recalled(tx, await first_sent(tx, alert)) else alert


async def first_sent(tx: Transaction, alert: Alert) -> int:
    """Return the alert under which people's acts are counted: of a correction, the one that it corrects."""
    seen = {alert.id}
    while alert.corrects is not None:
        corrected = (await tx.broadcasts.get_unlocked(alert.corrects)).alert_id
        if corrected in seen:
            break
        seen.add(corrected)
        alert = (await tx.alerts.ever([corrected]))[corrected]
    return alert.id


async def open_action(tx: Transaction, chat_id: int, alert_id: int, *, now: datetime) -> Acting:
    """Press the main button. It opens for everybody; noted is only that a subscriber pressed it.

    Raises ActionMissing, ActionRecalled, ActionOver.
    """
    found = await acting(tx, chat_id, alert_id)
    require_open(found.alert, now=now)
    if found.is_sent and found.person is not None and found.person.is_on_list:
        after = found.standing.open(today=now.date())
        await tx.outcomes.save(found.counted_as, found.person, after)
    return found


async def pledge(tx: Transaction, chat_id: int, alert_id: int, *, now: datetime) -> Said:
    """Say that one will.

    Raises ActionMissing, ActionRecalled, ActionOver, PreviewOnly, NotOnList, PledgedAlready.
    """
    found = await acting(tx, chat_id, alert_id)
    require_open(found.alert, now=now)
    person = found.subscriber
    if found.standing.step is Step.PLEDGED:
        raise PledgedAlready
    await tx.outcomes.save(found.counted_as, person, found.standing.pledge(today=now.date()))
    return Said(alert=found.alert, count=told(await tx.action_counts.total(found.counted_as, Step.PLEDGED)))


async def take_back_pledge(tx: Transaction, chat_id: int, alert_id: int) -> Alert:
    """Take a pledge back, everywhere it was counted.

    Raises ActionMissing, ActionRecalled, NothingSaid.
    """
    found = await acting(tx, chat_id, alert_id)
    if found.person is None:
        raise NothingSaid
    await tx.outcomes.save(found.counted_as, found.person, found.standing.take_back_pledge())
    return found.alert


async def say(tx: Transaction, chat_id: int, alert_id: int, outcome: Outcome, *, now: datetime) -> Said:
    """Say what came of an action, once.

    A moment's instant is judged by the server's clock, whatever the phone shows.
    Raises ActionMissing, ActionRecalled, PreviewOnly, NotOnList, TooEarly, NotYet, MomentOver, AlreadySaid,
    QuestionsFirst.
    """
    found = await acting(tx, chat_id, alert_id)
    person = found.subscriber
    if outcome is Outcome.DONE and found.window is not None:
        found.window.require_open(now=now)
    after = found.standing.say(outcome, today=now.date())
    if outcome is Outcome.DONE:
        if found.window is None:
            require_begun(found.alert, now=now)
        if questions_of(found.alert, person.locale):
            raise QuestionsFirst
    await tx.outcomes.save(found.counted_as, person, after)
    return Said(alert=found.alert, count=told(await tx.action_counts.total(found.counted_as, outcome)))


async def counted(tx: Transaction, chat_id: int, alert_id: int, outcome: Outcome) -> Said:
    """Return how many say this of an alert, to somebody who has said so.

    Raises ActionMissing, ActionRecalled.
    """
    found = await acting(tx, chat_id, alert_id)
    return Said(alert=found.alert, count=told(await tx.action_counts.total(found.counted_as, outcome)))


async def undo(tx: Transaction, chat_id: int, alert_id: int) -> Alert:
    """Take back what was said, everywhere it was counted; with what was reported, if anything.

    Raises ActionMissing, ActionRecalled, NothingSaid.
    """
    found = await acting(tx, chat_id, alert_id)
    if found.person is None:
        raise NothingSaid
    await tx.outcomes.save(found.counted_as, found.person, found.standing.undo())
    await tx.sightings.withdraw(found.counted_as, found.person.id)
    return found.alert


def questions_of(alert: Alert, locale: str) -> tuple[str, ...]:
    """Return what a reader of this locale is asked; nothing for a kind that asks nothing."""
    if alert.kind is not ActionKind.REPORT:
        return ()
    fields = (field_of(alert.kind, name) for name in QUESTIONS)
    asked = (value_for(alert, field, locale) for field in fields if field is not None)
    return tuple(each for each in asked if each)


async def is_recalled(tx: Transaction, alert_id: int) -> bool:
    """Return whether the campaign has taken back what was sent first under this number."""
    for sent in await tx.broadcasts.of_alert(alert_id):
        if sent.kind is BroadcastKind.SEND:
            recalls = await tx.broadcasts.follow_ups_of(sent.id, BroadcastKind.RECALL)
            if any(not each.undone for each in recalls):
                return True
    return False
