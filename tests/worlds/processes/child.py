"""Real processes: started, ended or killed, and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self, TypedDict, Unpack

from bot.config import ROOT
from tests.worlds.processes.forked import Forked

ENDS_WITHIN = 30.0
"""Seconds that a process may take to end once it is asked to."""


class GivenUp(Exception):
    """A process does not do what it should; what it said is in the message."""


class About(TypedDict, total=False):
    """How a process runs: where, with what environment (this process's own, unless given) and on which core alone.

    What it says is added to `log`; with `piped` it is told and heard instead. A `fresh` one loads all it needs, as
    where its start is measured; else `python -m …` is forked from a process that has loaded the bot.
    """

    folder: Path
    environ: Mapping[str, str]
    log: Path
    core: int | None
    piped: bool
    fresh: bool


class Child:
    """Python with these arguments."""

    def __init__(self, *arguments: str, **about: Unpack[About]) -> None:
        self.log = about.get("log") or Path(os.devnull)
        self._arguments = arguments
        self._about = about
        self.process: subprocess.Popen[str] | Forked

    def start(self) -> Self:
        """Start it, the first time or again."""
        core = self._about.get("core")
        with self.log.open("ab") as log:
            self.process = self._begin(None if self._about.get("piped") else log)
        if core is not None:
            os.sched_setaffinity(self.process.pid, {core})
        return self

    def _begin(self, log: IO[bytes] | None) -> "subprocess.Popen[str] | Forked":
        folder, environ = self._about.get("folder", ROOT), self._about.get("environ", os.environ)
        if self._arguments[0] == "-m" and not self._about.get("fresh"):
            return Forked(self._arguments[1:], folder=folder, environ=environ, log=log)
        return subprocess.Popen(
            [sys.executable, *self._arguments],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL if log else subprocess.PIPE,
            stdout=log or subprocess.PIPE,
            stderr=log,
            text=True,
        )

    @property
    def code(self) -> int | None:
        """The exit code, negative where a signal ended it; None while it runs."""
        return self.process.poll()

    def tell(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """Wait for the next line it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def output(self) -> str:
        """Run it to its end. Returns what it said. Raises GivenUp where it failed."""
        self._about["piped"] = True
        self.start()
        said, _ = self.process.communicate()
        if self.code:
            raise GivenUp(f"{self._arguments} ended with {self.code}:\n{said}")
        return said

    def end(self) -> float:
        """Ask it to end, as SIGTERM does. Returns the seconds until it had."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(ENDS_WITHIN)
        self.close()
        return time.monotonic() - began

    def close(self) -> None:
        """Close what it was told and heard through."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.end()


class Bot(Child):
    """`campaign-bot` with these arguments."""

    def __init__(self, *arguments: str, **about: Unpack[About]) -> None:
        super().__init__("-m", "bot", *arguments, **about)

    @property
    def said(self) -> str:
        """What is in its log."""
        return self.log.read_text()

    @property
    def started(self) -> bool:
        """Whether it has ever said that it works."""
        return "bot_started" in self.said

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself. Raises GivenUp if that was not for want of work."""
        if self.code:
            raise GivenUp(f"the bot ended with {self.code}:\n{self.said}")
        return self.code == 0


def kill(*children: Child) -> int:
    """Kill them at the same moment: nothing of them runs any further. Returns how many still ran."""
    for child in children:
        child.process.kill()
    killed = sum(child.process.wait() == -signal.SIGKILL for child in children)
    for child in children:
        child.close()
    return killed
