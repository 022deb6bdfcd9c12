"""Who hears of what became of a thread, and that nobody writes into one that ended."""

from bot.handlers.flows import standing
from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.handlers.thread_states import AwaitQuestion, WritingBack
from bot.services import conversations
from bot.services.threads import Ended, PassedOn
from bot.telegram_io.replies import Reply, protected, silently
from bot.wording.answering import closed_by_them, somebody_waits, wrote_more
from bot.wording.screen import Screen


def say(request: Request, shown: Screen) -> list[Reply]:
    """Answer with a new message that cannot be forwarded."""
    return [*request.acknowledge(), protected(request.message(shown))]


def tell_passed_on(request: Request, passed: PassedOn) -> list[Reply]:
    """Show what was passed on to who has the thread in hand; without one, tell the team that somebody waits."""
    holder = [] if passed.holder is None else [passed.holder]
    shown = tell(request, holder, lambda words: wrote_more(words, passed.thread, passed.text))
    told = tell(request, passed.team, somebody_waits)
    return [protected(silently(each)) for each in (*shown, *told)]


def tell_ended(request: Request, ended: Ended | None) -> list[Reply]:
    """Tell who had a thread in hand that it was closed."""
    if ended is None or ended.holder is None:
        return []
    told = tell(request, [ended.holder], lambda words: closed_by_them(words, ended.label))
    return [protected(silently(each)) for each in told]


async def stop_writing(request: Request) -> None:
    """Let the chat's next text go into no thread."""
    if isinstance(await standing(request), AwaitQuestion | WritingBack):
        await conversations.end(request.tx, request.chat_id)
