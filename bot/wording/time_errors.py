"""What is said where a time cannot be taken."""

from bot.domain.schedule import AHEAD
from bot.i18n.localizer import Localizer
from bot.i18n.typed_times import NoSuchDay, TimeUnreadable, ZoneUnknown
from bot.services.broadcasts import OtherTimeApproved
from bot.services.outlook import HourSkipped, TimePast, TooFarAhead
from bot.services.series import SeriesOver

ZONE_SHOWN = 40
"""Characters of a zone's name that are repeated; whoever wrote it knows the rest."""


def about_time(error: Exception, words: Localizer) -> str | None:
    """Return the sentence for an error about a time; None for any other."""
    match error:
        case TimeUnreadable():
            # Translators: an organizer typed something else than a day and an hour; how to write them stands below.
            return words.gettext("This is not a date and time.")
        case NoSuchDay():
            # Translators: an organizer typed a day like 29 February in a year that has none, or an hour like 25:00.
            return words.gettext("There is no such day or hour.")
        case ZoneUnknown():
            # Translators: an organizer typed the name of a time zone that does not exist; {example} is one that does.
            return words.gettext(
                "There is no time zone {zone}. Its name is like {example}.",
                zone=error.name[:ZONE_SHOWN],
                example="Europe/Madrid",
            )
        case HourSkipped():
            # Translators: an organizer typed an hour that clocks leave out as they go forward on that day.
            return words.gettext(
                "Clocks in {zone} go forward that day, and {hour} never comes. Choose another hour.",
                zone=error.zone,
                hour=words.hour(error.hour),
            )
        case TimePast():
            # Translators: an organizer typed, or confirms, a time that is past.
            return words.gettext("That time is past. Choose a later one.")
        case TooFarAhead():
            # Translators: an organizer typed a day that is more than {n} days away.
            return words.ngettext(
                "That is more than {n} day ahead. Choose an earlier day.",
                "That is more than {n} days ahead. Choose an earlier day.",
                AHEAD.days,
            )
        case OtherTimeApproved():
            # Translators: an organizer tried to send at once what is approved for later; {command} is /schedule.
            return words.gettext(
                "It was approved for another time. To change that, send {command}.", command="/schedule"
            )
        case SeriesOver():
            # Translators: a button of an alert that repeated each week, and does not any more.
            return words.gettext("This does not repeat any more; nothing is left to change.")
        case _:
            return None
