"""A test of an alert to the whole team."""

from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.services import team_tests
from bot.telegram_io.check_buttons import SendToTeam
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.confirmation import sent_to_team, to_team


async def send_to_team(request: Request, button: SendToTeam) -> list[Reply]:
    """Send an alert to everybody on the team, as a reader of each one's language gets it, marked as a test."""
    alert, colleagues = await team_tests.begin(
        request.tx, button.alert_id, actor=request.actor, now=request.now
    )
    own = alert_screen(alert, request.localizer, mark=to_team(request.localizer, by=request.actor))
    return [
        *request.reply(own),
        request.message(sent_to_team(request.localizer, len(colleagues))),
        *tell(
            request,
            colleagues,
            lambda words: alert_screen(alert, words, mark=to_team(words, by=request.actor)),
        ),
    ]
