"""The way onto the list, below every screen of who is not on it."""

from bot.domain.subscriber import Subscriber
from bot.i18n.localizer import Localizer
from bot.telegram_io.supporter_buttons import Start
from bot.wording.screen import Control, Press


def join_rows(localizer: Localizer, subscriber: Subscriber | None) -> list[list[Control]]:
    """Return the button to the words one agrees to, for who is not on the list; nothing for who is."""
    if subscriber is not None and subscriber.is_on_list:
        return []
    # Translators: button for who gets no alerts yet; it shows what they would agree to. At most 28 characters.
    return [[Press(localizer.gettext("Send me alerts"), Start())]]
