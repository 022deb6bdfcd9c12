"""What the team is told when an alert that repeats did not go out."""

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.findings import Finding
from bot.domain.rich_text import joined
from bot.i18n.localizer import Localizer
from bot.wording.board import back_button, check_button
from bot.wording.check import finding_lines
from bot.wording.screen import Screen, screen
from bot.wording.titles import title_of

BLOCKS_SHOWN = 3
"""Of what has to be mended, so much is told at once; the check has all of it."""


def not_approved(localizer: Localizer, alert: Alert) -> Screen:
    """Tell that what repeats did not go out, since it was changed."""
    # Translators: to the organizer of an alert that repeats each week; {title} is its title.
    said = localizer.gettext(
        "“{title}” did not go out: it is not approved as it is now. It goes on once a colleague has approved it.",
        title=title_of(alert),
    )
    return screen(said, [[back_button(localizer, alert.id, below=True)]])


def blocked(localizer: Localizer, alert: Alert, blocks: Sequence[Finding], *, is_last: bool) -> Screen:
    """Tell that what repeats did not go out, and what has to be mended. `is_last`: it has no other day."""
    if is_last:
        # Translators: to organizers of an alert that repeats each week, below which stands what has to be mended;
        # {title} is its title.
        said = localizer.gettext(
            "“{title}” did not go out on its last day. To send it, fix this, choose when, and have it approved:",
            title=title_of(alert),
        )
    else:
        # Translators: to organizers of an alert that repeats each week, below which stands what has to be mended;
        # {title} is its title.
        said = localizer.gettext(
            "“{title}” did not go out this time. For its next day, fix this and have it approved:",
            title=title_of(alert),
        )
    more = "…" if blocks[BLOCKS_SHOWN:] else ""
    text = joined([said, joined([finding_lines(localizer, blocks[:BLOCKS_SHOWN]), more], "\n")])
    buttons = [check_button(localizer, alert.id), back_button(localizer, alert.id, below=True)]
    return screen(text, [buttons])
