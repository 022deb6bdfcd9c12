"""What is known of a life of several processes, as the database and the Bot API have it in the end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import orjson

from bot.domain.audit import Event
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.services import audit_log
from bot.store.store import open_store
from tests.faults.scan import traces
from tests.faults.several_people import CANARY_TEXT, People
from tests.making import KEY
from tests.worlds import witness
from tests.worlds.watched_api import Arrival, Moment, WatchedWorld, most_in_a_second
from tests.worlds.witness import Change


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the database as it is in the end. `title`: of the alert that its broadcast sends."""

    broadcast: int
    subscriber: int
    state: str
    message_id: int | None
    title: str
    chat_id: int

    @property
    def row(self) -> str:
        """How changes name it."""
        return f"{self.broadcast} {self.subscriber}"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known of a life.

    `epoch`: what makes monotonic seconds those of the database. `rate`: in requests per second, of which `moments`
    are. `kept`: the counts beside the deliveries. `fired`: how many broadcasts the schedule made. `stands`: by chat,
    the state of who is or was on the list; `should`: whether they are to be on it. `invited`, `should_invite`: by chat,
    the roles to which owners invited, in order. `lost_calls`: connections to the Bot API that were reset.
    """

    arrivals: Sequence[Arrival]
    moments: Sequence[Moment]
    epoch: float
    rate: int
    impatient: int
    refused: int
    changes: Sequence[Change]
    deliveries: Sequence[Delivery]
    broadcasts: Sequence[tuple[int, str, int]]
    kept: Mapping[tuple[int, str], int]
    fired: int
    pushed: Sequence[int]
    withdrawals: frozenset[int]
    stands: Mapping[int, str]
    should: Mapping[int, bool]
    invited: Mapping[int, Sequence[Role]]
    should_invite: Mapping[int, Sequence[Role]]
    audit_differs: str | None
    lost_calls: int
    traces: Sequence[str]

    def of(self, table: str) -> Iterator[Change]:
        """Return what changed in a table, in the order of the commits."""
        return (change for change in self.changes if change.table == table)

    def counts(self) -> dict[str, int]:
        """Return what a report says of it."""
        states = Counter(each.state for each in self.deliveries)
        unknown = {each.row for each in self.deliveries if each.state == DeliveryState.UNKNOWN}
        got = {(title_of(each), each.chat_id) for each in self.arrivals}
        accepted = sum(each.row in unknown and (each.title, each.chat_id) in got for each in self.deliveries)
        return {
            "deliveries": len(self.deliveries),
            "sent": states[DeliveryState.SENT],
            "unknown": states[DeliveryState.UNKNOWN],
            "of these accepted": accepted,
            "updates": len(self.pushed),
            "most in a second": most_in_a_second(self.moments),
            "refused": self.refused,
        }


ALERT_TEXT = "One ask, one reason."
"""What all alerts say; see `tests.making.words`."""


def title_of(arrival: Arrival) -> str:
    """Return what an alert is called; nothing of another message, which may name one, too."""
    return arrival.text.partition("\n")[0] if ALERT_TEXT in arrival.text else ""


async def facts_of(
    url: str, world: WatchedWorld, people: People, *, rate: int, until: float, lost_calls: int, folder: Path
) -> Facts:
    """Gather what is known. `until`: the monotonic second up to which the rate was to be kept."""
    connection = await asyncpg.connect(url)
    try:
        read = {name: await connection.fetch(query) for name, query in QUERIES.items()}
        changes = await witness.changes(connection)
    finally:
        await connection.close()
    chats = _chats(read["subscribers"], Table.SUBSCRIBERS)
    titles, invited, differs = await _by_the_store(url, people)
    return Facts(
        arrivals=world.arrivals,
        moments=[each for each in world.watched.moments if each.latest < until],
        epoch=world.epoch,
        rate=rate,
        impatient=world.gate.violations,
        refused=world.gate.refused,
        changes=changes,
        deliveries=[
            Delivery(
                broadcast=row["broadcast_id"],
                subscriber=row["subscriber_id"],
                state=row["state"],
                message_id=row["message_id"],
                title=titles[row["broadcast_id"]],
                chat_id=chats[row["subscriber_id"]],
            )
            for row in read["deliveries"]
        ],
        broadcasts=[tuple(row) for row in read["broadcasts"]],
        kept={(row[0], row[1]): int(row[2]) for row in read["kept"]},
        fired=read["fired"][0][0],
        pushed=people.pushed,
        withdrawals=frozenset(people.withdrawals),
        stands={chats[row["id"]]: row["state"] for row in read["subscribers"]},
        should=people.on_list,
        invited=invited,
        should_invite=people.invited,
        audit_differs=differs,
        lost_calls=lost_calls,
        traces=traces(folder, ids=[people.supporters[0], people.owners[0]], texts=[CANARY_TEXT], but=()),
    )


QUERIES = {
    "deliveries": "SELECT broadcast_id, subscriber_id, state, message_id FROM deliveries",
    "broadcasts": "SELECT id, status, audience FROM broadcasts",
    "kept": "SELECT broadcast_id, state, sum(n) FROM broadcast_counts GROUP BY 1, 2 HAVING sum(n) != 0",
    "fired": "SELECT count(*) FROM occurrences",
    "subscribers": "SELECT id, ref, state FROM subscribers",
}


def _chats(rows: Sequence[Any], table: Table) -> dict[int, int]:
    cipher = Cipher(KEY)
    return {row["id"]: cipher.chat_id(table, bytes(row["ref"])) for row in rows}


async def _by_the_store(url: str, people: People) -> tuple[dict[int, str], dict[int, list[Role]], str | None]:
    """Return what each broadcast is called, to which roles each owner invited, and where the audit is not whole."""
    store = await open_store(url, KEY)
    invited: dict[int, list[Role]] = {}
    try:
        async with store.reading() as tx:
            titles = {}
            for each in await tx.broadcasts.all():
                alert = await tx.alerts.get(each.alert_id)
                titles[each.id] = alert.translations["en"].title
            verdict = (await audit_log.check(tx)).verdict
            numbers = {}
            for chat_id in people.owners:
                owner = await tx.organizers.find(chat_id)
                numbers[owner.id if owner else 0] = chat_id
            async for row in tx.audit.everything():
                if row.entry is not None and row.entry.event == Event.INVITED and row.entry.actor is not None:
                    role = Role(orjson.loads(row.details or "{}")["role"])
                    invited.setdefault(numbers[row.entry.actor], []).append(role)
    finally:
        await store.close()
    return titles, invited, None if verdict.difference is None else str(verdict.difference)
