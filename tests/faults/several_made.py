"""Lives of several processes that never were: what a check says of them shows that it can fail."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from tests.faults.several_facts import ALERT_TEXT, DIGEST_HEAD, REMINDER_HEAD, Delivery, Facts
from tests.worlds.processes.looks import Looks
from tests.worlds.watched_api import Arrival, Moment
from tests.worlds.witness import Change

TITLE = "Alert"


def made(**known: Any) -> Facts:
    """Return a life in which nothing happened but this, as `Facts` has it."""
    nothing: dict[str, Any] = {
        "arrivals": [],
        "moments": [],
        "epoch": 0.0,
        "rate": 60,
        "impatient": [],
        "refused": 0,
        "changes": [],
        "deliveries": [],
        "broadcasts": [],
        "kept": {},
        "fired": 1,
        "pushed": [],
        "withdrawals": frozenset(),
        "again": frozenset(),
        "stands": {},
        "should": {},
        "invited": {},
        "should_invite": {},
        "done": frozenset(),
        "should_have_done": frozenset(),
        "numbers": {},
        "erased": {},
        "tags": {},
        "audit_differs": None,
        "lost_calls": 0,
        "looks": Looks(Path()),
        "traces": [],
    }
    return Facts(**nothing | known)


def delivery(chat_id: int, state: DeliveryState, **about: Any) -> Delivery:
    """Return a delivery to this chat; of broadcast 1 to subscriber 1, and of an alert, unless told otherwise."""
    usual: dict[str, Any] = {
        "broadcast": 1,
        "kind": BroadcastKind.SEND,
        "subscriber": 1,
        "message_id": None,
        "title": TITLE,
    }
    return Delivery(chat_id=chat_id, state=state, **usual | about)


def came(
    chat_id: int,
    message_id: int,
    *,
    at: float,
    kind: BroadcastKind = BroadcastKind.SEND,
    names: Sequence[str] = (TITLE,),
) -> Arrival:
    """Return a message that came at this second: the alert, a reminder of it, or a digest that names these."""
    said = "\n".join(names)
    text = {
        BroadcastKind.SEND: f"{said}\n{ALERT_TEXT}",
        BroadcastKind.REMIND: f"{REMINDER_HEAD}\n{said}",
        BroadcastKind.DIGEST: f"{DIGEST_HEAD}\n{said}",
    }[kind]
    return Arrival(chat_id, message_id, text, Moment(at, at))


def changed(table: str, *steps: tuple[str, str, str], begins_at: float = 0.0) -> list[Change]:
    """Return changes of rows, a second apart: which row, what it became, and who did it."""
    before: dict[str, str] = {}
    changes = []
    for number, (row, after, source) in enumerate(steps):
        at = begins_at + number
        changes.append(Change(number, at, source, table, row, before.get(row), after, None))
        before[row] = after
    return changes
