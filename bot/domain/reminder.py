"""Reminders: of which alerts there are any, when, and to whom each may still be sent.

Only who began (pressed the main button, or pledged) and has not said what came of it is ever reminded, and of each
alert once; of an event the day before and an hour before. Rules by kind: `reminders_of`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.action_fields import starts_at
from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Standing
from bot.domain.preferences import CampaignHours, Preferences, known_zone

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

SHORTEST = 2 * DAY
"""An alert with less time than this between its sending and its deadline is still fresh: it reminds nobody."""

WITHOUT_DEADLINE = 3 * DAY
"""After so long an alert without a deadline reminds."""

GOOD_FOR = 2 * DAY
"""For so long a reminder without a deadline may still be sent, where nothing could be sent at its time."""

EVENTS = frozenset({ActionKind.ATTEND})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """One reminder of an alert: it is due `at`, and sent to nobody from `over_at` on.

    `number`: of this alert's, from 1. `began_before`: only for who began on an earlier day; None: on any.
    """

    number: int
    at: datetime
    over_at: datetime
    began_before: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a claim does with one delivery: send it now, let it wait `until` then, or, without either, never send it.

    `alerts`: of a digest, which alerts are in it, in their order; `more`: how many are left for the next one; `struck`:
    which of them were recalled since.
    """

    send: bool = False
    until: datetime | None = None
    alerts: tuple[int, ...] = ()
    more: int = 0
    struck: tuple[int, ...] = ()


SEND, SKIP = Verdict(send=True), Verdict()


def reminders_of(alert: Alert, *, sent_at: datetime) -> tuple[Reminder, ...]:
    """Return when an alert that goes out at `sent_at` reminds; nothing where it does not.

    An event: the day before, and an hour before it begins. A pledge that has a time: when that comes. Else a day before
    the deadline, where the sending is two days before it or earlier; without a deadline three days after the sending.
    """
    if not alert.reminds or alert.kind is ActionKind.MOMENT:
        return ()
    begins = starts_at(alert)
    if alert.kind in EVENTS:
        if begins is None:
            return ()
        # The first is over when the second is due: nobody gets both at once.
        pair = (
            Reminder(number=1, at=begins - DAY, over_at=begins - HOUR),
            Reminder(number=2, at=begins - HOUR, over_at=begins),
        )
        return tuple(each for each in pair if each.at > sent_at)
    if alert.kind is ActionKind.PLEDGE and begins is not None:
        over_at = min(begins + DAY, alert.deadline or begins + DAY)
        return (Reminder(number=1, at=begins, over_at=over_at),) if sent_at < begins < over_at else ()
    if alert.deadline is None:
        at = sent_at + WITHOUT_DEADLINE
        return (Reminder(number=1, at=at, over_at=at + GOOD_FOR, began_before=at.date()),)
    if alert.deadline - sent_at < SHORTEST:
        return ()
    at = alert.deadline - DAY
    return (Reminder(number=1, at=at, over_at=alert.deadline, began_before=at.date()),)


def is_for(reminder: Reminder, standing: Standing) -> bool:
    """Whether a reminder is for who stands so with the alert."""
    if not standing.may_be_reminded or standing.step_on is None:
        return False
    return reminder.began_before is None or standing.step_on < reminder.began_before


def judge(
    reminder: Reminder, standing: Standing, chosen: Preferences, *, hours: CampaignHours, now: datetime
) -> Verdict:
    """Return what becomes of a reminder at the moment at which it could be sent.

    How often somebody wants alerts does not matter: what they are reminded of is what they themselves began.
    """
    if now >= reminder.over_at or not is_for(reminder, standing):
        return SKIP
    return within_hours(chosen, hours=hours, now=now, over_at=reminder.over_at)


def within_hours(
    chosen: Preferences, *, hours: CampaignHours, now: datetime, over_at: datetime | None = None
) -> Verdict:
    """Send now, or wait for the end of somebody's quiet hours, or of the campaign's, where they chose none.

    What would be too late by then (`over_at`) is never sent.
    """
    zone = known_zone(chosen.zone or hours.zone)
    until = (chosen.quiet or hours.quiet).not_before(now, zone)
    if until is None:
        return SEND
    return SKIP if over_at is not None and until >= over_at else Verdict(until=until)
