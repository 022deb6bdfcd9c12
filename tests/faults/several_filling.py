"""What is in the database before a life of several processes: a list, a team, and much that is due or soon will be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.clock import system_clock
from bot.commands.prepare import FIRST_CHAT_ID
from bot.domain.alert import DEFAULT_TOPIC, Alert
from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Role as TeamRole
from bot.domain.preferences import Preferences, QuietHours, Rhythm
from bot.domain.reminder import DAY, reminders_of
from bot.domain.schedule import Weekly
from bot.services import actions, series
from bot.store.migrate import migrate
from bot.store.store import Transaction, open_store
from tests.making import KEY, approve, consent, draft, words
from tests.worlds import witness

CROWD, READERS, REMINDED = 240, 12, 12
FIRST_READER, FIRST_REMINDED = FIRST_CHAT_ID + 700_000, FIRST_CHAT_ID + 800_000
FIRST_OWNER, OWNERS = FIRST_CHAT_ID + 600_000, 2
READER_CHATS = range(FIRST_READER, FIRST_READER + READERS)
REMINDED_CHATS = range(FIRST_REMINDED, FIRST_REMINDED + REMINDED)
OWNER_CHATS = range(FIRST_OWNER, FIRST_OWNER + OWNERS)

ALERT_TITLE, SERIES_TITLE = "Alert number", "Each day"
DIGEST_TITLE, REMIND_TITLE = "For a digest, number", "To be reminded of, number"

DUE_IN = (timedelta(), timedelta(minutes=1), timedelta(minutes=4))
"""When the digests and the reminders are due; what repeats is with the last of them."""

SENT_AGO = 3 * DAY
"""When that was sent which digests bring and reminders are about."""

MINUTES_AWAY = 11 * 60
"""From now until the quiet hour of those who are reminded: it matters at no time of the day when this is played."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """The alerts: those that are sent in this life, and those that people are reminded of."""

    alerts: list[int]
    reminding: list[int]


async def fill(url: str, *, broadcasts: int) -> Filled:
    """Fill the database, with so many approved broadcasts to be sent, and have it noted what changes."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await witness.watch(connection)
    finally:
        await connection.close()
    store, now = await open_store(url, KEY), system_clock()
    try:
        async with store.transaction() as tx:
            crowd = range(FIRST_CHAT_ID, FIRST_CHAT_ID + CROWD)
            await _join(tx, [*crowd, *READER_CHATS, *REMINDED_CHATS])
            author, approver = [await _owner(tx, chat_id, now=now) for chat_id in OWNER_CHATS]
            team = _Team(tx=tx, author=author, approver=approver, now=now)
            alerts = [await team.queue(f"{ALERT_TITLE} {n}") for n in range(1, broadcasts + 1)]
            await _let_digests_wait(team)
            reminding = await _let_reminders_wait(team)
            await _repeat(team)
            return Filled(alerts=alerts, reminding=reminding)
    finally:
        await store.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Team:
    """Who writes and who approves, in one transaction."""

    tx: Transaction
    author: int
    approver: int
    now: datetime

    async def write(self, title: str, **more: object) -> Alert:
        """Write an alert, and have it approved."""
        alert = replace(draft(author_id=self.author), translations={"en": replace(words(), title=title)})
        written = await self.tx.alerts.add(replace(alert, **more), now=self.now)  # type: ignore[arg-type]  # fields of an alert
        await approve(self.tx, written, by=self.approver, now=self.now)
        return written

    async def queue(self, title: str) -> int:
        """Have an alert sent. Returns it."""
        alert = await self.write(title)
        await self.tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=self.now)
        return alert.id

    async def sent(self, alert: Alert) -> int:
        """Let an alert have been sent days ago, to nobody who is left. Returns the broadcast."""
        at = self.now - SENT_AGO
        sent = await self.tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=at)
        await self.tx.broadcasts.set_status(sent, BroadcastStatus.SENDING, now=at)
        await self.tx.broadcasts.set_status(sent, BroadcastStatus.FINISHED, now=at)
        return sent


async def _join(tx: Transaction, chats: Iterable[int]) -> None:
    joining = [(chat_id, "en") for chat_id in chats]
    await tx.subscribers.add_many(joining, topic=DEFAULT_TOPIC, consent=consent(), wordings={"en": "a" * 64})


async def _owner(tx: Transaction, chat_id: int, *, now: datetime) -> int:
    await tx.organizers.add(chat_id, TeamRole.OWNER, today=now.date())
    owner = await tx.organizers.find(chat_id)
    assert owner is not None
    return owner.id


async def _choose(tx: Transaction, chat_id: int, chosen: Preferences) -> int:
    person = await tx.subscribers.find(chat_id)
    assert person is not None
    await tx.subscribers.save_preferences(person.with_preferences(chosen))
    return person.id


async def _let_digests_wait(team: _Team) -> None:
    """Let people read digests, for which something waits; all that is sent in this life comes with one of tomorrow."""
    hour = (team.now - timedelta(hours=2)).hour
    daily = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=hour)
    readers = [await _choose(team.tx, chat_id, daily) for chat_id in READER_CHATS]
    for number, due_in in enumerate(DUE_IN, start=1):
        sent = await team.sent(await team.write(f"{DIGEST_TITLE} {number}"))
        for reader in readers:
            await team.tx.digests.add(sent, reader, due_at=team.now + due_in)


async def _let_reminders_wait(team: _Team) -> list[int]:
    """Let people have begun what they are about to be reminded of. Returns the alerts."""
    quiet = (team.now + timedelta(minutes=MINUTES_AWAY)).hour * 60
    chosen = Preferences(zone="UTC", quiet=QuietHours(start=quiet, end=(quiet + 60) % (24 * 60)))
    for chat_id in REMINDED_CHATS:
        await _choose(team.tx, chat_id, chosen)
    alerts = []
    for number, due_in in enumerate(DUE_IN, start=1):
        alert = await team.write(f"{REMIND_TITLE} {number}", deadline=team.now + due_in + DAY)
        sent, at = await team.sent(alert), team.now - SENT_AGO
        await team.tx.reminders.plan(sent, reminders_of(alert, sent_at=at))
        for chat_id in REMINDED_CHATS:
            await actions.open_action(team.tx, chat_id, alert.id, now=at)
        alerts.append(alert.id)
    return alerts


async def _repeat(team: _Team) -> None:
    """Let an alert go out each day from today on."""
    due = team.now + DUE_IN[-1]
    rule = Weekly(
        weekdays=frozenset(range(1, 8)),
        hour=due.time().replace(second=0, microsecond=0),
        zone="UTC",
        own_zones=False,
        until=due.date() + timedelta(days=3),
    )
    written = await team.write(SERIES_TITLE, start=rule)
    author = await team.tx.organizers.find(OWNER_CHATS[0])
    assert author is not None
    await series.repeat(
        team.tx, written.id, confirmed=CROWD + REMINDED, paid=False, actor=author, now=team.now
    )
