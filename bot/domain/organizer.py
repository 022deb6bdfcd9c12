"""An organizer: a person of the campaign's team, and what their role lets them do."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """The roles of the team."""

    OWNER = "owner"
    EDITOR = "editor"
    APPROVER = "approver"
    VIEWER = "viewer"


COMPOSERS = frozenset({Role.OWNER, Role.EDITOR})
"""Who may write alerts."""

APPROVERS = frozenset({Role.OWNER, Role.APPROVER})
"""Who may approve them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Organizer:
    """A person of the team."""

    id: int
    role: Role
    since: date

    @property
    def may_compose(self) -> bool:
        """Whether they may write alerts."""
        return self.role in COMPOSERS

    @property
    def may_approve(self) -> bool:
        """Whether they may approve alerts."""
        return self.role in APPROVERS
