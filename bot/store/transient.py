"""A database that is busy, full or away: what that looks like, and what to call it in a log."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

TRANSIENT_DATABASE_ERRORS = (DBAPIError, PoolTimeoutError, OSError)
"""What a database raises that may be well again in a moment. Who meets it waits, and tries again."""


def name_of(trouble: Exception) -> str:
    """Return the driver's own name of it: SQLITE_FULL, ConnectionDoesNotExistError. Never its words."""
    original = getattr(trouble, "orig", None) or trouble
    # SQLAlchemy gives asyncpg's errors names of its own; the real one is their cause.
    cause = original.__cause__ or original
    return getattr(cause, "sqlite_errorname", None) or type(cause).__name__
