"""The buttons of the team and its audit."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.organizer import Role
from bot.telegram_io.callbacks import Button, Hash, Page
from bot.telegram_io.organizer_buttons import Answer


class Switch(StrEnum):
    """What a switch is to be set to, or that this is asked about."""

    ASK = "ask"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OpenTeam(Button, wire="team"):
    """Show who is on the team, a page at a time."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class NameMe(Button, wire="name"):
    """Ask an organizer by what name the team knows them."""


@dataclass(frozen=True, slots=True)
class Invite(Button, wire="invite"):
    """Ask in which role somebody is invited; with the role, make the link."""

    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Revoke(Button, wire="revoke"):
    """Withdraw an invitation, by the beginning of its code's hash."""

    mark: Hash


@dataclass(frozen=True, slots=True)
class OpenMember(Button, wire="member"):
    """Show one organizer and what can be changed about them."""

    organizer_id: int


@dataclass(frozen=True, slots=True)
class ChangeRole(Button, wire="role"):
    """Give an organizer this role."""

    organizer_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class RemoveMember(Button, wire="remove"):
    """Ask whether to take an organizer off the team; with the answer, do it or leave it."""

    organizer_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class LeaveTeam(Button, wire="quit"):
    """Ask whether an organizer wants to give up their role; with the answer, do it or leave it."""

    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class WorkAlone(Button, wire="alone"):
    """Ask whether an owner works alone, or set that on or off; on the way to an alert, go on to it."""

    to: Switch
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenAudit(Button, wire="audit"):
    """Show who did what when: the newest entries, or those before a number."""

    before: int = 0


@dataclass(frozen=True, slots=True)
class AskCheckpoint(Button, wire="checkpoint"):
    """Ask for a checkpoint, to compare the audit with."""
