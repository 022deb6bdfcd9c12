"""What is no question to the statement: greetings, thanks, insults, instructions; each gets one short reply."""

from collections.abc import Sequence

from bot.domain.faq import SmallTalk
from bot.domain.subscriber import Subscriber
from bot.handlers.request import Request
from bot.services import threads
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import OpenPrivacy, OpenSettings
from bot.wording.joining import join_rows, questions_button
from bot.wording.leaving import ask_leaving, leave_button
from bot.wording.screen import Control, Press, screen
from bot.wording.small_talk import sentence
from bot.wording.threads import ask_button


def reply(
    request: Request,
    kind: SmallTalk,
    subscriber: Subscriber | None,
    *,
    asks: Sequence[Sequence[Control]] = (),
) -> list[Reply]:
    """Answer kindly, and say what can be done here; a wish to leave is asked about once. `asks`: a way to a person."""
    if kind is SmallTalk.LEAVE:
        return request.reply(ask_leaving(request.localizer, subscriber.state if subscriber else None))
    said = sentence(request.localizer, request.resources.content, kind)
    return request.reply(screen(said, [*asks, *_rows(request, kind, subscriber)]))


async def person_rows(request: Request, kind: SmallTalk) -> list[list[Control]]:
    """Offer a person to who despairs, below the words for them, where the campaign says that it can be there."""
    if kind is not SmallTalk.DISTRESS or not request.resources.content.campaign.answers_distress:
        return []
    offered = await threads.is_askable(request.tx, request.chat_id)
    return [[ask_button(request.localizer)]] if offered else []


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
            return [[Press(localizer.gettext("Settings"), OpenSettings())], [leave_button(localizer)]]
        case _:
            return [topics, *joining]
