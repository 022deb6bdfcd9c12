"""Flows of several messages: where a chat stands in one, kept in the database, so that it survives a restart.

What kinds of input a state takes, who handles them and what ends it is declared beside the other routes.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.organizer import Right
from bot.errors import CampaignError
from bot.handlers.request import Request
from bot.handlers.states import AwaitField, AwaitWords, State, dump, load
from bot.services import co_writing, conversations
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """What belongs together: it needs one right, and ends by itself on the errors that no other message mends."""

    name: str
    needs: Right | None
    over: tuple[type[CampaignError], ...]


Taking = Callable[[Request, Any], Awaitable[list[Reply]]]
"""Takes a message, with the state in which it came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a state of a flow takes, and who takes it.

    `otherwise`: who answers what it does not take; without one, it is answered as if there were no flow.
    `edited`: who is told of a message that was changed after it was sent; without one, an edit is passed over.
    """

    flow: Flow
    state: type[State]
    takes: frozenset[Kind]
    handle: Taking
    otherwise: Taking | None = None
    edited: Taking | None = None


async def save_state(request: Request, state: State) -> None:
    """Take the person's next message for this; whoever writes in a language is seen to by the others."""
    await conversations.save(request.tx, request.chat_id, dump(state), now=request.now)
    if request.organizer is None:
        return
    if isinstance(state, AwaitWords | AwaitField) and state.locale and request.organizer.may_compose:
        await co_writing.begin(
            request.tx, state.alert_id, state.locale, actor=request.organizer, now=request.now
        )
    else:
        await co_writing.end(request.tx, actor=request.organizer)


async def standing(request: Request) -> State | None:
    """Return where the chat stands in a flow, if it is in one."""
    stored = await conversations.step(request.tx, request.chat_id)
    return None if stored is None else load(stored)
