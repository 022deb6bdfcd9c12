"""What is sent while an alert's board is open, or where its words are awaited, and may be meant for it or not."""

from dataclasses import replace

from bot.domain.faq import URGENT, Match, SmallTalk, has_few_letters
from bot.domain.pasting import Paste
from bot.domain.rich_text import utf16_length
from bot.domain.staleness import locale_version
from bot.handlers import going_on, questions, welcome
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import AtBoard, AwaitField, AwaitLink, AwaitWords
from bot.handlers.words import joined, refuse_taken, take
from bot.i18n.leaving import may_be_leaving
from bot.services import alerts, conversations
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.compose_buttons import UseText, WasQuestion
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import formatted
from bot.wording import composing as wording

BOARD_SECONDS = 3600
"""For how long after its board was opened a text may be meant for an alert."""


async def not_words(request: Request, state: AwaitLink | AwaitField | AwaitWords | AtBoard) -> list[Reply]:
    """Say what an alert is written from, to whoever sent a picture or the like; once to an album."""
    if isinstance(state, AtBoard) and not _is_open(request, state):
        return await welcome.not_understood(request)
    album = request.incoming.album
    if album and album == state.album:
        return []
    await save_state(request, replace(state, album=album))
    return request.reply(wording.text_alone(request.localizer, state.alert_id))


async def text_at_board(request: Request, state: AtBoard) -> list[Reply]:
    """Take the rest of a text that was cut; ask what any other text is for, unless it is plainly a question."""
    try:
        alert = await alerts.get(request.tx, state.alert_id, actor=request.actor)
    except alerts.AlertMissing:
        # A colleague has deleted it: nothing can be meant for it any more.
        if request.match is None:
            raise
        await conversations.end(request.tx, request.chat_id)
        return await questions.ask(request, request.match)
    paste = joined(request, Paste(length=state.length, sent_at=state.sent_at))
    if paste.length > utf16_length(request.incoming.text):
        return await refuse_taken(request, state, paste)
    match = request.match
    sent = await alerts.is_sent(request.tx, alert.id, actor=request.actor)
    if match is not None and (
        sent or not _is_open(request, state) or _is_plain(request.incoming.text, match)
    ):
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
        nearest=[] if match is None else [match.slug] if match.slug else list(match.near),
        base=state.base,
        versions={locale: locale_version(alert, locale) for locale in alert.translations},
    )
    await save_state(request, kept)
    asks = wording.what_is_it_for(request.localizer, alert, state.locale, message_id=kept.message_id)
    # Whoever is in a hurry may mean what is going out, whatever board is open.
    going = await going_on.cards(request) if going_on.says_stop(request) else []
    return [*request.reply(asks), *going]


def _is_open(request: Request, state: AtBoard) -> bool:
    """Whether the board was opened so short a while ago that what is sent may be meant for it."""
    return request.now.timestamp() - state.opened <= BOARD_SECONDS


def _is_plain(text: str, match: Match) -> bool:
    """Whether a text is said to the bot, whatever board is open: a question it knows, small talk, a word to leave."""
    known = match.slug is not None and "\n" not in text.strip()
    # An alert may well sound like despair or anger, and a title like a bare word: whoever wrote it is asked.
    said = match.small_talk not in (None, SmallTalk.NOT_A_QUESTION, *URGENT)
    return known or said or may_be_leaving(text) or has_few_letters(text)


async def use_text(request: Request, button: UseText) -> list[Reply]:
    """Take the text that was sent to the open board for the alert's words."""
    state = await standing(request)
    if not isinstance(state, AtBoard) or state.alert_id != button.alert_id or not state.text:
        raise ButtonOutdated
    if state.message_id != button.message_id:
        # Another text was sent since; this is not what the button was shown under.
        raise ButtonOutdated
    # Of older states it is not known which words stood when it was asked; else the base's did.
    over = state.versions.get(button.locale, "") if state.versions else None
    asked = AwaitWords(alert_id=state.alert_id, locale=button.locale, base=state.base, over=over)
    text = formatted(state.text, state.entities)
    return await take(request, asked, text, message_id=state.message_id, paste=Paste())


async def was_question(request: Request, button: WasQuestion) -> list[Reply]:
    """Answer the text that was sent to the open board as a question."""
    state = await standing(request)
    if not isinstance(state, AtBoard) or not state.text or state.message_id != button.message_id:
        raise ButtonOutdated
    return questions.nearest(request, state.nearest)
