"""Which handler hears what; the one place where commands and buttons are named."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.faq import Match
from bot.handlers import approval, board, compose, privacy, questions, sending, settings, statement, welcome
from bot.handlers import follow_ups as aftermath
from bot.handlers.flows import FLOW_OVER, Step
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.store.inbox import Withdrawal
from bot.store.store import Transaction
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from bot.wording.errors import apology
from bot.wording.resources import Resources

Handler = Callable[[Request], Awaitable[list[Reply]]]

COMMANDS: dict[str, Handler] = {
    "start": welcome.start,
    "stop": welcome.stop,
    "help": welcome.help_,
    "faq": questions.topics,
    "settings": settings.settings,
    "language": settings.language,
    "privacy": privacy.privacy,
    "new": compose.new,
    "cancel": compose.cancel,
}

BUTTONS: dict[str, Handler] = {
    "start": welcome.start,
    "join": welcome.join,
    "help": welcome.help_,
    "faq": questions.topics,
    "answer": questions.answer,
    "why": questions.why,
    "statement": statement.statement,
    "settings": settings.settings,
    "language": settings.language,
    "pause": settings.pause,
    "resume": settings.resume,
    "privacy": privacy.privacy,
    "erase": privacy.erase,
    "new": compose.new,
    "kind": compose.choose_kind,
    "nolink": compose.no_link,
    "words": compose.write_locale,
    "alert": board.board,
    "preview": approval.preview,
    "approve": approval.approve,
    "send": sending.ask_to_send,
    "careful": sending.canary_first,
    "broadcast": sending.control,
    "after": aftermath.after,
}

STEPS: dict[str, Callable[[Request, Step], Awaitable[list[Reply]]]] = {
    "link": compose.take_link,
    "words": compose.take_words,
    "confirm": sending.take_number,
}


class Router:
    """Takes an update to its handler, in the transaction in which it takes effect."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def consider(self, incoming: Incoming) -> Match | None:
        """Return what a text asks. It takes another process and some milliseconds, which no transaction waits for."""
        if incoming.kind is not Kind.TEXT or not incoming.text.strip():
            return None
        return await self._resources.matcher.match(incoming.text)

    async def handle(
        self, tx: Transaction, incoming: Incoming, match: Match | None, *, now: datetime
    ) -> list[Reply]:
        """Return the replies to an update. `match` is what `consider` found.

        Raises CampaignError and whatever else a handler raises: then nothing may be committed.
        """
        return await _respond(await self._request(tx, incoming, now), match)

    async def apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, *, now: datetime
    ) -> list[Reply]:
        """Return the sentence a person reads in place of what went wrong."""
        request = await self._request(tx, incoming, now)
        return request.reply(apology(error, request.words))

    async def withdraw(
        self, tx: Transaction, incoming: Incoming, withdrawal: Withdrawal, *, now: datetime
    ) -> None:
        """Let a withdrawal that was applied ahead of this update hold, whatever the update did."""
        if withdrawal is Withdrawal.BLOCKED:
            await subscriptions.blocked(tx, incoming.chat_id)
            return
        await welcome.stop(await self._request(tx, incoming, now))

    async def _request(self, tx: Transaction, incoming: Incoming, now: datetime) -> Request:
        catalogs = self._resources.catalogs
        chosen = await tx.languages.chosen(incoming.chat_id)
        words = catalogs.words(chosen or catalogs.resolve(incoming.language_code))
        return Request(tx=tx, incoming=incoming, resources=self._resources, words=words, now=now)


async def _respond(request: Request, match: Match | None) -> list[Reply]:
    incoming = request.incoming
    match incoming.kind:
        case Kind.COMMAND:
            if incoming.name.startswith("approve_"):
                return await approval.review(request)
            return await COMMANDS.get(incoming.name, welcome.not_understood)(request)
        case Kind.BUTTON:
            if incoming.name not in BUTTONS:
                raise ButtonOutdated
            return await BUTTONS[incoming.name](request)
        case Kind.TEXT:
            return await _text(request, match)
        case Kind.BLOCKED:
            await subscriptions.blocked(request.tx, request.chat_id)
            return []
        case Kind.UNBLOCKED:
            return []
        case Kind.OTHER:
            return await welcome.not_understood(request)


async def _text(request: Request, match: Match | None) -> list[Reply]:
    """Take a text as the next step of an organizer's flow, or else as a question."""
    saved = await request.tx.conversations.step(request.chat_id)
    if saved is not None and saved.get("at") in STEPS:
        step = Step(**saved)
        try:
            return await STEPS[step.at](request, step)
        except FLOW_OVER as error:
            await request.tx.conversations.end(request.chat_id)
            return request.reply(apology(error, request.words))
    return await welcome.not_understood(request) if match is None else questions.ask(request, match)
