"""The webhook by itself: what it says to Telegram while the database is locked."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from starlette.types import Message

from bot.inbox.intake import Intake
from bot.store.schema import metadata
from bot.store.store import Store
from bot.web.webhook import Webhook
from tests.making import CHAT, NOW

UPDATE = orjson.dumps(
    {
        "update_id": 7,
        "message": {"message_id": 1, "date": 0, "chat": {"id": CHAT, "type": "private"}, "text": "/help"},
    }
)
HEADERS = [(b"x-telegram-bot-api-secret-token", b"secret")]


class Request:
    """One request to the webhook, and what it answered."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)
        self.sent: list[Message] = []

    @property
    def status(self) -> int:
        """The status that was answered."""
        return int(self.sent[0]["status"])

    async def receive(self) -> Message:
        """Return what comes next."""
        return self.messages.pop(0)

    async def send(self, message: Message) -> None:
        """Take the answer."""
        self.sent.append(message)


def hook(store: Store, heard: Callable[[], None] = lambda: None) -> Webhook:
    """Return a webhook whose updates are stored and no more."""
    intake = Intake(store=store, accept=lambda _arrived: None, clock=lambda: NOW)
    return Webhook(intake, path="/telegram/x", secret="secret", heard=heard)  # of a test


def scope(path: str = "/telegram/x", method: str = "POST") -> dict[str, Any]:
    """Return what a request is for."""
    return {"type": "http", "path": path, "method": method, "headers": HEADERS}


async def bring(webhook: Webhook, body: bytes = UPDATE) -> int:
    """Bring an update. Returns the status."""
    request = Request({"type": "http.request", "body": body})
    await webhook(scope(), request.receive, request.send)
    return request.status


async def test_it_is_where_it_is(store: Store) -> None:
    """It answers posts at its path, nothing else."""
    webhook = hook(store)
    assert webhook.is_at(scope())
    assert not webhook.is_at(scope(method="GET"))
    assert not webhook.is_at(scope(path="/telegram/y"))
    assert not webhook.is_at({"type": "lifespan"})


async def test_who_is_brought_updates_hears(store: Store) -> None:
    """Each update that was stored tells that Telegram is heard; what is none tells nothing."""
    heard: list[bool] = []
    webhook = hook(store, lambda: heard.append(True))
    assert await bring(webhook, b"no JSON") == 400
    assert heard == []
    assert await bring(webhook) == 200
    assert heard == [True]


async def test_an_update_is_stored_as_it_came(store: Store) -> None:
    """What is acknowledged is in the database, in Telegram's own bytes."""
    body = UPDATE.replace(b'"update_id":7', b'"update_id" : 7')
    assert await bring(hook(store), body) == 200
    async with store.transaction() as tx:
        (stored,) = await tx.updates.claim("worker", limit=9)
    assert stored.payload == body


async def test_many_at_once_share_their_commits(store: Store) -> None:
    """A hundred updates that are brought at once are all stored."""
    webhook = hook(store)
    bodies = [UPDATE.replace(b":7,", b":%d," % number) for number in range(100)]
    assert set(await asyncio.gather(*(bring(webhook, body) for body in bodies))) == {200}
    async with store.reading() as tx:
        assert await tx.updates.count_open() == 30 + 1  # their chat's share, and that it was a lot


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_a_locked_table_is_waited_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody has the table locked Telegram is told to come again; then it is taken (S9)."""
    monkeypatch.setattr("bot.web.webhook.STORING_SECONDS", 0.1)
    webhook = hook(store)
    async with store.database.writing() as other:
        await other.execute(sa.text(f"LOCK TABLE {metadata.tables['updates'].name} IN ACCESS EXCLUSIVE MODE"))
        assert set(await asyncio.gather(*(bring(webhook) for _ in range(80)))) == {503}
    monkeypatch.setattr("bot.web.webhook.STORING_SECONDS", timedelta(minutes=1).total_seconds())
    assert await bring(webhook) == 200
    async with store.reading() as tx:
        assert await tx.updates.count_open() == 1
