"""What is said about alerts that go out or come in as files, and about copies."""

from bot.domain.alert import Alert
from bot.i18n.localizer import Localizer
from bot.services.alert_file import (
    AlertFileInvalid,
    BaseMissing,
    KeyUnknown,
    KindUnknown,
    LocaleUnknown,
    MomentExpected,
    NotText,
    NotToml,
    TextExpected,
    TrueOrFalseExpected,
)
from bot.wording.errors import apology
from bot.wording.titles import title_of

KEY_SHOWN = 40
"""Characters of a key that are repeated; whoever wrote it knows the rest."""


def filename(alert: Alert) -> str:
    """Return the name of an alert's file."""
    return f"alert-{alert.id}.toml"


def caption(localizer: Localizer, alert: Alert) -> str:
    """Return what stands under an alert's file."""
    # Translators: under a file with an alert; {title} is its title.
    return localizer.gettext(
        "“{title}” as a file. Change it and send it back here: it becomes a new draft.", title=title_of(alert)
    )


def taken(localizer: Localizer) -> str:
    """Say that a file is a draft now."""
    # Translators: above an alert's board; an organizer sent the alert as a file.
    return localizer.gettext("Read from the file, as a new draft.")


def copied(localizer: Localizer) -> str:
    """Say that this is a copy."""
    # Translators: above an alert's board; it was copied from another alert.
    return localizer.gettext("This is the copy, a draft of its own.")


def not_fetched(localizer: Localizer, *, is_large: bool = False) -> str:
    """Say that a file did not come; `is_large`: that it was not even fetched."""
    if is_large:
        # Translators: an organizer sent a file that is larger than any alert can be.
        return localizer.gettext("This file is too large for an alert. No draft was made.")
    # Translators: an organizer sent an alert as a file, and Telegram did not hand it over.
    return localizer.gettext("The file could not be fetched from Telegram. Send it once more.")


def refused(localizer: Localizer, error: AlertFileInvalid) -> str:
    """Say what is wrong with a file, and where."""
    why = _why(localizer, error.why)
    if not error.line:
        return why
    # Translators: an organizer sent an alert as a file; {line} and {column} are numbers that say where the mistake is,
    # {why} is a sentence about it.
    return localizer.gettext(
        "No draft was made. Line {line}, place {column}: {why}", line=error.line, column=error.column, why=why
    )


def _why(localizer: Localizer, why: Exception) -> str:
    match why:
        case NotToml():
            # Translators: what is wrong in a file; TOML is the name of its format.
            return localizer.gettext("this is not TOML.")
        case NotText():
            # Translators: what is wrong in a file; UTF-8 is a way to write texts.
            return localizer.gettext("this is not text in UTF-8.")
        case KindUnknown():
            # Translators: what is wrong in a file; {key} is a word that stands in it.
            return localizer.gettext("{key} names no kind of action.", key="kind")
        case KeyUnknown():
            # Translators: what is wrong in a file; {key} is a word that stands in it.
            return localizer.gettext("nothing is called {key} here.", key=why.key[:KEY_SHOWN])
        case TextExpected():
            # Translators: what is wrong in a file; {key} is a word that stands in it.
            return localizer.gettext("{key} needs a text in quotation marks.", key=why.key)
        case MomentExpected():
            # Translators: what is wrong in a file; {key} is a word that stands in it, {example} a date and time.
            return localizer.gettext(
                "{key} needs a date and time, like {example}.", key=why.key, example="2027-01-31T18:00:00Z"
            )
        case TrueOrFalseExpected():
            # Translators: what is wrong in a file; {key} is a word that stands in it, {yes} and {no} are the words
            # that may stand there.
            return localizer.gettext(
                "{key} needs {yes} or {no}, without quotation marks.", key=why.key, yes="true", no="false"
            )
        case BaseMissing():
            # Translators: what is wrong in a file; {section} is what is to be written there, such as [en].
            return localizer.gettext(
                "the words in the first language are missing: {section}.",
                section=f"[{why.locale[:KEY_SHOWN]}]",
            )
        case LocaleUnknown():
            # Translators: what is wrong in a file; {section} is what stands there, such as [xx].
            return localizer.gettext(
                "this bot has no language {section}.", section=f"[{why.locale[:KEY_SHOWN]}]"
            )
        case _:
            return apology(why, localizer)
