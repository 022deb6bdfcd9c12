"""`campaign-bot status`: broadcasts and people, as the database has them."""

import asyncio
from typing import Any

from bot.commands import output
from bot.commands.open_store import opened
from bot.config import Settings
from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.wording.titles import title_of

NOBODY = "nobody yet. `campaign-bot run` starts the bot; people join by sending it /start"
"""What an empty list says: what comes next."""

Status = dict[str, Any]
"""`broadcasts`: id, status, audience, a count per delivery state, kind, title, day; `subscribers`: one per state."""


def status(settings: Settings) -> Status:
    """Count everything once, in one snapshot.

    Raises what opening the store raises.
    """
    return asyncio.run(_status(settings))


async def _status(settings: Settings) -> Status:
    async with opened(settings) as store, store.reading() as tx:
        tallies = await tx.counts.tallies()
        broadcasts = [
            _listed(each, tallies[each.id], await tx.alerts.find(each.alert_id))
            for each in await tx.broadcasts.all()
        ]
        people = await tx.subscribers.count_states()
    return {
        "broadcasts": broadcasts,
        "subscribers": {state.value: people.get(state, 0) for state in SubscriberState},
    }


def _listed(broadcast: Broadcast, tally: Tally, alert: Alert | None) -> dict[str, Any]:
    counts = {state.value: tally[state] for state in DeliveryState}
    return {
        "id": broadcast.id,
        "status": broadcast.status.value,
        "audience": broadcast.audience,
        **counts,
        "kind": broadcast.kind.value,
        "title": None if alert is None else title_of(alert),
        "day": broadcast.created_at.date().isoformat(),
    }


def show(found: Status, *, as_json: bool) -> None:
    """Print the counts; for a person, only those that are not zero."""
    if as_json:
        output.show_json(found)
        return
    lines = [f"subscribers: {_in_words(found['subscribers']) or NOBODY}"]
    for broadcast in found["broadcasts"]:
        counts = {state.value: broadcast[state] for state in DeliveryState}
        frozen = f", to {broadcast['audience']:,}: {_in_words(counts)}" if any(counts.values()) else ""
        about = " · ".join(part for part in (broadcast["day"], broadcast["kind"], broadcast["title"]) if part)
        lines.append(f"broadcast {broadcast['id']} ({about}): {broadcast['status']}{frozen}")
    output.show_lines(lines)


def _in_words(counts: dict[str, int]) -> str:
    return " · ".join(f"{name} {count:,}" for name, count in counts.items() if count)
