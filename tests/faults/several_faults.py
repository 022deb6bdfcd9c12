"""What is done to several processes, by lot: each fault hits one of them, their database or their connections."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.fleet import Fleet, Member, Way
from tests.worlds.processes.proxy import Proxy

BETWEEN_SECONDS = (0.15, 0.75)
"""From one fault to the next."""

CLOCK_WRONG_BY = 600.0
"""Seconds by which a clock is ahead or behind at the most."""

STOPPED_FOR = (1.1, 2.0)
"""For how many leases a process is stopped."""


@dataclass(kw_only=True)
class Faults:
    """Hits the fleet. `hit`: how many faults there were of each kind; `touched`: which processes one was aimed at."""

    fleet: Fleet
    postgres: PostgresServer
    database: Proxy
    webhook: Proxy
    api: Proxy
    way: Way
    lot: random.Random
    hit: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    stopped_long: int = 0
    outages: int = 0
    calls_lost: int = 0
    _ending: set[asyncio.Task[None]] = field(default_factory=set)

    async def strike(self, many: int) -> None:
        """Let so many faults happen, one after the other; what they began goes on beside the next."""
        for _ in range(many):
            kind = self.lot.choices(list(KINDS), [weight for weight, _ in KINDS.values()])[0]
            await KINDS[kind][1](self)
            self.hit[kind] += 1
            await asyncio.sleep(self.lot.uniform(*BETWEEN_SECONDS))

    async def heal(self) -> None:
        """Wait until what was stopped goes on."""
        await asyncio.gather(*self._ending)

    def _one(self) -> Member:
        """Choose whom it hits: one that is not stopped already, if there is any."""
        return self.lot.choice([one for one in self.fleet.members if not one.stopped] or self.fleet.members)

    async def kill(self) -> None:
        """Kill a process, and start another in its place."""
        self._replace(self._one(), replace(self.way, ahead=0.0))

    async def change_clock(self) -> None:
        """Kill a process; the one that takes its place has a clock that is wrong."""
        ahead = self.lot.uniform(-CLOCK_WRONG_BY, CLOCK_WRONG_BY)
        self._replace(self._one(), replace(self.way, ahead=ahead))

    def _replace(self, one: Member, way: Way) -> None:
        self.killed += self.fleet.kill(one)
        self.fleet.start(one, way)

    async def stop(self) -> None:
        """Stop a process for longer than a lease."""
        one, life = self._one(), None
        self.fleet.signal(one, signal.SIGSTOP)
        life = one.name
        seconds = self.way.lease * self.lot.uniform(*STOPPED_FOR)

        async def wake() -> None:
            await asyncio.sleep(seconds)
            if one.name == life:
                self.fleet.signal(one, signal.SIGCONT)

        task = asyncio.create_task(wake())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def restart_database(self) -> None:
        """Let the database end as if it were killed, and start it again."""
        self.outages += 1
        await asyncio.to_thread(self.postgres.crash)
        await asyncio.sleep(self.lot.uniform(0, 0.3))
        await asyncio.to_thread(self.postgres.start_again)

    async def reset_one(self) -> None:
        """Reset one connection, to the database, to a web or to the Bot API."""
        self._reset(1)

    async def reset_all(self) -> None:
        """Reset all connections of one kind."""
        self._reset(None)

    def _reset(self, most: int | None) -> None:
        proxy = self.lot.choice((self.database, self.database, self.webhook, self.api))
        many = proxy.reset(most)
        if proxy is self.api:
            self.calls_lost += many


KINDS: Mapping[str, tuple[float, Callable[[Faults], Awaitable[None]]]] = {
    "kill": (34, Faults.kill),
    "stop": (26, Faults.stop),
    "clock": (12, Faults.change_clock),
    "reset one": (12, Faults.reset_one),
    "reset all": (10, Faults.reset_all),
    "database": (6, Faults.restart_database),
}
"""What may happen, and how often of a hundred."""
