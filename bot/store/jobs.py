"""The jobs that run by themselves: when each is due next, and which process has it, of all that could."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.schema import jobs


class Jobs:
    """The jobs, each under its name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def is_due(self, name: str, *, now: datetime, every: timedelta) -> bool:
        """Return whether the job is to be run; one due further ahead than its period was set by a clock gone wrong."""
        query = sa.select(jobs.c.due_at).where(jobs.c.name == name)
        due_at = (await self._connection.execute(query)).scalar_one_or_none()
        return due_at is None or not now < due_at <= now + every

    async def due_at(self, name: str) -> datetime | None:
        """Return when the job is due next."""
        query = sa.select(jobs.c.due_at).where(jobs.c.name == name)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def claim(self, name: str, *, now: datetime, every: timedelta) -> bool:
        """Take the job's turn where it is due, and set its next. Returns whether this process has it."""
        await self._connection.insert_new(jobs, {"name": name})
        due = sa.or_(jobs.c.due_at.is_(None), jobs.c.due_at <= now, jobs.c.due_at > now + every)
        claimed = await self._connection.execute(
            sa.update(jobs).where(jobs.c.name == name, due).values(due_at=now + every)
        )
        return claimed.rowcount == 1

    async def defer(self, name: str, *, until: datetime) -> None:
        """Let a job whose turn came to nothing be due again, sooner than its period says."""
        await self._connection.execute(sa.update(jobs).where(jobs.c.name == name).values(due_at=until))

    async def holder(self, name: str) -> str | None:
        """Return the process that has the lease of a job."""
        query = sa.select(jobs.c.worker).where(jobs.c.name == name)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def lease(self, name: str, worker: str, *, instead_of: str | None) -> bool:
        """Take the lease from nobody, or from a process that is dead. Returns whether it is ours."""
        await self._connection.insert_new(jobs, {"name": name})
        leased = await self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.name == name, jobs.c.worker.is_not_distinct_from(instead_of))
            .values(worker=worker)
        )
        return leased.rowcount == 1

    async def release(self, name: str, worker: str) -> None:
        """End our lease."""
        await self._connection.execute(
            sa.update(jobs).where(jobs.c.name == name, jobs.c.worker == worker).values(worker=None)
        )
