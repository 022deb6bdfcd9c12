"""Intake: an update is committed under its `update_id` before it is acknowledged."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bot import figures
from bot.clock import Clock
from bot.domain.rank import FIRST, LAST, MINUTE, ORGANIZER
from bot.inbox.shares import Shares
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.store import Store, Transaction
from bot.telegram_io.inline import INLINE_QUERY, InlineQuery, read_inline_query
from bot.telegram_io.updates import Incoming, Kind, id_of, read_update

UNREADABLE = b"{}"
"""What is kept of an update that is no JSON: nested without end, half a character."""

TEAM_SECONDS = 1.0
"""How long it is remembered who the organizers are."""

FULL = 100
"""Updates that one poll brings at the most; there are more, then."""

CROWD = 16
"""Updates that wait for one commit, brought by a webhook, when there are surely more."""

POLL_SECONDS, WEBHOOK_SECONDS = 0.25, 0.05
"""How soon the next ones have come."""

Accept = Callable[[Mapping[int, Incoming]], None]
"""Takes what was stored, as it was read."""


Ask = Callable[[InlineQuery], None]
"""Takes an inline query, to be answered."""


def _ask_nobody(_: InlineQuery) -> None:
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """One update as it arrived, and as it was read, if it could be."""

    update_id: int
    payload: bytes
    incoming: Incoming | None


class _Group:
    """What is committed together."""

    def __init__(self) -> None:
        self.read: list[Arrived] = []
        self.committing: asyncio.Future[None] | None = None


class Intake:
    """Reads what arrives, once, stores it, then says that it is there. The database is the queue."""

    def __init__(self, *, store: Store, accept: Accept, clock: Clock, ask: Ask = _ask_nobody) -> None:
        self._store = store
        self._accept = accept
        self._ask = ask
        self._clock = clock
        self._shares = Shares(lambda: asyncio.get_running_loop().time())
        self._team: set[int] = set()
        self._team_until = 0.0
        self._gathering: _Group | None = None
        self._pressing, self._pressed_until = LAST, 0.0
        self._dropped_at = -MINUTE

    @property
    def last_rank(self) -> int:
        """The last rank to be applied now: where more is about to come, someone who leaves may be at its end."""
        return self._pressing if asyncio.get_running_loop().time() < self._pressed_until else LAST

    async def receive(self, arrived: list[dict[str, Any]]) -> None:
        """Commit raw updates; when this returns they cannot be lost. Repeated ones change nothing.

        What is beyond its chat's share is acknowledged and dropped (`bot.domain.rank`).
        """
        if len(arrived) >= FULL:
            # What is applied while the next poll is on its way costs it nothing.
            self._press(POLL_SECONDS, FIRST)
        stored = [raw for raw in arrived if not self._is_asked(raw)]
        await self._keep([_read(update_id, raw) for raw in stored if (update_id := id_of(raw)) is not None])

    async def receive_one(self, update_id: int, raw: dict[str, Any], written: bytes) -> None:
        """Commit one raw update as `receive` does; `written` is how it came."""
        if self._is_asked(raw):
            return
        if self._gathering is not None and len(self._gathering.read) >= CROWD:
            self._press(WEBHOOK_SECONDS, ORGANIZER)
        await self._keep([Arrived(update_id=update_id, payload=written, incoming=read_update(raw))])

    def _is_asked(self, raw: dict[str, Any]) -> bool:
        """Whether an update is an inline query, which is answered and never stored; a malformed one is dropped."""
        if INLINE_QUERY not in raw:
            return False
        query = read_inline_query(raw)
        if query is not None:
            self._ask(query)
        return True

    async def _keep(self, read: list[Arrived]) -> None:
        """Commit these with whatever else comes until the database has time: one commit for many."""
        if not read or self._drops(read):
            return
        group = self._gathering
        if group is None:
            group = self._gathering = _Group()
            group.committing = asyncio.ensure_future(self._commit(group))
        group.read += read
        assert group.committing is not None  # noqa: S101  # for mypy
        await asyncio.shield(group.committing)

    def _drops(self, read: list[Arrived]) -> bool:
        """Whether nothing of this is to be stored: a flood that goes on opens no transaction."""
        floods = asyncio.get_running_loop().time() - self._dropped_at < MINUTE
        return floods and self._knows_team() and not self._placed(read)

    async def _commit(self, group: _Group) -> None:
        try:
            async with self._store.transaction() as tx:
                self._close(group)
                if not self._knows_team():
                    await self._look_at_team(tx)
                # In one order, whoever brings them: two processes may be brought the same ones.
                new = self._placed(sorted(group.read, key=lambda one: one.update_id))
                await tx.updates.receive(list(new.values()), now=self._clock())
        finally:
            self._close(group)
        figures.count(figures.RECEIVED, n=len(new))
        self._accept(
            {one.update_id: one.incoming for one in group.read if one.incoming and one.update_id in new}
        )

    def _press(self, seconds: float, rank: int) -> None:
        self._pressing, self._pressed_until = rank, asyncio.get_running_loop().time() + seconds

    def _close(self, group: _Group) -> None:
        """Let who comes now be in the next group."""
        if self._gathering is group:
            self._gathering = None

    def _placed(self, read: list[Arrived]) -> dict[int, NewUpdate]:
        """Return what is to be stored, each with its place; asked again, the same."""
        found = {}
        for one in read:
            if (new := self._place(one)) is None:
                self._dropped_at = asyncio.get_running_loop().time()
            else:
                found[one.update_id] = new
        return found

    def _place(self, one: Arrived) -> NewUpdate | None:
        """Return what is to be stored of this, or None where it is dropped."""
        update_id, payload, incoming = one.update_id, one.payload, one.incoming
        if incoming is None:
            return NewUpdate(update_id=update_id, chat_id=None, payload=payload)
        chat_id, withdrawal = incoming.chat_id, withdrawal_in(incoming)
        place = self._shares.place(
            update_id, incoming, leaves=withdrawal is not None, of_organizer=chat_id in self._team
        )
        if place is None:
            return None
        return NewUpdate(
            update_id=update_id,
            chat_id=chat_id,
            payload=payload,
            withdrawal=withdrawal,
            rank=place.rank,
            treatment=place.treatment,
        )

    def _knows_team(self) -> bool:
        """Whether it was a moment ago that it was looked who the organizers are."""
        return asyncio.get_running_loop().time() < self._team_until

    async def _look_at_team(self, tx: Transaction) -> None:
        self._team = await tx.organizers.chat_ids()
        self._team_until = asyncio.get_running_loop().time() + TEAM_SECONDS


def withdrawal_in(incoming: Incoming) -> Withdrawal | None:
    """Tell whether somebody takes their consent back: by command, word or button, or by blocking the bot."""
    if incoming.kind is Kind.BLOCKED:
        return Withdrawal.BLOCKED
    return Withdrawal.STOP if incoming.withdraws_consent else None


def _read(update_id: int, raw: dict[str, Any]) -> Arrived:
    try:
        payload = orjson.dumps(raw)
    except orjson.JSONEncodeError:
        return Arrived(update_id=update_id, payload=UNREADABLE, incoming=None)
    return Arrived(update_id=update_id, payload=payload, incoming=read_update(raw))
