"""Backups: written while the bot works, in a process of their own, and read again."""

import gzip
import os
import re
import secrets
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

from bot.domain.retention import kept
from bot.errors import CampaignError, WrongKey
from bot.privacy.age import MAGIC, decrypting, encrypting
from bot.privacy.cipher import Cipher
from bot.privacy.keyring import CampaignKey
from bot.services.restoring import Resettled, resettle
from bot.store.database import Database
from bot.store.departures import Departed, file_of
from bot.store.dump_form import DumpDamaged, Head, read_blocks, read_head
from bot.store.dumping import head_of, lines_of
from bot.store.installation import Installation
from bot.store.loading import begin_filling, end_filling, fill
from bot.store.store import Transaction

PACKED = 4
"""How hard gzip tries: harder makes a file little smaller, in much more time."""

NAMED = re.compile(r"campaign-(\d{4}-\d\d-\d\dT\d{6}Z)\.age")
MOMENT = "%Y-%m-%dT%H%M%SZ"

UNFINISHED = ".part"
"""How the name of a file ends until it is whole."""

OVERDUE = timedelta(days=2)
"""Without a backup for so long, whoever runs the bot is told."""


class NoBackupThere(CampaignError):
    """There is a file of this name that is no backup; it stays as it is. Give another name."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A backup that is on the disk."""

    file: Path
    taken_at: datetime
    rows: int
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was restored: so many rows, of a backup of this moment, and what became of what was under way."""

    rows: int
    taken_at: datetime
    resettled: Resettled
    gone: Counter[Departed] = field(default_factory=Counter)


Departing = Callable[[Transaction, datetime], Awaitable[Counter[Departed]]]
"""Lets those go who went since a moment."""


def dated_name(now: datetime) -> str:
    """Return the name of a backup of this moment."""
    return f"campaign-{now.astimezone(UTC).strftime(MOMENT)}.age"


# Files are read and written here without await: it is for processes of their own, in which nobody waits.
# ruff: noqa: ASYNC230, ASYNC240


async def write_backup(database: Database, file: Path, *, recipient: str, now: datetime) -> Written:
    """Write a backup, as of one moment, which takes the place of one of the same name when it is on the disk.

    Raises NoBackupThere, OSError, and what `head_of` raises.
    """
    if file.exists() and not _is_backup(file):
        raise NoBackupThere(f"{file} is no backup; it stays as it is. Give another name.")
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}{UNFINISHED}")
    rows = 0

    def went(some: int) -> None:
        nonlocal rows
        rows += some

    try:
        with open(unfinished, "xb", opener=_private) as out:
            async with database.snapshot() as snapshot:
                head = await head_of(snapshot, now=now)
                with encrypting(recipient, out) as sealed, _packing(sealed) as packed:
                    async for line in lines_of(snapshot, head, went=went):
                        packed.write(line)
                        packed.write(b"\n")
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)
    async with database.writing() as connection:
        await Installation(connection).backed_up(at=now)
    return Written(file=file, taken_at=now, rows=rows, size=file.stat().st_size)


async def restore(
    database: Database,
    file: Path,
    *,
    identities: list[Any],
    key: CampaignKey,
    now: datetime,
    departures: Departing | None = None,
) -> Restored:
    """Fill an empty database with a backup, and let nothing of it happen twice.

    `departures`: lets those go again who went since; they are among the last that is done before it is whole.

    Broken off, it is begun anew by calling it again.
    Raises WrongIdentity, NotWhole, DumpDamaged, DumpUnknown, BackupNewer, WrongKey, DatabaseNotEmpty, OSError.
    """
    with opened(file, identities) as (head, lines):
        key = _key_of(head, key)
        await begin_filling(database, head)
        rows = await fill(database, read_blocks(head, lines))
    async with database.writing() as connection:
        await end_filling(connection, head)
        tx = Transaction(connection, Cipher(key))
        resettled = await resettle(tx, taken_at=head.taken_at, now=now)
        gone = Counter() if departures is None else await departures(tx, head.taken_at)
        await tx.flush()
    return Restored(rows=rows.total(), taken_at=head.taken_at, resettled=resettled, gone=gone)


@contextmanager
def opened(file: Path, identities: list[Any]) -> Iterator[tuple[Head, AsyncIterator[bytes]]]:
    """Give the head of a backup, and the lines that follow it. It is whole when the block has ended without an error.

    Raises WrongIdentity, NotWhole, DumpDamaged, DumpUnknown, OSError.
    """
    with file.open("rb") as sealed, decrypting(identities, sealed) as plain, gzip.open(plain) as unpacked:
        lines = _lines(cast("IO[bytes]", unpacked))
        yield read_head(next(lines, b"")), _one_by_one(lines)


def prune(folder: Path, *, now: datetime) -> list[Path]:
    """Remove the backups of a folder that are not to be kept any more, and what was broken off a day ago.

    Only what is named as `dated_name` names them is looked at. Returns what was removed.
    """
    named = {file: match[1] for file in folder.iterdir() if (match := NAMED.fullmatch(file.name))}
    taken = {file: datetime.strptime(at, MOMENT).replace(tzinfo=UTC) for file, at in named.items()}
    staying = kept(taken.values())
    removed = [file for file, at in sorted(taken.items()) if at not in staying]
    oldest = min(staying, default=now)
    removed += [
        file for file in folder.glob("departures-*.txt") if file.name < file_of(folder, oldest.date()).name
    ]
    for file in folder.glob(f".campaign-*{UNFINISHED}"):
        with suppress(FileNotFoundError):  # whole by now
            if now.timestamp() - file.stat().st_mtime > timedelta(days=1).total_seconds():
                removed.append(file)
    for file in removed:
        file.unlink(missing_ok=True)
    return removed


def is_overdue(backed_up_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether there was no backup for too long."""
    return backed_up_at is None or now - backed_up_at > OVERDUE


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _key_of(head: Head, key: CampaignKey) -> CampaignKey:
    """Return the ring with the key first that was in use when the backup was made."""
    for each in key.ring:
        if head.key_id in (None, each.id.hex()):
            return CampaignKey(each.secret, previous=tuple(other for other in key.ring if other is not each))
    raise WrongKey(
        "The campaign key is not the one that this backup was made with. Put the key of its time in its place."
    )


def _packing(out: IO[bytes]) -> gzip.GzipFile:
    return gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=PACKED, mtime=0)


def _lines(unpacked: IO[bytes]) -> Iterator[bytes]:
    try:
        for line in unpacked:
            yield line.removesuffix(b"\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DumpDamaged from error


async def _one_by_one(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


def _is_backup(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened_file:
        return opened_file.read(len(MAGIC)) == MAGIC


def _sync_folder(folder: Path) -> None:
    """Let the new name be on the disk as well, where the system can see to that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
