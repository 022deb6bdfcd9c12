"""A router on a database, without Telegram: what is done goes in, what is answered comes out."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from bot.domain.organizer import Role
from bot.handlers.router import Router
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import read_update
from bot.wording.resources import Resources
from tests import shipped
from tests.making import CHAT, NOW

SECONDS = int(NOW.timestamp())
"""The moment of every test, as Telegram writes it."""

Doing = Callable[..., Awaitable[list[Reply]]]


class Undone(Exception):
    """Ends a transaction without keeping it."""


def _undo() -> None:
    raise Undone


def said(text: str, *, language: str = "en") -> dict[str, Any]:
    """Return the update of a text."""
    person = {"id": CHAT, "language_code": language}
    return {
        "message": {
            "message_id": 5,
            "date": SECONDS,
            "chat": {"id": CHAT, "type": "private"},
            "from": person,
            "text": text,
        }
    }


def tapped(data: str, *, language: str = "en") -> dict[str, Any]:
    """Return the update of a tap on a button."""
    message = {"message_id": 4, "date": SECONDS, "chat": {"id": CHAT, "type": "private"}}
    person = {"id": CHAT, "language_code": language}
    return {"callback_query": {"id": "1", "from": person, "data": data, "message": message}}


@pytest.fixture
def dialect() -> str:
    """Run on SQLite: the queries have tests of their own, on both."""
    return "sqlite"


@pytest.fixture(scope="session")
def resources() -> Resources:
    """Return the campaign's content and catalogs."""
    return shipped.resources()


@pytest.fixture
def router(resources: Resources) -> Router:
    """Put the router together."""
    return Router(resources)


@pytest.fixture
def do(store: Store, router: Router) -> Doing:
    """Return what lets a person do something, and undoes it once it is answered."""

    async def doing(
        raw: dict[str, Any],
        *,
        role: Role | None = None,
        before: Callable[[Transaction], Awaitable[Any]] | None = None,
    ) -> list[Reply]:
        replies: list[Reply] = []
        incoming = read_update(raw)
        assert incoming is not None
        match = await router.consider(incoming)
        with suppress(Undone):
            async with store.transaction() as tx:
                if role is not None:
                    await tx.organizers.add(CHAT, role, today=NOW.date())
                if before is not None:
                    await before(tx)
                replies += await router.handle(tx, incoming, match, now=NOW)
                _undo()
        return replies

    return doing
