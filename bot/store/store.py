"""The store: transactions, and in each the aggregates."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

from bot.privacy.cipher import Cipher
from bot.privacy.keyring import CampaignKey
from bot.privacy.keys import Keys
from bot.store.acknowledgements import Acknowledgements
from bot.store.afresh import Afresh
from bot.store.alert_writers import AlertWriters
from bot.store.alerts import Alerts
from bot.store.audience_counts import Audiences
from bot.store.audit import Audit
from bot.store.blocking import Blocking
from bot.store.broadcasts import Broadcasts
from bot.store.brought import Brought
from bot.store.budget import Budgets
from bot.store.carrying import Carrying
from bot.store.claims import Claims
from bot.store.connection import Connection
from bot.store.conversations import Conversations
from bot.store.counts import Counts
from bot.store.database import Database, open_database
from bot.store.deliveries import Deliveries
from bot.store.departures import Departures, Mark, write_marks
from bot.store.digest_counts import DigestCounts
from bot.store.digests import Digests
from bot.store.erasing import Erasing
from bot.store.freezing import Freezing
from bot.store.gone import GoneChats
from bot.store.growth import Growth
from bot.store.health import Health
from bot.store.holdings import Holdings
from bot.store.inbox import Updates
from bot.store.installation import Installation
from bot.store.jobs import Jobs
from bot.store.keys import KeyRecords, require_current_key, require_key
from bot.store.migrate import require_current
from bot.store.moments import Moments
from bot.store.notices import Notices
from bot.store.outcomes import ActionCounts, Outcomes
from bot.store.plans import Plans
from bot.store.progress_messages import ProgressMessages
from bot.store.rekey import Rekeying
from bot.store.reminders import Reminders
from bot.store.renewals import Renewals
from bot.store.report_counts import ReportCounts
from bot.store.reviews import Reviews
from bot.store.segments import Segments
from bot.store.series import AllSeries, Occurrences
from bot.store.sharing import AlertLinks, FriendLinks
from bot.store.sightings import Sightings
from bot.store.sources import Sources
from bot.store.subscribers import Consents, Languages, Subscribers
from bot.store.team import Invitations, Organizers
from bot.store.threads import Threads
from bot.store.totals import Totals
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of, unreachable
from bot.store.transitions import Transitions
from bot.store.workers import Workers

log = structlog.get_logger(__name__)

OPENING_SECONDS, PAUSE_SECONDS = 10.0, 0.2
"""How long to wait for a database that another process has for itself, and how often to look."""

TAKEN = ("SQLITE_BUSY", "SQLITE_PROTOCOL")
"""How SQLite says so: after a crash one process reads the log back, and the others cannot even wait in its queue."""


class Transaction:
    """One open transaction; services load and save through its aggregates, each made when it is first asked for."""

    subscribers = cached_property(lambda tx: Subscribers(tx._connection, tx._cipher))
    consents = cached_property(lambda tx: Consents(tx._connection))
    languages = cached_property(lambda tx: Languages(tx._connection, tx._cipher))
    organizers = cached_property(lambda tx: Organizers(tx._connection, tx._cipher))
    invitations = cached_property(lambda tx: Invitations(tx._connection))
    conversations = cached_property(lambda tx: Conversations(tx._connection, tx._cipher))
    erasing = cached_property(lambda tx: Erasing(tx._connection, tx._cipher))
    updates = cached_property(lambda tx: Updates(tx._connection, tx._cipher))
    alerts = cached_property(lambda tx: Alerts(tx._connection))
    alert_writers = cached_property(lambda tx: AlertWriters(tx._connection))
    plans = cached_property(lambda tx: Plans(tx._connection))
    acknowledgements = cached_property(lambda tx: Acknowledgements(tx._connection))
    reviews = cached_property(lambda tx: Reviews(tx._connection, tx._cipher))
    threads = cached_property(lambda tx: Threads(tx._connection, tx._cipher))
    audiences = cached_property(lambda tx: Audiences(tx._connection))
    audit = cached_property(lambda tx: Audit(tx._connection, tx._cipher))
    segments = cached_property(lambda tx: Segments(tx._connection))
    broadcasts = cached_property(lambda tx: Broadcasts(tx._connection))
    progress_messages = cached_property(lambda tx: ProgressMessages(tx._connection))
    series = cached_property(lambda tx: AllSeries(tx._connection))
    occurrences = cached_property(lambda tx: Occurrences(tx._connection))
    # What is said about deliveries may touch many of them.
    _heavy = cached_property(lambda tx: tx._connection.heavily())
    counts = cached_property(lambda tx: Counts(tx._heavy))
    _transitions = cached_property(lambda tx: Transitions(tx._heavy, tx.counts))
    growth = cached_property(lambda tx: Growth(tx._connection))
    _blocking = cached_property(lambda tx: Blocking(tx._heavy, tx._cipher, tx.growth, tx.departures))
    digest_counts = cached_property(lambda tx: DigestCounts(tx._heavy))
    digests = cached_property(lambda tx: Digests(tx._heavy, tx.digest_counts))
    carrying = cached_property(lambda tx: Carrying(tx._heavy, tx._transitions, tx.digest_counts))
    brought = cached_property(lambda tx: Brought(tx._heavy))
    reminders = cached_property(lambda tx: Reminders(tx._heavy, tx._transitions))
    deliveries = cached_property(
        lambda tx: Deliveries(tx._heavy, tx._transitions, tx._blocking, tx.digests, tx.carrying)
    )
    claims = cached_property(
        lambda tx: Claims(tx._heavy, tx._cipher, tx._transitions, tx.digests, tx.carrying)
    )
    freezing = cached_property(lambda tx: Freezing(tx._heavy, tx._transitions))
    afresh = cached_property(lambda tx: Afresh(tx._heavy, tx._transitions))
    installation = cached_property(lambda tx: Installation(tx._connection))
    departures = cached_property(lambda tx: Departures(tx._cipher))
    gone = cached_property(lambda tx: GoneChats(tx._heavy, tx._blocking))
    holdings = cached_property(lambda tx: Holdings(tx._heavy, tx._cipher))
    sources = cached_property(lambda tx: Sources(tx._connection))
    friend_links = cached_property(lambda tx: FriendLinks(tx._connection, tx._cipher))
    alert_links = cached_property(lambda tx: AlertLinks(tx._connection))
    action_counts = cached_property(lambda tx: ActionCounts(tx._connection))
    outcomes = cached_property(lambda tx: Outcomes(tx._connection, tx.action_counts))
    moments = cached_property(lambda tx: Moments(tx._connection))
    sightings = cached_property(lambda tx: Sightings(tx._connection, tx._cipher))
    notices = cached_property(lambda tx: Notices(tx._connection, tx._cipher))
    renewals = cached_property(lambda tx: Renewals(tx._heavy))
    report_counts = cached_property(lambda tx: ReportCounts(tx._heavy))
    workers = cached_property(lambda tx: Workers(tx._connection, tx._cipher))
    keys = cached_property(lambda tx: KeyRecords(tx._connection, tx._cipher))
    rekeying = cached_property(lambda tx: Rekeying(tx._heavy, tx._cipher))
    jobs = cached_property(lambda tx: Jobs(tx._connection))
    health = cached_property(lambda tx: Health(tx._connection))
    totals = cached_property(lambda tx: Totals(tx._connection))
    budget = cached_property(lambda tx: Budgets(tx._connection))

    def __init__(self, own: Connection, cipher: Cipher) -> None:
        self._connection = own
        self._cipher = cipher
        self.looked_up: dict[object, Any] = {}
        """What services have looked up here and need not look up again before the commit."""

    async def flush(self) -> None:
        """Write what was gathered, as the last statements before the commit."""
        await self.audit.flush()
        await self.counts.flush()
        await self.digest_counts.flush()
        await self.growth.flush()
        await self.friend_links.flush()
        await self.action_counts.flush()
        await self.totals.flush()

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Open a part of the transaction that is undone alone, its counts and entries with it, if its block raises."""
        sums = (self.counts, self.digest_counts, self.growth, self.action_counts)
        gathered = (*sums, self.audit, self.friend_links, self.departures)
        with ExitStack() as undone:
            for each in gathered:
                undone.enter_context(each.undone_on_error())
            async with self._connection.savepoint():
                yield


class Store:
    """The campaign's database under its key, which may change while it is open.

    `departures`: the folder of marks of who went; None: nobody is marked.
    """

    def __init__(self, database: Database, keys: Keys, *, departures: Path | None = None) -> None:
        self.database = database
        self.keys = keys
        self._departures = departures

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction; it is durable when the block has ended, and undone if the block raised.

        Raises WrongKey where the key has changed to one that this process does not have, DatabaseMoved.
        """
        async with self.database.writing() as connection:
            tx = Transaction(
                connection, self.keys.cipher_of(await require_current_key(connection, writes=True))
            )
            yield tx
            await tx.flush()
            await self._mark(tx.departures.noted)

    async def _mark(self, gone: Sequence[Mark]) -> None:
        """Mark who goes, before the commit: whoever is killed in between has it done once more.

        Nobody is kept from going by a folder that cannot be written.
        """
        if self._departures is None or not gone:
            return
        try:
            await asyncio.to_thread(write_marks, self._departures, gone)
        except OSError as error:
            log.warning("departures_not_marked", count=len(gone), error=type(error).__name__)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Look without changing anything; never waits for a writer."""
        async with self.database.reading() as connection:
            key_id = await require_current_key(connection, writes=False)
            yield Transaction(connection, self.keys.cipher_of(key_id, is_current=False))

    def chat_tags(self, chat_id: int) -> Sequence[int]:
        """Return the marks by which processes tell each other of a chat, the one to write first."""
        return self.keys.cipher.chat_tags(chat_id)

    @property
    def leaves_nothing(self) -> bool:
        """Whether this database can leave no byte of what was deleted."""
        return self.database.leaves_nothing

    async def compact(self) -> bool:
        """Leave nothing of what was deleted in the write-ahead log either. Returns whether that was possible now."""
        return await self.database.compact()

    async def expunge(self) -> bool:
        """Leave nothing in the database's pages of what was deleted before; see `Database.expunge`."""
        return await self.database.expunge()

    def rewritten(self) -> Sequence[str]:
        """Return the names of what `rewrite` is to be asked for, each by itself."""
        return self.database.rewritten()

    async def rewrite(self, what: str) -> bool:
        """Write rows about people anew, so that their order tells nothing. Returns whether that was possible."""
        return await self.database.rewrite(what)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()


async def open_store(
    url: str, key: CampaignKey | Keys, *, departures: Path | None = None, bulk: bool = False
) -> Store:
    """Open the database at a DATABASE_URL, which must be migrated and stand under one of these keys.

    One that another process has for itself at this moment is waited for. `bulk`: see `open_database`.
    Raises DatabaseUnreachable, MigrationsPending, DatabaseNewer, DatabaseHalfFilled, DatabaseMoved, WrongKey.
    """
    keys = key if isinstance(key, Keys) else Keys(key)
    until = asyncio.get_running_loop().time() + OPENING_SECONDS
    while True:
        database = open_database(url, bulk=bulk)
        try:
            async with database.writing() as connection:
                await connection.run_sync(require_current)
                keys.cipher_of(await require_key(connection, keys.ring.id))
        except TRANSIENT_DATABASE_ERRORS as error:
            await database.close()
            is_taken = name_of(error).startswith(TAKEN)
            if not is_taken or asyncio.get_running_loop().time() > until:
                log.warning("database_unreachable", error=name_of(error))
                raise unreachable(error) from error
            await asyncio.sleep(PAUSE_SECONDS)
        except BaseException:
            await database.close()
            raise
        else:
            return Store(database, keys, departures=departures)
