"""An organizer: a person of the campaign's team, and what their role lets them do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """The roles of the team."""

    OWNER = "owner"
    EDITOR = "editor"
    APPROVER = "approver"
    VIEWER = "viewer"


class Right(StrEnum):
    """What an organizer may be allowed to do; services ask for one, and routes declare it."""

    LOOK = "look"
    """See alerts, broadcasts and what came of them."""
    COMPOSE = "compose"
    """Write alerts."""
    ACKNOWLEDGE = "acknowledge"
    """Say that one has seen the warnings about an alert."""
    APPROVE = "approve"
    """Approve what somebody else wrote."""
    SEND = "send"
    """Send what is approved, and steer, recall or correct it."""
    ANSWER = "answer"
    """Answer what people ask a person of the campaign."""
    TEAM = "team"
    """Invite people to the team, change their roles and remove them."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.EDITOR: frozenset({Right.LOOK, Right.COMPOSE, Right.ACKNOWLEDGE, Right.SEND, Right.ANSWER}),
    Role.APPROVER: frozenset({Right.LOOK, Right.ACKNOWLEDGE, Right.APPROVE}),
    Role.VIEWER: frozenset({Right.LOOK}),
}
"""What each role may do."""

APPROVERS = frozenset(role for role, rights in RIGHTS.items() if Right.APPROVE in rights)
"""Who may approve alerts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Organizer:
    """A person of the team. `name`: what they want to be called there, if they chose that.

    `approves_from`: from when on they may use the right to approve, where it is new to them; see `cooling`.
    """

    id: int
    role: Role
    since: date
    name: str | None = None
    approves_from: datetime | None = None

    def may(self, right: Right) -> bool:
        """Whether their role includes this right."""
        return right in RIGHTS[self.role]

    @property
    def may_compose(self) -> bool:
        """Whether they may write alerts."""
        return self.may(Right.COMPOSE)

    @property
    def may_approve(self) -> bool:
        """Whether they may approve alerts."""
        return self.may(Right.APPROVE)
