"""When taps at a moment count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind, Alert
from bot.domain.moment import OPEN_FOR, MomentOver, NotYet, Window, window_of
from tests.making import draft

OPENS = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)


def moment(**changes: object) -> Alert:
    """Return an alert for a moment at 18:00 in Berlin."""
    details = {"zone": "Europe/Berlin", "starts_at": "2026-12-04T18:00"}
    return replace(draft(), kind=ActionKind.MOMENT, link=None, details=details, **changes)  # type: ignore[arg-type]


def test_a_moment_is_open_for_a_day_or_until_its_deadline() -> None:
    """Taps count from the instant in its own zone on; a deadline before the instant says nothing."""
    assert window_of(moment()) == Window(opens_at=OPENS, closes_at=OPENS + OPEN_FOR)
    until = OPENS + timedelta(hours=1)
    assert window_of(moment(deadline=until)) == Window(opens_at=OPENS, closes_at=until)
    assert window_of(moment(deadline=OPENS)) == Window(opens_at=OPENS, closes_at=OPENS + OPEN_FOR)


def test_what_is_no_moment_has_no_window() -> None:
    """Neither an alert of another kind, nor a moment whose instant is not said."""
    assert window_of(replace(moment(), kind=ActionKind.PLEDGE)) is None
    assert window_of(replace(moment(), details={})) is None


@given(st.integers(-200_000_000_000, 200_000_000_000))
def test_each_instant_is_before_within_or_after(microseconds: int) -> None:
    """A tap counts, or comes too early by just the time that is left, or too late; never two of these."""
    window = Window(opens_at=OPENS, closes_at=OPENS + OPEN_FOR)
    now = OPENS + timedelta(microseconds=microseconds)
    if now < OPENS:
        with pytest.raises(NotYet) as early:
            window.require_open(now=now)
        assert now + early.value.wait == OPENS
    elif now < OPENS + OPEN_FOR:
        window.require_open(now=now)
    else:
        with pytest.raises(MomentOver):
            window.require_open(now=now)
