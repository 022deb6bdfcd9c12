"""A job that one process does, of all that could, for as long as it is alive."""

from bot.delivery.liveness import Heartbeat
from bot.store.store import Store


class JobLease:
    """The lease of a job under its name. `is_new`: the last `take` did not find it ours already."""

    def __init__(self, name: str, *, store: Store, heartbeat: Heartbeat) -> None:
        self._name = name
        self._store = store
        self._heartbeat = heartbeat
        self._is_ours = False
        self.is_new = False
        heartbeat.while_held(lambda: self._is_ours)

    async def take(self) -> bool:
        """Take the job, or keep it; it is taken from a process that is dead, and from no other."""
        async with self._store.reading() as tx:
            holder = await tx.jobs.holder(self._name)
            lost = await self._heartbeat.lost(tx, set() if holder is None else {holder})
        self.is_new = not (holder == self._heartbeat.worker and self._is_ours)
        if not self.is_new:
            return True
        self._is_ours = False
        if holder not in (None, self._heartbeat.worker) and holder not in lost:
            return False
        async with self._store.transaction() as tx:
            await self._heartbeat.write(tx)
            self._is_ours = await tx.jobs.lease(self._name, self._heartbeat.worker, instead_of=holder)
        return self._is_ours

    async def release(self) -> None:
        """Leave the job to whoever comes first; there is nothing to do, or this process ends."""
        if self._is_ours:
            self._is_ours = False
            async with self._store.transaction() as tx:
                await tx.jobs.release(self._name, self._heartbeat.worker)
