"""What the services' tests share."""

from collections.abc import Awaitable, Callable
from datetime import UTC

import pytest

from bot.domain.approval import Approval
from bot.domain.organizer import Organizer, Role
from bot.services import approvals, working_alone
from bot.store.store import Transaction
from tests.making import CHAT, NOW

Appoint = Callable[[Transaction, Role], Awaitable[Organizer]]


@pytest.fixture
def appoint() -> Appoint:
    """Return what makes an organizer, each time another person."""
    chats = iter(range(CHAT + 1000, CHAT + 1100))

    async def make(tx: Transaction, role: Role) -> Organizer:
        chat_id = next(chats)
        await tx.organizers.add(chat_id, role, today=NOW.date())
        found = await tx.organizers.find(chat_id)
        assert found is not None
        return found

    return make


async def approve(tx: Transaction, alert_id: int, approver: Organizer) -> Approval:
    """Look at an alert and approve what is seen."""
    proposal = await approvals.propose(tx, alert_id, paid=False, actor=approver)
    return await approvals.approve(
        tx, alert_id, seen=proposal.seen, paid=False, zone=UTC, actor=approver, now=NOW
    )


async def approve_alone(tx: Transaction, alert_id: int, author: Organizer) -> Approval:
    """Let an author approve what they wrote, having said that they work alone."""
    await working_alone.switch_on(tx, actor=author, now=NOW)
    return await approve(tx, alert_id, author)
