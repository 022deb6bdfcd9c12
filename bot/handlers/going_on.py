"""What goes on, shown to an organizer who seems to want it stopped: a card each, with what stops it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.domain.leaving import LONGEST, leaving_form
from bot.domain.organizer import Right
from bot.handlers.request import Request
from bot.i18n.leaving import holds_a_word_for_leaving
from bot.services import alerts, overview, subscriptions, team
from bot.services.broadcast_progress import Progress
from bot.telegram_io.replies import Reply
from bot.wording.halting import halt_button, stopping_screen, stopping_words, what_should_stop
from bot.wording.screen import screen
from bot.wording.titles import title_of

log = structlog.get_logger(__name__)

SHOWN = 3
"""Broadcasts that are shown, the newest; *Halt everything* stops the others, too."""

Going = list[tuple[Progress, str]]
"""Broadcasts, each with its alert's title."""


async def titled(request: Request, found: list[Progress]) -> Going:
    """Return each broadcast with its alert's title."""
    return [
        (each, title_of(await alerts.get(request.tx, each.broadcast.alert_id, actor=request.actor)))
        for each in found
    ]


async def cards(request: Request) -> list[Reply]:
    """Return what goes on, a message each, newest last. Whatever fails here, leaving does not."""
    return await guarded(request, _cards)


async def cards_for_team(request: Request) -> list[Reply]:
    """Return the same for whoever is on the team; nothing for anybody else."""
    organizer = await team.find(request.tx, request.chat_id)
    return [] if organizer is None else await cards(replace(request, organizer=organizer))


async def guarded(request: Request, say: Callable[[Request], Awaitable[list[Reply]]]) -> list[Reply]:
    """Return what is said besides, or nothing if that fails: a withdrawal of consent must not depend on it."""
    try:
        async with request.tx.savepoint():
            return await say(request)
    except Exception as error:  # noqa: BLE001  # whatever it is
        log.warning("cards_failed", error=type(error).__name__)
        return []


def says_stop(request: Request) -> bool:
    """Whether a short text holds a word for stopping, of any locale: one for leaving, or one of the buttons'."""
    text = request.incoming.text
    if len(text) > LONGEST:
        return False
    catalogs = request.resources.catalogs
    form = f" {leaving_form(text)} "
    buttons = (word for locale in catalogs.locales for word in stopping_words(catalogs.words(locale)))
    return holds_a_word_for_leaving(text) or any(f" {leaving_form(word)} " in form for word in buttons)


async def _cards(request: Request) -> list[Reply]:
    going = await titled(request, await overview.unfinished(request.tx, actor=request.actor))
    if not going:
        return []
    localizer, steers = request.localizer, request.actor.may(Right.SEND)
    person = await subscriptions.find(request.tx, request.chat_id)
    is_member = person is not None and person.is_on_list
    screens = [stopping_screen(localizer, each, title=title, steers=steers) for each, title in going[-SHOWN:]]
    head = screen(what_should_stop(localizer, is_member=is_member), [[halt_button(localizer)]])
    return [request.message(each) for each in (head, *screens)]
