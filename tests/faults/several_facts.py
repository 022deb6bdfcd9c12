"""What is known of a life of several processes, as the database and the Bot API have it in the end."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import orjson

from bot.domain.audit import Event
from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.services import audit_log
from bot.store.store import Transaction, open_store
from tests.faults.scan import traces
from tests.faults.several_people import CANARY_TEXT, People
from tests.making import KEY
from tests.worlds import witness
from tests.worlds.processes.looks import Looks
from tests.worlds.watched_api import Arrival, Impatient, Moment, WatchedWorld, most_in_a_second
from tests.worlds.witness import ERASED, Change


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the database as it is in the end. `title`: of the alert that its broadcast sends.

    `message_id`: none any more of who has erased themselves. `chat_id`: theirs all the same.
    """

    broadcast: int
    kind: str
    subscriber: int
    state: str
    message_id: int | None
    title: str
    chat_id: int

    @property
    def row(self) -> str:
        """How changes name it."""
        return f"{self.broadcast} {self.subscriber}"

    @property
    def brings(self) -> "Brought":
        """What it brings to whom."""
        return Brought(self.kind, "" if self.kind == BroadcastKind.DIGEST else self.title, self.chat_id)


class Brought(NamedTuple):
    """An alert, a reminder of one or a digest, to a chat."""

    kind: str
    title: str
    chat_id: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known of a life.

    `epoch`: what makes monotonic seconds those of the database. `rate`: in requests per second, of which `moments`
    are. `kept`: the counts beside the deliveries. `fired`: how many broadcasts the schedule made. `stands`: by chat,
    the state of who is or was on the list; `should`: whether they are to be on it. `invited`, `should_invite`: by chat,
    the roles to which owners invited, in order. `lost_calls`: connections to the Bot API that were reset.
    `looks`: when senders last looked whether what they were about to send was still theirs.
    """

    arrivals: Sequence[Arrival]
    moments: Sequence[Moment]
    epoch: float
    rate: int
    impatient: Sequence[Impatient]
    refused: int
    changes: Sequence[Change]
    deliveries: Sequence[Delivery]
    broadcasts: Sequence[tuple[int, str, int]]
    kept: Mapping[tuple[int, str], int]
    fired: int
    pushed: Sequence[int]
    withdrawals: frozenset[int]
    again: frozenset[int]
    stands: Mapping[int, str]
    should: Mapping[int, bool]
    invited: Mapping[int, Sequence[Role]]
    should_invite: Mapping[int, Sequence[Role]]
    done: frozenset[tuple[int, int]]
    should_have_done: frozenset[tuple[int, int]]
    numbers: Mapping[str, int]
    erased: Mapping[int, Sequence[str]]
    tags: Mapping[int, Sequence[int]]
    audit_differs: str | None
    lost_calls: int
    looks: Looks
    traces: Sequence[str]

    def of(self, table: str) -> Iterator[Change]:
        """Return what changed in a table, in the order of the commits."""
        return (change for change in self.changes if change.table == table)

    def got(self) -> dict[Brought, dict[int, float]]:
        """Return, of what was brought to whom, when the messages came, in seconds since 1970; answers apart."""
        titles = {"", *(each.title for each in self.deliveries)}
        got: dict[Brought, dict[int, float]] = defaultdict(dict)
        for each in self.arrivals:
            brought = brought_by(each)
            if brought is not None and brought.title in titles:
                got[brought][each.message_id] = each.moment.earliest + self.epoch
        return got

    def by_what_they_bring(self) -> dict[Brought, list[Delivery]]:
        """Return the deliveries, by what they bring to whom."""
        found: dict[Brought, list[Delivery]] = defaultdict(list)
        for each in self.deliveries:
            found[each.brings].append(each)
        return found

    def counts(self) -> dict[str, int]:
        """Return what a report says of it."""
        states = Counter(each.state for each in self.deliveries)
        sent = Counter(each.kind for each in self.deliveries if each.state == DeliveryState.SENT)
        unknown = Counter(each.brings for each in self.deliveries if each.state == DeliveryState.UNKNOWN)
        ids = {(each.chat_id, each.message_id) for each in self.deliveries}
        got = Counter(
            brought
            for each in self.arrivals
            if (brought := brought_by(each)) and (each.chat_id, each.message_id) not in ids
        )
        return {
            "deliveries": len(self.deliveries),
            "sent": states[DeliveryState.SENT],
            "unknown": states[DeliveryState.UNKNOWN],
            "of these accepted": (unknown & got).total(),
            "digests": sent[BroadcastKind.DIGEST],
            "reminders": sent[BroadcastKind.REMIND],
            "erased": sum(each.after == ERASED for each in self.of("subscribers")),
            "updates": len(self.pushed),
            "most in a second": most_in_a_second(self.moments),
            "429s": self.refused,
        }


ALERT_TEXT = "One ask, one reason."
"""What all alerts say; see `tests.making.words`."""


DIGEST_HEAD, REMINDER_HEAD = "Your alerts", "You began this."
"""How digests and reminders begin."""


def brought_by(arrival: Arrival) -> Brought | None:
    """Return what a message brings; nothing of an answer, which may name an alert, too."""
    first, _, rest = arrival.text.partition("\n")
    if first == DIGEST_HEAD:
        return Brought(BroadcastKind.DIGEST, "", arrival.chat_id)
    if first.startswith(REMINDER_HEAD):
        return Brought(BroadcastKind.REMIND, rest.strip().partition("\n")[0], arrival.chat_id)
    return Brought(BroadcastKind.SEND, first, arrival.chat_id) if ALERT_TEXT in arrival.text else None


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
    cipher = Cipher(KEY)
    chats = {
        int(change.row): cipher.chat_id(
            Table.SUBSCRIBERS, bytes.fromhex((change.beside or "").removeprefix("\\x"))
        )
        for change in changes
        if change.table == "subscribers"
    }
    kinds = {row["id"]: row["kind"] for row in read["broadcasts"]}
    kept = await _by_the_store(url, people)
    return Facts(
        arrivals=world.arrivals,
        moments=[each for each in world.watched.moments if each.latest < until],
        epoch=world.epoch,
        rate=rate,
        impatient=[each for each in world.watched.impatient if each.moment.latest < until],
        refused=world.gate.refused,
        changes=changes,
        deliveries=[
            Delivery(
                broadcast=row["broadcast_id"],
                kind=kinds[row["broadcast_id"]],
                subscriber=row["subscriber_id"],
                state=row["state"],
                message_id=row["message_id"],
                title=kept.titles[row["broadcast_id"]],
                chat_id=chats[row["subscriber_id"]],
            )
            for row in read["deliveries"]
        ],
        broadcasts=[(row["id"], row["status"], row["audience"]) for row in read["broadcasts"]],
        kept={(row[0], row[1]): int(row[2]) for row in read["kept"]},
        fired=read["fired"][0][0],
        pushed=people.pushed,
        withdrawals=frozenset(people.withdrawals),
        again=frozenset(people.again),
        stands={chats[row["id"]]: row["state"] for row in read["subscribers"]},
        should=people.on_list,
        invited=kept.invited,
        should_invite=people.invited,
        done=frozenset((chats[row["subscriber_id"]], row["alert_id"]) for row in read["outcomes"]),
        should_have_done=frozenset(each for each in people.did if people.on_list.get(each[0], True)),
        numbers=kept.numbers,
        erased=kept.erased,
        tags={each: cipher.chat_tags(each) for one in world.watched.impatient if (each := one.chat_id)},
        audit_differs=kept.audit_differs,
        lost_calls=lost_calls,
        looks=Looks(folder),
        traces=traces(folder, ids=[people.supporters[0], people.owners[0]], texts=[CANARY_TEXT], but=()),
    )


QUERIES = {
    "deliveries": "SELECT broadcast_id, subscriber_id, state, message_id FROM deliveries",
    "broadcasts": "SELECT id, kind, status, audience FROM broadcasts",
    "kept": "SELECT broadcast_id, state, sum(n) FROM broadcast_counts GROUP BY 1, 2 HAVING sum(n) != 0",
    "fired": "SELECT count(*) FROM occurrences",
    "subscribers": "SELECT id, state FROM subscribers",
    "outcomes": "SELECT alert_id, subscriber_id FROM outcomes WHERE outcome = 'done'",
}


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What the bot itself reads in its database: see `Facts`. `titles`: what each broadcast is called."""

    titles: Mapping[int, str]
    numbers: Mapping[str, int]
    invited: Mapping[int, Sequence[Role]]
    erased: Mapping[int, Sequence[str]]
    audit_differs: str | None


async def _by_the_store(url: str, people: People) -> _Kept:
    store = await open_store(url, KEY)
    try:
        async with store.reading() as tx:
            alerts = await tx.alerts.ever({each.alert_id for each in await tx.broadcasts.all()})
            titles = {alert_id: alert.translations["en"].title for alert_id, alert in alerts.items()}
            difference = (await audit_log.check(tx)).verdict.difference
            return _Kept(
                titles={each.id: titles[each.alert_id] for each in await tx.broadcasts.all()},
                numbers={title: alert_id for alert_id, title in titles.items()},
                invited=await _invited(tx, people),
                erased={
                    chat_id: [table for table, rows in (await tx.holdings.of(chat_id)).items() if rows]
                    for chat_id in people.erased
                },
                audit_differs=None if difference is None else str(difference),
            )
    finally:
        await store.close()


async def _invited(tx: Transaction, people: People) -> dict[int, list[Role]]:
    """Return to which roles each owner invited, by the audit."""
    invited: dict[int, list[Role]] = {}
    numbers = {}
    for chat_id in people.owners:
        owner = await tx.organizers.find(chat_id)
        numbers[owner.id if owner else 0] = chat_id
    async for row in tx.audit.everything():
        if row.entry is not None and row.entry.event == Event.INVITED and row.entry.actor is not None:
            role = Role(orjson.loads(row.details or "{}")["role"])
            invited.setdefault(numbers[row.entry.actor], []).append(role)
    return invited
