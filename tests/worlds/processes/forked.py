"""Real processes that start at once: forked from one that has loaded the bot already.

From there on each is what `python -m …` would be: its folder, environment, streams, exit code and death are its own.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import IO

CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.worlds.processes.loaded"])


class Forked:
    """`python -m` with these arguments, the module's name first; used as a `subprocess.Popen` in text mode is.

    What it says goes to `log`; without one it is told and heard through pipes.
    """

    def __init__(
        self, arguments: Sequence[str], *, folder: Path, environ: Mapping[str, str], log: IO[bytes] | None
    ) -> None:
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        if log is None:
            heard, told = os.pipe()
            listened, said = os.pipe()
            self.stdin, self.stdout = os.fdopen(told, "w"), os.fdopen(listened)
            wrong = os.dup(2)
        else:
            heard = os.open(os.devnull, os.O_RDONLY)
            said, wrong = os.dup(log.fileno()), os.dup(log.fileno())
        streams = [
            Connection(number) for number in (heard, said, wrong)
        ]  # which are passed on to a new process
        self._process = CONTEXT.Process(
            target=_run, args=(tuple(arguments), folder, dict(environ), streams), daemon=True
        )
        self._process.start()
        for stream in streams:
            stream.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, negative where a signal ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Returns the exit code. Raises TimeoutExpired."""
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return code

    def communicate(self) -> tuple[str, None]:
        """Let it hear nothing more. Returns what it says until its end."""
        assert self.stdin is not None
        assert self.stdout is not None
        self.stdin.close()
        with self.stdout:
            said = self.stdout.read()
        self.wait()
        return said, None

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill it."""
        if self.poll() is None:
            self._process.kill()


def begin(folder: Path, environ: Mapping[str, str], streams: Sequence[int]) -> None:
    """Give this process, just forked, the surroundings and the three streams it would have been started with."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  # for the rest of its life
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115


def _run(
    arguments: tuple[str, ...], folder: Path, environ: dict[str, str], streams: Sequence[Connection]
) -> None:
    begin(folder, environ, [stream.fileno() for stream in streams])
    for stream in streams:
        stream.close()
    sys.argv = ["-m", *arguments[1:]]
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
