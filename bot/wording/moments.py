"""What is said at a moment: before it in a notice, at each tap with the count, and in thanks once it is over."""

from bot.domain.alert import Alert
from bot.domain.moment import MomentOver, NotYet
from bot.domain.outcome import Outcome, told
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.services.actions import Said
from bot.wording.alert_buttons import undo_button
from bot.wording.footer import footer
from bot.wording.outcomes import thanks_for, thanks_screen
from bot.wording.screen import Control, Screen, screen

MOMENT_NOTICES = (NotYet, MomentOver)
"""What is said in a notice after a tap that does not count."""


def moment_notice(error: Exception, words: Localizer) -> str:
    """Return the sentence for a tap before or after a moment; empty for any other error."""
    match error:
        case NotYet(wait=wait):
            # Translators: a notice after a tap before a moment at which everybody acts; {in_time} is "in 3 minutes".
            return words.gettext(
                "Not yet: it begins {in_time}. Tap then, and you act together with everybody.",
                in_time=words.ahead(wait),
            )
        case MomentOver():
            # Translators: a notice after a tap when the moment at which everybody acted is over.
            return words.gettext(
                "This moment is over and no longer counts. Thank you for wanting to take part."
            )
        case _:
            return ""


def counted_notice(words: Localizer, count: int | None) -> str:
    """Return what a tap that counts is answered with at once."""
    # Translators: a notice after somebody acted at the same moment as everybody.
    thanks = words.gettext("You are counted.")
    if count is None:
        # Translators: after thanks, where so few people have done something yet that no number is told.
        first = words.gettext("You are among the first.")
        return f"{thanks} {first}"
    # Translators: after "You are counted."; how many people have acted at this moment so far.
    so_far = words.ngettext("{n} person has acted so far.", "{n} people have acted so far.", count)
    return f"{thanks} {so_far}"


def counted_screen(words: Localizer, said: Said) -> Screen:
    """Return what a card becomes that its reader has tapped at the moment."""
    return thanks_screen(words, said, Outcome.DONE)


def counted_rows(words: Localizer, alert: Alert) -> list[list[Control]]:
    """Return the buttons that a card with a picture gets then, whose text stays."""
    return [[undo_button(words, alert.id)]]


def afterwards(words: Localizer, alert: Alert, took_part: int) -> Screen:
    """Return the thanks to each who took part, once the moment is over."""
    title = bold(alert.words(words.locale).title)
    thanks = thanks_for(words, alert.kind)
    count = told(took_part)
    if count is None:
        # Translators: in the thanks after a moment, where so few took part that no number is told.
        many = words.gettext("Each of you counted.")
    else:
        # Translators: in the thanks after a moment at which everybody acted; {n} is how many did.
        many = words.ngettext("{n} person acted: you.", "{n} people acted, you among them.", count)
    return screen(joined([title, f"{thanks} {many}", footer(words)]))
