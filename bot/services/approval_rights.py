"""What becomes of the right to approve, and of approvals that were given, where somebody's role changes."""

from datetime import datetime

from bot.domain.audit import Event
from bot.domain.cooling import approves_from
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.services import audit
from bot.store.store import Transaction


async def let_cool(
    tx: Transaction, organizer_id: int, before: Organizer | None, role: Role, *, now: datetime
) -> None:
    """Let a right to approve that is new to somebody wait."""
    until = approves_from(
        None if before is None else before.role,
        role,
        came_before=await tx.organizers.came_before(organizer_id),
        until=None if before is None else before.approves_from,
        now=now,
    )
    await tx.organizers.wait_to_approve(organizer_id, until=until)


async def end_approvals(
    tx: Transaction, before: Organizer, role: Role | None, *, by: Organizer, now: datetime
) -> None:
    """Void what somebody approved who may not approve any more, and note since when they may not."""
    if before.may_approve and (role is None or Right.APPROVE not in RIGHTS[role]):
        for alert_id in await tx.plans.void(before.id, now=now):
            audit.record(
                tx, Event.APPROVAL_VOIDED, audit.alert(alert_id), actor=by, now=now, given_by=before.id
            )
        await tx.organizers.lost_approval(before.id, now=now)
