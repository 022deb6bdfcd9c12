"""How a person comes and goes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subscriber import Subscriber, SubscriberState

FIRST, LATER = date(2026, 11, 1), date(2026, 11, 23)
ACTIVE, PAUSED, LEFT, BLOCKED = SubscriberState


def person(state: SubscriberState) -> Subscriber:
    """Return a person in a state."""
    return Subscriber(id=1, state=state, locale="en", joined_on=FIRST)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("leave", {ACTIVE: LEFT, PAUSED: LEFT, LEFT: LEFT, BLOCKED: LEFT}),
        ("pause", {ACTIVE: PAUSED, PAUSED: PAUSED, LEFT: LEFT, BLOCKED: BLOCKED}),
        ("resume", {ACTIVE: ACTIVE, PAUSED: ACTIVE, LEFT: LEFT, BLOCKED: BLOCKED}),
        ("block", {ACTIVE: BLOCKED, PAUSED: BLOCKED, LEFT: LEFT, BLOCKED: BLOCKED}),
    ],
)
def test_steps(step: str, expected: dict[SubscriberState, SubscriberState]) -> None:
    """Each step moves a person as written here, and twice is as once."""
    for state, to in expected.items():
        moved = getattr(person(state), step)()
        assert moved.state is to
        assert getattr(moved, step)() == moved


@given(st.lists(st.sampled_from(["leave", "pause", "resume", "block"]), max_size=8))
def test_only_a_join_brings_back(steps: list[str]) -> None:
    """Once left or blocked, nothing but joining makes a person receive alerts."""
    moved, gone = person(ACTIVE), False
    for step in steps:
        moved = getattr(moved, step)()
        gone = gone or step in ("leave", "block")
        assert not (gone and moved.receives_alerts)
    assert moved.join(today=LATER).receives_alerts


@pytest.mark.parametrize(
    ("state", "day"), [(ACTIVE, FIRST), (PAUSED, FIRST), (LEFT, LATER), (BLOCKED, LATER)]
)
def test_the_day_of_joining(state: SubscriberState, day: date) -> None:
    """The day is that of the first join after an absence."""
    assert person(state).join(today=LATER).joined_on == day


def test_speaking_changes_the_locale_only() -> None:
    """Choosing a language changes nothing else."""
    assert person(PAUSED).with_locale("ar") == Subscriber(id=1, state=PAUSED, locale="ar", joined_on=FIRST)
