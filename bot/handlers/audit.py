"""The audit in the chat: who did what when, and whether a checkpoint that was kept still fits it."""

from bot.domain.checkpoint import CheckpointInvalid
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AwaitCheckpoint
from bot.services import audit_log, conversations
from bot.telegram_io.replies import Reply
from bot.telegram_io.team_buttons import OpenAudit
from bot.wording import audit as wording


async def show_audit(request: Request) -> list[Reply]:
    """Show what was done last; with a checkpoint behind the command, what that says."""
    if request.incoming.argument:
        return await _compare(request, request.incoming.argument)
    return await open_audit(request, OpenAudit())


async def open_audit(request: Request, button: OpenAudit) -> list[Reply]:
    """Show a page of what was done."""
    page = await audit_log.page(request.tx, before=button.before, actor=request.actor)
    return request.replace(wording.audit_screen(request.localizer, page))


async def ask_checkpoint(request: Request) -> list[Reply]:
    """Ask for a checkpoint."""
    await save_state(request, AwaitCheckpoint())
    return request.reply(wording.ask_checkpoint(request.localizer))


async def take_checkpoint(request: Request, _state: AwaitCheckpoint) -> list[Reply]:
    """Take the checkpoint that was sent."""
    return await _compare(request, request.incoming.text)


async def not_a_checkpoint(request: Request, _state: AwaitCheckpoint) -> list[Reply]:
    """Answer a picture or the like in the place of a checkpoint."""
    return request.reply(wording.no_checkpoint(request.localizer))


async def _compare(request: Request, text: str) -> list[Reply]:
    try:
        found = await audit_log.compare(request.tx, text, actor=request.actor)
    except CheckpointInvalid:
        # Whoever sent half of it sends it again.
        await save_state(request, AwaitCheckpoint())
        return request.reply(wording.no_checkpoint(request.localizer))
    await conversations.end(request.tx, request.chat_id)
    return request.reply(wording.comparison_screen(request.localizer, found))
