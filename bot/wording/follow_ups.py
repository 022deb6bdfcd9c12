"""What is asked before a recall or a resend, and what is said once it was answered."""

from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.callbacks import Answer, Recall, Resend
from bot.wording.screen import Press, Screen, screen


def ask_recall(localizer: Localizer, broadcast_id: int, *, title: str) -> Screen:
    """Ask before an alert is deleted from every chat."""
    # Translators: asks an organizer before deleting an alert from every chat; {title} is its title.
    head = localizer.gettext("Recall “{title}”?", title=title)
    # Translators: under it.
    body = localizer.gettext(
        "It is deleted from every chat where Telegram still allows it. This cannot be undone."
    )
    # Translators: button; deletes the alert from every chat.
    yes = Press(localizer.gettext("Yes, recall it"), Recall(broadcast_id, Answer.YES))
    no = Press(_leave_it(localizer), Recall(broadcast_id, Answer.NO))
    return screen(joined([bold(head), body]), [[yes, no]])


def ask_resend(localizer: Localizer, broadcast_id: int, *, title: str) -> Screen:
    """Ask before an alert is sent again to those of whom nothing is known."""
    # Translators: asks an organizer before sending again to the unknown; {title} is the alert's title.
    head = localizer.gettext("Send “{title}” again to the unknown?", title=title)
    # Translators: under it.
    body = localizer.gettext("Some of them may have it already. The message says that it is sent again.")
    # Translators: button; sends again to those of whom it is unknown whether they got it.
    yes = Press(localizer.gettext("Yes, send again"), Resend(broadcast_id, Answer.YES))
    no = Press(_leave_it(localizer), Resend(broadcast_id, Answer.NO))
    return screen(joined([bold(head), body]), [[yes, no]])


def begun(localizer: Localizer) -> str:
    """Say that it has begun."""
    # Translators: an organizer has confirmed a recall or a resend; a progress message follows below.
    return localizer.gettext("It is on its way. You can follow it here.")


def left_as_it_is(localizer: Localizer) -> str:
    """Say that nothing was done."""
    # Translators: an organizer was asked about a recall or a resend, and said no.
    return localizer.gettext("Left as it is.")


def _leave_it(localizer: Localizer) -> str:
    # Translators: button; goes on without doing it.
    return localizer.gettext("No, leave it")
