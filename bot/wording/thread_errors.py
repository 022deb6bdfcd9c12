"""What can go wrong with threads, as one sentence each."""

from bot.domain.thread import MessageInvalid, ThreadMissing, ThreadNotTaken, ThreadTaken, TooManyMessages
from bot.i18n.localizer import Localizer
from bot.services.answering import ThreadGone
from bot.services.team import MayNotAnswer
from bot.services.threads import ThreadsOff


def thread_apology(error: Exception, words: Localizer) -> str:
    """Return the sentence; empty for any other error."""
    match error:
        case ThreadMissing():
            # Translators: to somebody who wanted to write on in a conversation with the campaign. {command} is /help.
            return words.gettext(
                "This conversation is over and erased; nothing was passed on. To ask anew: {command}",
                command="/help",
            )
        case ThreadsOff():
            # Translators: to somebody who wanted to ask a person of the campaign. {command} is /faq.
            return words.gettext(
                "The campaign is not taking questions here for now. What has already been answered: {command}",
                command="/faq",
            )
        case MessageInvalid():
            # Translators: to somebody whose message to, or from, a person of the campaign is empty or too long.
            return words.ngettext(
                "Nothing was passed on: a message has words, and at most {n} character. Please send a shorter one.",
                "Nothing was passed on: a message has words, and at most {n} characters. Please send a shorter one.",
                error.limit,
            )
        case TooManyMessages():
            # Translators: to somebody who has written a great deal to a person of the campaign today.
            return words.gettext("No more can be passed on today. Please write again tomorrow.")
        case ThreadGone():
            # Translators: to an organizer: a conversation with somebody ended. {command} is /threads.
            return words.gettext(
                "This thread is over and erased: it was closed, or a week went by. Nothing was passed on. "
                "The others: {command}",
                command="/threads",
            )
        case ThreadTaken():
            # Translators: to an organizer: a colleague, {number}, reads and answers this conversation.
            return words.gettext(
                "Organizer {number} has this thread in hand. Nothing was passed on. The others: {command}",
                number=str(error.by),
                command="/threads",
            )
        case ThreadNotTaken():
            # Translators: to an organizer: only who has taken a conversation may answer it. {command} is /threads.
            return words.gettext(
                "Take the thread first: nobody has it in hand. Nothing was passed on. {command}",
                command="/threads",
            )
        case MayNotAnswer():
            # Translators: an organizer whose role is to approve or to look on tried to answer somebody's question.
            return words.gettext(
                "Your role does not include answering people’s questions. Ask an owner or an editor."
            )
        case _:
            return ""
