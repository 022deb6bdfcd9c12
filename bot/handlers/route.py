"""How a route is declared: what a person does, who handles it, and the right it needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.domain.organizer import Organizer, Right
from bot.handlers.request import Request
from bot.services.team import NotAnOrganizer, authorize
from bot.telegram_io.callbacks import Button
from bot.telegram_io.replies import Reply

Handler = Callable[[Request], Awaitable[list[Reply]]]
AnyHandler = Callable[..., Awaitable[list[Reply]]]
Pressed = TypeVar("Pressed", bound=Button)


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command: `/new`; or, numbered, one that carries an id: `/approve_12`.

    `needs`: the right of an organizer, or None for anybody. `menu`, `help`: it stands in Telegram's menu, in /help.
    """

    name: str
    handle: AnyHandler
    needs: Right | None = None
    numbered: bool = False
    menu: bool = False
    help: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ButtonRoute:
    """A button: its class, and who handles it with what it carries."""

    button: type[Button]
    handle: Callable[[Request, Any], Awaitable[list[Reply]]]
    handler: AnyHandler
    needs: Right | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRoute:
    """An alert file that an organizer sends, wherever they stand. From anybody else it is a file like any other."""

    handle: Handler
    needs: Right


def opens(button: type[Button], handler: Handler, *, needs: Right | None = None) -> ButtonRoute:
    """Declare a button that carries nothing."""

    async def handle(request: Request, _: Button) -> list[Reply]:
        return await handler(request)

    return ButtonRoute(button=button, handle=handle, handler=handler, needs=needs)


def presses(
    button: type[Pressed],
    handler: Callable[[Request, Pressed], Awaitable[list[Reply]]],
    *,
    needs: Right | None = None,
) -> ButtonRoute:
    """Declare a button whose handler is given what it carries."""
    return ButtonRoute(button=button, handle=handler, handler=handler, needs=needs)


def require(organizer: Organizer | None, right: Right) -> Organizer:
    """Return the organizer, who has this right.

    Raises NotAnOrganizer, MayNotCompose, MayNotApprove.
    """
    if organizer is None:
        raise NotAnOrganizer
    authorize(organizer, right)
    return organizer
