"""Whatever fails in a command, with --debug: no secret, no word and no person is printed, or left in a file in clear.

The canaries of `tests.faults.canaries` are in the settings, in the files that commands are given, and in the message of
every error; the database fails at its first statement, and midway.
"""

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.jobs import rotation
from bot.store.connection import Connection
from bot.store.inline import Link
from tests.cli.calling import AttemptResult, Command
from tests.faults.canaries import Canaries, database_errors, errors

NOWHERE = "postgresql://canary:{}@127.0.0.1:9/canary"

COMMANDS = {
    "backup": ("backup", "it.age"),
    "restore": ("restore", "backup.age", "--identity", "identity.txt"),
    "move": ("move", "sqlite:///moved/campaign.db"),
    "keys rotate": ("keys", "rotate"),
    "keys status": ("keys", "status"),
    "status": ("status",),
    "doctor": ("doctor",),
    "audit verify": ("audit", "verify"),
    "prepare": ("prepare", "--people", "3"),
    "run": ("run", "--role", "sender", "--until-idle"),
}
"""Every command that opens the database."""

LONG = ("backup", "restore", "move", "keys rotate")
"""Those that are under way for many statements."""

WITH_FILES = {
    "restore": ("restore", "canary.txt", "--identity", "identity.txt"),
    "restore, identity": ("restore", "backup.age", "--identity", "canary.txt"),
    "restore, erasures": ("restore", "backup.age", "--identity", "identity.txt", "--erasures", "canary.txt"),
    "prepare": ("prepare", "--people", "3", "--alert", "canary.txt"),
    "audit verify": ("audit", "verify", "canary.txt"),
}
"""Every command that reads a file of its operator's."""


class Desk:
    """A campaign in a folder, with a backup; and everything that its commands have said."""

    def __init__(self, command: Command, folder: Path, canaries: Canaries) -> None:
        self._command = command
        self._folder = folder
        self.canaries = canaries
        self.said: list[str] = []

    def call(self, *arguments: str) -> AttemptResult:
        """Call a command with --debug."""
        done = self._command("--debug", *arguments)
        self.said += [done.out, done.err]
        return done

    def found(self) -> list[str]:
        """Return which canaries were printed, or left outside of the files that hold them."""
        return self.canaries.found_in(self._folder / "data", *self.said)


@pytest.fixture
def canaries() -> Canaries:
    """Return them, the secrets of the settings among them."""
    made = Canaries()
    made.secret("token", f"{made.id('bot')}:AAcanarycanarycanarycanarycanary_12")
    made.secret("webhook secret", "canary-of-the-webhook-0123456789")
    made.secret("password", "canary-of-the-database")
    made.secret("proxy", "canary-of-the-proxy")
    made.text("in a file")
    return made


@pytest.fixture
def desk(
    command: Command, campaign_folder: Path, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """Begin a campaign of three people with a backup."""
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    monkeypatch.setattr("bot.store.store.OPENING_SECONDS", 0.0)
    assert command("init", "--token", canaries.secret("token", "")).code == 0
    assert command("prepare", "--people", "3").code == 0
    recipient = json.loads(command("backup", "keygen", "identity.txt", "--json").out)["recipient"]
    for name, value in {
        "BACKUP_RECIPIENT": recipient,
        "BOT_API_URL": "http://127.0.0.1:9",
        "WEBHOOK_SECRET": canaries.secret("webhook secret", ""),
        "OWNER_IDS": str(canaries.id("owner")),
        "LOG_FORMAT": "json",
    }.items():
        monkeypatch.setenv(name, value)
    assert command("backup", "backup.age").code == 0
    canaries.secret("key", (campaign_folder / "campaign.key").read_text().strip())
    canaries.secret("identity", (campaign_folder / "identity.txt").read_text().strip().splitlines()[-1])
    (campaign_folder / "canary.txt").write_text(canaries.everything(), encoding="utf-8")
    return Desk(command, campaign_folder, canaries)


def _failing(patch: pytest.MonkeyPatch, failure: Callable[[], BaseException], *, at: int) -> None:
    """Let each statement from the `at`th on fail."""
    statements = itertools.count(1)

    def count() -> None:
        if next(statements) >= at:
            raise failure()

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            count()
            return real(*given, **named)

        return call

    for name in ("execute", "exec_driver_sql", "run_many", "copy_rows", "run_sync", "stream"):
        patch.setattr(Connection, name, counted(getattr(Connection, name)))
    patch.setattr(Link, "now", counted(Link.now))
    patch.setattr(Link, "begin", counted(Link.begin))


def _every_error(canaries: Canaries) -> Iterator[Callable[[], BaseException]]:
    yield from database_errors(canaries)
    yield from errors(canaries)
    yield lambda: sqlite3.OperationalError(canaries.everything())


def test_failing_midway(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command, failing at its first statement and at later ones, each time with another error."""
    kinds = itertools.cycle(_every_error(desk.canaries))
    for name, arguments in COMMANDS.items():
        for at in (1, 25) if name in LONG else (1,):
            with monkeypatch.context() as patch:
                if arguments[0] == "restore":
                    patch.setenv("DATABASE_URL", f"sqlite:///data/restored-{at}.db")
                _failing(patch, next(kinds), at=at)
                assert desk.call(*arguments).code or at > 1
    assert "Traceback" in "".join(desk.said)
    assert desk.found() == []


def test_files_of_all_kinds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is none of the kind it should be, and holds a whole list: none of it is repeated."""
    monkeypatch.setenv("DATABASE_URL", "sqlite:///data/other.db")
    failed = [name for name, arguments in WITH_FILES.items() if desk.call(*arguments).code]
    # A list of who was erased may end in the middle of a line: what is no mark is passed over.
    assert failed == [name for name in WITH_FILES if name != "restore, erasures"]
    assert desk.found() == []


def test_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database and a proxy that are not there, each with a password in its address: no command repeats it."""
    address = NOWHERE.format(desk.canaries.secret("password", ""))
    monkeypatch.setenv("PROXY_URL", f"http://canary:{desk.canaries.secret('proxy', '')}@127.0.0.1:9")
    monkeypatch.setenv("BOT_API_URL", "https://api.telegram.org")
    assert desk.call("move", address).code == 1
    assert desk.call("doctor").code == 1
    monkeypatch.setenv("DATABASE_URL", address)
    for arguments in COMMANDS.values():
        assert desk.call(*arguments).code
    assert desk.found() == []


def test_a_part_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the running bot that fails ends it with the kind of error and where, in one sentence."""

    async def fail(*_given: object) -> None:
        failure = next(kinds)
        raise failure()

    kinds = errors(desk.canaries)
    monkeypatch.setattr("bot.delivery.key_watch.KeyWatch.run", fail)
    for _ in range(3):
        assert desk.call("run", "--role", "sender").code == 1
    assert "Something unexpected went wrong" in desk.said[-1]
    assert desk.found() == []


def test_torn(desk: Desk, campaign_folder: Path) -> None:
    """A database that was written over in its middle: each command says so, or nothing, and repeats nothing."""
    file = campaign_folder / "data" / "campaign.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\x5a" * (len(whole) - 4096))
    for arguments in COMMANDS.values():
        desk.call(*arguments)
    assert desk.found() == []
