"""Takes what a person did to its handler: by the table of routes, with the right it needs."""

import dataclasses
from datetime import datetime

from bot.domain.faq import Match
from bot.domain.organizer import Right
from bot.handlers import leaving, questions
from bot.handlers.declared import Table
from bot.handlers.flows import State, Step, Taking, load
from bot.handlers.request import Request
from bot.handlers.route import require
from bot.handlers.routes import MODULES, TABLE
from bot.services import conversations, subscriptions, team
from bot.store.inbox import Withdrawal
from bot.store.store import Transaction
from bot.telegram_io.callbacks import number, unpack
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from bot.wording.errors import apology
from bot.wording.resources import Resources


class Router:
    """Takes an update to its handler, in the transaction in which it takes effect.

    Raises RouteMissing where a button, a command, a state or a handler has no entry in the table.
    """

    def __init__(self, resources: Resources, table: Table = TABLE) -> None:
        table.check(MODULES)
        self._resources = resources
        self._table = table

    async def consider(self, incoming: Incoming) -> Match | None:
        """Return what a text asks. It takes another process and some milliseconds, which no transaction waits for."""
        if not incoming.asks:
            return None
        return await self._resources.matcher.match(incoming.text)

    async def handle(
        self, tx: Transaction, incoming: Incoming, match: Match | None, *, now: datetime
    ) -> list[Reply]:
        """Return the replies to an update. `match` is what `consider` found.

        Raises CampaignError and whatever else a handler raises: then nothing may be committed.
        """
        return await self._respond(await self._request(tx, incoming, now), match)

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
        if withdrawal is Withdrawal.BLOCKED:
            await subscriptions.blocked(tx, incoming.chat_id)
            return
        await leaving.stop(await self._request(tx, incoming, now))

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
                button = unpack(request.incoming.data)
                route = self._table.buttons[type(button)]
                return await route.handle(await _allowed(request, route.needs), button)
            case Kind.BLOCKED:
                await subscriptions.blocked(request.tx, request.chat_id)
                return []
            case Kind.UNBLOCKED:
                return []
            case Kind.LEAVE:
                return await self._table.leaving(request)
            case Kind.TEXT | Kind.OTHER:
                return await self._message(request, match)

    async def _command(self, request: Request) -> list[Reply]:
        name = request.incoming.name
        route = self._table.commands.get(name)
        if route is not None:
            return await route.handle(await _allowed(request, route.needs))
        beginning, _, written = name.rpartition("_")
        route = self._table.numbered.get(beginning)
        if route is None:
            return await self._table.otherwise(request)
        allowed = await _allowed(request, route.needs)
        return await route.handle(allowed, number(written))

    async def _message(self, request: Request, match: Match | None) -> list[Reply]:
        """Take a message as the next step of the chat's flow, if it is in one that takes it; else as a question."""
        replies = await self._step(request)
        if replies is not None:
            return replies
        return await (self._table.otherwise(request) if match is None else questions.ask(request, match))

    async def _edited(self, request: Request) -> list[Reply]:
        """Tell the chat's flow of a message that was changed; where it does not ask for that, nothing is said."""
        state = await _state(request)
        step = None if state is None else self._table.steps[type(state)]
        if state is None or step is None or step.edited is None:
            return []
        return await self._take(request, step, state, step.edited)

    async def _step(self, request: Request) -> list[Reply] | None:
        state = await _state(request)
        if state is None:
            return None
        step = self._table.steps[type(state)]
        handle = step.handle if request.incoming.kind in step.takes else step.otherwise
        return None if handle is None else await self._take(request, step, state, handle)

    async def _take(self, request: Request, step: Step, state: State, handle: Taking) -> list[Reply]:
        try:
            return await handle(await _allowed(request, step.flow.needs), state)
        except step.flow.over as error:
            await conversations.end(request.tx, request.chat_id)
            return request.reply(apology(error, request.localizer))


async def _state(request: Request) -> State | None:
    """Return where the chat stands in a flow, if it is in one."""
    stored = await conversations.step(request.tx, request.chat_id)
    return None if stored is None else load(stored)


async def _allowed(request: Request, needs: Right | None) -> Request:
    """Return the request with the organizer whose right it needs.

    Raises NotAnOrganizer, MayNotCompose, MayNotApprove.
    """
    if needs is None:
        return request
    organizer = require(await team.find(request.tx, request.chat_id), needs)
    return dataclasses.replace(request, organizer=organizer)
