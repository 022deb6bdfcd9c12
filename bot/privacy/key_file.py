"""The key file: replaced as a whole or not at all, and read again when that has happened."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.privacy.keyring import CampaignKey, text_of

SHARED = stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP
"""What a key file's permissions may be at the most: a host may let the bot read it by its group."""

Stamp = tuple[int, int, int]


def replace_key_file(file: Path, key: CampaignKey) -> None:
    """Write this ring in the place of what the file holds; after a power cut it holds the one or the other.

    Its owner, its group and whether that may read it stay. A link is followed.
    Raises OSError.
    """
    file = file.resolve()
    was = file.stat()
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(text_of(key))
            opened.flush()
            if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(handle, was.st_uid, was.st_gid)
            os.fchmod(handle, stat.S_IMODE(was.st_mode) & SHARED)
            os.fsync(handle)
        written.replace(file)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def stamp_of(file: Path) -> Stamp | None:
    """Return what changes whenever the file does; None where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def key_file_held(file: Path) -> Iterator[bool]:
    """Keep others from changing the keys of this folder as long as the block lasts. Gives whether nobody else does.

    The system ends it with the process.
    """
    import fcntl  # noqa: PLC0415  # not everywhere; nowhere needed but here

    handle = os.open(file.resolve().parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
