"""A test of an alert to the whole team, before anybody else gets it."""

from datetime import datetime, timedelta

from bot.domain.alert import Alert, TranslationMissing
from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.errors import CampaignError
from bot.services import alerts, audit
from bot.services.team import Contact, authorize, contacts
from bot.store.store import Transaction

BETWEEN = timedelta(minutes=1)
"""Two tests of one alert to the team have so much time between them."""


class TeamJustTested(CampaignError):
    """The team got a test of this alert less than a minute ago."""


async def begin(
    tx: Transaction, alert_id: int, *, actor: Organizer, now: datetime
) -> tuple[Alert, list[Contact]]:
    """Return the alert and the colleagues to whom it is sent as a test; whoever acts is one more.

    Raises MayNotCompose, AlertMissing, TranslationMissing, TeamJustTested.
    """
    authorize(actor, Right.COMPOSE)
    alert = await alerts.get(tx, alert_id, actor=actor)
    if alert.base not in alert.translations:
        raise TranslationMissing
    if not await tx.alerts.take_turn_to_test(alert_id, now=now, after=BETWEEN):
        raise TeamJustTested
    audit.record(tx, Event.ALERT_TESTED, audit.alert(alert_id), actor=actor, now=now)
    return alert, await contacts(tx, Right.LOOK, actor=actor)
