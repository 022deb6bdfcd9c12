"""Chats that Telegram does not know: whether that says something about them is decided when a broadcast ends."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.domain.attempt import GONE_ERRORS
from bot.domain.broadcast import ENDED
from bot.domain.delivery import DeliveryState
from bot.store.blocking import Blocking
from bot.store.connection import Connection
from bot.store.schema import broadcasts, deliveries, subscribers

IN_DOUBT = "gone, in doubt"
"""Written in the place of `GONE_ERRORS` where the bot may have been the wrong one, or the person came back since."""


class GoneChats:
    """Deliveries that failed because the chat is gone, and the people behind them."""

    def __init__(self, connection: Connection, blocking: Blocking) -> None:
        self._connection = connection
        self._blocking = blocking

    async def stop(self, broadcast_id: int, *, at_most: int, today: date) -> int:
        """Mark the people who are gone as blocked, if of this broadcast there are no more than so many.

        Returns how many. Who left stays as having left.
        """
        gone = sa.select(deliveries.c.subscriber_id).where(
            deliveries.c.broadcast_id == broadcast_id, *_is_gone()
        )
        how_many = sa.select(sa.func.count()).select_from(gone.subquery()).scalar_subquery()
        return await self._blocking.stop(subscribers.c.id.in_(gone), how_many <= at_most, today=today)

    async def doubt(self, broadcast_id: int) -> None:
        """Let nobody be taken off the list for what came back of this broadcast so far."""
        await self._doubt(deliveries.c.broadcast_id == broadcast_id)

    async def came_back(self, subscriber_id: int) -> None:
        """Let a person not be taken off the list for what came back before they were here again."""
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        await self._doubt(
            deliveries.c.broadcast_id.in_(going_on), deliveries.c.subscriber_id == subscriber_id
        )

    async def _doubt(self, *which: sa.ColumnElement[bool]) -> None:
        await self._connection.heavy(sa.update(deliveries).where(*which, *_is_gone()).values(error=IN_DOUBT))


def _is_gone() -> tuple[Any, ...]:
    return (deliveries.c.state == DeliveryState.FAILED, deliveries.c.error.in_(GONE_ERRORS))
