"""`status` and `migrate`: the database as it is."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.commands.open_store import opened
from bot.config import load_settings
from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert, Translation
from bot.domain.audience import of_topic
from bot.domain.delivery import DeliveryState
from bot.store.transitions import Recorded
from tests.cli.calling import Command

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ABOUT = {"kind": "send", "title": "Ask your council", "day": "2026-11-23"}
COUNTS = {state.value: 0 for state in DeliveryState}


async def fill() -> None:
    """Put three on the list, of whom one left, and send to one of the two."""
    async with opened(load_settings()) as store, store.transaction() as tx:
        people = [await tx.subscribers.add(chat, locale="en", today=NOW.date()) for chat in (71, 72, 73)]
        for person in people:
            await tx.subscribers.subscribe(person.id, DEFAULT_TOPIC)
        await tx.subscribers.save(people[0].leave())
        title = Translation(locale="en", title="Ask your council", text="One ask.")
        draft = Alert(id=0, author_id=None, kind=ActionKind.SIGN, base="en", translations={"en": title})
        alert = await tx.alerts.add(draft, now=NOW)
        broadcast = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        await tx.broadcasts.set_audience(
            broadcast, await tx.freezing.freeze(broadcast, audience=of_topic(DEFAULT_TOPIC))
        )
        (claimed,) = await tx.claims.claim(broadcast, worker="w", limit=1, now=NOW)
        sent = Recorded(subscriber_id=claimed.subscriber_id, state=DeliveryState.SENT, message_id=1)
        await tx.deliveries.record(broadcast, [sent], worker="w")


@pytest.fixture
def filled(command: Command) -> Command:
    """Begin a campaign with a broadcast under way."""
    command("init")
    asyncio.run(fill())
    return command


def test_json(filled: Command) -> None:
    """Programs get every count, also those that are zero."""
    ended = filled("status", "--json")
    assert ended.code == 0
    counts = COUNTS | {"sent": 1, "pending": 1}
    assert json.loads(ended.out) == {
        "broadcasts": [{"id": 1, "status": "queued", "audience": 2, **counts, **ABOUT}],
        "subscribers": {"active": 2, "paused": 0, "left": 1, "blocked": 0},
    }


def test_lines(filled: Command) -> None:
    """A person gets the counts that are not zero."""
    assert filled("status").out.splitlines() == [
        "subscribers: active 2 · left 1",
        "broadcast 1 (2026-11-23 · send · Ask your council): queued, to 2: pending 1 · sent 1",
    ]


def test_no_ids(filled: Command) -> None:
    """Nobody's chat id is in what is shown."""
    assert not {"71", "72", "73"} & set(filled("status", "--json").out.split('"'))


def test_nobody_yet(command: Command) -> None:
    """An empty list is said in words, with what comes next."""
    command("init")
    out = command("status").out
    assert out.startswith("subscribers: nobody yet. ")
    assert "campaign-bot run" in out


def test_before_init(command: Command) -> None:
    """Without key or database, the line says what to run."""
    assert "campaign-bot init" in command("status").err
    command("init")
    command("migrate")
    assert command("status").code == 0


def test_migrate(command: Command) -> None:
    """A database is made, and brought up to date as often as one likes; it needs no key and no token."""
    for _ in range(2):
        ended = command("migrate", "--json")
        assert (ended.code, json.loads(ended.out)) == (0, {"ok": True})
