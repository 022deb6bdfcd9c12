"""When alerts of each kind remind, and what becomes of a reminder when it could be sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Outcome, Standing, Step
from bot.domain.preferences import CampaignHours, Preferences, QuietHours
from bot.domain.reminder import SEND, SKIP, Reminder, Verdict, judge, reminders_of
from tests.making import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ALERT = Alert(id=1, author_id=1, kind=ActionKind.SIGN, base="en")
BEGAN = Standing(step=Step.OPENED, step_on=NOW.date())
HOURS = CampaignHours(quiet=QuietHours(start=21 * 60, end=9 * 60), zone="Europe/Madrid")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(local: str, zone: str) -> dict[str, str]:
    """Return the details of what begins then."""
    return {FieldName.ZONE: zone, FieldName.STARTS_AT: local}


@pytest.mark.parametrize(
    ("kind", "details", "deadline", "due"),
    [
        (ActionKind.SIGN, {}, None, [3 * DAY]),
        (ActionKind.SIGN, {}, 2 * DAY, [DAY]),
        (ActionKind.CALL, {}, 2 * DAY - HOUR, []),
        (ActionKind.EMAIL, {}, 14 * DAY, [13 * DAY]),
        # Noon in UTC is 14:00 in Gaza; the event begins at 18:00 there.
        (ActionKind.ATTEND, at("2026-11-25T18:00", "Asia/Gaza"), None, [DAY + 4 * HOUR, 2 * DAY + 3 * HOUR]),
        (ActionKind.ATTEND, at("2026-11-23T18:00", "Asia/Gaza"), None, [3 * HOUR]),
        (ActionKind.ATTEND, {}, 9 * DAY, []),
        (ActionKind.PLEDGE, at("2026-11-25T18:00", "Asia/Gaza"), None, [2 * DAY + 4 * HOUR]),
        (ActionKind.PLEDGE, {}, 4 * DAY, [3 * DAY]),
        (ActionKind.MOMENT, at("2026-11-25T18:00", "Asia/Gaza"), 9 * DAY, []),
    ],
)
def test_when(
    kind: ActionKind, details: dict[str, str], deadline: timedelta | None, due: list[timedelta]
) -> None:
    """Each kind has one rule; what does not remind by its plan has none."""
    ends = None if deadline is None else NOW + deadline
    alert = replace(ALERT, kind=kind, details=details, deadline=ends)
    assert [each.at - NOW for each in reminders_of(alert, sent_at=NOW)] == due
    assert reminders_of(replace(alert, reminds=False), sent_at=NOW) == ()


def test_the_day_before_over_a_change_of_clocks() -> None:
    """A day is 24 hours, and the hour before is one, though the clocks of the event's zone change in between."""
    begins = datetime(2026, 10, 25, 10, tzinfo=ZoneInfo("Europe/Madrid"))
    alert = replace(ALERT, kind=ActionKind.ATTEND, details=at("2026-10-25T10:00", "Europe/Madrid"))
    first, second = reminders_of(alert, sent_at=begins.astimezone(UTC) - 9 * DAY)
    assert (first.at, second.at) == (begins.astimezone(UTC) - DAY, begins.astimezone(UTC) - HOUR)
    assert first.over_at == second.at


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.sampled_from(ActionKind))
def test_one_or_two_in_time(
    sent_at: datetime, begins: datetime, deadline: datetime | None, kind: ActionKind
) -> None:
    """Never more than one, of an event two; each after the sending, over after it is due, and not past the deadline."""
    details = at(begins.strftime("%Y-%m-%dT%H:%M"), "UTC")
    alert = replace(ALERT, kind=kind, details=details, deadline=deadline)
    found = reminders_of(alert, sent_at=sent_at)
    assert len(found) <= (2 if kind is ActionKind.ATTEND else 1)
    assert [each.number for each in found] == sorted({each.number for each in found})
    for each in found:
        assert sent_at < each.at < each.over_at
        if deadline is not None and kind is not ActionKind.ATTEND:
            assert each.over_at <= deadline


def quiet(start: int, end: int) -> Preferences:
    """Return quiet hours in UTC, in minutes of the day."""
    return Preferences(zone="UTC", quiet=QuietHours(start=start, end=end))


ONE = Reminder(number=1, at=NOW, over_at=NOW + DAY, began_before=(NOW + DAY).date())
NIGHT = NOW.replace(hour=21)


@pytest.mark.parametrize(
    ("standing", "chosen", "now", "verdict"),
    [
        (BEGAN, Preferences(), NOW, SEND),
        (replace(BEGAN, step=Step.PLEDGED), Preferences(), NOW, SEND),
        (Standing(), Preferences(), NOW, SKIP),
        *(
            (replace(BEGAN, outcome=outcome, said_on=NOW.date()), Preferences(), NOW, SKIP)
            for outcome in Outcome
        ),
        (replace(BEGAN, step_on=(NOW + DAY).date()), Preferences(), NOW, SKIP),
        (BEGAN, Preferences(), NOW + DAY, SKIP),
        # Nine in Madrid is eight in UTC; who lives in Tokyo is asleep at noon in UTC already.
        (BEGAN, Preferences(), NIGHT, Verdict(until=NOW + 20 * HOUR)),
        (BEGAN, Preferences(zone="Asia/Tokyo"), NOW, Verdict(until=NOW + 12 * HOUR)),
        (BEGAN, quiet(11 * 60, 10 * 60), NOW, Verdict(until=NOW + 22 * HOUR)),
        (BEGAN, quiet(12 * 60, 11 * 60), NOW + 2 * HOUR, Verdict(until=NOW + 23 * HOUR)),
        (BEGAN, quiet(13 * 60, 12 * 60 + 30), NOW + 2 * HOUR, SKIP),
    ],
)
def test_at_the_claim(standing: Standing, chosen: Preferences, now: datetime, verdict: Verdict) -> None:
    """It is sent, waits for the end of quiet hours, or is never sent: then also where these end too late."""
    assert judge(ONE, standing, chosen, hours=HOURS, now=now) == verdict
