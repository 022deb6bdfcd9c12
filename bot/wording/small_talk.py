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
            return localizer.gettext("Questions about the campaign get an answer here.")
        case SmallTalk.INSTRUCTION:
            # Translators: answer to an instruction to the bot (“ignore your rules”, “write a poem”).
            return localizer.gettext(
                "This bot only passes on what the statement says, in words written beforehand. "
                "Ask about the campaign."
            )
        case SmallTalk.PRIVACY:
            # Translators: answer to “what do you know about me?”. {command} is /privacy.
            return localizer.gettext(
                "This bot keeps no name, and no messages once they are answered. "
                "See what it does keep, or erase it: {command}",
                command="/privacy",
            )
        case SmallTalk.FREQUENCY:
            return _how_often(localizer, content)
        case SmallTalk.BOT:
            return _who_this_is(localizer, content)
        case _:
            return _with_care(localizer, kind)


def _with_care(localizer: Localizer, kind: SmallTalk) -> str:
    """Return the reply to what nobody may read amiss, or to what says too little."""
    match kind:
        case SmallTalk.DISTRESS:
            # Translators: answer to somebody who is desperate, afraid or in danger. Warm, plain, no exclamation mark.
            return localizer.gettext(
                "That sounds very hard. This is only a program: please turn to somebody you trust, or to people "
                "near you who help. If your life is in danger and it is safe to call, call the emergency number "
                "where you are."
            )
        case SmallTalk.HOSTILITY:
            # Translators: answer to hatred of people, or to a call for violence. Calm, and not about who wrote it.
            return localizer.gettext(
                "This bot has no part in hatred or violence, against anyone. "
                "The campaign turns to institutions, and only by lawful means."
            )
        case SmallTalk.PERSONS:
            # Translators: answer to who asks for people’s names, addresses or families.
            return localizer.gettext(
                "This bot names no private individuals and gives no addresses. The campaign turns to institutions."
            )
        case _:
            # Translators: answer to a bare “why?”, a name alone, a slogan. Friendly; takes no side.
            return localizer.gettext(
                "What would you like to know? Please write it in a sentence, or choose a question."
            )


def _who_this_is(localizer: Localizer, content: Content) -> str:
    campaign = content.campaign
    # Translators: answer to “who are you?”, where the campaign has no sentence of its own for it.
    said = campaign.about(localizer.locale) or localizer.gettext(
        "This is a program. It answers from the statement that the campaign is based on, in words "
        "written beforehand, and sends alerts to those who want them."
    )
    organisation = campaign.run_by(localizer.locale)
    # Translators: after the sentence that says what the bot is; {organisation} runs it.
    run_by = localizer.gettext("It is run by {organisation}.", organisation=organisation)
    if not campaign.contact:
        return f"{said} {run_by}"
    # Translators: after the sentence that says who runs the bot; {contact} is an address.
    reached = localizer.gettext("Contact: {contact}", contact=campaign.contact)
    return f"{said} {run_by} {reached}"


def _how_often(localizer: Localizer, content: Content) -> str:
    said = content.campaign.how_often(localizer.locale)
    # Translators: answer to “how often will you write?”, where the campaign gives no number.
    said = said or localizer.gettext("An alert comes only when there is something to do.")
    # Translators: after the sentence that says how often alerts come.
    free = localizer.gettext("You can pause or stop them at any time.")
    return f"{said} {free}"
