"""The last line of all that the bot sends by itself."""

from bot.domain.rich_text import RichText, styled
from bot.i18n.localizer import Localizer


def footer(words: Localizer) -> RichText:
    """Return the line that says how to get fewer alerts, and how to get none."""
    # Translators: the last line of each alert; {settings} and {stop} are commands.
    line = words.gettext(
        "Fewer alerts: {settings} · No more alerts: {stop}", settings="/settings", stop="/stop"
    )
    return styled(line, "italic")
