"""What is no question to the statement: greetings, thanks, insults, instructions; each gets one short reply."""

from bot.domain.faq import SmallTalk
from bot.domain.subscriber import Subscriber
from bot.handlers.request import Request
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import OpenPrivacy, OpenSettings
from bot.wording.joining import join_rows, questions_button
from bot.wording.leaving import ask_leaving, leave_button
from bot.wording.screen import Control, Press, screen
from bot.wording.small_talk import sentence


def reply(request: Request, kind: SmallTalk, subscriber: Subscriber | None) -> list[Reply]:
    """Answer kindly, and say what can be done here; a wish to leave is asked about once."""
    if kind is SmallTalk.LEAVE:
        return request.reply(ask_leaving(request.localizer, subscriber.state if subscriber else None))
    said = sentence(request.localizer, request.resources.content, kind)
    return request.reply(screen(said, _rows(request, kind, subscriber)))


def _rows(request: Request, kind: SmallTalk, subscriber: Subscriber | None) -> list[list[Control]]:
    localizer = request.localizer
    is_member = subscriber is not None and subscriber.is_on_list
    joining = join_rows(localizer, subscriber)
    topics: list[Control] = [questions_button(localizer)]
    match kind:
        case SmallTalk.DISTRESS | SmallTalk.HOSTILITY:
            # A menu is no help to who is desperate; and a topic would read as an answer to who hates.
            return []
        case SmallTalk.PRIVACY:
            # Translators: button; opens what is kept about the person.
            return [[Press(localizer.gettext("Privacy"), OpenPrivacy())], *joining]
        case SmallTalk.INSULT:
            # Who is angry is shown the way out, and never the way in.
            return [topics, [leave_button(localizer)]] if is_member else [topics]
        case SmallTalk.FREQUENCY if is_member:
            # Translators: button; opens the settings (language, pause).
            return [[Press(localizer.gettext("Settings"), OpenSettings()), leave_button(localizer)]]
        case _:
            return [topics, *joining]
