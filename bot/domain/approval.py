"""Approving a plan: by somebody who wrote nothing of it, or visibly by its author where there is nobody else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.organizer import Organizer, Right
from bot.domain.revision import Revision


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """Who approved exactly which plan, at which revision of the alert.

    `organizer_id`: None for what an operator prepared. `by_author` marks the exception of a team in which nobody
    else may approve. `revision`: None for one from before there were revisions, of words that are gone.
    """

    organizer_id: int | None
    plan_sha256: str
    revision: int | None
    by_author: bool
    approved_at: datetime


def editors_since_approval(revisions: Iterable[Revision], approvals: Iterable[Approval]) -> set[int]:
    """Return who edited an alert since another person last approved it.

    What its author approved alone was seen by nobody else: it ends nothing.
    """
    seen = max((each.revision or 0 for each in approvals if not each.by_author), default=0)
    return {each.editor_id for each in revisions if each.number > seen and each.editor_id is not None}


def decide(by: Organizer, *, editors: Collection[int], approvers: Collection[int]) -> bool | None:
    """Decide who may approve: False as another person, True as the author alone, None not at all.

    `editors`: who edited since the last approval. `approvers`: everybody of the team who may approve. Who wrote
    a part of it is its author, whatever their role, unless nobody else on the team could approve anything.
    """
    if not by.may(Right.APPROVE):
        return None
    if by.id not in editors:
        return False
    return None if set(approvers) - {by.id} else True


@dataclass(frozen=True, kw_only=True, slots=True)
class Approvers:
    """Everybody of the team who may approve; `last_lost`: when anybody who is not among them last lost that right."""

    ids: frozenset[int]
    last_lost: datetime | None = None


ALONE_AFTER = timedelta(hours=24)
"""Between the moment the last colleague who could approve went, and what their author may approve alone."""


def alone_from(revisions: Iterable[Revision], *, last_lost: datetime | None) -> datetime | None:
    """Return from when on an author's words can be approved by them alone; None where these can be.

    `last_lost`: when anybody else last lost the right to approve. Otherwise whoever may remove others from the team
    could remove them, and send at once what nobody else has seen.
    """
    if last_lost is None:
        return None
    written = max((each.at for each in revisions), default=last_lost)
    return None if written >= last_lost + ALONE_AFTER else last_lost + ALONE_AFTER


def stands(approval: Approval, *, approvers: Approvers) -> bool:
    """Whether an approval lets its plan be sent now.

    An author's own does as long as nobody else could approve, and where nobody could since it was given or shortly
    before: otherwise whoever may remove others could approve first, and remove later who had come meanwhile.
    """
    if not approval.by_author:
        return True
    if approvers.ids - {approval.organizer_id}:
        return False
    lost = approvers.last_lost
    return lost is None or approval.approved_at >= lost + ALONE_AFTER
