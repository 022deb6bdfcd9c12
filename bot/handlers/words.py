"""The words of an alert: asked for, taken from a message or from an edit of it, refused whole, decided about."""

from dataclasses import replace

from bot.domain.alert import Alert, TextLinkInvalid, TextMissing, TextTooLong, Translation
from bot.domain.faq import Match, has_few_letters
from bot.domain.markup import MarkupInvalid
from bot.domain.pasting import Paste
from bot.domain.rich_text import RichText, utf16_length
from bot.handlers import questions
from bot.handlers.board import show_board
from bot.handlers.flows import AtBoard, AwaitLink, AwaitNumber, AwaitWords, save_state, standing
from bot.handlers.request import Request
from bot.i18n.leaving import may_be_leaving
from bot.services import alerts
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.organizer_buttons import KeepWords, TakeLiterally, UseText, WasQuestion, WriteWords
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import formatted
from bot.wording import composing as wording
from bot.wording.errors import apology

BOARD_SECONDS = 3600
"""For how long after its board was opened a text may be meant for an alert."""


async def write_locale(request: Request, button: WriteWords) -> list[Reply]:
    """Ask for the words of one locale."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if button.locale not in request.resources.catalogs.locales:
        raise ButtonOutdated
    return await ask_for_words(request, alert, button.locale)


async def ask_for_words(request: Request, alert: Alert, locale: str) -> list[Reply]:
    """Ask for the words of one locale, and show what is there."""
    await save_state(request, AwaitWords(alert_id=alert.id, locale=locale))
    return request.replace(wording.ask_words(request.localizer, alert, locale))


async def take_words(request: Request, state: AwaitWords) -> list[Reply]:
    """Take title and text that were sent, and show the board; the rest of a text that was cut is refused with it."""
    back = await answer_typed_back(request, state)
    if back is not None:
        return back
    paste = _joined(request, Paste(length=state.length, sent_at=state.sent_at))
    if paste.length > utf16_length(request.incoming.text):
        return await _refuse_cut(request, state.alert_id, state.locale, paste)
    text = formatted(request.incoming.text, request.incoming.entities)
    message_id = request.incoming.message_id
    return await _take(request, state.alert_id, state.locale, text, message_id=message_id, paste=paste)


async def take_words_edit(request: Request, state: AwaitWords) -> list[Reply]:
    """Take an edit of what was refused in its place, or of the words that an earlier message gave."""
    if request.incoming.message_id is None or request.incoming.message_id != state.message_id:
        return await _take_edit(request, awaited=True)
    return await take_words(request, AwaitWords(alert_id=state.alert_id, locale=state.locale))


async def take_edit(request: Request, _state: AwaitLink | AwaitNumber | AtBoard) -> list[Reply]:
    """Take an edit of the message that an alert's words came from."""
    return await _take_edit(request, awaited=False)


async def not_words(request: Request, state: AwaitLink | AwaitWords | AtBoard) -> list[Reply]:
    """Say what an alert is written from, to whoever sent a picture or the like; once to an album."""
    album = request.incoming.album
    if album and album == state.album:
        return []
    await save_state(request, replace(state, album=album))
    return request.reply(wording.text_alone(request.localizer, state.alert_id))


async def take_literally(request: Request, button: TakeLiterally) -> list[Reply]:
    """Take the text that was refused for its tags as it is written."""
    state = await standing(request)
    if not isinstance(state, AwaitWords) or state.alert_id != button.alert_id or not state.text:
        raise ButtonOutdated
    return await _take(
        request,
        state.alert_id,
        state.locale,
        RichText(state.text),
        message_id=state.message_id,
        paste=Paste(length=state.length, sent_at=state.sent_at),
        literally=True,
    )


async def keep(request: Request, button: KeepWords) -> list[Reply]:
    """Let older words be sent as they are."""
    alert = await alerts.keep(
        request.tx, button.alert_id, button.locale, seen=button.seen, actor=request.actor, now=request.now
    )
    return await show_board(request, alert)


async def text_at_board(request: Request, state: AtBoard) -> list[Reply]:
    """Take the rest of a text that was cut; ask what any other text is for, unless it is plainly a question."""
    alert = await alerts.get(request.tx, state.alert_id, actor=request.actor)
    paste = _joined(request, Paste(length=state.length, sent_at=state.sent_at))
    if paste.length > utf16_length(request.incoming.text):
        if state.revision:
            await _take_back(request, state)
        return await _refuse_cut(request, alert.id, state.locale, paste)
    match = request.match
    sent = await alerts.is_sent(request.tx, alert.id, actor=request.actor)
    open_for = request.now.timestamp() - state.opened
    if match is not None and (sent or open_for > BOARD_SECONDS or _is_plain(request.incoming.text, match)):
        return await questions.ask(request, match)
    kept = AtBoard(
        alert_id=alert.id,
        locale=state.locale,
        opened=state.opened,
        length=paste.length,
        sent_at=paste.sent_at,
        message_id=request.incoming.message_id,
        text=request.incoming.text,
        entities=list(request.incoming.entities),
        nearest=[] if match is None else [match.slug] if match.slug else list(match.suggestions),
    )
    await save_state(request, kept)
    return request.reply(wording.what_is_it_for(request.localizer, alert, state.locale))


def _is_plain(text: str, match: Match) -> bool:
    """Whether a text is said to the bot, whatever board is open: a question it knows, small talk, a word to leave."""
    known = match.slug is not None and "\n" not in text.strip()
    return known or match.small_talk is not None or may_be_leaving(text) or has_few_letters(text)


async def use_text(request: Request, button: UseText) -> list[Reply]:
    """Take the text that was sent to the open board for the alert's words."""
    state = await standing(request)
    if not isinstance(state, AtBoard) or state.alert_id != button.alert_id or not state.text:
        raise ButtonOutdated
    text = formatted(state.text, state.entities)
    return await _take(
        request, state.alert_id, button.locale, text, message_id=state.message_id, paste=Paste()
    )


async def was_question(request: Request, _button: WasQuestion) -> list[Reply]:
    """Answer the text that was sent to the open board as a question."""
    state = await standing(request)
    if not isinstance(state, AtBoard) or not state.nearest:
        raise ButtonOutdated
    return questions.nearest(request, state.nearest)


async def back(request: Request) -> list[Reply]:
    """Go back to the board of the alert that is being written."""
    state = await standing(request)
    if not isinstance(state, AwaitLink | AwaitWords | AwaitNumber | AtBoard):
        return request.reply(wording.nothing_to_cancel(request.localizer))
    return await _board(request, state.alert_id)


async def answer_typed_back(request: Request, state: AwaitLink | AwaitWords) -> list[Reply] | None:
    """Return the board, where somebody wrote that they want back to it."""
    typed = request.incoming.text.strip(" \n.!").casefold()
    return (
        await _board(request, state.alert_id) if typed in wording.words_for_back(request.localizer) else None
    )


async def _board(request: Request, alert_id: int) -> list[Reply]:
    return await show_board(request, await alerts.get(request.tx, alert_id, actor=request.actor))


async def _take(
    request: Request,
    alert_id: int,
    locale: str,
    text: RichText,
    *,
    message_id: int | None,
    paste: Paste,
    literally: bool = False,
) -> list[Reply]:
    """Write the words and show the board; what cannot be taken is refused, and awaited anew."""
    before = await alerts.unsent(request.tx, alert_id, actor=request.actor)
    try:
        words = _words(before, locale, text, literally=literally)
        alert = await alerts.write(
            request.tx, alert_id, words, actor=request.actor, now=request.now, message_id=message_id
        )
    except (MarkupInvalid, TextLinkInvalid, TextMissing, TextTooLong) as error:
        refused = AwaitWords(
            alert_id=alert_id,
            locale=locale,
            length=paste.length,
            sent_at=paste.sent_at,
            message_id=message_id,
            text=text.text if isinstance(error, MarkupInvalid) else "",
        )
        await save_state(request, refused)
        said = apology(error, request.localizer)
        return request.reply(wording.words_refused(said, request.localizer, refused.alert_id, error))
    taken = AtBoard(
        alert_id=alert.id,
        locale=locale,
        opened=int(request.now.timestamp()),
        length=paste.length,
        sent_at=paste.sent_at,
        revision=before.revision,
    )
    return await show_board(request, alert, state=taken)


def _words(alert: Alert, locale: str, whole: RichText, *, literally: bool) -> Translation:
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


async def _take_edit(request: Request, *, awaited: bool) -> list[Reply]:
    """Edit the words that a message gave. Of one that gave none something is said where words are awaited."""
    message_id = request.incoming.message_id
    found = None
    if message_id is not None:
        found = await alerts.written_in(request.tx, message_id, actor=request.actor)
    if found is None or message_id is None:
        return request.reply(wording.edit_changes_nothing(request.localizer)) if awaited else []
    alert, locale = found
    try:
        text = formatted(request.incoming.text, request.incoming.entities)
        words = _words(alert, locale, text, literally=False)
        alert = await alerts.write(
            request.tx, alert.id, words, actor=request.actor, now=request.now, message_id=message_id
        )
    except alerts.AlertSent as error:
        # It is another alert's flow that goes on.
        return request.reply(apology(error, request.localizer))
    return request.reply(wording.edit_taken(request.localizer, alert, locale))


async def _take_back(request: Request, state: AtBoard) -> None:
    """Undo the words that were taken from the first part of a text."""
    await alerts.take_back(
        request.tx,
        state.alert_id,
        state.locale,
        revision=state.revision,
        actor=request.actor,
        now=request.now,
    )


def _joined(request: Request, before: Paste) -> Paste:
    sent_at = request.incoming.sent_at or request.now
    return before.joined(utf16_length(request.incoming.text), int(sent_at.timestamp()))


async def _refuse_cut(request: Request, alert_id: int, locale: str, paste: Paste) -> list[Reply]:
    """Refuse all parts of a text together; what follows at once is one more of them."""
    state = AwaitWords(alert_id=alert_id, locale=locale, length=paste.length, sent_at=paste.sent_at)
    await save_state(request, state)
    return request.reply(wording.cut_text_refused(request.localizer, alert_id, paste.length))
