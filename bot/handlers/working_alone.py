"""The switch of a team of one: asked about before it is set, and set off by one tap."""

from bot.handlers.approval import review
from bot.handlers.freshness import is_fresh
from bot.handlers.organizers import show_team
from bot.handlers.request import Request
from bot.services import working_alone
from bot.telegram_io.replies import Reply
from bot.telegram_io.team_buttons import Switch, WorkAlone
from bot.wording.confirmation import asked_long_ago
from bot.wording.working_alone import ask_alone


async def work_alone(request: Request, button: WorkAlone) -> list[Reply]:
    """Ask, or set the switch; who came to it from an alert goes on to that."""
    match button.to:
        case Switch.ASK:
            return await _ask(request, button)
        case Switch.ON if not is_fresh(request):
            return [request.message(asked_long_ago(request.localizer)), *await _ask(request.below(), button)]
        case Switch.ON:
            await working_alone.switch_on(request.tx, actor=request.actor, now=request.now)
            if button.alert_id is not None:
                return await review(request, button.alert_id)
            return await show_team(request)
        case Switch.OFF:
            await working_alone.switch_off(request.tx, actor=request.actor, now=request.now)
            return await show_team(request)


async def _ask(request: Request, button: WorkAlone) -> list[Reply]:
    await working_alone.may_switch_on(request.tx, actor=request.actor, now=request.now)
    return request.replace(ask_alone(request.localizer, button.alert_id))
