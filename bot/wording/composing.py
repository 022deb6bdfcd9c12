"""What an organizer is asked while writing an alert."""

import re
from collections.abc import Sequence

from bot.domain.action_fields import FieldName, field_of, position
from bot.domain.alert import BODY_LIMIT, ActionKind, Alert
from bot.domain.links import LinkInvalid, shown_link
from bot.domain.markup import MarkupInvalid
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.domain.staleness import Standing, standing
from bot.i18n.localizer import Localizer
from bot.telegram_io.check_buttons import Decide
from bot.telegram_io.compose_buttons import (
    ChooseKind,
    EditKind,
    NoLink,
    TakeLiterally,
    UseLink,
    UseText,
    WasQuestion,
)
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording.action_kinds import kind_name
from bot.wording.board import back_button
from bot.wording.errors import apology
from bot.wording.fields import locale_buttons, step_line
from bot.wording.languages import changed_lines, decide_rows, older_mark, open_line
from bot.wording.screen import Control, Press, Screen, in_rows, screen
from bot.wording.titles import BUTTON_SHOWN, cut, title_of

LINK_SHOWN = 40
"""Characters of an address on a button."""

WORDS_SHOWN = 1400
"""UTF-16 units of words that are shown beside others: twice so many fit into a message."""

WORDS_BESIDE_CHANGES = 800
"""UTF-16 units of words that are shown beside others, and beside what was changed in them."""


def kinds_screen(localizer: Localizer, drafts: Sequence[Alert]) -> Screen:
    """Ask for the kind of action, and offer what is unfinished."""
    kinds = [Press(kind_name(localizer, kind), ChooseKind(kind)) for kind in ActionKind]
    rows = in_rows(kinds, 2)
    question = _kind_question(localizer)
    if not drafts:
        return screen(question, rows)
    # Translators: under the question above; the last buttons name alerts that were begun and not sent.
    offer = localizer.gettext("Or continue a draft, below.")
    rows += [[_draft_button(localizer, draft)] for draft in drafts]
    return screen(joined([question, offer]), rows)


def other_kinds_screen(localizer: Localizer, alert: Alert) -> Screen:
    """Ask for another kind of action of an alert."""
    others = [kind for kind in ActionKind if kind is not alert.kind]
    rows = in_rows([Press(kind_name(localizer, kind), EditKind(alert.id, kind)) for kind in others], 2)
    return screen(_kind_question(localizer), [*rows, [back_button(localizer, alert.id)]])


def ask_link(localizer: Localizer, alert: Alert, *, why: str = "") -> Screen:
    """Ask for the address that the main button opens. `why`: what was wrong when it was asked for before."""
    text = joined(
        [
            why,
            step_line(localizer, position(alert.kind, FieldName.LINK)) if _is_asked_first(alert) else "",
            # Translators: an organizer writes an alert; asks for the address its main button opens.
            bold(localizer.gettext("Where should the main button lead?")),
            # Translators: under it; {link} is the address that the main button opens now.
            localizer.gettext("Now: {link}", link=shown_link(alert.link)) if alert.link else "",
            # Translators: under it; {scheme} is how an address begins, {command} is /cancel.
            localizer.gettext(
                "Send the full address, beginning with {scheme}. To stop here, send {command}.",
                scheme="https://",
                command="/cancel",
            ),
        ]
    )
    # Translators: button; the alert gets no link.
    row: list[Control] = [Press(localizer.gettext("No link"), NoLink(alert.id))]
    if alert.translations:
        row.append(back_button(localizer, alert.id))
    return screen(text, [row])


def link_refused(localizer: Localizer, alert_id: int, error: LinkInvalid) -> Screen:
    """Say that an address cannot be used, and offer one that can."""
    said = apology(error, localizer)
    if error.offer is None:
        return screen(said)
    shown = cut(error.offer, LINK_SHOWN)
    # Translators: button; takes {link}, an address, in the place of what was sent. Short: the address is long.
    return screen(said, [[Press(localizer.gettext("Use {link}", link=shown), UseLink(alert_id))]])


def ask_words(
    localizer: Localizer, alert: Alert, locale: str, *, changes: RichText | None = None, why: str = ""
) -> Screen:
    """Ask for the words of one locale, and show those that are there and, for a translation, the base's.

    `changes`: of the base's words since the older ones were written. `why`: what was wrong when they were asked for
    before.
    """
    changed = changed_lines(localizer, alert, changes)
    at_most = WORDS_BESIDE_CHANGES if changed else WORDS_SHOWN
    written, base = alert.translations.get(locale), alert.translations.get(alert.base)
    parts: list[RichText | str] = [
        why,
        "" if alert.translations else step_line(localizer, position(alert.kind)),
        # Translators: an organizer is asked for an alert's words; {language} is a language's name.
        bold(localizer.gettext("The words: {language}", language=localizer.language_name(locale))),
        older_mark(localizer, alert, locale),
        # Translators: under it; how to send the words of an alert.
        localizer.gettext(
            "Send one message: the title in the first line, the text below. Bold, italics and links are kept. "
            "One ask, one reason: about 500 characters are read to the end."
        ),
    ]
    if written is not None:
        # Translators: above the words of an alert as they are written now; the organizer may send others.
        parts += [styled(localizer.gettext("Now:"), "italic"), written.rendered().cut(at_most)]
    if base is not None and locale != alert.base:
        # Translators: above the words that are to be translated; {language} is the language they are in.
        says = localizer.gettext("{language} says:", language=localizer.language_name(alert.base))
        parts += [*changed, styled(says, "italic"), base.rendered().cut(at_most)]
    rows: list[list[Control]] = []
    if locale != alert.base and base is not None and standing(alert, locale) is not Standing.CURRENT:
        # Translators: button; an organizer does not write these words now, but decides what their readers get.
        rows.append([Press(localizer.gettext("Decide without it"), Decide(alert.id, locale))])
    rows += locale_buttons(localizer, alert, locale)
    return screen(joined(parts), [*rows, [back_button(localizer, alert.id)]])


def words_refused(said: str, localizer: Localizer, alert_id: int, error: Exception) -> Screen:
    """Say why the words cannot be taken; a `<` that is no tag can be taken as it is."""
    rows: list[list[Control]] = []
    if isinstance(error, MarkupInvalid):
        # Translators: button; a text with < and > is taken as it is written, not as formatting.
        rows.append([Press(localizer.gettext("Use it as written"), TakeLiterally(alert_id))])
    return screen(said, [*rows, [back_button(localizer, alert_id)]])


def cut_text_refused(localizer: Localizer, alert_id: int, length: int, *, limit: int = BODY_LIMIT) -> Screen:
    """Say that a text that Telegram cut into several messages is too long, as one text."""
    # Translators: an organizer sent a text that Telegram cut into several messages; {length} and {limit} are numbers.
    said = localizer.gettext(
        "Your text came in several messages and has {length} characters in all; {limit} fit. None of it was used. "
        "Shorten it and send it again.",
        length=length,
        limit=limit,
    )
    return screen(said, [[back_button(localizer, alert_id)]])


def text_alone(localizer: Localizer, alert_id: int) -> Screen:
    """Answer an organizer who sends a picture, or something else that is no text, while writing an alert."""
    # Translators: an organizer sent a picture, a file or the like while writing an alert.
    said = localizer.gettext(
        "Send the text alone, as one message. A picture is added on the alert, under More …"
    )
    return screen(said, [[back_button(localizer, alert_id)]])


def edit_taken(localizer: Localizer, alert: Alert, locale: str, reach: Reach) -> Screen:
    """Say that an edit of a message changed the words that came from it."""
    # Translators: an organizer edited a message; {language} is the language of the words that came from it.
    said = localizer.gettext(
        "Your edit is saved: the words in {language} are changed.", language=localizer.language_name(locale)
    )
    rows: list[list[Control]] = [
        *decide_rows(localizer, alert, reach),
        [back_button(localizer, alert.id)],
    ]
    return screen(joined([said, open_line(localizer, reach)]), rows)


def edit_changes_nothing(localizer: Localizer) -> str:
    """Say that an edit of a message no words came from changes nothing."""
    # Translators: an organizer edited an older message while words of an alert are awaited.
    return localizer.gettext("Editing that message changes nothing here. Send the words as a new message.")


def what_is_it_for(
    localizer: Localizer, alert: Alert, locale: str, *, message_id: int | None = None
) -> Screen:
    """Ask what a text is for that was sent, by this message, while an alert's board is open."""
    # Translators: an organizer sent a text while an alert is open; {title} is its title. Buttons are below.
    said = localizer.gettext("Is this for “{title}”?", title=title_of(alert))
    # Translators: button; the text that was sent is taken for the alert's words in this language.
    use = localizer.gettext("Use it for {language}", language=localizer.language_name(locale))
    # Translators: button; the text that was sent was a question, and is answered.
    asked = localizer.gettext("It was a question")
    return screen(
        said, [[Press(use, UseText(alert.id, locale, message_id)), Press(asked, WasQuestion(message_id))]]
    )


def words_for_back(localizer: Localizer) -> set[str]:
    """Return what organizers type to go back, in small letters."""
    # Translators: what organizers type to go back to an alert: words with commas between them, in small letters.
    typed = localizer.gettext("back, go back")
    return {"back", *(word.strip().casefold() for word in re.split("[,،]", typed))}


def nothing_to_cancel(localizer: Localizer) -> str:
    """Answer /cancel where nothing was begun."""
    # Translators: answer to /cancel, where nothing was begun; {command} is /help.
    return localizer.gettext("There is nothing to cancel. {command} shows what you can do.", command="/help")


def cancelled(localizer: Localizer, *, kept: bool = True) -> str:
    """Answer /cancel in the middle of a flow; `kept`: words are left as a draft."""
    if not kept:
        # Translators: answer to /cancel, in the middle of something of which nothing is kept.
        return localizer.gettext("Stopped. Nothing was sent.")
    # Translators: answer to /cancel, in the middle of writing or sending an alert; {command} is /new.
    return localizer.gettext(
        "Stopped. Nothing was sent. What you wrote is kept as a draft: {command} offers it.", command="/new"
    )


def _is_asked_first(alert: Alert) -> bool:
    return not alert.translations and field_of(alert.kind, FieldName.LINK) is not None


def _kind_question(localizer: Localizer) -> RichText:
    # Translators: an organizer begins an alert; the buttons below name kinds of actions.
    return bold(localizer.gettext("What does the alert ask people to do?"))


def _draft_button(localizer: Localizer, draft: Alert) -> Press:
    title = title_of(draft, at_most=BUTTON_SHOWN) if draft.translations else kind_name(localizer, draft.kind)
    if draft.corrects is not None:
        # Translators: button; goes on with a correction that was begun. {title} is its title, cut where it is long.
        return Press(localizer.gettext("Correction: {title}", title=title), OpenAlert(draft.id))
    # Translators: button; goes on with an alert that was begun and not sent. {title} is cut where it is long.
    return Press(localizer.gettext("Draft: {title}", title=title), OpenAlert(draft.id))
