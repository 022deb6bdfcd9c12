"""Who is told of a broadcast, in which message, and whether it has told the end."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.domain.broadcast import BY_ITSELF, BY_SOMEBODY, Broadcast, BroadcastStatus
from bot.store.broadcasts import broadcast_of
from bot.store.connection import Connection
from bot.store.schema import broadcasts


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressNote:
    """The one message in which an organizer watches a broadcast; `final` once it tells the end."""

    organizer_id: int | None
    message_id: int | None
    final: bool


class ProgressMessages:
    """The progress message of each broadcast."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def due(self) -> list[tuple[Broadcast, ProgressNote]]:
        """Return the broadcasts whose organizer has not been told the end yet.

        What the bot began has one from when it stopped by itself.
        """
        query = (
            sa.select(broadcasts)
            .where(
                sa.or_(broadcasts.c.organizer_id.is_not(None), _nobody_knows_it_stopped()),
                broadcasts.c.progress_final.is_(sa.false()),
            )
            .order_by(broadcasts.c.id)
        )
        return [
            (
                broadcast_of(row),
                ProgressNote(
                    organizer_id=row.organizer_id,
                    message_id=row.progress_message_id,
                    final=row.progress_final,
                ),
            )
            for row in await self._connection.execute(query)
        ]

    async def save(self, broadcast_id: int, *, message_id: int | None, final: bool) -> None:
        """Remember the progress message, and whether it told the end."""
        await self._set(broadcast_id, progress_message_id=message_id, progress_final=final)

    async def hand_over(self, broadcast_id: int, organizer_id: int) -> None:
        """Let another organizer watch a broadcast, in a message that is still to be posted."""
        await self._set(broadcast_id, organizer_id=organizer_id, progress_message_id=None)

    async def tell_again(self, broadcast_id: int) -> None:
        """Have the progress message of a broadcast brought up to date once more."""
        await self._set(broadcast_id, progress_final=False)

    async def _set(self, broadcast_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values)
        )


def _nobody_knows_it_stopped() -> sa.ColumnElement[bool]:
    return sa.and_(
        broadcasts.c.kind.in_(list(BY_ITSELF)),
        broadcasts.c.status.in_([BroadcastStatus.PAUSED, BroadcastStatus.HALTED]),
        broadcasts.c.stop_reason.not_in(list(BY_SOMEBODY)),
    )
