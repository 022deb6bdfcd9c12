"""`audit verify`: the log in the database, alone and against a checkpoint in a file."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.commands.open_store import opened
from bot.config import load_settings
from bot.domain.audit import Event
from bot.domain.organizer import Role
from bot.services import audit, team
from tests.cli.calling import Command
from tests.making import CHAT, NOW

FILE = Path("checkpoint.txt")


async def fill() -> str:
    """Have something done, by whoever claims the first link. Returns the checkpoint after it."""
    async with opened(load_settings()) as store:
        async with store.transaction() as tx:
            owner = await team.claim(tx, CHAT, await team.invite(tx, Role.OWNER, now=NOW), now=NOW)
            for number in range(1, 4):
                audit.record(tx, Event.ALERT_BEGUN, audit.alert(number), actor=owner, now=NOW)
        async with store.reading() as tx:
            checkpoint = await tx.audit.checkpoint()
    assert checkpoint is not None
    return checkpoint.note


@pytest.fixture
def filled(command: Command) -> Command:
    """Begin a campaign of which an owner kept a checkpoint."""
    assert command("init").code == 0
    FILE.write_text(f"Checkpoint of the audit:\n\n{asyncio.run(fill())}")
    return command


def change(statement: str) -> None:
    """Change the database behind the bot's back."""
    with closing(sqlite3.connect("data/campaign.db")) as connection, connection:
        connection.execute(statement)


def as_json(command: Command, *arguments: str, code: int) -> dict[str, Any]:
    """Return what a program is told."""
    ended = command("audit", "verify", *arguments, "--json")
    assert ended.code == code
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_whole(filled: Command) -> None:
    """A log that nobody has touched is whole, and fits the checkpoint."""
    alone = filled("audit", "verify")
    assert (alone.code, alone.out) == (
        0,
        "✓ audit: 6 entries, each as it was recorded. A checkpoint tells more.\n",
    )
    against = filled("audit", "verify", str(FILE))
    said = "✓ audit: nothing removed or changed since 2026-11-23 12:00 UTC (entry 6); 6 entries now.\n"
    assert (against.code, against.out) == (0, said)
    found = as_json(filled, str(FILE), code=0)
    assert found["ok"] is True
    assert found["difference"] is None
    assert found["checkpoint"]["signature"] == "ours"
    assert (found["entries"], len(found["root"])) == (6, 64)


def test_a_changed_entry(filled: Command) -> None:
    """A difference is named, and exits 1."""
    change("UPDATE audit_entries SET actor_id = 7 WHERE number = 4")
    ended = filled("audit", "verify")
    assert (ended.code, ended.out) == (1, "✗ audit: entry 4 was changed.\n")
    assert as_json(filled, code=1)["difference"] == {"fault": "changed", "entry": 4}


def test_a_log_that_was_made_to_fit(filled: Command) -> None:
    """What the log alone does not show, the checkpoint does."""
    change("DELETE FROM audit_entries")
    change("DELETE FROM audit_head")
    assert filled("audit", "verify").code == 0
    ended = filled("audit", "verify", str(FILE))
    assert ended.code == 1
    assert "of another log" in ended.out


def test_without_a_signature(filled: Command) -> None:
    """A checkpoint without a signature is compared as well, which is said."""
    FILE.write_text(FILE.read_text().partition("—")[0])
    ended = filled("audit", "verify", str(FILE))
    assert ended.code == 0
    assert "! checkpoint: signed with no key known here" in ended.out
    assert "nothing removed or changed since" in ended.out


def test_a_mistyped_checkpoint(filled: Command) -> None:
    """A checkpoint with a wrong figure is told from a log that was changed."""
    FILE.write_text(FILE.read_text().replace("\n6\n", "\n5\n"))
    ended = filled("audit", "verify", str(FILE))
    assert ended.code == 1
    assert "signature does not fit" in ended.out
    assert as_json(filled, str(FILE), code=1)["checkpoint"]["signature"] == "broken"


def test_misuse(filled: Command) -> None:
    """A file that holds no checkpoint, or is not there, is no difference: exit 2."""
    Path("other.txt").write_text("What is asked?")
    ended = filled("audit", "verify", "other.txt")
    assert (ended.code, ended.err) == (
        2,
        "There is no checkpoint and no proof in other.txt, or not all of it.\n",
    )
    assert filled("audit", "verify", "absent.txt").code == 2
    assert filled("audit", "verify", os.devnull).code == 2


def test_a_proof(filled: Command) -> None:
    """An entry is proved to be in the log, also when the log has grown; a proof that was changed is told."""
    proved = filled("audit", "prove", "4")
    assert proved.code == 0
    FILE.write_text(proved.out)
    asyncio.run(fill())
    ended = filled("audit", "verify", str(FILE))
    assert ended.code == 0
    assert '✓ proof: the checkpoint covers {"about":["alert",1]' in ended.out
    assert "nothing removed or changed since" in ended.out
    assert as_json(filled, str(FILE), code=0)["proof"]["entry"]["event"] == "alert begun"
    FILE.write_text(proved.out.replace("index 3", "index 2"))
    ended = filled("audit", "verify", str(FILE))
    assert ended.code == 1
    assert "✗ proof: it does not lead from this entry to its checkpoint." in ended.out


def test_no_such_entry(filled: Command) -> None:
    """There is no proof of what is not there."""
    for number in ("0", "7"):
        ended = filled("audit", "prove", number)
        assert (ended.code, ended.err) == (1, "There is no entry of this number in the audit.\n")
