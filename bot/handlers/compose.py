"""Writing an alert: kind → link → words → board, one step a message; what is written is kept at once."""

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.markup import MarkupInvalid
from bot.domain.organizer import Organizer
from bot.domain.rich_text import bold, joined
from bot.handlers.board import show_board
from bot.handlers.flows import Step, save_step
from bot.handlers.request import Request
from bot.services import alerts, team
from bot.telegram_io.callbacks import ButtonOutdated, number
from bot.telegram_io.replies import Keyboard, Reply, button
from bot.telegram_io.updates import as_markup, is_formatted
from bot.wording.action_kinds import kind_name
from bot.wording.titles import BUTTON_SHOWN, title_of

DRAFTS_SHOWN = 3
"""Unfinished alerts that are offered to be gone on with."""


async def new(request: Request) -> list[Reply]:
    """Begin, by the kind of action, or go on with what is unfinished."""
    actor = await team.require_composer(request.tx, request.chat_id)
    await request.tx.conversations.end(request.chat_id)
    words = request.words
    kinds = [button(kind_name(words, kind), f"kind:{kind}") for kind in ActionKind]
    rows: Keyboard = [kinds[at : at + 2] for at in range(0, len(kinds), 2)]
    # Translators: an organizer begins an alert; the buttons below name kinds of actions.
    question = bold(words.gettext("What does the alert ask people to do?"))
    drafts = await alerts.drafts(request.tx, limit=DRAFTS_SHOWN, actor=actor)
    if not drafts:
        return request.replace(question, rows)
    # Translators: under the question above; the last buttons name alerts that were begun and not sent.
    offer = words.gettext("Or go on with a draft, below.")
    rows += [[_draft_button(request, draft)] for draft in drafts]
    return request.replace(joined([question, offer]), rows)


async def choose_kind(request: Request) -> list[Reply]:
    """Begin the draft, and ask for the link."""
    actor = await team.require_composer(request.tx, request.chat_id)
    if request.incoming.argument not in set(ActionKind):
        raise ButtonOutdated
    kind = ActionKind(request.incoming.argument)
    alert = await alerts.draft(request.tx, kind, base=request.locale, actor=actor, now=request.now)
    await save_step(request, Step(at="link", alert_id=alert.id))
    words = request.words
    text = joined(
        [
            # Translators: an organizer writes an alert; asks for the address its main button opens.
            bold(words.gettext("Where should the main button lead?")),
            # Translators: under it; {scheme} is how an address begins, {command} is /cancel.
            words.gettext(
                "Send the full address, beginning with {scheme}. To stop here, send {command}.",
                scheme="https://",
                command="/cancel",
            ),
        ]
    )
    # Translators: button; the alert gets no link.
    return request.replace(text, [[button(words.gettext("No link"), f"nolink:{alert.id}")]])


async def no_link(request: Request) -> list[Reply]:
    """Go on without a link."""
    actor = await team.require_composer(request.tx, request.chat_id)
    alert_id = number(request.incoming.argument)
    alert = await alerts.set_link(request.tx, alert_id, None, actor=actor, now=request.now)
    return await _after_link(request, alert, actor)


async def take_link(request: Request, step: Step) -> list[Reply]:
    """Take the address that was sent."""
    actor = await team.require_composer(request.tx, request.chat_id)
    link = request.incoming.text
    alert = await alerts.set_link(request.tx, step.alert_id, link, actor=actor, now=request.now)
    return await _after_link(request, alert, actor)


async def write_locale(request: Request) -> list[Reply]:
    """Ask for the words of one locale."""
    actor = await team.require_composer(request.tx, request.chat_id)
    alert_id, _, locale = request.incoming.argument.partition(":")
    alert = await alerts.unsent(request.tx, number(alert_id), actor=actor)
    if locale not in request.resources.catalogs.locales:
        raise ButtonOutdated
    return await _ask_words(request, alert, locale)


async def take_words(request: Request, step: Step) -> list[Reply]:
    """Take title and text that were sent, and show the board."""
    actor = await team.require_composer(request.tx, request.chat_id)
    title, _, text = request.incoming.text.partition("\n")
    text_starts = len(title) + 1 + len(text) - len(text.lstrip())
    written = Translation(
        locale=step.locale,
        title=title.strip() if is_formatted(request.incoming) else alerts.without_markup(title).strip(),
        text=as_markup(request.incoming, start=text_starts).rstrip(),
    )
    try:
        alert = await alerts.write(request.tx, step.alert_id, written, actor=actor, now=request.now)
    except MarkupInvalid as error:
        # They look for it in the message they sent, where the title is the first line.
        above = request.incoming.text.count("\n", 0, text_starts)
        raise MarkupInvalid(line=error.line + above, column=error.column, tag=error.tag) from error
    await request.tx.conversations.end(request.chat_id)
    return await show_board(request, alert, actor=actor)


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow; what is written stays a draft."""
    words = request.words
    if await request.tx.conversations.step(request.chat_id) is None:
        # Translators: answer to /cancel, where nothing was begun; {command} is /help.
        idle = words.gettext("There is nothing to cancel. {command} shows what you can do.", command="/help")
        return request.reply(idle)
    await request.tx.conversations.end(request.chat_id)
    # Translators: answer to /cancel, in the middle of writing or sending an alert; {command} is /new.
    stopped = words.gettext(
        "Stopped. Nothing was sent. What you wrote is kept as a draft: {command} offers it.", command="/new"
    )
    return request.reply(stopped)


async def _after_link(request: Request, alert: Alert, actor: Organizer) -> list[Reply]:
    if alert.translations:
        return await show_board(request, alert, actor=actor)
    return await _ask_words(request, alert, alert.base)


async def _ask_words(request: Request, alert: Alert, locale: str) -> list[Reply]:
    await save_step(request, Step(at="words", alert_id=alert.id, locale=locale))
    words = request.words
    text = joined(
        [
            # Translators: an organizer is asked for an alert's words; {language} is a language's name.
            bold(words.gettext("The words: {language}", language=words.language_name(locale))),
            # Translators: under it; how to send the words of an alert.
            words.gettext(
                "Send one message: the title in the first line, the text below. Bold, italics and links are kept. "
                "One ask, one reason: about 500 characters are read to the end."
            ),
        ]
    )
    return request.replace(text)


def _draft_button(request: Request, draft: Alert) -> dict[str, str]:
    title = title_of(draft, at_most=BUTTON_SHOWN)
    if draft.corrects is not None:
        # Translators: button; goes on with a correction that was begun. {title} is its title, cut where it is long.
        return button(request.words.gettext("Correction: {title}", title=title), f"alert:{draft.id}")
    # Translators: button; goes on with an alert that was begun and not sent. {title} is cut where it is long.
    return button(request.words.gettext("Draft: {title}", title=title), f"alert:{draft.id}")
