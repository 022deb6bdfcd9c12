"""How long words are, as Telegram counts, and when they get long to read."""

from bot.domain.alert import Alert
from bot.i18n.localizer import Localizer

READ_TO_THE_END = 500
"""UTF-16 units that a phone shows on about one screen."""


def length_line(localizer: Localizer, alert: Alert, locale: str) -> str:
    """Say that the words of a locale are kept, how long they are, and that they are long where they are."""
    length = alert.translations[locale].length()
    # Translators: after an organizer wrote the words of an alert; {language} is a language's name, {length} and {limit}
    # are numbers.
    kept = localizer.gettext(
        "Kept: {language}, {length} of {limit} characters.",
        language=localizer.language_name(locale),
        length=length,
        limit=alert.body_limit,
    )
    if length <= READ_TO_THE_END:
        return kept
    # Translators: under it, where the words are longer than that; {n} is a number of characters.
    nudge = localizer.gettext("About {n} are read to the end: shorter works better.", n=READ_TO_THE_END)
    return f"{kept}\n{nudge}"
