"""Who else is writing an alert at the moment."""

from collections.abc import Sequence

from bot.i18n.localizer import Localizer
from bot.services.co_writing import Writer
from bot.wording.team import name_of

WRITERS_SHOWN = 3


def writing_lines(localizer: Localizer, writers: Sequence[Writer]) -> list[str]:
    """Return a line for each of the first few."""
    return [
        # Translators: on an organizer's board; {name} is a colleague, who is writing the alert in {language} just now.
        localizer.gettext(
            "{name} is writing {language}.",
            name=name_of(localizer, each.organizer),
            language=localizer.language_name(each.locale),
        )
        for each in writers[:WRITERS_SHOWN]
    ]
