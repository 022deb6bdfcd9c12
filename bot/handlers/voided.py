"""Telling the authors of alerts that an edit of a segment has voided their approval."""

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.i18n.localizer import Localizer
from bot.services import approvals
from bot.telegram_io.replies import Reply
from bot.wording.screen import Screen
from bot.wording.segments import approval_voided


async def tell_authors(request: Request, voided: Sequence[Alert]) -> list[Reply]:
    """Return a message to each author of each of these alerts, but not to whoever has just edited."""
    told: list[Reply] = []
    for alert in voided:
        authors = await approvals.authors(request.tx, alert.id, actor=request.actor)

        def says(words: Localizer, alert: Alert = alert) -> Screen:
            return approval_voided(words, alert)

        told += tell(request, authors, says)
    return told
