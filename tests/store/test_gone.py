"""Who is taken off the list because their chat is gone, and who is not."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content import Wording
from bot.domain.attempt import GONE_ERRORS
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.services import subscriptions
from bot.store.schema import subscribers
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from bot.telegram_io.answers import RefusalKind
from tests.making import CHAT, NOW, begin_broadcast

ACTIVE, BLOCKED, LEFT = SubscriberState.ACTIVE, SubscriberState.BLOCKED, SubscriberState.LEFT
WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)

pytestmark = pytest.mark.usefixtures("ids_rise")


async def failed(store: Store) -> tuple[int, list[Subscriber]]:
    """Return a broadcast of which two failed because their chats are gone, and one for another reason."""
    broadcast_id, people = await begin_broadcast(store, 4)
    errors = ["chat not found", "never started", "too long", None]
    results = [
        Recorded(
            subscriber_id=one.id,
            state=DeliveryState.FAILED if error else DeliveryState.SENT,
            error=error,
            message_id=None if error else 7,
        )
        for one, error in zip(people, errors, strict=True)
    ]
    async with store.transaction() as tx:
        await tx.claims.claim(broadcast_id, worker="w", limit=9, now=NOW)
        await tx.deliveries.record(broadcast_id, results, worker="w")
    return broadcast_id, list(people)


async def states(store: Store) -> list[str]:
    """Return how people stand, in the order in which they joined."""
    query = sa.select(subscribers.c.state).order_by(subscribers.c.id)
    async with store.database.reading() as connection:
        return list((await connection.execute(query)).scalars())


def test_words() -> None:
    """What the sender writes down of a chat that is gone is what is looked for."""
    assert {RefusalKind.CHAT_NOT_FOUND, RefusalKind.NEVER_STARTED} == GONE_ERRORS


async def test_few(store: Store) -> None:
    """Those who are gone are taken off where they are few, and only they."""
    broadcast_id, _ = await failed(store)
    async with store.transaction() as tx:
        assert await tx.gone.stop(broadcast_id, at_most=1, today=NOW.date()) == 0
    assert await states(store) == [ACTIVE] * 4
    async with store.transaction() as tx:
        assert await tx.gone.stop(broadcast_id, at_most=2, today=NOW.date()) == 2
    assert await states(store) == [BLOCKED, BLOCKED, ACTIVE, ACTIVE]


async def test_left_meanwhile(store: Store) -> None:
    """Who left stays as having left."""
    broadcast_id, people = await failed(store)
    async with store.transaction() as tx:
        await tx.subscribers.save(people[0].leave())
        assert await tx.gone.stop(broadcast_id, at_most=2, today=NOW.date()) == 1
    assert await states(store) == [LEFT, BLOCKED, ACTIVE, ACTIVE]


COMES_BACK: dict[str, Callable[[Transaction], Awaitable[Any]]] = {
    "joins": lambda tx: subscriptions.join(tx, CHAT, wording=WORDING, now=NOW),
    "says /start": lambda tx: subscriptions.greet(tx, CHAT),
    "resumes": lambda tx: subscriptions.resume(tx, CHAT),
    "chooses a language": lambda tx: subscriptions.choose_language(tx, CHAT, "es"),
}


@pytest.mark.parametrize("comes_back", COMES_BACK.values(), ids=COMES_BACK)
async def test_came_back(store: Store, comes_back: Callable[[Transaction], Awaitable[Any]]) -> None:
    """Who came back while the broadcast went on stays on the list, however they show that they are here (I9)."""
    broadcast_id, _ = await failed(store)
    async with store.transaction() as tx:
        await comes_back(tx)
        assert await tx.gone.stop(broadcast_id, at_most=2, today=NOW.date()) == 1
    assert await states(store) == [ACTIVE, BLOCKED, ACTIVE, ACTIVE]


async def test_in_doubt(store: Store) -> None:
    """Where the bot was in doubt, nobody is taken off."""
    broadcast_id, _ = await failed(store)
    async with store.transaction() as tx:
        await tx.gone.doubt(broadcast_id)
        assert await tx.gone.stop(broadcast_id, at_most=4, today=NOW.date()) == 0
    assert await states(store) == [ACTIVE] * 4
