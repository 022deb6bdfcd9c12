"""A Bot API in a process of its own, and a campaign whose bot talks to it."""

import json
import os
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.privacy.keyring import CampaignKey, new_key, parse_key
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN
from tests.worlds.processes.child import About, Bot, Child, GivenUp

PATIENCE = 90.0
"""Seconds to wait for another process before it is given up; starting is slow on a busy machine."""

LOOK_SECONDS = 0.02
"""How often another process is looked at: seldom enough to leave it its core."""

UNLIMITED_RATE = 1_000_000

SURROUNDINGS = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
"""What a process of ours needs besides its settings: nothing of an operator's is among it."""

ALERT = """kind = "sign"
base = "en"
link = "https://example.org/petition"
[en]
title = "Ask your council"
text = "One ask, one reason, one button."
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """A running Bot API."""

    url: str

    def ask(self, action: str, given: dict[str, Any] | None = None) -> Any:
        """Call one of its controls; `given` is posted."""
        body = None if given is None else json.dumps(given).encode()
        with urllib.request.urlopen(f"{self.url}/control/{action}", body, timeout=PATIENCE) as answer:  # noqa: S310  # our own
            return json.load(answer)

    def wait_for(self, sends: int, *, seconds: float = PATIENCE) -> float:
        """Wait until so many sends were accepted. Returns the second of it (monotonic). Raises GivenUp."""
        until = time.monotonic() + seconds
        while self.ask("count")["accepted"] < sends:
            if time.monotonic() > until:
                raise GivenUp(f"The bot did not send {sends} messages within {seconds:.0f} s.")
            time.sleep(LOOK_SECONDS)
        return time.monotonic()


@contextmanager
def bot_api(people: int, *, core: int | None = None, fresh: bool = False, **options: Any) -> Iterator[Api]:
    """Run the local Bot API with a crowd of so many people, with these of its options. `fresh`: see About."""
    given = {"crowd": people, "first-id": FIRST_CHAT_ID, **options}
    arguments = [f"--{name}={as_option(value)}" for name, value in given.items()]
    with Child("-m", "bot.rehearsal.api.server", *arguments, core=core, piped=True, fresh=fresh) as server:
        yield Api(url=server.hear())


def as_option(value: Any) -> str:
    """Return an option's value as the command line takes it."""
    return value if isinstance(value, str) else json.dumps(value)


@dataclass(kw_only=True)
class Campaign:
    """A bot that is set up and does not run: `environ` is all it knows. `fresh`: see About."""

    folder: Path
    environ: dict[str, str] = field(repr=False)
    core: int | None = None
    fresh: bool = False

    @property
    def key(self) -> CampaignKey:
        """The campaign's key."""
        return parse_key(self.environ["CAMPAIGN_KEY"])

    @property
    def database(self) -> Path:
        """The database's file, where it is one."""
        return Path(self.environ["DATABASE_URL"].removeprefix("sqlite:///"))

    def bot(self, *arguments: str, **about: Unpack[About]) -> Bot:
        """Return the bot's command line with these arguments, not started yet."""
        mine: About = {
            "folder": self.folder,
            "environ": self.environ,
            "core": self.core,
            "fresh": self.fresh,
        }
        return Bot(*arguments, **(mine | about))

    def running(self, role: str, *arguments: str) -> Bot:
        """Return the bot in this role, not started yet."""
        return self.bot("run", "--role", role, *arguments)

    def call(self, *arguments: str) -> str:
        """Run one command of the bot to its end. Returns what it printed."""
        return self.bot(*arguments).output()

    def prepare(self, people: int, *, broadcast: bool = True) -> None:
        """Fill the database with people and, unless told otherwise, a broadcast to them all."""
        alert = self.folder / "alert.toml"
        alert.write_text(ALERT, encoding="utf-8")
        self.call("prepare", "--people", str(people), "--json", *(["--alert", str(alert)] * broadcast))

    def broadcast(self) -> dict[str, Any]:
        """Return the only broadcast's counts."""
        found: dict[str, Any] = json.loads(self.call("status", "--json"))["broadcasts"][0]
        return found

    def seconds_of_sending(self) -> float:
        """Return the time between the broadcast's start and its end, as the database has them."""
        with closing(sqlite3.connect(self.database)) as connection:
            began, ended = connection.execute("SELECT started_at, ended_at FROM broadcasts").fetchone()
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()


def campaign(
    api: Api, folder: Path, *, core: int | None = None, fresh: bool = False, **settings: str
) -> Campaign:
    """Set a bot up in this folder, with a key of its own, to talk to this Bot API as fast as it can."""
    environ = {
        **SURROUNDINGS,
        "BOT_TOKEN": REHEARSAL_TOKEN,
        "BOT_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder / 'campaign.db'}",
        "CAMPAIGN_KEY": new_key()[1],
        "SEND_RATE": str(UNLIMITED_RATE),
        "LOG_FORMAT": "json",
        "PORT": str(free_port()),
    }
    return Campaign(folder=folder, environ=environ | settings, core=core, fresh=fresh)


def wait_until_served(url: str) -> None:
    """Wait until whoever serves at this address is ready. Raises GivenUp."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        # An answer that does not come in time is no URLError.
        with suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310  # ours
            return
        time.sleep(LOOK_SECONDS)
    raise GivenUp(f"Nothing was served within {PATIENCE:.0f} s.")
