"""The ways on below many screens: onto the list, for who is not on it, and to the questions."""

from bot.domain.deep_links import DeepLink
from bot.domain.subscriber import Subscriber
from bot.i18n.localizer import Localizer
from bot.telegram_io.sharing_buttons import StartBy
from bot.telegram_io.supporter_buttons import OpenTopics, Start
from bot.wording.screen import Control, Press


def join_rows(
    localizer: Localizer, subscriber: Subscriber | None, link: DeepLink | None = None
) -> list[list[Control]]:
    """Return the button to the words one agrees to, for who is not on the list; nothing for who is.

    `link`: the one they came by, which the button carries on.
    """
    if subscriber is not None and subscriber.is_on_list:
        return []
    carries = "" if link is None else link.until_joined().payload
    # Translators: button for who gets no alerts yet; it shows what they would agree to. At most 28 characters.
    return [[Press(localizer.gettext("Send me alerts"), StartBy(carries) if carries else Start())]]


def questions_button(localizer: Localizer) -> Press:
    """Return the button to the questions and answers, by topic."""
    # Translators: button; opens the questions and answers.
    return Press(localizer.gettext("Questions and answers"), OpenTopics())
