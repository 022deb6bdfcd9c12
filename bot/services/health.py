"""The campaign's health: what the owners are told of, and the figures that the web server shows. Nobody acts here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.broadcast import RUNNABLE, BroadcastStatus
from bot.domain.budget import Budget
from bot.domain.delivery import DeliveryState
from bot.domain.health import OF_DATABASE, Episode, Sign, Trouble, follow, missing
from bot.domain.organizer import Right
from bot.figures import Key
from bot.services import team
from bot.services.team import Contact
from bot.store.posting import Queues
from bot.store.store import Transaction
from bot.store.transient import is_full, name_of

READ_ONLY = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "ReadOnlySQLTransactionError")
"""How the two databases' drivers call what keeps a commit from the disk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a look found: the troubles that are there or just over, and who is to be told of them."""

    episodes: list[Episode]
    owners: list[Contact]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """For how long the oldest of each queue has waited: updates, replies, what is due of broadcasts; and the signs."""

    inbox: timedelta
    outbox: timedelta
    deliveries: timedelta
    signs: dict[Sign, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """What the web server shows of the campaign as a whole.

    `deliveries`, `broadcasts`: how many in which state; `due`: deliveries of those under way that wait, and since when
    the oldest of these broadcasts is due. `budget` and `clock`: the rate budget, and the present second of its clock.
    """

    signs: dict[Sign, datetime]
    episodes: dict[Trouble, Episode]
    totals: dict[Key, int]
    queues: Queues
    deliveries: Counter[DeliveryState]
    broadcasts: Counter[BroadcastStatus]
    due: int
    due_since: datetime | None
    budget: Budget
    clock: float


def trouble_of(error: Exception) -> Trouble:
    """Return which trouble it is that keeps a transaction from being committed."""
    if is_full(error):
        return Trouble.DATABASE_FULL
    is_read_only = name_of(error).startswith(READ_ONLY)
    return Trouble.DATABASE_READ_ONLY if is_read_only else Trouble.DATABASE_AWAY


async def note(tx: Transaction, sign: Sign, *, now: datetime, at: datetime | None = None) -> None:
    """Note when a sign of life was last seen; now, where it is not said."""
    await tx.health.note(sign, at=at or now, now=now)


async def signs(tx: Transaction, *, now: datetime | None = None) -> dict[Sign, datetime]:
    """Return when each sign of life was last seen. `now`: see `bot.store.health.Health.signs`."""
    found = await tx.health.signs(now=now)
    standing = await tx.installation.standing()
    if standing.backed_up_at is not None:
        found[Sign.BACKUP] = standing.backed_up_at
    return found


async def look(
    tx: Transaction,
    *,
    signs: Mapping[Sign, datetime],
    began: datetime,
    now: datetime,
    seen: Iterable[Episode] = (),
    refused_since: datetime | None,
) -> Found:
    """Look whether anything is wrong, and keep what was found.

    `signs`: when each was last seen, by this process's clock. `began`: since when it looks. `seen`: what it saw, and
    told, while it could write nothing down. `refused_since`: since when Telegram refuses the token.
    """
    kept = await tx.health.episodes()
    known = kept | {each.trouble: each for each in seen}
    found = missing(signs, began=began, now=now, known=known)
    if refused_since is not None:
        found[Trouble.TOKEN_REFUSED] = refused_since
    # What can be written down now was over when this began.
    found = {trouble: since for trouble, since in found.items() if trouble not in OF_DATABASE}
    episodes = follow(known, found, now=now)
    for trouble, episode in episodes.items():
        if kept.get(trouble) != episode:
            await tx.health.save(episode)
    return Found(episodes=list(episodes.values()), owners=await owners(tx))


async def told(tx: Transaction, episode: Episode) -> None:
    """Note that the owners know that it began or, where it is over, that it is."""
    if episode.over_at is None:
        await tx.health.save(replace(episode, told=True))
    else:
        await tx.health.forget(episode.trouble)


async def owners(tx: Transaction) -> list[Contact]:
    """Return who is told."""
    return [each for each in await team.everybody(tx) if each.organizer.may(Right.TEAM)]


async def waiting(tx: Transaction, *, now: datetime) -> Waiting:
    """Return what waits, and for how long."""
    queues = await tx.updates.queues(now=now)
    _, due_since = await _due(tx, now=now)

    def age(since: datetime | None) -> timedelta:
        return timedelta() if since is None else max(timedelta(), now - since)

    return Waiting(
        inbox=age(queues.inbox_since),
        outbox=age(queues.outbox_since),
        deliveries=age(due_since),
        signs=await signs(tx, now=now),
    )


async def overview(tx: Transaction, *, now: datetime) -> Overview:
    """Return what there is to show."""
    due, due_since = await _due(tx, now=now)
    budget, clock = await tx.budget.look()
    deliveries: Counter[DeliveryState] = Counter()
    for tally in (await tx.counts.tallies()).values():
        deliveries.update(tally.counts)
    return Overview(
        signs=await signs(tx, now=now),
        episodes=await tx.health.episodes(),
        totals=await tx.totals.all(),
        queues=await tx.updates.queues(now=now),
        deliveries=deliveries,
        broadcasts=Counter(each.status for each in await tx.broadcasts.all()),
        due=due,
        due_since=due_since,
        budget=budget,
        clock=clock,
    )


async def _due(tx: Transaction, *, now: datetime) -> tuple[int, datetime | None]:
    """Return how many deliveries of broadcasts under way wait, and since when the oldest of these is due.

    Where all that is left waits for the end of quiet hours, nothing does.
    """
    waits, since = 0, None
    for each in await tx.broadcasts.in_status(RUNNABLE):
        if each.is_due(now=now) and await tx.deliveries.has_open(each.id):
            waits += (await tx.counts.tally(each.id))[DeliveryState.PENDING]
            since = each.starts_at if since is None else min(since, each.starts_at)
    return waits, since
