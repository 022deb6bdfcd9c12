"""Telling colleagues, each in their own language."""

from collections.abc import Callable, Iterable

from bot.handlers.request import Request
from bot.i18n.localizer import Localizer
from bot.services.team import Contact
from bot.telegram_io.replies import Reply
from bot.wording.chat import new_message
from bot.wording.screen import Screen


def tell(request: Request, colleagues: Iterable[Contact], says: Callable[[Localizer], Screen]) -> list[Reply]:
    """Return a message to each of them. They come after a person's own answer, which waits for nobody else."""
    catalogs = request.resources.catalogs
    each_reads = [(each.chat_id, catalogs.words(each.locale or request.locale)) for each in colleagues]
    return [new_message(chat_id, says(words), words) for chat_id, words in each_reads]
