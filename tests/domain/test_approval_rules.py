"""Who may approve, and for how long it counts: cooling, working alone, where an alert stands."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import (
    ALONE_AFTER,
    Approval,
    Approvers,
    WorkingAlone,
    decide,
    stands,
    works_alone,
)
from bot.domain.cooling import COOLING, approves_from, cools_for
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.domain.review import NOTE_LENGTH, AlertState, NoteInvalid, Return, Review, checked_note, state_of
from tests.making import NOW

IDS = st.frozensets(st.integers(1, 4))
MOMENTS = st.integers(0, 72).map(lambda hours: NOW + timedelta(hours=hours))
SWITCHES = st.none() | st.builds(WorkingAlone, organizer_id=st.integers(1, 4), since=MOMENTS)
APPROVERS = st.builds(Approvers, ids=IDS, last_lost=st.none() | MOMENTS, alone=SWITCHES)
APPROVALS = st.builds(
    Approval,
    organizer_id=st.integers(1, 4),
    plan_sha256=st.just("0" * 64),
    revision=st.just(1),
    by_author=st.booleans(),
    approved_at=MOMENTS,
    outdated=st.booleans(),
)


@given(approvers=APPROVERS)
def test_nobody_works_alone_beside_others(approvers: Approvers) -> None:
    """The switch counts only for the one person who may approve, and was set a day after any other could."""
    alone = works_alone(approvers)
    if alone is not None:
        assert approvers.ids == {alone.organizer_id}
        assert approvers.last_lost is None or alone.since >= approvers.last_lost + ALONE_AFTER


@given(approvers=APPROVERS, by=st.integers(1, 4), role=st.sampled_from(Role), editors=IDS)
def test_an_author_approves_only_alone(
    approvers: Approvers, by: int, role: Role, editors: frozenset[int]
) -> None:
    """Whatever their role, whoever wrote of it approves only while they work alone; without the right, nobody does."""
    decided = decide(Organizer(id=by, role=role, since=NOW.date()), editors=editors, approvers=approvers)
    if Right.APPROVE not in RIGHTS[role]:
        assert decided is None
    elif by not in editors:
        assert decided is False
    else:
        alone = works_alone(approvers)
        assert decided is (True if alone is not None and alone.organizer_id == by else None)


@given(approval=APPROVALS, approvers=APPROVERS)
def test_what_stands(approval: Approval, approvers: Approvers) -> None:
    """What was edited since stands no more; an author's own stands under the switch it was given under alone."""
    alone = works_alone(approvers)
    own = alone is not None and alone.organizer_id == approval.organizer_id
    if stands(approval, approvers=approvers):
        assert not approval.outdated
        assert not approval.by_author or (own and alone is not None and approval.approved_at >= alone.since)
    elif not approval.by_author:
        assert approval.outdated


@given(
    before=st.none() | st.sampled_from(Role),
    role=st.sampled_from(Role),
    came_before=st.integers(0, 5),
    until=st.none() | MOMENTS,
)
def test_who_cools(before: Role | None, role: Role, came_before: int, until: datetime | None) -> None:
    """Whom the right to approve is new to waits for an hour, but the first two; what runs already is not begun anew."""
    begins = approves_from(before, role, came_before=came_before, until=until, now=NOW)
    if before in (Role.OWNER, Role.APPROVER):
        assert begins == until
    elif role in (Role.OWNER, Role.APPROVER) and came_before >= 2:
        assert begins == NOW + COOLING
    else:
        assert begins is None


def test_the_time_left() -> None:
    """It is counted down to nothing, and not below."""
    new = Organizer(id=3, role=Role.APPROVER, since=NOW.date(), approves_from=NOW + COOLING)
    assert cools_for(new, now=NOW) == COOLING
    assert cools_for(new, now=NOW + COOLING) == timedelta(0)
    assert cools_for(new, now=NOW + 2 * COOLING) == timedelta(0)
    assert cools_for(Organizer(id=1, role=Role.OWNER, since=NOW.date()), now=NOW) == timedelta(0)


def test_where_an_alert_stands() -> None:
    """Submitted as it is, it is in review; approved, approved; returned or edited since, a draft."""
    submitted = Review(id=1, alert_id=1, submitted_by=1, plan_sha256="a", submitted_at=NOW)
    returned = Review(
        id=1,
        alert_id=1,
        submitted_by=1,
        plan_sha256="a",
        submitted_at=NOW,
        returned=Return(by=2, at=NOW, note=None),
    )
    assert state_of("a", approved=False, last=None) is AlertState.DRAFT
    assert state_of("a", approved=False, last=submitted) is AlertState.IN_REVIEW
    assert state_of("b", approved=False, last=submitted) is AlertState.DRAFT
    assert state_of("a", approved=False, last=returned) is AlertState.DRAFT
    assert state_of("a", approved=True, last=submitted) is AlertState.APPROVED


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * (NOTE_LENGTH + 1)])
def test_notes_that_are_none(text: str) -> None:
    """A note has words, and not too many."""
    with pytest.raises(NoteInvalid):
        checked_note(text)


def test_a_note() -> None:
    """What stands around it goes."""
    assert checked_note(" Is it \0Friday?\n") == "Is it Friday?"
