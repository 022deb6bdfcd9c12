"""What organizers call the kinds of actions."""

from bot.domain.alert import ActionKind
from bot.i18n.localizer import Localizer


def kind_name(words: Localizer, kind: ActionKind) -> str:
    """Return what an organizer calls this kind of action."""
    match kind:
        case ActionKind.EMAIL:
            # Translators: a kind of action, on a button for organizers: writing an email.
            return words.pgettext("kind", "Write an email")
        case ActionKind.CALL:
            # Translators: a kind of action, on a button for organizers: making a phone call.
            return words.pgettext("kind", "Make a call")
        case ActionKind.SIGN:
            # Translators: a kind of action, on a button for organizers: signing a petition.
            return words.pgettext("kind", "Sign a petition")
        case ActionKind.SHARE:
            # Translators: a kind of action, on a button for organizers: sharing something.
            return words.pgettext("kind", "Share something")
        case ActionKind.ATTEND:
            # Translators: a kind of action, on a button for organizers: coming to an event.
            return words.pgettext("kind", "Come to an event")
        case ActionKind.PLEDGE:
            # Translators: a kind of action, on a button for organizers: making a pledge.
            return words.pgettext("kind", "Make a pledge")
        case ActionKind.REPORT:
            # Translators: a kind of action, on a button for organizers: reporting where the technology is used.
            return words.pgettext("kind", "Report where it is used")
        case ActionKind.MOMENT:
            # Translators: a kind of action, on a button for organizers: everybody doing one thing at one time.
            return words.pgettext("kind", "Act at the same time")
