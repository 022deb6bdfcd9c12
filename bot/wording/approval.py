"""What is said where an alert is looked at, and approved as it was seen."""

from bot.domain.alert import Alert
from bot.domain.reach import Reach
from bot.domain.rich_text import joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.callbacks import Approve
from bot.wording.board import back_button, in_place_line, missing_lines, paid_line, reach_line, send_button
from bot.wording.screen import Press, Screen, screen


def below_previews(localizer: Localizer, alert: Alert, *, sent: bool) -> Screen:
    """Lead on from the previews: back, and to the sending of what was not sent."""
    row = [back_button(localizer, alert.id)]
    if not sent:
        row.append(send_button(localizer, alert))
    # Translators: below previews of an alert in all its languages.
    return screen(localizer.gettext("This is how it will look, in each language."), [row])


def approval_screen(localizer: Localizer, alert: Alert, reach: Reach, *, seen: str, paid: bool) -> Screen:
    """Ask a colleague to approve what is shown above; `seen` is the hash of it that the button carries."""
    text = joined(
        [
            # Translators: a colleague of an alert's author is asked to approve it, having seen it above.
            localizer.gettext("This is what would be sent."),
            in_place_line(localizer, alert),
            reach_line(localizer, reach),
            missing_lines(localizer, reach),
            paid_line(localizer, alert, reach.total) if paid else "",
        ]
    )
    # Translators: button; a colleague approves the alert exactly as shown.
    yes = Press(localizer.gettext("Approve"), Approve(alert.id, seen))
    return screen(text, [[yes]])


def changed_since_seen(localizer: Localizer) -> str:
    """Say that what was approved is not what is there now."""
    # Translators: the alert was edited between being shown and being approved; it is shown anew below.
    return localizer.gettext("It has changed since you looked. Look again:")


def approved_screen(localizer: Localizer, alert: Alert, *, sends: bool) -> Screen:
    """Say that it was approved; `sends`: the same person may go on to send it."""
    # Translators: a colleague has approved an alert.
    said = localizer.gettext("Approved, exactly as you saw it. Its author can send it now.")
    return screen(said, [[send_button(localizer, alert)]] if sends else [])
