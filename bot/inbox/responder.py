"""What the inbox needs of whoever knows the answers."""

from datetime import datetime
from typing import Any, Protocol

from bot.store.inbox import Withdrawal
from bot.store.store import Transaction
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming


class Responder(Protocol):
    """What knows the answer to an update; see `bot.handlers.router`."""

    async def consider(self, incoming: Incoming) -> Any:
        """Work out, before the transaction, what handling a text will need."""
        ...

    async def handle(self, tx: Transaction, incoming: Incoming, match: Any, *, now: datetime) -> list[Reply]:
        """Take effect, and return the replies."""
        ...

    async def apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, *, now: datetime
    ) -> list[Reply]:
        """Return what is said in place of an effect that failed."""
        ...

    async def withdraw(
        self, tx: Transaction, incoming: Incoming, withdrawal: Withdrawal, *, now: datetime
    ) -> None:
        """Take back what an update gave that a withdrawal has overtaken."""
        ...
