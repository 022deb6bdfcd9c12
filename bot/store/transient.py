"""A database that is busy, full or away: what that looks like, and what to call it in a log or to an operator."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import DatabaseUnreachable, DiskFull

log = structlog.get_logger(__name__)

TRANSIENT_DATABASE_ERRORS = (DBAPIError, PoolTimeoutError, OSError)
"""What a database raises that may be well again in a moment. Who meets it waits, and tries again."""


@contextmanager
def required() -> Iterator[None]:
    """Do without the database nothing of this: who begins, and cannot, ends and says so.

    Raises DatabaseUnreachable.
    """
    try:
        yield
    except TRANSIENT_DATABASE_ERRORS as error:
        log.warning("database_unreachable", error=name_of(error))
        raise unreachable(error) from error


def name_of(trouble: Exception) -> str:
    """Return the driver's own name of it: SQLITE_FULL, ConnectionDoesNotExistError. Never its words."""
    original = getattr(trouble, "orig", None) or trouble
    # SQLAlchemy gives asyncpg's errors names of its own; the real one is their cause.
    cause = original.__cause__ or original
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__


FULL = ("SQLITE_FULL", "DiskFullError")
"""What it is called when there is no room left."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(trouble: Exception) -> bool:
    """Whether the disk is full, or what this user may take of it."""
    return name_of(trouble).startswith(FULL) or getattr(trouble, "errno", None) in NO_ROOM


def unreachable(trouble: Exception) -> DatabaseUnreachable:
    """Return what to tell an operator of it."""
    return DiskFull() if is_full(trouble) else DatabaseUnreachable()
