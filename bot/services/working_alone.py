"""The switch of a team of one: an owner without colleagues who could approve says that they work alone.

It is an organizer's act, dated and kept with their number; it is shown on each card for as long as it counts, and ends
by itself when somebody else may approve (see `bot.domain.approval.works_alone`).
"""

from datetime import datetime

from bot.domain.approval import alone_from, works_alone
from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.errors import CampaignError
from bot.services import audit
from bot.services.team import authorize
from bot.store.store import Transaction


class NotAlone(CampaignError):
    """Somebody else on the team may approve: what this owner writes, they approve."""


class AloneTooSoon(CampaignError):
    """Somebody who could approve no longer may: an owner can say that they work alone from `begins` on."""

    def __init__(self, begins: datetime) -> None:
        self.begins = begins
        super().__init__(f"You can say that you work alone from {begins:%Y-%m-%d %H:%M} UTC on.")


async def may_switch_on(tx: Transaction, *, actor: Organizer, now: datetime) -> None:
    """Look whether an owner may say that they work alone.

    Raises MayNotManage, NotAlone, AloneTooSoon.
    """
    authorize(actor, Right.TEAM)
    approvers = await tx.organizers.approving()
    if approvers.ids != {actor.id}:
        raise NotAlone
    begins = alone_from(approvers)
    if begins is not None and now < begins:
        raise AloneTooSoon(begins)


async def switch_on(tx: Transaction, *, actor: Organizer, now: datetime) -> None:
    """Let this owner approve what they write, since nobody else could. It changes nothing where it counts already.

    Raises MayNotManage, NotAlone, AloneTooSoon.
    """
    await may_switch_on(tx, actor=actor, now=now)
    if works_alone(await tx.organizers.approving()) is None:
        if (await tx.organizers.approving()).alone is not None:
            await _end(tx, actor=actor, now=now)
        await tx.organizers.work_alone(actor.id, now=now)
        audit.record(tx, Event.WORKS_ALONE, actor=actor, now=now)


async def switch_off(tx: Transaction, *, actor: Organizer, now: datetime) -> None:
    """Let nobody approve what they write; what was approved so and has not begun needs another approval.

    Raises MayNotManage.
    """
    authorize(actor, Right.TEAM)
    if (await tx.organizers.approving()).alone is not None:
        await _end(tx, actor=actor, now=now)


async def end_if_over(tx: Transaction, *, actor: Organizer, now: datetime) -> bool:
    """Close the switch where it does not count any more. Returns whether it had been on."""
    authorize(actor, Right.LOOK)
    approvers = await tx.organizers.approving()
    if approvers.alone is None or works_alone(approvers) is not None:
        return False
    await _end(tx, actor=actor, now=now)
    return True


async def _end(tx: Transaction, *, actor: Organizer, now: datetime) -> None:
    await tx.organizers.end_working_alone(now=now)
    audit.record(tx, Event.WORKS_ALONE_NO_MORE, actor=actor, now=now)
    for alert_id in await tx.plans.void_by_authors(now=now):
        audit.record(tx, Event.APPROVAL_VOIDED, audit.alert(alert_id), actor=actor, now=now)
