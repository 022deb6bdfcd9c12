"""The sender is killed again and again in the middle of a broadcast, and started again."""

import http.client
import json
import os
import random
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.commands.prepare import FIRST_CHAT_ID
from bot.delivery.engine import IN_FLIGHT
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keys import CampaignKey, write_key_file
from bot.rehearsal.world import REHEARSAL_TOKEN

PEOPLE, RATE, KILLS = 3000, 400, 21
ANSWER_SECONDS = 0.05
"""Every answer takes so long after the message was accepted: there is always something on the wire."""
RESUMES_WITHIN = 5.0
"""Seconds from the start to the first message; loading the program comes before."""

ALERT = """
kind = "sign"
[en]
title = "Ask your council"
text = "One ask, one reason."
"""


@dataclass(kw_only=True)
class Trial:
    """A database, a Bot API of its own process, and the sender that is started and killed."""

    folder: Path
    key: CampaignKey
    api: http.client.HTTPConnection
    environment: dict[str, str]
    senders: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """What the bot's processes say."""
        return self.folder / "bot.log"

    def bot(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the real command line."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def start_sender(self) -> subprocess.Popen[bytes]:
        """Start the sender, which ends by itself when nothing is left to send."""
        self.senders.append(self.bot("run", "--role", "sender", "--until-idle"))
        return self.senders[-1]

    def control(self, verb: str, action: str, **given: Any) -> Any:
        """Pull a string of the Bot API's process."""
        self.api.request(verb, f"/control/{action}", json.dumps(given) if given else None)
        answer = self.api.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 200, told
        return told

    def accepted(self) -> int:
        """Return how many messages the Bot API has accepted."""
        return int(self.control("GET", "stats")["accepted"])

    def wait_until(self, seen: Callable[[], bool]) -> float:
        """Wait until it is seen, while the newest sender works; returns the seconds it took."""
        began = time.monotonic()
        while not seen():
            assert self.senders[-1].poll() is None, self.log.read_text()
            assert time.monotonic() < began + 30, "the sender does not go on"
            time.sleep(0.005)  # another process does the work
        return time.monotonic() - began

    def started(self) -> bool:
        """Return whether the newest sender has said that it works."""
        return self.log.read_text().count("bot_started") == len(self.senders)

    def rows(self, query: str) -> list[Any]:
        """Read the database as the dead sender left it, changing nothing."""
        file = self.folder / "campaign.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def in_flight(self) -> set[int]:
        """Return whose delivery stands as being on the wire."""
        return {row[0] for row in self.rows("SELECT subscriber_id FROM deliveries WHERE state = 'inflight'")}

    def chats(self) -> dict[int, int]:
        """Return the chat id of each subscriber."""
        cipher = Cipher(self.key)
        rows = self.rows("SELECT id, ref FROM subscribers")
        return {row[0]: cipher.chat_id(Table.SUBSCRIBERS, row[1]) for row in rows}

    def messages(self, chat_id: int) -> list[int]:
        """Return the ids of the messages that somebody got."""
        self.api.request("GET", f"/control/messages?chat_id={chat_id}")
        found = json.loads(self.api.getresponse().read())["messages"]
        return [message["message_id"] for message in found]


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """Prepare a broadcast to `PEOPLE` people, and a Bot API where they are."""
    slow = {"kind": "slow", "seconds": ANSWER_SECONDS, "methods": ["sendMessage"]}
    command = [sys.executable, "-m", "bot.rehearsal.server", "--faults", json.dumps({"rules": [slow]})]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    key_file = tmp_path / "key" / "campaign.key"
    key = write_key_file(key_file)
    (tmp_path / "alert.toml").write_text(ALERT, encoding="utf-8")
    trial = Trial(
        folder=tmp_path,
        key=key,
        api=http.client.HTTPConnection(url.removeprefix("http://")),
        environment={
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": REHEARSAL_TOKEN,
            "BOT_API_URL": url,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'campaign.db'}",
            "CAMPAIGN_KEY_FILE": str(key_file),
            "SEND_RATE": str(RATE),
        },
    )
    people = [{"name": "A", "chat_id": FIRST_CHAT_ID + n, "started": True} for n in range(PEOPLE)]
    trial.control("POST", "people", people=people)
    assert trial.bot("prepare", "--people", str(PEOPLE), "--alert", "alert.toml").wait(60) == 0
    yield trial
    for sender in trial.senders:
        sender.kill()
        sender.wait()
    server.kill()
    server.wait()
    trial.api.close()
    server.stdout.close()


def kill_once(trial: Trial, lot: random.Random) -> float:
    """Start the sender and kill it a few messages later; returns the seconds until its first message."""
    before = trial.accepted()
    number = before + lot.randint(1, 40)
    sender = trial.start_sender()
    trial.wait_until(trial.started)
    seconds = trial.wait_until(lambda: trial.accepted() > before)
    trial.wait_until(lambda: trial.accepted() >= number)
    time.sleep(lot.uniform(0, ANSWER_SECONDS))  # the moment within a turn
    sender.send_signal(signal.SIGKILL)
    assert sender.wait() == -signal.SIGKILL
    return seconds


@pytest.mark.timeout(300)
def test_kill_in_mid_broadcast(trial: Trial) -> None:
    """However often it is killed: nobody gets it twice, every sum matches, unknown is only what was on the wire."""
    seed = int(os.environ.get("KILL_SEED", secrets.randbelow(1_000_000)))
    print(f"KILL_SEED={seed}")  # noqa: T201  # shown when the test fails
    lot = random.Random(seed)  # noqa: S311  # a repeatable trial
    on_wire: set[int] = set()
    left_over: set[int] = set()
    for _ in range(KILLS):
        assert kill_once(trial, lot) <= RESUMES_WITHIN
        caught = trial.in_flight()
        assert len(caught - left_over) <= IN_FLIGHT
        on_wire, left_over = on_wire | caught, caught
    assert trial.start_sender().wait(120) == 0

    assert on_wire, "no kill has hit a send"
    assert trial.rows("SELECT status, audience FROM broadcasts") == [("finished", PEOPLE)]
    chats = trial.chats()
    deliveries = trial.rows("SELECT subscriber_id, state, message_id FROM deliveries")
    assert sorted(chats[subscriber] for subscriber, _, _ in deliveries) == list(
        range(FIRST_CHAT_ID, FIRST_CHAT_ID + PEOPLE)
    )
    assert {state for _, state, _ in deliveries} <= {"sent", "unknown"}
    for subscriber, state, message_id in deliveries:
        got = trial.messages(chats[subscriber])
        if state == "sent":
            assert got == [message_id]
        else:
            assert len(got) <= 1
            assert subscriber in on_wire
