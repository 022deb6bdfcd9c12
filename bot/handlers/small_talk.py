"""What is no question to the statement: greetings, thanks, insults, instructions; each gets one short reply."""

from bot.domain.faq import SmallTalk
from bot.handlers.request import Request
from bot.telegram_io.callbacks import OpenPrivacy, OpenTopics
from bot.telegram_io.replies import Reply
from bot.wording.screen import Control, Press, screen


def reply(request: Request, kind: SmallTalk) -> list[Reply]:
    """Answer kindly, and say what can be done here."""
    return request.reply(screen(_sentence(request, kind), _rows(request, kind)))


def _sentence(request: Request, kind: SmallTalk) -> str:
    localizer = request.localizer
    match kind:
        case SmallTalk.GREETING:
            # Translators: answer to a greeting such as “hello”.
            return localizer.gettext("Hello. Write your question about the campaign, or choose one.")
        case SmallTalk.THANKS:
            # Translators: answer to “thank you”.
            return localizer.gettext("Gladly. If another question comes up, just write it.")
        case SmallTalk.FAREWELL:
            # Translators: answer to “goodbye”.
            return localizer.gettext("Goodbye. This chat stays open for your questions.")
        case SmallTalk.INSULT:
            # Translators: answer to an insult: calm, neither hurt nor reproachful. {command} is /stop.
            return localizer.gettext(
                "Noted. Questions about the campaign get an answer here; {command} ends the alerts.",
                command="/stop",
            )
        case SmallTalk.INSTRUCTION:
            # Translators: answer to an instruction to the bot (“ignore your rules”, “write a poem”).
            return localizer.gettext(
                "This bot only passes on what the campaign’s statement says, in fixed words. Ask about that."
            )
        case SmallTalk.LEAVE:
            # Translators: answer to “no more messages, please” in the person's own words. {command} is /stop.
            return localizer.gettext("To end the alerts at once: {command}", command="/stop")
        case SmallTalk.PRIVACY:
            # Translators: answer to “what do you know about me?”. {command} is /privacy.
            return localizer.gettext(
                "No name and no messages are kept. What is, and how to erase it: {command}",
                command="/privacy",
            )
        case SmallTalk.BOT:
            # Translators: answer to “are you human?”, “what can you do?”. {organisation} runs the bot.
            return localizer.gettext(
                "This is a program. It answers from the campaign’s statement, in words written beforehand, and "
                "sends alerts to those who want them. It is run by {organisation}.",
                organisation=request.resources.content.campaign.run_by(request.locale),
            )
        case SmallTalk.DISTRESS:
            # Translators: answer to somebody who is desperate or afraid. Warm, plain, no exclamation mark.
            return localizer.gettext(
                "That sounds very hard, and a program can’t help with it. Please talk to somebody you trust. "
                "If there is danger now, call the emergency number where you are."
            )


def _rows(request: Request, kind: SmallTalk) -> list[list[Control]]:
    localizer = request.localizer
    match kind:
        case SmallTalk.LEAVE | SmallTalk.DISTRESS:
            return []
        case SmallTalk.PRIVACY:
            # Translators: button; opens what is kept about the person.
            return [[Press(localizer.gettext("Privacy"), OpenPrivacy())]]
        case _:
            # Translators: button; opens the list of topics.
            return [[Press(localizer.gettext("Questions and answers"), OpenTopics())]]
