"""The time between getting the right to approve and using it.

Whoever takes over an owner's phone could otherwise invite a second one of their own, and approve with it at once. The
owners are told of each change of the team; this is the time in which they can undo it.
"""

from datetime import datetime, timedelta

from bot.domain.organizer import RIGHTS, Organizer, Right, Role

COOLING = timedelta(hours=1)

FIRST_PEOPLE = 2
"""So many people need not wait, the first of the team: before them there is nobody who could undo anything."""


def approves_from(
    before: Role | None, role: Role, *, came_before: int, until: datetime | None, now: datetime
) -> datetime | None:
    """Return from when on somebody may approve in this role; None where at once.

    `came_before`: how many people were ever on the team before them. `until`: what held for them in the role `before`,
    which goes on where they could approve in that one, too.
    """
    if before is not None and Right.APPROVE in RIGHTS[before]:
        return until
    if Right.APPROVE not in RIGHTS[role] or came_before < FIRST_PEOPLE:
        return None
    return now + COOLING


def cools_for(organizer: Organizer, *, now: datetime) -> timedelta:
    """Return how long somebody still has to wait before they may approve; nothing, where they may."""
    begins = organizer.approves_from
    return timedelta(0) if begins is None or begins <= now else begins - now
