"""Approving a plan: by somebody who wrote nothing of it, or by its author who has said that they work alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.organizer import Organizer, Right
from bot.domain.revision import Revision


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """Who approved exactly which plan, at which revision of the alert.

    `organizer_id`: None for what an operator prepared. `by_author` marks the exception of somebody who works alone.
    `revision`: None for one from before there were revisions, of words that are gone. `outdated`: the alert was
    edited since; it lets nothing be sent any more, but what was seen then, was seen.
    """

    organizer_id: int | None
    plan_sha256: str
    revision: int | None
    by_author: bool
    approved_at: datetime
    outdated: bool = False


def editors_since_approval(revisions: Iterable[Revision], approvals: Iterable[Approval]) -> set[int]:
    """Return who edited an alert since another person last approved it.

    What its author approved alone was seen by nobody else: it ends nothing.
    """
    seen = max((each.revision or 0 for each in approvals if not each.by_author), default=0)
    return {each.editor_id for each in revisions if each.number > seen and each.editor_id is not None}


ALONE_AFTER = timedelta(hours=24)
"""Between the moment the last colleague who could approve went, and when who is left may say that they work alone.

Otherwise whoever may remove others from the team could remove them, and send at once what nobody else has seen.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingAlone:
    """The switch of a team of one: this owner approves what they write, since then. It is shown wherever it counts."""

    organizer_id: int
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Approvers:
    """Everybody of the team who may approve; `last_lost`: when anybody who is not among them last lost that right.

    `alone`: the switch, as it was last set; whether it counts is for `works_alone` to say.
    """

    ids: frozenset[int]
    last_lost: datetime | None = None
    alone: WorkingAlone | None = None


def works_alone(approvers: Approvers) -> WorkingAlone | None:
    """Return the switch of a team of one while it counts.

    It ends by itself when somebody else may approve, and stays ended when they are gone again.
    """
    alone = approvers.alone
    if alone is None or approvers.ids != {alone.organizer_id}:
        return None
    begins = alone_from(approvers)
    return alone if begins is None or alone.since >= begins else None


def alone_from(approvers: Approvers) -> datetime | None:
    """Return from when on somebody may say that they work alone; None where nobody else ever could approve."""
    return None if approvers.last_lost is None else approvers.last_lost + ALONE_AFTER


def decide(by: Organizer, *, editors: Collection[int], approvers: Approvers) -> bool | None:
    """Decide who may approve: False as another person, True as the author alone, None not at all.

    `editors`: who edited since the last approval. Who wrote a part of it is its author, whatever their role, and
    approves it only while they work alone.
    """
    if not by.may(Right.APPROVE):
        return None
    if by.id not in editors:
        return False
    alone = works_alone(approvers)
    return True if alone is not None and alone.organizer_id == by.id else None


def stands(approval: Approval, *, approvers: Approvers) -> bool:
    """Whether an approval lets its plan be sent now.

    An author's own does for as long as the same switch counts under which it was given.
    """
    if approval.outdated:
        return False
    if not approval.by_author:
        return True
    alone = works_alone(approvers)
    return (
        alone is not None
        and alone.organizer_id == approval.organizer_id
        and approval.approved_at >= alone.since
    )
