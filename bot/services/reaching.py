"""Whom an alert reaches, by what is decided about its languages."""

from collections import Counter
from datetime import datetime
from functools import partial

from bot.domain.alert import Alert
from bot.domain.audience import Draw
from bot.domain.broadcast import RECEIVES, BroadcastKind
from bot.domain.organizer import Organizer, Right
from bot.domain.reach import Reach, reach
from bot.domain.schedule import Moment, OnConfirmation
from bot.domain.staleness import in_force, older, recipients
from bot.services import counting
from bot.services.team import authorize
from bot.store.store import Transaction


async def reach_of(tx: Transaction, alert: Alert, *, actor: Organizer, now: datetime | None = None) -> Reach:
    """Return whom the alert reaches now: estimated, but the total of all who get the alerts.

    `now`: given, those are counted who get it later, since they would be in their quiet hours when it goes out.
    """
    authorize(actor, Right.LOOK)
    reached = partial(
        reach,
        base=alert.base,
        written=alert.translations.keys(),
        older=older(alert),
        choices=in_force(alert),
    )
    if alert.corrects is not None:
        receives = RECEIVES[BroadcastKind.CORRECT]
        got = Counter(await tx.deliveries.count_sent_locales(alert.corrects, receives))
        got.update(await tx.brought.count_locales(alert.corrects, receives))
        return reached(got)
    # Whoever is left out for their language is not drawn, either.
    is_drawn = any(isinstance(term, Draw) for term in alert.audience.terms)
    counted = await counting.count(
        tx,
        recipients(alert) if is_drawn else alert.audience,
        actor=actor,
        urgent=alert.urgent,
        now=_goes_out(alert, now),
    )
    # Of a language that a few read an estimate may find nobody: what they get is decided all the same.
    readers = await counting.locales_of_everybody(tx, alert.audience, actor=actor)
    return reached(
        dict.fromkeys(readers, 0) | dict(counted.by_locale),
        left_out=counted.left_out,
        is_estimate=True,
        everybody=counted.everybody,
        later=counted.later,
    )


def _goes_out(alert: Alert, now: datetime | None) -> datetime | None:
    """Return when an alert would go out to everybody at once, if it were confirmed now; None: to each at their hour."""
    match alert.start:
        case OnConfirmation():
            return now
        case Moment(at=at):
            return None if now is None else max(at, now)
        case _:
            return None
