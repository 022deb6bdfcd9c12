"""Takes what a person did to its handler: by the table of routes, with the right it needs."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.faq import Match
from bot.domain.organizer import Right
from bot.handlers import leaving, questions
from bot.handlers.declared import Table
from bot.handlers.flows import Step, Taking, standing
from bot.handlers.late_edits import answer_late_edit
from bot.handlers.outdated import tell_outdated
from bot.handlers.request import Request
from bot.handlers.route import AnyHandler, require
from bot.handlers.routes import MODULES, TABLE
from bot.handlers.states import State
from bot.handlers.unfinished import drop_unfinished
from bot.services import conversations, subscriptions, team
from bot.store.inbox import Withdrawal
from bot.store.store import Transaction
from bot.telegram_io.callbacks import number, unpack
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from bot.wording.errors import apology
from bot.wording.resources import Resources

HEARD_IN_EDITS = frozenset({"halt", "cancel"})
"""Commands that stop something, typed wrong and put right; /stop is heard in any edit."""

Fetch = Callable[[Incoming], Awaitable[bytes | None]]
"""Returns the content of an alert file that an organizer sent; None for anybody else's, and where it is not given."""


async def _fetch_nothing(_: Incoming) -> bytes | None:
    return None


EDITING = frozenset({Right.COMPOSE, Right.SEND})
"""Who needs one of these may have edited what was approved: words are edited while a number is awaited, too."""


class Router:
    """Takes an update to its handler, in the transaction in which it takes effect.

    Raises RouteMissing where a button, a command, a state or a handler has no entry in the table.
    """

    def __init__(self, resources: Resources, table: Table = TABLE, *, fetch: Fetch = _fetch_nothing) -> None:
        table.check(MODULES)
        self._resources = resources
        self._table = table
        self._fetch = fetch

    async def consider(self, incoming: Incoming) -> Match | bytes | None:
        """Return what a text asks, or what an organizer's alert file holds. No transaction waits for that."""
        if incoming.brings_alert:
            return await self._fetch(incoming)
        if not incoming.asks:
            return None
        return await self._resources.matcher.match(incoming.text)

    async def handle(
        self, tx: Transaction, incoming: Incoming, match: Match | bytes | None, *, now: datetime
    ) -> list[Reply]:
        """Return the replies to an update. `match` is what `consider` found.

        Raises CampaignError and whatever else a handler raises: then nothing may be committed.
        """
        request = await self._request(tx, incoming, now)
        if isinstance(match, bytes):
            return await self._respond(dataclasses.replace(request, file=match), None)
        return await self._respond(request, match)

    async def apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, *, now: datetime
    ) -> list[Reply]:
        """Return the sentence a person reads in place of what went wrong."""
        request = await self._request(tx, incoming, now)
        return request.reply(apology(error, request.localizer))

    async def withdraw(
        self, tx: Transaction, incoming: Incoming, withdrawal: Withdrawal, *, now: datetime
    ) -> None:
        """Let a withdrawal that was applied ahead of this update hold, whatever the update did."""
        request = await self._request(tx, incoming, now)
        if withdrawal is Withdrawal.BLOCKED:
            await _blocked(request)
            return
        await leaving.stop(request)

    async def _request(self, tx: Transaction, incoming: Incoming, now: datetime) -> Request:
        catalogs = self._resources.catalogs
        chosen = await subscriptions.language(tx, incoming.chat_id)
        localizer = catalogs.words(chosen or catalogs.resolve(incoming.language_code))
        return Request(tx=tx, incoming=incoming, resources=self._resources, localizer=localizer, now=now)

    async def _respond(self, request: Request, match: Match | None) -> list[Reply]:
        if request.incoming.edited and not request.incoming.withdraws_consent:
            return await self._edited(request)
        match request.incoming.kind:
            case Kind.COMMAND:
                return await self._command(request)
            case Kind.BUTTON:
                return await self._button(request)
            case Kind.BLOCKED:
                await _blocked(request)
                return []
            case Kind.UNBLOCKED:
                return []
            case Kind.LEAVE:
                return await self._answer(request, self._table.leaving)
            case Kind.TEXT | Kind.OTHER:
                return await self._message(request, match)

    async def _button(self, request: Request) -> list[Reply]:
        button = unpack(request.incoming.data)
        route = self._table.buttons[type(button)]
        allowed = await _allowed(request, route.needs)
        if route.handler in self._table.organizers:
            return await self._answer(allowed, route.handler)
        return await _done(allowed, route.needs, await route.handle(allowed, button))

    async def _command(self, request: Request) -> list[Reply]:
        name = request.incoming.name
        route = self._table.commands.get(name)
        if route is not None:
            return await self._answer(await _allowed(request, route.needs), route.handle)
        beginning, _, written = name.rpartition("_")
        route = self._table.numbered.get(beginning)
        if route is None:
            return await self._table.otherwise(request)
        allowed = await _allowed(request, route.needs)
        return await route.handle(allowed, number(written))

    async def _answer(self, request: Request, handle: AnyHandler) -> list[Reply]:
        """Let the handler answer, or the one that answers organizers in its place."""
        for_team = self._table.organizers.get(handle)
        if for_team is not None and (organizer := await team.find(request.tx, request.chat_id)):
            return await for_team(dataclasses.replace(request, organizer=organizer))
        replies: list[Reply] = await handle(request)
        return replies

    async def _message(self, request: Request, match: Match | None) -> list[Reply]:
        """Take a message as the next step of the chat's flow, if it is in one that takes it; else as a question."""
        file = self._table.file
        if file is not None and request.incoming.brings_alert:
            author = await team.find(request.tx, request.chat_id)
            if author is not None and author.may(file.needs):
                return await file.handle(dataclasses.replace(request, organizer=author))
        replies = await self._step(dataclasses.replace(request, match=match))
        if replies is not None:
            return replies
        return await (self._table.otherwise(request) if match is None else questions.ask(request, match))

    async def _edited(self, request: Request) -> list[Reply]:
        """Hear a command that stops something, else tell the chat's flow of a message that was changed.

        Outside of a flow, an author is told what became of words that came from this message; nobody is told of others.
        """
        if request.incoming.kind is Kind.COMMAND and request.incoming.name in HEARD_IN_EDITS:
            return await self._command(request)
        state = await standing(request)
        step = None if state is None else self._table.steps[type(state)]
        if state is not None and step is not None and step.edited is not None:
            return await self._take(request, step, state, step.edited)
        author = await team.find(request.tx, request.chat_id)
        if author is None or not author.may(Right.COMPOSE):
            return []
        return await answer_late_edit(dataclasses.replace(request, organizer=author))

    async def _step(self, request: Request) -> list[Reply] | None:
        state = await standing(request)
        if state is None:
            return None
        step = self._table.steps[type(state)]
        handle = step.handle if request.incoming.kind in step.takes else step.otherwise
        return None if handle is None else await self._take(request, step, state, handle)

    async def _take(self, request: Request, step: Step, state: State, handle: Taking) -> list[Reply]:
        try:
            allowed = await _allowed(request, step.flow.needs)
            return await _done(allowed, step.flow.needs, await handle(allowed, state))
        except step.flow.over as error:
            await conversations.end(request.tx, request.chat_id)
            return request.reply(apology(error, request.localizer))


async def _allowed(request: Request, needs: Right | None) -> Request:
    """Return the request with the organizer whose right it needs.

    Raises NotAnOrganizer, MayNotCompose, MayNotApprove.
    """
    if needs is None:
        return request
    organizer = require(await team.find(request.tx, request.chat_id), needs)
    return dataclasses.replace(request, organizer=organizer)


async def _blocked(request: Request) -> None:
    """Send nothing any more to who blocked the bot, and keep nothing of what they had begun to write."""
    await subscriptions.blocked(request.tx, request.chat_id, now=request.now)
    await drop_unfinished(request)


async def _done(request: Request, needs: Right | None, replies: list[Reply]) -> list[Reply]:
    """Return the replies, and what is to be said of approvals that ended by what was just done."""
    return [*replies, *await tell_outdated(request)] if needs in EDITING else replies
