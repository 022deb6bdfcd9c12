"""What supporters share: a link of their own, the alert that goes round, and the count of who joined by it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import DEFAULT_TOPIC, Alert
from bot.domain.audience import of_topic
from bot.domain.broadcast import RUNNABLE, Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.deep_links import ALPHABET, CODE_LENGTH, DeepLink
from bot.domain.disclosure import stepwise
from bot.domain.moment import over_at
from bot.errors import CampaignError
from bot.services.corrections import last_alert_id
from bot.store.store import Transaction

TOLD_FROM = 3
"""From so many people on it is said how many joined by a link, in steps: else it might tell who."""

DRAWS = 8
"""How often a code is drawn; that one is taken happens once in hundreds of thousands of millions."""

LOOKED_AT = 20
"""Broadcasts, the newest, among which the one that goes round is looked for."""


class NothingToShare(CampaignError):
    """The alert is over, was taken back, or is not for everybody: it is not shared."""


class CodeMissing(CampaignError):
    """The alert has no code yet: let one be made, in a transaction that writes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLink:
    """A supporter's own link: its code, and how many joined by it."""

    code: str
    joined: int

    @property
    def told(self) -> int | None:
        """How many joined at least, where that may be said."""
        return stepwise(self.joined)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shareable:
    """An alert that may be shown to anybody: its words as they stand now, and the id and code it is shared under."""

    alert: Alert
    alert_id: int
    code: str


async def own_link(tx: Transaction, chat_id: int) -> OwnLink:
    """Return a person's own link; it is made when they first ask for it."""
    for _ in range(DRAWS):
        found = await tx.friend_links.find(chat_id)
        if found is not None:
            code, joined = found
            return OwnLink(code=code, joined=joined)
        await tx.friend_links.add(chat_id, _drawn())
    msg = "a link that was just made is missing"
    raise LookupError(msg)


async def known_link(tx: Transaction, chat_id: int) -> OwnLink | None:
    """Return a person's own link, where they have asked for it before; nothing is written."""
    found = await tx.friend_links.find(chat_id)
    return None if found is None else OwnLink(code=found[0], joined=found[1])


async def source_of(tx: Transaction, link: DeepLink, *, joiner: int, now: datetime) -> int | None:
    """Return the source of who joins by a link, and count them to the supporter whose link it is.

    The number is all that is kept: no row says who came by whom, so nothing is taken off it when they leave.
    Of a link that is nobody's any more they still came from a friend.
    """
    if link.source is not None:
        return await tx.sources.find(link.source)
    if link.friend is None:
        return None
    await tx.friend_links.count(link.friend, joiner=joiner)
    return await tx.sources.friends(now=now)


async def shareable(tx: Transaction, alert_id: int, *, now: datetime) -> Shareable:
    """Return the alert of a message as it may be shared; `alert_id` may be a correction's.

    Raises NothingToShare.
    """
    for each in reversed(await tx.broadcasts.of_alert(alert_id)):
        first = await _first(tx, each)
        if await _goes_round(tx, first) and (found := await _open(tx, first, now=now)):
            return await _coded(tx, found, first.alert_id)
    raise NothingToShare


async def shared(tx: Transaction, code: str, *, now: datetime) -> Shareable:
    """Return the alert that a link leads to.

    Raises NothingToShare.
    """
    alert_id = await tx.alert_links.find(code)
    if alert_id is None:
        raise NothingToShare
    return await shareable(tx, alert_id, now=now)


async def named(tx: Transaction, code: str, *, now: datetime) -> Shareable | None:
    """Return the alert that a link leads to, where it may still be shared; nothing is written."""
    try:
        return await shared(tx, code, now=now)
    except NothingToShare:
        return None


async def current(tx: Transaction, *, now: datetime) -> Shareable | None:
    """Return the newest alert that may be shared; nothing is written.

    Raises CodeMissing.
    """
    for alert, alert_id in await _newest(tx, now=now, limit=1):
        code = await tx.alert_links.code_of(alert_id)
        if code is None:
            raise CodeMissing
        return Shareable(alert=alert, alert_id=alert_id, code=code)
    return None


async def going_round(tx: Transaction, *, now: datetime, limit: int = 3) -> list[Shareable]:
    """Return the newest alerts that may be shared, each with its code."""
    return [await _coded(tx, alert, alert_id) for alert, alert_id in await _newest(tx, now=now, limit=limit)]


async def _newest(tx: Transaction, *, now: datetime, limit: int) -> list[tuple[Alert, int]]:
    found = []
    for each in await tx.broadcasts.latest_begun(limit=LOOKED_AT):
        if await _goes_round(tx, each) and (alert := await _open(tx, each, now=now)):
            found.append((alert, each.alert_id))
        if len(found) == limit:
            break
    return found


async def code_of(tx: Transaction, alert_id: int) -> str:
    """Return the code under which an alert is shared; it is made when it is first asked for."""
    for _ in range(DRAWS):
        code = await tx.alert_links.code_of(alert_id)
        if code is not None:
            return code
        await tx.alert_links.add(alert_id, _drawn())
    msg = "a link that was just made is missing"
    raise LookupError(msg)


async def _coded(tx: Transaction, alert: Alert, alert_id: int) -> Shareable:
    return Shareable(alert=alert, alert_id=alert_id, code=await code_of(tx, alert_id))


async def _first(tx: Transaction, broadcast: Broadcast) -> Broadcast:
    """Return the sending that a broadcast is, or follows."""
    while broadcast.kind is not BroadcastKind.SEND and broadcast.follows is not None:
        broadcast = await tx.broadcasts.get_unlocked(broadcast.follows)
    return broadcast


async def _goes_round(tx: Transaction, sent: Broadcast) -> bool:
    """Whether a sending goes to all of its people, not to the first few alone, and was not taken back."""
    begun = sent.status in RUNNABLE and sent.started_at is not None and sent.canary is None
    if sent.kind is not BroadcastKind.SEND or not (begun or sent.status is BroadcastStatus.FINISHED):
        return False
    recalls = await tx.broadcasts.follow_ups_of(sent.id, BroadcastKind.RECALL)
    return all(recall.undone for recall in recalls)


async def _open(tx: Transaction, sent: Broadcast, *, now: datetime) -> Alert | None:
    """Return the words that people have of a sending; None where it was for some people only, or is over."""
    original, last = await tx.alerts.find(sent.alert_id), await tx.alerts.find(await last_alert_id(tx, sent))
    if original is None or last is None or original.audience != of_topic(DEFAULT_TOPIC):
        return None
    over = over_at(last)
    return last if over is None or over > now else None


def _drawn() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
