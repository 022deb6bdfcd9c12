"""Saying that an edit, of an alert or its segment, ended an approval: to whoever gave it, the editor, the authors."""

from collections.abc import Iterator

from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.services import reviews
from bot.services.reviews import Outdated
from bot.services.team import Contact
from bot.telegram_io.replies import Reply
from bot.wording import reviewing as wording


async def tell_outdated(request: Request) -> list[Reply]:
    """Return what is to be said of the approvals that ended by what was just done, whatever that was."""
    found = await reviews.outdated(request.tx, actor=request.actor, now=request.now)
    return [reply for each in found for reply in _told(request, each)]


def _told(request: Request, ended: Outdated) -> Iterator[Reply]:
    alert, by = ended.alert, request.actor
    for approver in ended.approvers:
        yield from _told_of(request, ended, approver)
    yield from tell(request, ended.authors, lambda words: wording.outdated_for_author(words, alert, by=by))


def _told_of(request: Request, ended: Outdated, approver: Contact) -> Iterator[Reply]:
    alert, by = ended.alert, request.actor
    if approver.organizer.id == by.id:
        yield request.message(wording.own_outdated(request.localizer, alert))
        return
    yield request.message(wording.outdated_here(request.localizer, alert, approver=approver.organizer))
    yield from tell(request, [approver], lambda words: wording.outdated_told(words, alert, by=by))
