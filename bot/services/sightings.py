"""What supporters report: given in answers to an alert's questions, read by editors, then by the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.domain.outcome import Outcome, require_open, told
from bot.domain.sighting import Sighting, SightingState
from bot.errors import CampaignError
from bot.services import actions, audit
from bot.services.actions import Acting, Said
from bot.services.team import Contact, authorize, everybody
from bot.services.threads import TOLD_EVERY
from bot.store.store import Transaction

TELLING = "telling of reports"
"""The job under which it is noted when editors were last told that reports wait."""


class SightingMissing(CampaignError):
    """This was withdrawn by whoever reported it, or erased."""


class SightingDecided(CampaignError):
    """A colleague has decided about this already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One report with its alert, the `number`-th `of` so many in its state."""

    sighting: Sighting
    alert: Alert
    number: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was said by a report; `team`: the editors who now hear that reports wait, from time to time."""

    said: Said
    team: Sequence[Contact] = ()


async def begin(tx: Transaction, chat_id: int, alert_id: int, *, now: datetime) -> Acting:
    """Begin to answer the questions; that the main button was pressed is noted.

    Raises ActionMissing, ActionRecalled, ActionOver, PreviewOnly, NotOnList, AlreadySaid.
    """
    found = await actions.open_action(tx, chat_id, alert_id, now=now)
    _ = found.subscriber, found.standing.say(Outcome.DONE, today=now.date())
    return found


async def give(
    tx: Transaction, chat_id: int, alert_id: int, answers: Sequence[str], *, now: datetime
) -> Given:
    """Report: once of each person and alert. It counts as done, and is undone with that.

    Raises ActionMissing, ActionRecalled, ActionOver, PreviewOnly, NotOnList, AlreadySaid.
    """
    found = await actions.acting(tx, chat_id, alert_id)
    require_open(found.alert, now=now)
    person, today = found.subscriber, now.date()
    after = found.standing.say(Outcome.DONE, today=today)
    await tx.sightings.add(found.counted_as, person.id, locale=person.locale, answers=answers, today=today)
    await tx.outcomes.save(found.counted_as, person, after)
    count = await tx.action_counts.total(found.counted_as, Outcome.DONE)
    return Given(said=Said(alert=found.alert, count=told(count)), team=await _to_tell(tx, chat_id, now=now))


async def _to_tell(tx: Transaction, chat_id: int, *, now: datetime) -> list[Contact]:
    """Return the editors, but for who reported, if none was told within the hour: no row says when that was given."""
    editors = [each for each in await everybody(tx) if each.organizer.may(Right.COMPOSE)]
    others = [each for each in editors if each.chat_id != chat_id]
    hour = now.replace(minute=0, second=0, microsecond=0)
    return others if others and await tx.jobs.claim(TELLING, now=hour, every=TOLD_EVERY) else []


async def waiting(tx: Transaction, *, page: int, actor: Organizer) -> Shown | None:
    """Return what waits for an editor, one at a time, the oldest first; None where nothing does.

    Raises NotAnOrganizer, MayNotCompose.
    """
    authorize(actor, Right.COMPOSE)
    return await _shown(tx, SightingState.WAITING, page)


async def accepted(tx: Transaction, *, page: int, actor: Organizer) -> Shown | None:
    """Return what an editor has accepted, one at a time.

    Raises NotAnOrganizer.
    """
    authorize(actor, Right.LOOK)
    return await _shown(tx, SightingState.ACCEPTED, page)


async def count_waiting(tx: Transaction, *, actor: Organizer) -> int:
    """Return how many wait for an editor.

    Raises NotAnOrganizer.
    """
    authorize(actor, Right.LOOK)
    return (await tx.sightings.count()).get(SightingState.WAITING, 0)


async def decide(
    tx: Transaction, sighting_id: int, state: SightingState, *, actor: Organizer, now: datetime
) -> None:
    """Accept or reject what waits; 30 days later it is erased.

    Raises NotAnOrganizer, MayNotCompose, SightingMissing, SightingDecided.
    """
    authorize(actor, Right.COMPOSE)
    found = await tx.sightings.find(sighting_id)
    if found is None:
        raise SightingMissing
    if found.state is not SightingState.WAITING or state is SightingState.WAITING:
        raise SightingDecided
    await tx.sightings.decide(sighting_id, state, today=now.date())
    event = Event.SIGHTING_ACCEPTED if state is SightingState.ACCEPTED else Event.SIGHTING_REJECTED
    audit.record(tx, event, audit.alert(found.alert_id), actor=actor, now=now)


async def _shown(tx: Transaction, state: SightingState, page: int) -> Shown | None:
    of = (await tx.sightings.count()).get(state, 0)
    at = min(page, max(of - 1, 0))
    found = await tx.sightings.in_state(state, limit=1, skipped=at)
    if not found:
        return None
    alert = (await tx.alerts.ever([found[0].alert_id]))[found[0].alert_id]
    return Shown(sighting=found[0], alert=alert, number=at + 1, of=of)
