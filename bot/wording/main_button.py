"""What the main button of an alert says where its author wrote nothing."""

from bot.domain.alert import ActionKind
from bot.i18n.localizer import Localizer


def main_label(words: Localizer, kind: ActionKind) -> str:
    """Return what the main button says where the author wrote nothing."""
    match kind:
        case ActionKind.EMAIL:
            # Translators: the main button of an alert; writes an email. At most 64 characters.
            return words.gettext("Write an email")
        case ActionKind.CALL:
            # Translators: the main button of an alert; makes a phone call. At most 64 characters.
            return words.gettext("Call")
        case ActionKind.SIGN:
            # Translators: the main button of an alert; signs a petition. At most 64 characters.
            return words.gettext("Sign")
        case ActionKind.SHARE:
            # Translators: the main button of an alert; shares it with others. At most 64 characters.
            return words.gettext("Share")
        case ActionKind.ATTEND:
            # Translators: the main button of an alert; comes to an event. At most 64 characters.
            return words.gettext("Take part")
        case ActionKind.PLEDGE:
            # Translators: the main button of an alert; makes a pledge. At most 64 characters.
            return words.gettext("Pledge")
        case ActionKind.REPORT:
            # Translators: the main button of an alert; reports where the technology is used. At most 64 characters.
            return words.gettext("Report")
        case ActionKind.MOMENT:
            # Translators: the main button of an alert; everybody taps it at one instant. At most 64 characters.
            return words.gettext("Count me in")
