"""An edit of a message that an alert's words came from, when nothing is being written any more."""

from bot.handlers import word_edits
from bot.handlers.request import Request
from bot.handlers.states import AtBoard
from bot.services import alerts
from bot.telegram_io.replies import Reply


async def answer_late_edit(request: Request) -> list[Reply]:
    """Take it into a draft; of an alert that is queued or was sent say that it stays as it is, and what to do.

    Of a message that gave no words nothing is said.
    """
    message_id = request.incoming.message_id
    if message_id is None:
        return []
    found = await alerts.written_in(request.tx, message_id, actor=request.actor)
    if found is None:
        return []
    alert, locale = found
    return await word_edits.take_edit(request, AtBoard(alert_id=alert.id, locale=locale, opened=0))
