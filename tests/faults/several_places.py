"""Faults at an exact place: a process stops itself there, and goes on when the others have done what is to be shown.

What chance shows once in an hour, each of these shows every time.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.privacy.cipher import Cipher, Table
from bot.roles import Role
from tests.making import KEY
from tests.worlds.processes.fleet import Member

if TYPE_CHECKING:
    from tests.faults.several_faults import Faults

NAMES = frozenset({"stop claimed", "stop asked", "stop applying"})
"""What these faults are called."""

LOOK_SECONDS = 0.05
SURELY_LATER_SECONDS = 0.2
REACHES_WITHIN = 60.0
"""Seconds in which a process gets to its place, if there is anything to do there."""

WAITS_AT_MOST = 30.0
"""For so many seconds at the most is a process stopped: the others may have no database."""

SETTLED = """
SELECT NOT EXISTS (
    SELECT FROM witness.changes c JOIN deliveries d ON c.row_id = d.broadcast_id || ' ' || d.subscriber_id
    WHERE c.what = 'deliveries' AND c.source = $1 AND c.after = 'inflight' AND d.state = 'inflight'
)
"""
"""Whether nothing is in flight any more that a process has claimed in its life."""

WAITING = "SELECT DISTINCT chat_ref FROM updates WHERE state = 'received' AND chat_ref IS NOT NULL"
APPLIED = "SELECT count(*) = 1 FROM updates WHERE update_id = $1 AND state != 'received'"
LAST_CHANGE = "SELECT coalesce(max(number), 0) FROM witness.changes WHERE source = $1"


async def stop_after_a_claim(faults: "Faults") -> None:
    """Stop a sender between the commit of its claim and its last look at it, until another has settled that."""
    await _stop_until_settled(faults, "claimed")


async def stop_after_a_look(faults: "Faults") -> None:
    """Stop a sender between its last look at a claim and the first byte, until another has settled that."""
    await _stop_until_settled(faults, "asked")


async def _stop_until_settled(faults: "Faults", place: str) -> None:
    async def until_settled(one: Member) -> None:
        await _until(faults, lambda look: look.fetchval(SETTLED, one.name))
        # What it posts from now on has come later, by any clock.
        await asyncio.sleep(SURELY_LATER_SECONDS)

    await _stop(faults, Role.SENDER, place, until_settled)


async def stop_while_applying(faults: "Faults") -> None:
    """Stop a web in the transaction that applies an update, while its chat sends another to the other web."""

    async def send_more(one: Member) -> None:
        webs = faults.fleet.of(Role.WEB)
        faults.webhook.lead_only_to(next(n for n, each in enumerate(webs) if each is not one))
        try:
            held = await _chats_that_wait(faults)
            for chat_id in held:
                faults.people.say(chat_id, "/start")
            # The other web has taken two turns since: whatever it would apply of these, it has.
            for chat_id in [each for each in faults.people.supporters if each not in held][:2]:
                await _until_applied(faults, faults.people.say(chat_id, "/start"))
        finally:
            faults.webhook.lead_only_to(None)

    await _stop(faults, Role.WEB, "applying", send_more)


async def _stop(
    faults: "Faults", role: Role, place: str, meanwhile: Callable[[Member], Awaitable[None]]
) -> None:
    """Start a process that stops at a place; when it has, do something, then let it go on until it has, too.

    The others of its role begin when it has stopped: until then all that there is to do is its own.
    """
    one, way = faults.one(role), replace(faults.way, ahead=0.0)
    others = [each for each in faults.fleet.of(role) if each is not one]
    for each in others:
        faults.fleet.kill(each)
    faults.replace(one, replace(way, stops=place))
    until = time.monotonic() + REACHES_WITHIN
    while not faults.fleet.note_stop(one) and time.monotonic() < until:  # noqa: ASYNC110  # another process stops
        await asyncio.sleep(LOOK_SECONDS)
    for each in others:
        faults.fleet.start(each, way)
    try:
        if one.stopped:
            await meanwhile(one)
        before = await _last_change(faults, one)
    finally:
        faults.fleet.signal(one, signal.SIGCONT)
    await _until(faults, lambda look: look.fetchval(f"SELECT ({LAST_CHANGE}) > $2", one.name, before))


async def _until_applied(faults: "Faults", update_id: int) -> None:
    await _until(faults, lambda look: look.fetchval(APPLIED, update_id))


async def _last_change(faults: "Faults", one: Member) -> int:
    look = await asyncpg.connect(faults.url)
    try:
        return int(await look.fetchval(LAST_CHANGE, one.name))
    finally:
        look.terminate()


async def _chats_that_wait(faults: "Faults") -> set[int]:
    """Return the chats of which something is still to be applied: among them those that the stopped web has."""
    look = await asyncpg.connect(faults.url)
    try:
        refs = [bytes(row[0]) for row in await look.fetch(WAITING)]
    finally:
        look.terminate()
    return {Cipher(KEY).chat_id(Table.UPDATES, ref) for ref in refs}


async def _until(faults: "Faults", holds: Callable[[asyncpg.Connection], Awaitable[bool]]) -> None:
    """Look at the database until this holds, or it takes too long."""
    until = time.monotonic() + WAITS_AT_MOST
    while time.monotonic() < until:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            look = await asyncpg.connect(faults.url)
            try:
                while time.monotonic() < until:
                    if await holds(look):
                        return
                    await asyncio.sleep(LOOK_SECONDS)
            finally:
                look.terminate()
        await asyncio.sleep(LOOK_SECONDS)
