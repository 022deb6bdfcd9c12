"""The words of an alert: asked for, taken from a message, refused whole, decided about."""

from dataclasses import replace

from bot.domain.action_fields import first_missing
from bot.domain.alert import Alert, TextLinkInvalid, TextMissing, TextTooLong, Translation
from bot.domain.markup import MarkupInvalid
from bot.domain.pasting import Paste
from bot.domain.rich_text import RichText, utf16_length
from bot.domain.staleness import base_version, locale_version
from bot.handlers.asking import ask, question
from bot.handlers.board import show_board
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import (
    AlertState,
    AtBoard,
    AwaitField,
    AwaitLink,
    AwaitPicture,
    AwaitWords,
)
from bot.services import alerts, translations
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.compose_buttons import TakeLiterally, WriteWords
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import formatted
from bot.wording import composing as wording
from bot.wording.errors import apology
from bot.wording.lengths import length_line


async def write_locale(request: Request, button: WriteWords) -> list[Reply]:
    """Ask for the words of one locale."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if button.locale not in request.resources.catalogs.locales:
        raise ButtonOutdated
    return await ask_for_words(request, alert, button.locale)


async def ask_for_words(request: Request, alert: Alert, locale: str) -> list[Reply]:
    """Ask for the words of one locale, and show what is there."""
    await save_state(request, _asked(alert, locale))
    changes = await translations.base_changes(request.tx, alert, locale, actor=request.actor)
    return request.replace(wording.ask_words(request.localizer, alert, locale, changes=changes))


def _asked(alert: Alert, locale: str) -> AwaitWords:
    """Return the question for the words of one locale, with the versions that are shown with it."""
    return AwaitWords(
        alert_id=alert.id, locale=locale, base=base_version(alert), over=locale_version(alert, locale)
    )


async def take_words(request: Request, state: AwaitWords) -> list[Reply]:
    """Take title and text that were sent, and show the board; the rest of a text that was cut is refused with it."""
    back = await answer_typed_back(request, state)
    if back is not None:
        return back
    paste = joined(request, Paste(length=state.length, sent_at=state.sent_at))
    if paste.length > utf16_length(request.incoming.text):
        return await refuse_cut(request, state, paste)
    text = formatted(request.incoming.text, request.incoming.entities)
    return await take(request, state, text, message_id=request.incoming.message_id, paste=paste)


async def take_literally(request: Request, button: TakeLiterally) -> list[Reply]:
    """Take the text that was refused for its tags as it is written."""
    state = await standing(request)
    if not isinstance(state, AwaitWords) or state.alert_id != button.alert_id or not state.text:
        raise ButtonOutdated
    return await take(
        request,
        state,
        RichText(state.text),
        message_id=state.message_id,
        paste=Paste(length=state.length, sent_at=state.sent_at),
        literally=True,
    )


async def back(request: Request) -> list[Reply]:
    """Go back to the board of the alert that is being written."""
    state = await standing(request)
    if not isinstance(state, AlertState):
        return request.reply(wording.nothing_to_cancel(request.localizer))
    return await _board(request, state.alert_id)


async def answer_typed_back(
    request: Request, state: AwaitLink | AwaitField | AwaitPicture | AwaitWords
) -> list[Reply] | None:
    """Return the board, where somebody wrote that they want back to it."""
    typed = request.incoming.text.strip(" \n.!").casefold()
    return (
        await _board(request, state.alert_id) if typed in wording.words_for_back(request.localizer) else None
    )


async def _board(request: Request, alert_id: int) -> list[Reply]:
    return await show_board(request, await alerts.get(request.tx, alert_id, actor=request.actor))


async def take(
    request: Request,
    asked: AwaitWords,
    text: RichText,
    *,
    message_id: int | None,
    paste: Paste,
    literally: bool = False,
) -> list[Reply]:
    """Write the words and show the board; what cannot be taken is refused, and awaited anew."""
    before = await alerts.unsent(request.tx, asked.alert_id, actor=request.actor)
    refused = replace(
        asked, length=paste.length, sent_at=paste.sent_at, message_id=message_id, text="", album=""
    )
    try:
        alert = await alerts.write(
            request.tx,
            asked.alert_id,
            words_of(before, asked.locale, text, literally=literally),
            actor=request.actor,
            now=request.now,
            message_id=message_id,
            written_for=asked.base,
            over=asked.over,
        )
    except alerts.WordsChanged as error:
        why = apology(error, request.localizer)
        await save_state(request, replace(_asked(before, asked.locale), message_id=message_id))
        return request.reply(wording.ask_words(request.localizer, before, asked.locale, why=why))
    except (MarkupInvalid, TextLinkInvalid, TextMissing, TextTooLong) as error:
        if isinstance(error, MarkupInvalid):
            refused = replace(refused, text=text.text)
        await save_state(request, refused)
        said = apology(error, request.localizer)
        return request.reply(wording.words_refused(said, request.localizer, refused.alert_id, error))
    taken = AtBoard(
        alert_id=alert.id,
        locale=asked.locale,
        opened=int(request.now.timestamp()),
        length=paste.length,
        sent_at=paste.sent_at,
        revision=before.revision,
        base=asked.base,
    )
    measured = length_line(request.localizer, alert, asked.locale)
    missing = first_missing(alert, asked.locale)
    if missing is None:
        return await show_board(request, alert, state=taken, above=measured)
    following = replace(
        question(alert, missing, asked.locale, walking=True),
        length=paste.length,
        sent_at=paste.sent_at,
        revision=before.revision,
        base=asked.base,
    )
    return await ask(request, alert, missing, following, why=measured)


def words_of(alert: Alert, locale: str, whole: RichText, *, literally: bool) -> Translation:
    """Return title and text of a message; without formatting it may hold HTML tags, unless it is taken literally.

    Raises MarkupInvalid, with the place in the message.
    """
    title, _, below = whole.text.partition("\n")
    begins = len(title) + 1 + len(below) - len(below.lstrip())
    ends = max(begins, len(whole.text.rstrip()))
    body = whole.part(begins, ends)
    earlier = alert.translations.get(locale)
    words = Translation(
        locale=locale,
        title=title.strip(),
        text=body.text,
        button=None if earlier is None else earlier.button,
        entities=body.entities if literally or whole.entities else None,
        fields={} if earlier is None else earlier.fields,
    )
    if words.entities is not None:
        return words
    try:
        words.body()
    except MarkupInvalid as error:
        # They look for it in the message they sent, where the title is the first line.
        above = whole.text.count("\n", 0, begins)
        raise MarkupInvalid(line=error.line + above, column=error.column, tag=error.tag) from error
    return replace(words, title=alerts.without_markup(title).strip())


def joined(request: Request, before: Paste) -> Paste:
    """Return what was sent so far of one text, with this message."""
    sent_at = request.incoming.sent_at or request.now
    return before.joined(utf16_length(request.incoming.text), int(sent_at.timestamp()))


async def refuse_cut(request: Request, asked: AwaitWords, paste: Paste) -> list[Reply]:
    """Refuse all parts of a text together; what follows at once is one more of them."""
    refused = replace(asked, length=paste.length, sent_at=paste.sent_at, message_id=None, text="")
    await save_state(request, refused)
    return request.reply(wording.cut_text_refused(request.localizer, asked.alert_id, paste.length))


async def refuse_taken(request: Request, state: AwaitField | AtBoard, paste: Paste) -> list[Reply]:
    """Undo the words that were taken from the first part of a text that was cut, and ask for them anew."""
    if state.revision:
        await alerts.take_back(
            request.tx,
            state.alert_id,
            state.locale,
            revision=state.revision,
            actor=request.actor,
            now=request.now,
        )
    alert = await alerts.get(request.tx, state.alert_id, actor=request.actor)
    over = locale_version(alert, state.locale)
    asked = AwaitWords(alert_id=alert.id, locale=state.locale, base=state.base, over=over)
    return await refuse_cut(request, asked, paste)
