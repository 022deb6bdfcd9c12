"""What people try, played act by act on the approval services; what is broken by the book is the answer."""

from collections.abc import Callable, Mapping

from bot.domain.organizer import Role
from tests.services.approval_machine import TEXTS, ApprovalMachine

Scenario = Callable[[ApprovalMachine], None]


def newcomer(team: ApprovalMachine) -> None:
    """Let the third person on the team approve at once, and after an hour."""
    team.begin((Role.OWNER, Role.OWNER))
    team.join_team(2, Role.APPROVER)
    team.look_and_approve(2, 0)
    team.wait(61)
    team.look_and_approve(2, 0)
    team.send(0, 0, at_once=True)


def promoted(team: ApprovalMachine) -> None:
    """Make somebody an approver, who approves at once."""
    team.begin((Role.OWNER, Role.EDITOR, Role.VIEWER))
    team.manage(0, 2, Role.APPROVER)
    team.look_and_approve(2, 0)


def made_owner(team: ApprovalMachine) -> None:
    """Make somebody an owner, who approves at once."""
    team.begin((Role.OWNER, Role.EDITOR, Role.VIEWER))
    team.manage(0, 2, Role.OWNER)
    team.look_and_approve(2, 0)


def joined_meanwhile(team: ApprovalMachine) -> None:
    """Let somebody who may approve join between an owner's approval alone and its sending."""
    team.begin((Role.OWNER,))
    team.switch(0, on=True)
    team.look_and_approve(0, 0)
    team.join_team(1, Role.APPROVER)
    team.send(0, 0, at_once=True)


def came_and_went(team: ApprovalMachine) -> None:
    """Invite somebody who may approve and remove them again between an owner's approval alone and its sending."""
    team.begin((Role.OWNER,))
    team.come_and_go(0, 1, 0, early=False)


def rid_of(team: ApprovalMachine) -> None:
    """Remove the only other person who may approve, say that one works alone, and send."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.manage(0, 1, None)
    team.work_alone(0, 0, on=True)


def beside_others(team: ApprovalMachine) -> None:
    """Say that one works alone, with another owner there."""
    team.begin((Role.OWNER, Role.OWNER))
    team.switch(0, on=True)


def switched_off(team: ApprovalMachine) -> None:
    """Send what one approved alone after saying that one does not work alone."""
    team.begin((Role.OWNER,))
    team.switch(0, on=True)
    team.look_and_approve(0, 0)
    team.switch(0, on=False)
    team.send(0, 0, at_once=True)


def never_switched(team: ApprovalMachine) -> None:
    """Send without colleagues, and without saying that one works alone."""
    team.begin((Role.OWNER,))
    team.work_alone(0, 0, on=None)


def returned(team: ApprovalMachine) -> None:
    """Return what was approved, and send it all the same."""
    team.begin((Role.OWNER, Role.APPROVER, Role.EDITOR))
    team.look_and_approve(1, 0)
    team.give_back(1, -1)
    team.send(0, 0, at_once=True)


def returned_by_a_viewer(team: ApprovalMachine) -> None:
    """Return what was approved, without the right to."""
    team.begin((Role.OWNER, Role.APPROVER, Role.EDITOR, Role.VIEWER))
    team.look_and_approve(1, 0)
    team.give_back(3, -1)


def taken_back(team: ApprovalMachine) -> None:
    """Edit what was approved, take the edit back, and send it."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.look_and_approve(1, 0)
    for text in reversed(TEXTS):
        team.edit(0, 0, "link", text)
    team.send(0, 0, at_once=True)


def removed(team: ApprovalMachine) -> None:
    """Send what somebody approved who was removed since."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.look_and_approve(1, 0)
    team.manage(0, 1, None)
    team.send(0, 0, at_once=True)


def removed_between_card_and_tap(team: ApprovalMachine) -> None:
    """Approve at the moment at which one is removed."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.race(0, approver=1, other=0, what="remove")
    team.send(0, 0, at_once=True)


def chose_the_audience(team: ApprovalMachine) -> None:
    """Change only whom it reaches, and approve it."""
    team.begin((Role.OWNER, Role.OWNER))
    team.edit(1, 0, "audience", TEXTS[1])
    team.look_and_approve(1, 0)


def another_audience(team: ApprovalMachine) -> None:
    """Send to some people what was approved for others."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.edit(0, 0, "audience", TEXTS[1])
    team.look_and_approve(1, 0)
    team.edit(0, 0, "audience", TEXTS[0])
    team.send(0, 0, at_once=True)


def stale_card(team: ApprovalMachine) -> None:
    """Approve by the card of what was edited since."""
    team.begin((Role.OWNER, Role.APPROVER))
    team.look(1, 0)
    team.edit(0, 0, "words", TEXTS[1])
    team.approve(1, -1)
    team.send(0, 0, at_once=True)


SCENARIOS: Mapping[str, Scenario] = {
    each.__name__: each
    for each in (
        newcomer,
        promoted,
        made_owner,
        joined_meanwhile,
        came_and_went,
        rid_of,
        beside_others,
        switched_off,
        never_switched,
        returned,
        returned_by_a_viewer,
        taken_back,
        removed,
        removed_between_card_and_tap,
        chose_the_audience,
        another_audience,
        stale_card,
    )
}


def play(machine: type[ApprovalMachine], scenario: Scenario) -> list[str]:
    """Play one on a team of its own. Returns what was broken."""
    team = machine()
    try:
        scenario(team)
        return team.book.broken
    finally:
        team.teardown()
