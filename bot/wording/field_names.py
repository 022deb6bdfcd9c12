"""What the fields of an alert are called, and how each is asked for."""

from bot.domain.action_fields import FieldName
from bot.i18n.localizer import Localizer

EXAMPLE_ADDRESS, EXAMPLE_PHONE = "office@council.example", "+44 20 7946 0000"
EXAMPLE_ZONE, EXAMPLE_MOMENT = "Europe/London", "2027-01-31 18:00"
"""A host of no one (RFC 2606), and a number kept for films (Ofcom)."""


def field_name(localizer: Localizer, name: FieldName) -> str:
    """Return what organizers call a field: on buttons and before its value."""
    match name:
        case FieldName.LINK:
            # Translators: what an alert needs, on a button and before its value: the address its button opens.
            return localizer.pgettext("field", "Link")
        case FieldName.TARGET:
            # Translators: what an alert needs, on a button and before its value: the institution people write to.
            return localizer.pgettext("field", "Institution")
        case FieldName.ADDRESS:
            # Translators: what an alert needs, on a button and before its value: the institution's mail address.
            return localizer.pgettext("field", "Email address")
        case FieldName.SUBJECT:
            # Translators: what an alert needs, on a button and before its value: the subject of a mail.
            return localizer.pgettext("field", "Subject")
        case FieldName.LETTER:
            # Translators: what an alert needs, on a button and before its value: the text of a mail.
            return localizer.pgettext("field", "Letter")
        case FieldName.PHONE:
            # Translators: what an alert needs, on a button and before its value: an institution's phone number.
            return localizer.pgettext("field", "Number")
        case FieldName.HOURS:
            # Translators: what an alert needs, on a button and before its value: when somebody picks up the phone.
            return localizer.pgettext("field", "Hours")
        case FieldName.SCRIPT:
            # Translators: what an alert needs, on a button and before its value: what to say on the phone.
            return localizer.pgettext("field", "What to say")
        case _:
            return _name_of_event(localizer, name)


def _name_of_event(localizer: Localizer, name: FieldName) -> str:
    match name:
        case FieldName.ZONE:
            # Translators: what an alert needs, on a button and before its value: the time zone of an event.
            return localizer.pgettext("field", "Time zone")
        case FieldName.STARTS_AT:
            # Translators: what an alert needs, on a button and before its value: day and hour of an event.
            return localizer.pgettext("field", "When")
        case FieldName.PLACE:
            # Translators: what an alert needs, on a button and before its value: where an event is.
            return localizer.pgettext("field", "Place")
        case FieldName.QUESTION_1:
            # Translators: what an alert needs, on a button and before its value: the first of three questions.
            return localizer.pgettext("field", "Question 1")
        case FieldName.QUESTION_2:
            # Translators: what an alert needs, on a button and before its value: the second of three questions.
            return localizer.pgettext("field", "Question 2")
        case _:
            # Translators: what an alert needs, on a button and before its value: the last of three questions.
            return localizer.pgettext("field", "Question 3")


def field_hint(localizer: Localizer, name: FieldName) -> str:
    """Return how a field is to be sent."""
    match name:
        case FieldName.TARGET:
            # Translators: an organizer is asked which institution people are to write to or call.
            return localizer.gettext("Which institution is it? Its name, in one line: no person’s name.")
        case FieldName.ADDRESS:
            # Translators: an organizer is asked for an institution's mail address; {example} is one.
            return localizer.gettext("Its public email address, like {example}.", example=EXAMPLE_ADDRESS)
        case FieldName.SUBJECT:
            # Translators: an organizer is asked for the subject of the mail that people send; in this language.
            return localizer.gettext("The subject of the email, in one line.")
        case FieldName.LETTER:
            # Translators: an organizer is asked for the mail that people send; in this language.
            return localizer.gettext("The email that people can send or change. Plain text, as one message.")
        case FieldName.PHONE:
            # Translators: an organizer is asked for an institution's phone number; {example} is one.
            return localizer.gettext(
                "The number with its country code, like {example}.", example=EXAMPLE_PHONE
            )
        case FieldName.HOURS:
            # Translators: an organizer is asked when an institution answers its phone.
            return localizer.gettext("When does somebody pick up? In one line, like “Mon–Fri, 9:00–16:00”.")
        case FieldName.SCRIPT:
            # Translators: an organizer is asked what people are to say on the phone; in this language.
            return localizer.gettext("What people can say on the phone. Plain text, as one message.")
        case _:
            return _hint_of_event(localizer, name)


def _hint_of_event(localizer: Localizer, name: FieldName) -> str:
    match name:
        case FieldName.ZONE:
            # Translators: an organizer is asked for the time zone of an event; {example} is the name of one.
            return localizer.gettext(
                "In which time zone is it? Its city, or its name like {example}.", example=EXAMPLE_ZONE
            )
        case FieldName.STARTS_AT:
            # Translators: an organizer is asked for day and hour of an event; {example} shows how these are written.
            return localizer.gettext("Day and hour there, like {example}.", example=EXAMPLE_MOMENT)
        case FieldName.PLACE:
            # Translators: an organizer is asked where an event is; in this language.
            return localizer.gettext("Where do people meet? In one line.")
        case FieldName.LINK:
            # Translators: an organizer is asked for an address; {scheme} is how it begins.
            return localizer.gettext("The full address, beginning with {scheme}.", scheme="https://")
        case _:
            # Translators: an organizer is asked for one of three questions that people answer; in this language.
            return localizer.gettext("A question that people are to answer, in one line.")
