"""What is done to several processes, by lot: each fault hits one of them, their database or their connections."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.roles import Role
from tests.faults import several_places
from tests.faults.several_people import People
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.fleet import ROLES, Fleet, Member, Way
from tests.worlds.processes.proxy import Proxy

BETWEEN_SECONDS = (0.05, 0.35)
"""From one fault to the next."""

LOOK_SECONDS = 0.1

CLOCK_WRONG_BY = 600.0
"""Seconds by which a clock is ahead or behind at the most."""

AWAY_SECONDS = 0.3
"""For how long the database is away at the most, besides the time that it takes to start."""

STOPPED_FOR = (1.1, 2.0)
"""For how many leases a process is stopped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """Which faults there are, and whom they hit: the rest of a life is drawn by lot.

    `kinds`: how often each kind is, of all of them. `rate`: sends per second while there are faults. `latency`: seconds
    that an answer of the database is on its way, one of these; that to a commit is `commit` longer. `act_seconds`: from
    one thing that somebody does to the next. `ends_within`: seconds in which everything must be done in the end.
    `sent_between`: how many messages are accepted from one fault to the next, or `patience` seconds go by.
    `too_many`: which share of the messages the Bot API answers with 429.
    """

    kinds: Mapping[str, float]
    roles: frozenset[Role] = frozenset(ROLES)
    rate: int = 60
    latency: tuple[float, ...] = (0.0, 0.001, 0.002)
    commit: float = 0.0
    act_seconds: float = 0.3
    ends_within: float = 180.0
    sent_between: tuple[int, int] = (0, 16)
    patience: float = 2.0
    too_many: float = 0.005


@dataclass(kw_only=True)
class Faults:
    """Hits the fleet. `url`: of the database itself; `sent`: how many messages the Bot API has accepted.

    `hit`: how many faults of each kind there were. `calls_lost`: connections to the Bot API that were reset.
    """

    fleet: Fleet
    people: People
    postgres: PostgresServer
    url: str
    database: Proxy
    webhook: Proxy
    api: Proxy
    way: Way
    aim: Aim
    lot: random.Random
    sent: Callable[[], int]
    hit: Counter[str] = field(default_factory=Counter)
    calls_lost: int = 0
    _ending: set[asyncio.Task[None]] = field(default_factory=set)

    async def strike(self, many: int) -> None:
        """Let so many faults happen, one after the other; what they began goes on beside the next."""
        for kind in self._dealt(many):
            await KINDS[kind](self)
            self.hit[kind] += 1
            await self._let_them_work()

    def _dealt(self, many: int) -> list[str]:
        """Deal so many faults by lot: each kind once, if there is room, and the rest as often as they are wanted."""
        kinds = list(self.aim.kinds)
        dealt = kinds if many >= 2 * len(kinds) else []
        dealt = dealt + self.lot.choices(kinds, list(self.aim.kinds.values()), k=many - len(dealt))
        self.lot.shuffle(dealt)
        return dealt

    async def _let_them_work(self) -> None:
        """Wait a moment and, on a busy machine, until the bot has got on a little."""
        before, until = self.sent(), time.monotonic() + self.aim.patience
        more = self.lot.randint(*self.aim.sent_between)
        await asyncio.sleep(self.lot.uniform(*BETWEEN_SECONDS))
        while self.sent() < before + more and time.monotonic() < until:  # noqa: ASYNC110  # other processes work
            await asyncio.sleep(LOOK_SECONDS)

    async def heal(self) -> None:
        """Wait until what was stopped goes on."""
        await asyncio.gather(*self._ending)

    def one(self, role: Role | None = None) -> Member:
        """Choose whom it hits: one that is not stopped already, if there is any."""
        roles = self.aim.roles if role is None else {role}
        members = [one for one in self.fleet.members if one.role in roles]
        return self.lot.choice([one for one in members if not one.stopped] or members)

    async def kill(self) -> None:
        """Kill a process, and start another in its place."""
        self.replace(self.one(), replace(self.way, ahead=0.0))

    async def change_clock(self) -> None:
        """Kill a process; the one that takes its place has a clock that is wrong."""
        ahead = self.lot.uniform(-CLOCK_WRONG_BY, CLOCK_WRONG_BY)
        self.replace(self.one(), replace(self.way, ahead=ahead))

    def replace(self, one: Member, way: Way) -> None:
        """Kill a process; one that is like this takes its place."""
        self.fleet.kill(one)
        self.fleet.start(one, way)

    async def stop(self) -> None:
        """Stop a process for longer than a lease."""
        one = self.one()
        life = one.name
        self.fleet.signal(one, signal.SIGSTOP)
        seconds = self.way.lease * self.lot.uniform(*STOPPED_FOR)

        async def wake() -> None:
            await asyncio.sleep(seconds)
            if one.name == life:
                self.fleet.signal(one, signal.SIGCONT)

        self._beside(wake())

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def restart_database(self) -> None:
        """Let the database end as if it were killed, and start it again."""
        pause = self.lot.uniform(0, AWAY_SECONDS)

        def restart() -> None:
            # Raises PostgresFailed, with what the server said.
            self.postgres.crash()
            time.sleep(pause)
            self.postgres.start_again()

        # Whatever is broken off meanwhile, the database is to be there in the end.
        await asyncio.shield(self._beside(asyncio.to_thread(restart)))

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


KINDS: Mapping[str, Callable[[Faults], Awaitable[None]]] = {
    "kill": Faults.kill,
    "stop": Faults.stop,
    "clock": Faults.change_clock,
    "reset one": Faults.reset_one,
    "reset all": Faults.reset_all,
    "database": Faults.restart_database,
    "stop claimed": several_places.stop_after_a_claim,
    "stop asked": several_places.stop_after_a_look,
    "stop applying": several_places.stop_while_applying,
}

EVERYTHING = Aim(
    kinds={
        "kill": 34,
        "stop": 26,
        "clock": 12,
        "reset one": 12,
        "reset all": 10,
        "database": 6,
        "stop claimed": 1,
        "stop asked": 1,
        "stop applying": 1,
    }
)
"""What a life is like unless it is to show something."""
