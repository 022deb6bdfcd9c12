"""What happens while the key is changed, played on a database; what is broken is the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.jobs.rotation import Rotation
from bot.privacy.keyring import read_key
from bot.store.inbox import NewUpdate
from bot.store.store import Store
from tests.making import CHAT, NOW
from tests.worlds.rotation import Crowd, chats_in, key_file, opened, opened_by, process, rotate

PEOPLE = [CHAT + number for number in range(9)]
HELD_SECONDS = 5.0
"""How long somebody keeps a transaction open; a change that does not wait for it has come to its end by then."""

Scenario = Callable[[str, Path], Awaitable[list[str]]]


async def crowd(url: str, folder: Path) -> list[str]:
    """Let people act in two processes, before, during and after the change."""
    file = key_file(folder)
    async with (
        process(url, file) as one,
        process(url, file) as two,
        opened(url, file) as mine,
    ):
        acting, over = Crowd([one, two], seed=1), asyncio.Event()
        living = [
            asyncio.create_task(acting.live(PEOPLE[:6], until=over)),
            asyncio.create_task(acting.join_twice(PEOPLE[6:], until=over)),
        ]
        await acting.more_acts(len(PEOPLE))
        rotating = asyncio.create_task(rotate(mine, file))
        await asyncio.wait([rotating, *living], return_when=asyncio.FIRST_COMPLETED)
        more = asyncio.create_task(acting.more_acts(len(PEOPLE)))
        await asyncio.wait([more, *living], return_when=asyncio.FIRST_COMPLETED)
        more.cancel()
        over.set()
        ended = await asyncio.gather(rotating, *living, return_exceptions=True)
        failed = [f"FAILED: {type(error).__name__}" for error in ended if isinstance(error, BaseException)]
        ring = read_key(text=None, file=file)
        return [*failed, *acting.broken(await chats_in(mine, ring)), *await _left(mine, file)]


async def order(url: str, folder: Path) -> list[str]:
    """Receive one update of a chat before the change, and one after it."""
    file = key_file(folder)
    async with opened(url, file) as store:
        await _receive(store, 1)
        await rotate(store, file)
        await _receive(store, 2)
        async with store.transaction() as tx:
            claimed = [one.update_id for one in await tx.updates.claim("worker", limit=9)]
    return [] if claimed == [1] else [f"ORDER: {claimed} are applied at once"]


async def order_at_the_moment(url: str, folder: Path) -> list[str]:
    """Receive one update of a chat before the moment of the change, and one after it, before anything else changes."""
    file = key_file(folder)
    async with opened(url, file) as store:
        await _receive(store, 1)
        begun = Rotation(store=store, file=file, clock=lambda: NOW, told=lambda _line: None)
        new, old = await begun._begun()
        assert old is not None
        await begun._announce(new, old)
        await begun._switch(new, old)
        await _receive(store, 2)
        async with store.transaction() as tx:
            claimed = [one.update_id for one in await tx.updates.claim("worker", limit=9)]
        await rotate(store, file)
    return [] if claimed == [1] else [f"ORDER: {claimed} are applied at once"]


async def held(url: str, folder: Path) -> list[str]:
    """Keep somebody's row while everything is written anew."""
    file = key_file(folder)
    async with opened(url, file) as store, opened(url, file) as other:
        async with store.transaction() as tx:
            await tx.subscribers.add(CHAT, locale="en", today=NOW.date())
        new = asyncio.Event()
        rotating = asyncio.create_task(
            rotate(store, file, lambda line: new.set() if line.startswith("writing") else None)
        )
        await new.wait()
        async with other.transaction() as tx:
            await tx.subscribers.find(CHAT)
            await asyncio.wait([rotating], timeout=HELD_SECONDS)
        await rotating
        return await _left(store, file)


async def across(url: str, folder: Path) -> list[str]:
    """Begin a transaction before the moment of the change, and write in it after that."""
    file = key_file(folder)
    async with opened(url, file) as store, opened(url, file) as other:
        async with other.transaction() as tx:
            rotating = asyncio.create_task(rotate(store, file))
            await asyncio.wait([rotating], timeout=HELD_SECONDS)
            await tx.subscribers.add(CHAT, locale="en", today=NOW.date())
        await rotating
        return await _left(store, file)


async def _receive(store: Store, update_id: int) -> None:
    async with store.transaction() as tx:
        await tx.updates.receive([NewUpdate(update_id=update_id, chat_id=CHAT, payload=b"{}")], now=NOW)


async def _left(store: Store, file: Path) -> list[str]:
    left = (await opened_by(store, read_key(text=None, file=file)))[False]
    return [f"KEYS: {left} values do not open"] if left else []


SCENARIOS: Mapping[str, Scenario] = {
    each.__name__: each for each in (crowd, order, order_at_the_moment, held, across)
}
