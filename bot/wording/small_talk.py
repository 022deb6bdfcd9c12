"""What is said to what is no question to the statement: one short sentence or two."""

from bot.content import Content
from bot.domain.faq import SmallTalk
from bot.i18n.localizer import Localizer


def sentence(localizer: Localizer, content: Content, kind: SmallTalk) -> str:
    """Return the reply to what is no question; a wish to leave has a screen of its own (`ask_leaving`)."""
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
            return _how_often(localizer, content)
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
                organisation=content.campaign.run_by(localizer.locale),
            )


def _how_often(localizer: Localizer, content: Content) -> str:
    said = content.campaign.how_often(localizer.locale)
    # Translators: answer to “how often will you write?”, where the campaign gives no number.
    said = said or localizer.gettext("An alert comes only when there is something to do.")
    # Translators: after the sentence that says how often alerts come.
    free = localizer.gettext("You can pause or stop them at any time.")
    return f"{said} {free}"
