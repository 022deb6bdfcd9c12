"""What every measurement stands on: a Bot API on one core, the bot in its own process on the other."""

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:benchmark-of-the-local-bot-api-00000"  # noqa: S105  # of a server on this machine
FIRST_CHAT_ID = 1_000_000
UNLIMITED_RATE = 1_000_000
ENDING_SECONDS = 15.0

POLL_SECONDS = 0.02
"""How often a control is asked: seldom enough to leave the Bot API its core."""

ALERT = """kind = "sign"
base = "en"
link = "https://example.org/petition"
[en]
title = "Ask your council"
text = "One ask, one reason, one button."
"""

Environment = dict[str, str]


def cores() -> tuple[int, int]:
    """Return the server's core and the bot's: the same one, where the machine has no other."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """A running Bot API of its own process."""

    url: str

    def ask(self, action: str, given: dict[str, Any] | None = None) -> Any:
        """Call one of its controls; `given` is posted."""
        body = None if given is None else json.dumps(given).encode()
        with urllib.request.urlopen(f"{self.url}/control/{action}", body, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def bot_api(*, people: int, limits: dict[str, Any] | None = None) -> Iterator[Api]:
    """Run the local Bot API with a crowd of so many people."""
    command = [sys.executable, "-m", "bot.rehearsal.api.server", "--port", "0", "--token", TOKEN]
    command += ["--crowd", str(people), "--first-id", str(FIRST_CHAT_ID)]
    command += ["--limits", json.dumps(limits) if limits else "none"]
    server = start(command, cores()[0], stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None  # noqa: S101  # it is a pipe
        yield Api(url=server.stdout.readline().strip())
    finally:
        end(server)


def start(
    command: list[str],
    core: int,
    *,
    environ: Environment | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
) -> "subprocess.Popen[str]":
    """Start a process on one core; what it logs is not shown."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )


def end(process: "subprocess.Popen[str]") -> None:
    """Ask a process to end, and wait until it has."""
    process.terminate()
    process.wait(ENDING_SECONDS)
    if process.stdout is not None:
        process.stdout.close()


def on_core(arguments: list[str], core: int, environ: Environment | None = None) -> str:
    """Run Python with these arguments on one core. Returns what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return done.stdout


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A database of its own, and the bot's environment with it."""

    folder: Path
    environ: Environment = field(repr=False)

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "bench.db"

    def bot(self, *arguments: str) -> str:
        """Run one command of the bot to its end. Returns what it printed."""
        return on_core(["-m", "bot", *arguments], cores()[1], self.environ)

    def prepare(self, people: int, *, broadcast: bool = True) -> None:
        """Fill the database with people and, unless told otherwise, a broadcast to them all."""
        alert = self.folder / "alert.toml"
        alert.write_text(ALERT)
        self.bot(
            "prepare", "--people", str(people), "--json", *(["--alert", str(alert)] if broadcast else [])
        )

    def running(self, role: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start the bot in this role."""
        command = [sys.executable, "-m", "bot", "run", "--role", role, *arguments]
        return start(command, cores()[1], environ=self.environ)

    def broadcast(self) -> dict[str, Any]:
        """Return the only broadcast's counts."""
        found: dict[str, Any] = json.loads(self.bot("status", "--json"))["broadcasts"][0]
        return found

    def seconds_of_sending(self) -> float:
        """Return the time between the broadcast's start and its end, as the database has them."""
        with sqlite3.connect(self.database) as connection:
            began, ended = connection.execute("SELECT started_at, ended_at FROM broadcasts").fetchone()
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()


@contextmanager
def campaign(url: str, **settings: str) -> Iterator[Campaign]:
    """Make a campaign whose bot talks to this Bot API, and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        environ = {
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": url,
            "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
            "CAMPAIGN_KEY": base64.b64encode(os.urandom(64)).decode(),
            "SEND_RATE": str(UNLIMITED_RATE),
            "LOG_FORMAT": "json",
            "PORT": str(free_port()),
        }
        yield Campaign(folder=folder, environ=environ | settings)


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peak_mib(process: "subprocess.Popen[str]") -> float:
    """Return the most memory a running process has had, in MiB (Linux's VmHWM)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def wait_for(api: Api, sends: int, *, seconds: float) -> float:
    """Wait until the Bot API has accepted so many sends. Returns the second of it (monotonic).

    Exits when that takes too long.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if api.ask("stats")["accepted"] >= sends:
            return time.monotonic()
        time.sleep(POLL_SECONDS)
    sys.exit(f"The bot did not send {sends} messages within {seconds:.0f} s.")


@contextmanager
def stopped_after(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """End a process when the block ends, also where the block fails."""
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(ENDING_SECONDS)
