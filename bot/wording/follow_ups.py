"""What is asked before a recall or a resend, and what is said once it was answered."""

from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.broadcast_buttons import Recall, Resend
from bot.telegram_io.organizer_buttons import Answer
from bot.wording.screen import Press, Screen, screen


def ask_recall(
    localizer: Localizer,
    broadcast_id: int,
    *,
    title: str,
    people: int,
    in_digests: bool = False,
    why: str = "",
) -> Screen:
    """Ask for the number of people an alert was for, before it is deleted from every chat.

    `in_digests`: some have it in a digest, or will. `why`: what was wrong when it was asked before.
    """
    # Translators: asks an organizer before deleting an alert from every chat; {title} is its title.
    head = localizer.gettext("Recall “{title}”?", title=title)
    # Translators: under it; {n} people were to get the alert.
    body = localizer.ngettext(
        "It was for {n} person, and is deleted wherever Telegram still allows it. This cannot be undone.",
        "It was for {n} people, and is deleted wherever Telegram still allows it. This cannot be undone.",
        people,
    )
    # Translators: under it, where people got the alert together with others, as one message a day or a week.
    digests = localizer.gettext("From digests it is struck out.") if in_digests else ""
    # Translators: {number} is the number of people, to be typed as it stands; {command} is /cancel.
    how = localizer.gettext(
        "To recall it, type {number}. To leave it as it is, send {command}.",
        number=str(people),
        command="/cancel",
    )
    no = Press(_leave_it(localizer), Recall(broadcast_id, Answer.NO))
    return screen(joined([why, bold(head), body, digests, how]), [[no]])


def another_number(localizer: Localizer) -> str:
    """Say why nothing was recalled, and the number is asked for once more."""
    # Translators: an organizer typed another number than the one that confirms a recall; it is asked again below.
    return localizer.gettext("Nothing was recalled: that is not the number.")


def ask_resend(localizer: Localizer, broadcast_id: int, *, title: str) -> Screen:
    """Ask before an alert is sent again to those of whom nothing is known."""
    # Translators: asks an organizer before sending again to the unknown; {title} is the alert's title.
    head = localizer.gettext("Send “{title}” again where it is unconfirmed?", title=title)
    # Translators: under it.
    body = localizer.gettext(
        "Some of them may have it already. The message says that it is being sent again."
    )
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
