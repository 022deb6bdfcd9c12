"""Turns of the first pump, one at a time."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.inbox.apply import Applier
from bot.inbox.outbox import Outbox
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from tests.making import CHAT, NOW


class Membership:
    """Answers every update; taps join, a block and whatever it has overtaken leave."""

    def __init__(self) -> None:
        self.is_in = False

    async def consider(self, incoming: Incoming) -> None:
        """Need nothing."""

    async def handle(
        self, _tx: Transaction, incoming: Incoming, _match: Any, *, now: datetime
    ) -> list[Reply]:
        """Join or leave."""
        del now
        self.is_in = incoming.kind is not Kind.BLOCKED
        return [Reply(method="sendMessage", parameters={"chat_id": CHAT})] if self.is_in else []

    async def apologize(self, *_: Any, **__: Any) -> list[Reply]:
        """Have nothing to apologize for."""
        return []

    async def withdraw(self, *_: Any, **__: Any) -> None:
        """Leave."""
        self.is_in = False


class Poster:
    """Posts everything at once."""

    async def post_one(self, *_: Any, **__: Any) -> bool:
        """Post it."""
        return True


@pytest.fixture
def membership() -> Membership:
    """Return what answers."""
    return Membership()


@pytest.fixture
def applier(store: Store, membership: Membership, monkeypatch: pytest.MonkeyPatch) -> Applier:
    """Return a pump that takes one update a turn."""
    monkeypatch.setattr("bot.inbox.apply.AT_A_TIME", 1)
    heartbeat = Heartbeat(store=store, clock=lambda: NOW)
    outbox = Outbox(store=store, poster=Poster(), heartbeat=heartbeat, clock=lambda: NOW)
    return Applier(
        store=store,
        responder=membership,
        outbox=outbox,
        heartbeat=heartbeat,
        governor=Governor(1000.0, store=store),
        clock=lambda: NOW,
    )


def tap(update_id: int) -> NewUpdate:
    """Return an update in which somebody taps on Join."""
    person, chat = {"id": CHAT, "is_bot": False, "first_name": "P"}, {"id": CHAT, "type": "private"}
    query = {"id": "1", "from": person, "message": {"message_id": 1, "chat": chat}, "data": "join:1"}
    payload = orjson.dumps({"update_id": update_id, "callback_query": query})
    return NewUpdate(update_id=update_id, chat_id=CHAT, payload=payload)


def block(update_id: int) -> NewUpdate:
    """Return an update in which the same person blocks the bot."""
    person, chat = {"id": CHAT, "is_bot": False, "first_name": "P"}, {"id": CHAT, "type": "private"}
    change = {"chat": chat, "from": person, "new_chat_member": {"status": "kicked"}}
    payload = orjson.dumps({"update_id": update_id, "my_chat_member": change})
    return NewUpdate(update_id=update_id, chat_id=CHAT, payload=payload, withdrawal=Withdrawal.BLOCKED)


async def receive(store: Store, *arrived: NewUpdate) -> None:
    """Store updates."""
    async with store.transaction() as tx:
        await tx.updates.receive(arrived, now=NOW)


async def test_a_block_overtakes_for_good(store: Store, applier: Applier, membership: Membership) -> None:
    """What somebody tapped before they blocked the bot does not bring them back, however much later it is applied."""
    await receive(store, tap(1), block(2))
    assert [await applier.turn(), await applier.turn(), await applier.turn()] == [1, 1, 0]
    assert not membership.is_in


async def test_a_tap_brought_again_after_the_block_was_done(
    store: Store, applier: Applier, membership: Membership
) -> None:
    """A tap that the webhook could not take, and that comes again when the later block is done, brings nobody back."""
    await receive(store, block(2))
    assert await applier.turn() == 1
    async with store.transaction() as tx:
        await tx.updates.done(2)
    await receive(store, tap(1))
    assert await applier.turn() == 1
    assert not membership.is_in
    assert applier._outbox.is_posted  # it was told nothing


async def test_a_tap_brought_again_after_somebody_came_back(
    store: Store, applier: Applier, membership: Membership
) -> None:
    """Who has joined anew after they left is not put off the list by what they tapped before."""
    for update in (block(2), tap(3)):
        await receive(store, update)
        assert await applier.turn() == 1
        async with store.transaction() as tx:
            await tx.updates.done(update.update_id)
    await receive(store, tap(1))
    assert await applier.turn() == 1
    assert membership.is_in
