"""The bot as several processes that share one database: each is killed, stopped and started again as a test likes."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.rehearsal.stage import free_port
from bot.roles import Role
from tests.worlds.processes.child import Child, GivenUp, kill
from tests.worlds.processes.looks import LOOKS

PROGRAM = "tests.worlds.processes.member"
ROLES: Mapping[Role, int] = {Role.WEB: 2, Role.SCHEDULER: 2, Role.SENDER: 3}
"""How many there are of each."""

ENDS_WITHIN = 20.0
PAUSE_SECONDS = 0.2
"""How long a process that could not begin is left alone: as whatever starts them again would do."""

BEGINS_WITHIN = 60.0
STARTED = "bot_started"

CANNOT_BEGIN = "database_unreachable"
"""What a process says, and ends with 1, whose database is away while it begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How a process is to be: by how many seconds its clock is ahead, how long a lease is, what it is wrong in.

    `stops`: the place at which it stops itself, once (`places`).
    """

    ahead: float = 0.0
    lease: float
    wrong: str | None = None
    stops: str | None = None


@dataclass(kw_only=True)
class Member:
    """One place in the fleet, and the process that has it now. `lives`: how many it had."""

    role: Role
    number: int
    port: int
    lives: int = 0
    process: Child | None = None
    stopped: bool = False
    way: Way | None = None

    @property
    def name(self) -> str:
        """What its connections to the database are named by."""
        return f"{self.role}-{self.number}.{self.lives}"

    @property
    def lives_now(self) -> bool:
        """Whether a process runs in this place, stopped or not."""
        return self.process is not None and self.process.code is None


@dataclass(kw_only=True)
class Fleet:
    """Two webs, two schedulers, three senders."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    database_url: str = field(repr=False)
    members: list[Member] = field(init=False)

    def __post_init__(self) -> None:
        """Give each its place."""
        self.members = [
            Member(role=role, number=number, port=free_port())
            for role, many in ROLES.items()
            for number in range(1, many + 1)
        ]

    def of(self, role: Role) -> list[Member]:
        """Return the places of a role."""
        return [each for each in self.members if each.role is role]

    def log(self, one: Member) -> Path:
        """Where the process that has this place, or had it last, says what it does."""
        return self.folder / f"{one.name}.log"

    def start(self, one: Member, way: Way) -> None:
        """Start a process in this place."""
        one.lives += 1
        one.stopped, one.way = False, way
        between = "&" if "?" in self.database_url else "?"
        environ = {
            **self.environ,
            "PORT": str(one.port),
            "DATABASE_URL": f"{self.database_url}{between}application_name={one.name}",
        }
        about = json.dumps({**asdict(way), "looks": str(self.folder / f"{one.name}{LOOKS}")})
        arguments = ("-m", PROGRAM, about, one.role.value)
        one.process = Child(*arguments, folder=self.folder, environ=environ, log=self.log(one)).start()

    def kill(self, one: Member) -> bool:
        """Kill it: nothing of it runs any further. Returns whether it still ran."""
        process, one.process, one.stopped = one.process, None, False
        return process is not None and kill(process) == 1

    def signal(self, one: Member, number: signal.Signals) -> None:
        """Stop it, or let it go on."""
        if one.process is not None and one.process.code is None:
            os.kill(one.process.process.pid, number)
            one.stopped = number is signal.SIGSTOP

    def note_stop(self, one: Member) -> bool:
        """Look whether a process has stopped itself (Linux's state T). Returns whether it has."""
        if one.process is None or one.process.code is not None:
            return False
        with suppress(OSError):
            stat = Path(f"/proc/{one.process.process.pid}/stat").read_text(encoding="utf-8")
            one.stopped = stat.rpartition(")")[2].split()[0] == "T"
        return one.stopped

    async def until_up(self) -> None:
        """Wait until all of them have said that they work. Raises GivenUp."""
        until = time.monotonic() + BEGINS_WITHIN
        while not all(STARTED in self.said(one) for one in self.members):
            if time.monotonic() > until:
                raise GivenUp("\n".join(self.said(one) for one in self.members))
            await asyncio.sleep(PAUSE_SECONDS)

    async def keep(self) -> None:
        """Start again whoever could not begin for want of the database, until cancelled. Raises GivenUp."""
        while True:
            for one in self.members:
                code = None if one.process is None else one.process.code
                if code is None or one.way is None:
                    continue
                if code != 1 or CANNOT_BEGIN not in self.said(one):
                    raise GivenUp(f"{one.name} ended with {code}\n{self.said(one)}")
                one.process = None
                await asyncio.sleep(PAUSE_SECONDS)
                self.start(one, one.way)
            await asyncio.sleep(PAUSE_SECONDS)

    def said(self, one: Member) -> str:
        """Return what the process in this place said."""
        log = self.log(one)
        return log.read_text() if log.exists() else ""

    async def end(self) -> None:
        """Ask all of them to end, as SIGTERM does; they must end well. Raises GivenUp."""
        running = [(one, one.process) for one in self.members if one.process is not None]
        for _, process in running:
            process.process.terminate()
        for one, process in running:
            code = await asyncio.to_thread(process.process.wait, ENDS_WITHIN)
            process.close()
            if code != 0:
                raise GivenUp(f"{one.name} ended with {code}\n{self.said(one)}")
            one.process = None

    def kill_all(self) -> None:
        """Leave no process."""
        for one in self.members:
            self.kill(one)
