"""What cannot be done to an audience or a saved segment, as one sentence that says what to do next."""

from bot.domain.audience import TERMS, AudienceInvalid, SegmentNested, SegmentRemoved
from bot.domain.audience_edit import AudienceChanged, TermsFull, TopicNeeded
from bot.domain.estimate import TOO_FEW
from bot.domain.segment import NAME_LENGTH, SegmentNameInvalid
from bot.i18n.localizer import Localizer
from bot.services.alerts import AudienceFixed
from bot.services.broadcasts import AudienceTooSmall
from bot.services.segments import SegmentMissing, SegmentNameTaken


def audience_apology(error: Exception, words: Localizer) -> str:
    """Return the sentence for an error about an audience; empty for any other."""
    match error:
        case AudienceChanged():
            # Translators: an organizer tapped a button below an audience that a colleague has changed meanwhile.
            return words.gettext(
                "The audience has changed since it was shown. Nothing was done: choose again."
            )
        case TermsFull() | AudienceInvalid():
            # Translators: an organizer wants to add a condition to an audience that has {n} already.
            return words.ngettext(
                "An audience has at most {n} term. Remove one first.",
                "An audience has at most {n} terms. Remove one first.",
                TERMS,
            )
        case TopicNeeded():
            # Translators: an organizer wants to remove or negate the condition that people subscribed to the alerts.
            return words.gettext("This term stays: an alert goes only to people who asked for alerts.")
        case AudienceFixed():
            # Translators: an organizer wants to change whom a corrected alert is for.
            return words.gettext("A correction goes to those who got what it corrects, and to nobody else.")
        case AudienceTooSmall():
            # Translators: an organizer wants to send to fewer than {n} people, who were singled out by conditions.
            return words.ngettext(
                "This audience has fewer than {n} person, which singles people out. Widen it, then send it.",
                "This audience has fewer than {n} people, which singles them out. Widen it, then send it.",
                TOO_FEW,
            )
        case _:
            return _about_segment(error, words)


def _about_segment(error: Exception, words: Localizer) -> str:
    match error:
        case SegmentRemoved():
            # Translators: an organizer wants to send or approve an alert for a saved audience that is gone.
            return words.gettext(
                "A segment it was meant for has been removed. Open the alert and choose its audience again."
            )
        case SegmentMissing():
            # Translators: an organizer tapped a saved audience that a colleague has removed.
            return words.gettext("This segment is no longer here. Choose another.")
        case SegmentNameTaken():
            # Translators: an organizer gave a saved audience the name of another.
            return words.gettext("Another segment has this name. Type a different one.")
        case SegmentNameInvalid():
            # Translators: an organizer gave a saved audience a name that cannot be used; {limit} is a number.
            return words.gettext("A name has one line and at most {limit} characters.", limit=NAME_LENGTH)
        case SegmentNested():
            # Translators: an organizer wants to make a saved audience of another saved audience.
            return words.gettext("A segment is made of terms, not of another segment.")
        case _:
            return ""
