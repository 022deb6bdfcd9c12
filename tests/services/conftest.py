"""What the services' tests share."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.organizer import Organizer, Role
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
