"""What an organizer is asked while writing an alert."""

from collections.abc import Sequence

from bot.domain.alert import ActionKind, Alert
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.callbacks import ChooseKind, NoLink, OpenAlert
from bot.wording.action_kinds import kind_name
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.titles import BUTTON_SHOWN, title_of


def kinds_screen(localizer: Localizer, drafts: Sequence[Alert]) -> Screen:
    """Ask for the kind of action, and offer what is unfinished."""
    kinds = [Press(kind_name(localizer, kind), ChooseKind(kind)) for kind in ActionKind]
    rows: list[list[Control]] = [list(kinds[at : at + 2]) for at in range(0, len(kinds), 2)]
    # Translators: an organizer begins an alert; the buttons below name kinds of actions.
    question = bold(localizer.gettext("What does the alert ask people to do?"))
    if not drafts:
        return screen(question, rows)
    # Translators: under the question above; the last buttons name alerts that were begun and not sent.
    offer = localizer.gettext("Or go on with a draft, below.")
    rows += [[_draft_button(localizer, draft)] for draft in drafts]
    return screen(joined([question, offer]), rows)


def ask_link(localizer: Localizer, alert_id: int) -> Screen:
    """Ask for the address that the main button opens."""
    text = joined(
        [
            # Translators: an organizer writes an alert; asks for the address its main button opens.
            bold(localizer.gettext("Where should the main button lead?")),
            # Translators: under it; {scheme} is how an address begins, {command} is /cancel.
            localizer.gettext(
                "Send the full address, beginning with {scheme}. To stop here, send {command}.",
                scheme="https://",
                command="/cancel",
            ),
        ]
    )
    # Translators: button; the alert gets no link.
    return screen(text, [[Press(localizer.gettext("No link"), NoLink(alert_id))]])


def ask_words(localizer: Localizer, locale: str) -> Screen:
    """Ask for the words of one locale."""
    text = joined(
        [
            # Translators: an organizer is asked for an alert's words; {language} is a language's name.
            bold(localizer.gettext("The words: {language}", language=localizer.language_name(locale))),
            # Translators: under it; how to send the words of an alert.
            localizer.gettext(
                "Send one message: the title in the first line, the text below. Bold, italics and links are kept. "
                "One ask, one reason: about 500 characters are read to the end."
            ),
        ]
    )
    return screen(text)


def nothing_to_cancel(localizer: Localizer) -> str:
    """Answer /cancel where nothing was begun."""
    # Translators: answer to /cancel, where nothing was begun; {command} is /help.
    return localizer.gettext("There is nothing to cancel. {command} shows what you can do.", command="/help")


def cancelled(localizer: Localizer) -> str:
    """Answer /cancel in the middle of a flow."""
    # Translators: answer to /cancel, in the middle of writing or sending an alert; {command} is /new.
    return localizer.gettext(
        "Stopped. Nothing was sent. What you wrote is kept as a draft: {command} offers it.", command="/new"
    )


def _draft_button(localizer: Localizer, draft: Alert) -> Press:
    title = title_of(draft, at_most=BUTTON_SHOWN)
    if draft.corrects is not None:
        # Translators: button; goes on with a correction that was begun. {title} is its title, cut where it is long.
        return Press(localizer.gettext("Correction: {title}", title=title), OpenAlert(draft.id))
    # Translators: button; goes on with an alert that was begun and not sent. {title} is cut where it is long.
    return Press(localizer.gettext("Draft: {title}", title=title), OpenAlert(draft.id))
