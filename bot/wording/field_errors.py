"""Why what was sent for a field cannot be used, as one sentence."""

from bot.domain.field_values import FieldInvalid, Flaw
from bot.i18n.localizer import Localizer
from bot.wording.field_names import EXAMPLE_ADDRESS, EXAMPLE_MOMENT, EXAMPLE_PHONE, EXAMPLE_ZONE


def field_flaw(error: FieldInvalid, localizer: Localizer) -> str:
    """Return what is wrong with a value, and what to do."""
    match error.flaw:
        case Flaw.EMPTY:
            # Translators: an organizer sent an empty text where something is needed.
            return localizer.gettext("This is empty. Send it as a text.")
        case Flaw.SEVERAL_LINES:
            # Translators: an organizer sent several lines where one is needed.
            return localizer.gettext("This has several lines. Send it in one line.")
        case Flaw.TOO_LONG:
            # Translators: {length} and {limit} are numbers of characters.
            return localizer.gettext(
                "Too long: it has {length} characters, and {limit} fit. Shorten it and send it again.",
                length=error.length,
                limit=error.limit,
            )
        case Flaw.NO_ADDRESS:
            # Translators: an organizer sent something that is no mail address; {example} is one.
            return localizer.gettext(
                "This is not an email address. Send one like {example}.", example=EXAMPLE_ADDRESS
            )
        case Flaw.PERSONS_ADDRESS:
            # Translators: an organizer sent a mail address at a provider where people have their private mail.
            return localizer.gettext(
                "This looks like a person’s own mailbox. Alerts go to institutions: send the institution’s address."
            )
        case Flaw.NO_PHONE:
            # Translators: an organizer sent something that is no phone number; {example} is one.
            return localizer.gettext(
                "This is not a full number. Send it with + and the country code, like {example}.",
                example=EXAMPLE_PHONE,
            )
        case _:
            return _about_time(error, localizer)


def _about_time(error: FieldInvalid, localizer: Localizer) -> str:
    match error.flaw:
        case Flaw.NO_ZONE:
            # Translators: an organizer sent something that is no time zone; {example} is one.
            return localizer.gettext(
                "This time zone is not known. Send a large city in it, or its name like {example}.",
                example=EXAMPLE_ZONE,
            )
        case Flaw.SEVERAL_ZONES:
            # Translators: an organizer sent a city that several time zones are named after; {example} is a full name.
            return localizer.gettext(
                "Several time zones have that name. Send the whole name, like {example}.",
                example=EXAMPLE_ZONE,
            )
        case Flaw.NO_DAY:
            # Translators: an organizer sent a day or an hour that there is not, such as 31 April.
            return localizer.gettext(
                "There is no such day or hour. Send it like {example}.", example=EXAMPLE_MOMENT
            )
        case Flaw.PAST:
            # Translators: an organizer sent a day and hour that are over.
            return localizer.gettext("This is in the past there. Send a moment that is still to come.")
        case _:
            # Translators: an organizer sent something that is no day and hour; {example} shows how these are written.
            return localizer.gettext(
                "This is not a date and time. Send year, month, day and hour, like {example}.",
                example=EXAMPLE_MOMENT,
            )
