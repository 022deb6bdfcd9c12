"""What is no question to the statement: greetings, thanks, insults, instructions; each gets one short reply."""

from bot.domain.faq import SmallTalk
from bot.domain.subscriber import Subscriber
from bot.handlers.request import Request
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import OpenPrivacy, OpenSettings, OpenTopics
from bot.wording.joining import join_rows
from bot.wording.leaving import ask_leaving, leave_button
from bot.wording.screen import Control, Press, screen


def reply(request: Request, kind: SmallTalk, subscriber: Subscriber | None) -> list[Reply]:
    """Answer kindly, and say what can be done here; a wish to leave is asked about once."""
    if kind is SmallTalk.LEAVE:
        return request.reply(ask_leaving(request.localizer, subscriber.state if subscriber else None))
    return request.reply(screen(_sentence(request, kind), _rows(request, kind, subscriber)))


def _sentence(request: Request, kind: SmallTalk) -> str:
    localizer = request.localizer
    match kind:
        case SmallTalk.GREETING:
            # Translators: answer to a greeting such as “hello”.
            return localizer.gettext("Hello. Write your question about the campaign, or choose one.")
        case SmallTalk.THANKS:
            # Translators: answer to “thank you”.
            return localizer.gettext("You’re welcome. Ask anything else any time.")
        case SmallTalk.FAREWELL:
            # Translators: answer to “goodbye”.
            return localizer.gettext("Goodbye. This chat stays open for your questions.")
        case SmallTalk.INSULT:
            # Translators: answer to an insult: calm, neither hurt nor reproachful.
            return localizer.gettext("Noted. Questions about the campaign get an answer here.")
        case SmallTalk.INSTRUCTION:
            # Translators: answer to an instruction to the bot (“ignore your rules”, “write a poem”).
            return localizer.gettext(
                "This bot only passes on what the campaign’s statement says, in fixed words. Ask about that."
            )
        case SmallTalk.PRIVACY:
            # Translators: answer to “what do you know about me?”. {command} is /privacy.
            return localizer.gettext(
                "We keep no name and no messages. See what we do keep, or erase it: {command}",
                command="/privacy",
            )
        case SmallTalk.FREQUENCY:
            return _how_often(request)
        case SmallTalk.DISTRESS:
            # Translators: answer to somebody who is desperate or afraid. Warm, plain, no exclamation mark.
            return localizer.gettext(
                "That sounds very hard, and a program can’t help with it. Please talk to somebody you trust. "
                "If there is danger now, call the emergency number where you are."
            )
        case _:
            # Translators: answer to “who are you?”, “what can you do?”. {organisation} runs the bot.
            return localizer.gettext(
                "This is a program. It answers from the campaign’s statement, in words written beforehand, and "
                "sends alerts to those who want them. It is run by {organisation}.",
                organisation=request.resources.content.campaign.run_by(request.locale),
            )


def _how_often(request: Request) -> str:
    localizer = request.localizer
    said = request.resources.content.campaign.how_often(request.locale)
    # Translators: answer to “how often will you write?”, where the campaign gives no number.
    said = said or localizer.gettext("An alert comes only when there is something to do.")
    # Translators: after the sentence that says how often alerts come.
    free = localizer.gettext("You can pause or stop them at any time.")
    return f"{said} {free}"


def _rows(request: Request, kind: SmallTalk, subscriber: Subscriber | None) -> list[list[Control]]:
    localizer = request.localizer
    is_member = subscriber is not None and subscriber.is_on_list
    joining = join_rows(localizer, subscriber)
    # Translators: button; opens the list of topics.
    topics: list[Control] = [Press(localizer.gettext("Questions and answers"), OpenTopics())]
    match kind:
        case SmallTalk.DISTRESS:
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
