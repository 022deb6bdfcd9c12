"""The review of an alert: submitted by an author, approved or returned with a note by somebody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import CampaignError

NOTE_LENGTH = 1000
"""Characters of a note; what is longer is better talked about."""

NOTES_KEPT = timedelta(days=30)


class NoteInvalid(CampaignError):
    """A note has words, and not too many of them."""


class AlertState(StrEnum):
    """Where an alert stands that was not sent."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """Who returned an alert, and with what note; None once that was forgotten."""

    by: int
    at: datetime
    note: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """An alert that was submitted: by whom, and exactly which plan."""

    id: int
    alert_id: int
    submitted_by: int
    plan_sha256: str
    submitted_at: datetime
    returned: Return | None = None


def state_of(plan_sha256: str, *, approved: bool, last: Review | None) -> AlertState:
    """Return where an alert stands with this plan. What was edited since it was submitted is a draft again."""
    if approved:
        return AlertState.APPROVED
    if last is not None and last.returned is None and last.plan_sha256 == plan_sha256:
        return AlertState.IN_REVIEW
    return AlertState.DRAFT


def checked_note(text: str) -> str:
    """Return a note as it is kept.

    Raises NoteInvalid.
    """
    note = text.replace("\0", "").strip()
    if not note or len(note) > NOTE_LENGTH:
        raise NoteInvalid
    return note
