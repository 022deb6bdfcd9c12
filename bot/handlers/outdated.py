"""Saying that an edit ended an approval: to whoever gave it, and to the editor."""

from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.i18n.localizer import Localizer
from bot.services import reviews
from bot.services.reviews import Outdated
from bot.telegram_io.replies import Reply
from bot.wording import reviewing as wording
from bot.wording.screen import Screen


async def tell_outdated(request: Request) -> list[Reply]:
    """Return what is to be said of the approvals that ended by what was just done, whatever that was."""
    found = await reviews.outdated(request.tx, actor=request.actor, now=request.now)
    return [reply for each in found for reply in _told(request, each)]


def _told(request: Request, ended: Outdated) -> list[Reply]:
    alert, approver = ended.alert, ended.approver.organizer
    if approver.id == request.actor.id:
        return [request.message(wording.own_outdated(request.localizer, alert))]

    def says(words: Localizer) -> Screen:
        return wording.outdated_told(words, alert, by=request.actor)

    here = wording.outdated_here(request.localizer, alert, approver=approver)
    return [request.message(here), *tell(request, [ended.approver], says)]
