"""The store: transactions, and in each the aggregates."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import sqlalchemy as sa
import structlog

from bot.errors import DatabaseUnreachable, WrongKey
from bot.privacy.cipher import Cipher
from bot.privacy.keyring import CampaignKey
from bot.store.acknowledgements import Acknowledgements
from bot.store.alert_writers import AlertWriters
from bot.store.alerts import Alerts
from bot.store.audiences import Audiences
from bot.store.audit import Audit
from bot.store.blocking import Blocking
from bot.store.broadcasts import Broadcasts
from bot.store.budget import Budgets
from bot.store.connection import Connection
from bot.store.conversations import Conversations
from bot.store.counts import Counts
from bot.store.database import Database, open_database
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.erasing import Erasing
from bot.store.freezing import Freezing
from bot.store.gone import GoneChats
from bot.store.growth import Growth
from bot.store.health import Health
from bot.store.holdings import Holdings
from bot.store.inbox import Updates
from bot.store.jobs import Jobs
from bot.store.migrate import require_current
from bot.store.moments import Moments
from bot.store.notices import Notices
from bot.store.outcomes import ActionCounts, Outcomes
from bot.store.plans import Plans
from bot.store.reminders import Reminders
from bot.store.report_counts import ReportCounts
from bot.store.reviews import Reviews
from bot.store.schema import installation
from bot.store.segments import Segments
from bot.store.series import AllSeries, Occurrences
from bot.store.sharing import AlertLinks, FriendLinks
from bot.store.sightings import Sightings
from bot.store.sources import Sources
from bot.store.subscribers import Consents, Languages, Subscribers
from bot.store.team import Invitations, Organizers
from bot.store.threads import Threads
from bot.store.totals import Totals
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from bot.store.transitions import Transitions
from bot.store.workers import Workers

log = structlog.get_logger(__name__)

OPENING_SECONDS, PAUSE_SECONDS = 10.0, 0.2
"""How long to wait for a database that another process has for itself, and how often to look."""

TAKEN = ("SQLITE_BUSY", "SQLITE_PROTOCOL")
"""How SQLite says so: after a crash one process reads the log back, and the others cannot even wait in its queue."""


class Transaction:
    """One open transaction; services load and save through its aggregates."""

    def __init__(self, own: Connection, cipher: Cipher) -> None:
        self._connection = own
        self.subscribers = Subscribers(own, cipher)
        self.consents = Consents(own)
        self.languages = Languages(own, cipher)
        self.organizers = Organizers(own, cipher)
        self.invitations = Invitations(own)
        self.conversations = Conversations(own, cipher)
        self.erasing = Erasing(own, cipher)
        self.updates = Updates(own, cipher)
        self.alerts = Alerts(own)
        self.alert_writers = AlertWriters(own)
        self.plans = Plans(own)
        self.acknowledgements = Acknowledgements(own)
        self.reviews = Reviews(own, cipher)
        self.threads = Threads(own, cipher)
        self.audiences = Audiences(own)
        self.audit = Audit(own, cipher)
        self.segments = Segments(own)
        self.broadcasts = Broadcasts(own)
        self.series = AllSeries(own)
        self.occurrences = Occurrences(own)
        # What is said about deliveries may touch many of them.
        heavy = own.heavily()
        self.counts = Counts(heavy)
        transitions = Transitions(heavy, self.counts)
        self.growth = Growth(own)
        blocking = Blocking(heavy, self.growth)
        self.digests = Digests(heavy, transitions)
        self.reminders = Reminders(heavy, transitions)
        self.deliveries = Deliveries(heavy, cipher, transitions, blocking, self.digests)
        self.freezing = Freezing(heavy, transitions)
        self.gone = GoneChats(heavy, blocking)
        self.holdings = Holdings(heavy, cipher)
        self.sources = Sources(own)
        self.friend_links = FriendLinks(own, cipher)
        self.alert_links = AlertLinks(own)
        self.action_counts = ActionCounts(own)
        self.outcomes = Outcomes(own, self.action_counts)
        self.moments = Moments(own)
        self.sightings = Sightings(own, cipher)
        self.notices = Notices(own, cipher)
        self.report_counts = ReportCounts(heavy)
        self.workers = Workers(own)
        self.jobs = Jobs(own)
        self.health = Health(own)
        self.totals = Totals(own)
        self.budget = Budgets(own)
        self.looked_up: dict[object, Any] = {}
        """What services have looked up here and need not look up again before the commit."""

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Open a part of the transaction that is undone alone, its counts and entries with it, if its block raises."""
        gathered = (self.counts, self.growth, self.action_counts, self.audit, self.friend_links)
        with ExitStack() as undone:
            for each in gathered:
                undone.enter_context(each.undone_on_error())
            async with self._connection.savepoint():
                yield


class Store:
    """The campaign's database under its key."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self._cipher = cipher

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction; it is durable when the block has ended, and undone if the block raised."""
        async with self.database.writing() as connection:
            tx = Transaction(connection, self._cipher)
            yield tx
            await tx.audit.flush()
            await tx.counts.flush()
            await tx.growth.flush()
            await tx.friend_links.flush()
            await tx.action_counts.flush()
            await tx.totals.flush()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Look without changing anything; never waits for a writer."""
        async with self.database.reading() as connection:
            yield Transaction(connection, self._cipher)

    def chat_tag(self, chat_id: int) -> int:
        """Return the mark by which processes tell each other of a chat; see `bot.privacy.cipher`."""
        return self._cipher.chat_tag(chat_id)

    @property
    def leaves_nothing(self) -> bool:
        """Whether this database can leave no byte of what was deleted."""
        return self.database.leaves_nothing

    async def compact(self) -> bool:
        """Leave nothing of what was deleted in the write-ahead log either. Returns whether that was possible now."""
        return await self.database.compact()

    def rewritten(self) -> Sequence[str]:
        """Return the names of what `rewrite` is to be asked for, each by itself."""
        return self.database.rewritten()

    async def rewrite(self, what: str) -> bool:
        """Write rows about people anew, so that their order tells nothing. Returns whether that was possible."""
        return await self.database.rewrite(what)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()


async def open_store(url: str, key: CampaignKey) -> Store:
    """Open the database at a DATABASE_URL, which must be migrated and made with this ring's current key.

    One that another process has for itself at this moment is waited for.
    Raises DatabaseUnreachable, MigrationsPending, DatabaseNewer, WrongKey.
    """
    until = asyncio.get_running_loop().time() + OPENING_SECONDS
    while True:
        database = open_database(url)
        try:
            async with database.writing() as connection:
                await connection.run_sync(require_current)
                await _require_key(connection, key)
        except TRANSIENT_DATABASE_ERRORS as error:
            await database.close()
            is_taken = name_of(error).startswith(TAKEN)
            if not is_taken or asyncio.get_running_loop().time() > until:
                log.warning("database_unreachable", error=name_of(error))
                raise DatabaseUnreachable from error
            await asyncio.sleep(PAUSE_SECONDS)
        except BaseException:
            await database.close()
            raise
        else:
            return Store(database, Cipher(key))


async def _require_key(connection: Connection, key: CampaignKey) -> None:
    await connection.insert_new(installation, {"id": 1, "key_id": key.id})
    known = (await connection.execute(sa.select(installation.c.key_id))).scalar_one()
    # Not of the whole ring: people are looked up by their current refs, so under an older key nobody would be found.
    if bytes(known) != key.id:
        raise WrongKey
