"""What is said in a notice over the chat where a tap about an action did nothing: one sentence each."""

from bot.domain.field_values import zone_of
from bot.domain.outcome import ActionOver, AlreadySaid, NothingSaid, Outcome, TooEarly
from bot.domain.sighting import ANSWER_LENGTH, AnswerEmpty, AnswerTooLong
from bot.i18n.localizer import Localizer
from bot.services.actions import (
    ActionMissing,
    ActionRecalled,
    NotOnList,
    PledgedAlready,
    PreviewOnly,
    QuestionsFirst,
)
from bot.services.sightings import SightingDecided, SightingMissing
from bot.wording.alert_buttons import outcome_label
from bot.wording.moments import MOMENT_NOTICES, moment_notice

NOTICES = (
    ActionMissing,
    ActionOver,
    ActionRecalled,
    AlreadySaid,
    NotOnList,
    NothingSaid,
    PledgedAlready,
    PreviewOnly,
    QuestionsFirst,
    SightingDecided,
    SightingMissing,
    TooEarly,
    *MOMENT_NOTICES,
)
"""What is said in a notice: nothing was changed, and the message with the button stays."""


def action_notice(error: Exception, words: Localizer) -> str:
    """Return the sentence for an error about an action; empty for any other."""
    match error:
        case ActionMissing():
            # Translators: a notice after a tap on an old button under an alert.
            return words.gettext("This alert is no longer here.")
        case ActionRecalled():
            # Translators: a notice after a tap under an alert that the campaign has recalled.
            return words.gettext("The campaign has taken this alert back. Please do not act on it.")
        case ActionOver():
            # Translators: a notice after a tap on the main button of an alert.
            return words.gettext("The deadline has passed. You can still say what you did in time.")
        case NotOnList():
            # Translators: a notice after a tap under an alert; /start is a command.
            return words.gettext(
                "You are not on the list, so nothing is kept or counted. To join, send {command}.",
                command="/start",
            )
        case PreviewOnly():
            # Translators: a notice to an organizer who taps a button under an alert that was not sent.
            return words.gettext("This is a preview: nothing is counted.")
        case _:
            return (
                moment_notice(error, words)
                or _about_what_was_said(error, words)
                or _about_sightings(error, words)
            )


def _about_what_was_said(error: Exception, words: Localizer) -> str:
    match error:
        case AlreadySaid(outcome=outcome):
            return _already(words, outcome)
        case NothingSaid():
            # Translators: a notice after a second tap on Undo.
            return words.gettext("There is nothing to take back.")
        case PledgedAlready():
            # Translators: a notice after a second tap on the main button of a pledge.
            return words.gettext("You have pledged already; it counts once.")
        case QuestionsFirst():
            # Translators: a notice after "I did it" under an alert that asks questions.
            return words.gettext(
                "Here it is your answers that count: tap the first button, and answer the questions."
            )
        case TooEarly(begins=begins, zone=zone):
            # Translators: a notice after "I did it" before an event; {moment} is a date and time, {zone} its time zone.
            return words.gettext(
                "It has not begun yet: {moment} ({zone}). You can say so once it has.",
                moment=words.moment(begins, zone_of(zone)),
                zone=zone,
            )
        case _:
            return ""


def _already(words: Localizer, outcome: Outcome) -> str:
    # Translators: a notice after a second tap; {said} is what they tapped before ("I did it"). Undo: as below.
    return words.gettext(
        "You have said “{said}” already; it counts once. To take it back, tap Undo.",
        said=outcome_label(words, outcome),
    )


def _about_sightings(error: Exception, words: Localizer) -> str:
    match error:
        case AnswerEmpty():
            # Translators: somebody sent a picture or the like in answer to a question.
            return words.gettext("Please answer in words, in one message.")
        case AnswerTooLong(length=length):
            # Translators: somebody's answer to a question is too long; {length} and {limit} are numbers of characters.
            return words.gettext(
                "Your answer has {length} characters; {limit} fit. Please send a shorter one.",
                length=length,
                limit=ANSWER_LENGTH,
            )
        case SightingMissing():
            # Translators: an editor tapped a button of a report that its author took back or that was erased.
            return words.gettext("This report was taken back or erased.")
        case SightingDecided():
            # Translators: an editor tapped a button of a report that a colleague has decided about.
            return words.gettext("A colleague has decided about this already.")
        case _:
            return ""
