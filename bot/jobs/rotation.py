"""The change of the campaign key, while the bot runs: killed at any point, it goes on when it is run again.

1. The new key is written into the key file, before the old one, and *announced* in the database.
2. Every process that lives says in its heartbeat which keys it has; the change waits until all have the new one.
3. In one transaction the new key becomes the current one. From this commit on everybody writes under it and finds
   people under either (`bot.store.keys`, `bot.store.either`).
4. Row by row everything else is written anew, in small transactions, until nothing is left that the old key opens.
5. That is noted, and the old key taken out of the file.

Where it stands is read from the database and the file: nothing else is remembered.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from bot.clock import Clock
from bot.delivery.key_watch import KEY_SECONDS
from bot.delivery.liveness import DEAD_AFTER, Liveness
from bot.errors import CampaignError
from bot.privacy.key_file import replace_key_file
from bot.privacy.keyring import CampaignKey, new_key, read_key
from bot.services import keys
from bot.store.rekey import Rekeyed, tables_to_rekey
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, is_full, name_of

log = structlog.get_logger(__name__)

KEY_ID_BYTES = 8

SHOWN_AFTER = DEAD_AFTER + KEY_SECONDS
"""Seconds in which every process that lives has shown itself, and every other has been found dead."""

LOOK_SECONDS = 0.25

PATIENCE, PATIENCE_AT_MOST = 0.1, 5.0
"""For how long everybody who writes may be kept waiting for the moment at which the key changes; doubled each time."""

TROUBLE_SECONDS = 0.5
"""The wait before a database that is busy or away is asked again."""

ROWS, ROWS_AT_MOST = 1_000, 20_000
"""Rows of one transaction at the least and at the most: the more, the less is written for each."""

HOLD_SECONDS = 0.3
"""How long a transaction is to keep others from writing, about; on SQLite the bot has as long to itself after each."""

PAUSE_AT_LEAST, PAUSE_AT_MOST = 0.12, 0.5
"""Whoever waits for SQLite's lock looks for it every tenth of a second."""


class RotatesElsewhere(CampaignError):
    """The campaign key is being changed with another key file. Copy that file here, or go on where it lies."""


class OldKeyMissing(CampaignError):
    """Something is still written under the former key, which is not in the key file. Put its line back, then go on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotated:
    """What came of it: the key in use, rows written anew by their tables, and rows that no key opened."""

    key_id: bytes
    renewed: Mapping[str, int]
    unreadable: Mapping[str, int]
    seconds: float


@dataclass(kw_only=True)
class Rotation:
    """One change of the key, or what is left of one that was interrupted. `told`: hears what comes next."""

    store: Store
    file: Path
    clock: Clock
    told: Callable[[str], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _renewed: Counter[str] = field(default_factory=Counter)
    _told_full: bool = False

    async def run(self) -> Rotated:
        """Change the key.

        Raises RotatesElsewhere, OldKeyMissing, WrongKey, OSError where the file cannot be written.
        """
        began = time.monotonic()
        new, old = await self._begun()
        if old is not None and await self._is_to_come(old):
            await self._announce(new, old)
            await self._until_known(new)
            await self._switch(new, old)
        self.told(f"writing everything anew under key {named(new.id)}")
        unreadable = await self._renew()
        async with self.store.transaction() as tx:
            await keys.finish(tx, now=self.clock())
        await self._compact()
        if old is not None:
            replace_key_file(self.file, CampaignKey(new.secret))
            self.store.keys.reread()
        log.info("key_rotated", rows=self._renewed.total(), unreadable=sum(unreadable.values()))
        return Rotated(
            key_id=new.id,
            renewed=dict(self._renewed),
            unreadable=unreadable,
            seconds=time.monotonic() - began,
        )

    async def _begun(self) -> tuple[CampaignKey, CampaignKey | None]:
        """Return the key that is to be in use at the end, and the other one that the file holds, if any."""
        async with self.store.reading() as tx:
            standing, former = await tx.keys.standing(), await tx.keys.former()
        ring = {each.id: CampaignKey(each.secret) for each in read_key(text=None, file=self.file).ring}
        current = ring.pop(standing.current, None)
        other = next(iter(ring.values()), None)
        if standing.announced is not None and (other is None or other.id != standing.announced):
            raise RotatesElsewhere
        if current is None:
            # The store would not have been opened: the file has been replaced since.
            raise RotatesElsewhere
        if other is None:
            if any(each.emptied_at is None for each in former):
                raise OldKeyMissing
            other, _ = new_key()
            replace_key_file(self.file, CampaignKey(other.secret, previous=(current,)))
            self.told(f"key {named(other.id)} is made, and stands in {self.file} before the old one")
        elif any(each.id == other.id for each in former):
            return current, other
        self.store.keys.reread()
        return other, current

    async def _is_to_come(self, old: CampaignKey) -> bool:
        async with self.store.reading() as tx:
            return (await tx.keys.standing()).current == old.id

    async def _announce(self, new: CampaignKey, old: CampaignKey) -> None:
        async with self.store.transaction() as tx:
            announced = await tx.keys.announce(new.id)
        if not announced:
            # Another one was faster; what we made is nobody's.
            replace_key_file(self.file, CampaignKey(old.secret))
            raise RotatesElsewhere

    async def _until_known(self, new: CampaignKey) -> None:
        """Wait until every process that lives has said that it has the new key."""
        loop, liveness = asyncio.get_running_loop(), Liveness()
        until, said = loop.time() + SHOWN_AFTER, 0
        self.told("waiting until every running process has it")
        while True:
            async with self.store.reading() as tx:
                seen = await tx.workers.keys_of()
            dead = liveness.dead({worker: at for worker, (at, _) in seen.items()})
            lacking = [
                worker
                for worker, (_, ids) in seen.items()
                if worker not in dead and new.id not in _split(ids)
            ]
            if loop.time() >= until:
                if not lacking:
                    return
                if len(lacking) != said:
                    self.told(
                        f"{len(lacking)} running without it: copy {self.file} to their machines, or stop them"
                    )
                said = len(lacking)
            await self.sleep(LOOK_SECONDS)

    async def _switch(self, new: CampaignKey, old: CampaignKey) -> None:
        """Let the new key be the current one, as soon as nobody holds a long transaction open."""
        patience = PATIENCE
        while True:
            try:
                async with self.store.transaction() as tx:
                    await tx.keys.switch(old=old, new=new, now=self.clock(), patience=patience)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.info("key_switch_delayed", error=name_of(error))
                patience = min(2 * patience, PATIENCE_AT_MOST)
                await self.sleep(TROUBLE_SECONDS)
            else:
                return

    async def _renew(self) -> dict[str, int]:
        """Go through every table until nothing is left. Returns how many rows of which no key opens."""
        tables = list(tables_to_rekey())
        while True:
            for table in tables:
                await self._pass(table)
            left = await self._left()
            tables = [table for table in tables_to_rekey() if left[table.name].found]
            if not tables:
                return {name: each.unreadable for name, each in left.items() if each.unreadable}
            # Somebody else has these rows.
            await self.sleep(TROUBLE_SECONDS)

    async def _pass(self, table: sa.Table) -> None:
        """Go through one table."""
        after: Sequence[Any] | None = None
        limit = ROWS
        while True:
            try:
                async with self.store.reading() as tx:
                    reckoned = await tx.rekeying.reckon(table, after=after, limit=limit)
                async with self.store.transaction() as tx:
                    began = time.perf_counter()
                    done = await tx.rekeying.renew(table, after=after, limit=limit, reckoned=reckoned)
            except sa.exc.IntegrityError:
                # Somebody stands there twice: no wait mends that.
                raise
            except TRANSIENT_DATABASE_ERRORS as error:
                self._note_delay(error)
                await self.sleep(TROUBLE_SECONDS)
                continue
            took = time.perf_counter() - began
            self._renewed[str(table.name)] += done.found
            after = done.after
            if after is None:
                return
            limit = min(ROWS_AT_MOST, max(ROWS, int(limit * min(2.0, HOLD_SECONDS / took))))
            if self.store.database.dialect == "sqlite":
                await self.sleep(min(max(took, PAUSE_AT_LEAST), PAUSE_AT_MOST))

    def _note_delay(self, error: Exception) -> None:
        """Say once why it waits, where that is more than somebody else's turn."""
        log.info("rekeying_delayed", error=name_of(error))
        if is_full(error) and not self._told_full:
            self._told_full = True
            self.told("the disk is full: waiting for room. Make some, and it goes on by itself")

    async def _left(self) -> dict[str, Rekeyed]:
        """Count what is still under the old key, also where others held its row; nobody waits for that."""
        while True:
            try:
                return await count_left(self.store)
            except TRANSIENT_DATABASE_ERRORS as error:
                self._note_delay(error)
                await self.sleep(TROUBLE_SECONDS)

    async def _compact(self) -> None:
        try:
            await self.store.compact()
        except TRANSIENT_DATABASE_ERRORS as error:
            # Housekeeping does it within minutes.
            log.info("compacting_delayed", error=name_of(error))


async def count_left(store: Store) -> dict[str, Rekeyed]:
    """Count by table what is not under the key in use."""
    counted: dict[str, Rekeyed] = {}
    for table in tables_to_rekey():
        found = unreadable = 0
        after: Sequence[Any] | None = None
        while True:
            async with store.reading() as tx:
                some = await tx.rekeying.left(table, after=after, limit=ROWS_AT_MOST)
            found, unreadable, after = found + some.found, unreadable + some.unreadable, some.after
            if after is None:
                break
        counted[str(table.name)] = Rekeyed(found=found, unreadable=unreadable, after=None)
    return counted


def named(key_id: bytes) -> str:
    """Return a key's id as people read it."""
    return key_id.hex()


def _split(ids: bytes) -> set[bytes]:
    return {ids[at : at + KEY_ID_BYTES] for at in range(0, len(ids), KEY_ID_BYTES)}
