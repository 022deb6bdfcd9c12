"""Where a person stands with an alert: rules that hold for every order of taps."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind
from bot.domain.disclosure import FEW
from bot.domain.outcome import (
    ActionCount,
    ActionEvent,
    ActionOver,
    AlreadySaid,
    NothingSaid,
    Outcome,
    Standing,
    Step,
    TooEarly,
    changes,
    events_by,
    in_all,
    opens_something,
    require_begun,
    require_open,
    told,
)
from tests.making import NOW
from tests.making import draft as alert

DAY = date(2026, 11, 23)

STANDINGS = st.builds(
    Standing,
    step=st.sampled_from([None, *Step]),
    step_on=st.just(DAY),
    outcome=st.sampled_from([None, *Outcome]),
    said_on=st.just(DAY),
).map(
    lambda each: replace(
        each, step_on=each.step_on if each.step else None, said_on=each.said_on if each.outcome else None
    )
)


@given(STANDINGS, st.sampled_from(Outcome))
def test_one_outcome(standing: Standing, outcome: Outcome) -> None:
    """An outcome is said once; while one stands, none is added to it."""
    if standing.outcome is None:
        assert standing.say(outcome, today=DAY).outcome is outcome
        return
    with pytest.raises(AlreadySaid) as refused:
        standing.say(outcome, today=DAY)
    assert refused.value.outcome is standing.outcome


@given(STANDINGS, st.sampled_from(Outcome))
def test_undone_as_if_never_said(standing: Standing, outcome: Outcome) -> None:
    """Undoing gives back exactly what was there before, and the counts come out even."""
    before = replace(standing, outcome=None, said_on=None)
    said = before.say(outcome, today=DAY)
    assert said.undo() == before
    there, back = changes(before, said), changes(said, before)
    assert {event: n + back[event] for event, n in there.items()} == {outcome: 0}


@given(STANDINGS)
def test_nothing_to_undo(standing: Standing) -> None:
    """What was not said cannot be undone; nor a pledge that was not made."""
    if standing.outcome is None:
        with pytest.raises(NothingSaid):
            standing.undo()
    if standing.step is not Step.PLEDGED:
        with pytest.raises(NothingSaid):
            standing.take_back_pledge()


@given(STANDINGS, STANDINGS)
def test_changes_lead_from_one_to_the_other(before: Standing, after: Standing) -> None:
    """The counts of one standing, with the changes, are those of the other."""

    def counted(standing: Standing) -> Counter[ActionEvent]:
        return Counter(each for each in (standing.step, standing.outcome) if each is not None)

    summed = counted(before)
    summed.update(changes(before, after))
    assert +summed == counted(after)


@given(STANDINGS)
def test_opened_twice(standing: Standing) -> None:
    """Pressing the main button again changes nothing, and takes no pledge back."""
    opened = standing.open(today=DAY)
    assert opened.open(today=DAY + timedelta(days=1)) == opened
    assert opened.step is (standing.step or Step.OPENED)


@given(STANDINGS)
def test_who_may_be_reminded(standing: Standing) -> None:
    """Nobody who said anything, and nobody who began nothing."""
    assert standing.may_be_reminded == (standing.step is not None and standing.outcome is None)


def test_before_it_begins() -> None:
    """Nobody has come to an event before it began; a letter may be written at any time."""
    event = replace(
        alert(), kind=ActionKind.ATTEND, details={"zone": "Europe/Madrid", "starts_at": "2026-11-23T14:00"}
    )
    with pytest.raises(TooEarly) as refused:
        require_begun(event, now=NOW)
    assert (refused.value.begins - NOW, refused.value.zone) == (timedelta(hours=1), "Europe/Madrid")
    require_begun(event, now=NOW + timedelta(hours=1))
    require_begun(replace(event, kind=ActionKind.EMAIL), now=NOW)


def test_after_its_deadline() -> None:
    """Once the deadline has passed nothing is opened any more."""
    ends = replace(alert(), deadline=NOW)
    require_open(ends, now=NOW)
    require_open(alert(), now=NOW)
    with pytest.raises(ActionOver):
        require_open(ends, now=NOW + timedelta(seconds=1))


def test_what_opens() -> None:
    """A main button leads to a link, to what its kind needs, or is itself the act."""
    bare = replace(alert(), link=None, details={})
    assert [kind for kind in ActionKind if opens_something(replace(bare, kind=kind), "en")] == [
        ActionKind.SHARE,
        ActionKind.PLEDGE,
    ]
    assert opens_something(replace(bare, link="https://example.org"), "en")
    assert opens_something(replace(bare, kind=ActionKind.CALL, details={"phone": "+34 91"}), "en")


def test_sums() -> None:
    """Counts by locale and source add up to the whole."""
    counts = [
        ActionCount(locale="en", source_id=None, event=Outcome.DONE, n=3),
        ActionCount(locale="ar", source_id=7, event=Outcome.DONE, n=2),
        ActionCount(locale="ar", source_id=7, event=Step.OPENED, n=5),
    ]
    assert in_all(counts) == {Outcome.DONE: 5, Step.OPENED: 5}
    assert events_by(counts, lambda count: count.locale)["ar"] == {Outcome.DONE: 2, Step.OPENED: 5}
    assert in_all([]) == {}


def test_few_are_not_told() -> None:
    """Below ten people no number is told."""
    assert [told(n) for n in (0, FEW - 1, FEW)] == [None, None, FEW]
