"""What else can be done with a draft: copied, sent as a file, deleted."""

from bot.domain.alert import Alert
from bot.domain.rich_text import bold
from bot.i18n.localizer import Localizer
from bot.telegram_io.organizer_buttons import AsFile, Discard, DuplicateAlert, OpenAlert, OpenMore
from bot.wording.screen import Press, Screen, screen
from bot.wording.titles import title_of


def more_button(localizer: Localizer, alert: Alert) -> Press:
    """Return the way to what is done less often."""
    # Translators: button on an organizer's board; shows what else can be done with the alert.
    return Press(localizer.gettext("More …"), OpenMore(alert.id))


def more_screen(localizer: Localizer, alert: Alert) -> Screen:
    """Offer what is done less often with a draft."""
    # Translators: button; begins a new draft that says the same as this one.
    copied = Press(localizer.gettext("Make a copy"), DuplicateAlert(alert.id))
    # Translators: button; sends the alert as a file that can be changed and sent back.
    as_file = Press(localizer.gettext("As a file"), AsFile(alert.id))
    # Translators: button; the draft is deleted, after a question.
    delete = Press(localizer.gettext("Delete"), Discard(alert.id))
    # Translators: button; back to an alert's board.
    back = Press(localizer.gettext("Back to the alert"), OpenAlert(alert.id))
    return screen(bold(title_of(alert)), [[copied, as_file], [delete, back]])
