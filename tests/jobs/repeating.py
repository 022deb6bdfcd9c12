"""An alert that repeats each Friday, and the job that lets it begin."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast
from bot.domain.organizer import Organizer, Role
from bot.domain.schedule import Weekly
from bot.domain.series import Series
from bot.jobs.schedules import Schedules
from bot.services import series
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests import shipped
from tests.making import CHAT, NOW, approve, draft, join
from tests.services.conftest import Appoint

CATALOGS = shipped.catalogs()
FRIDAYS = Weekly(
    weekdays=frozenset({5}), hour=time(18), zone="UTC", own_zones=False, until=NOW.date() + timedelta(days=40)
)
FIRST = datetime.combine(NOW.date() + timedelta(days=4), time(18), NOW.tzinfo)
"""The first Friday: NOW is a Monday."""


@dataclass
class Post:
    """Takes what the job tells somebody."""

    posted: list[Reply] = field(default_factory=list)

    async def post_message(self, reply: Reply) -> int:
        """Take one message."""
        self.posted.append(reply)
        return len(self.posted)


def scheduler(store: Any, at: datetime, post: Post | None = None) -> Schedules:
    """Return the job of one process, at a time."""
    courier: Any = post or Post()
    return Schedules(store=store, courier=courier, catalogs=CATALOGS, clock=lambda: at)


async def repeating(
    store: Store, appoint: Appoint, rule: Weekly = FRIDAYS, alert: Alert | None = None
) -> tuple[Series, Organizer, Organizer]:
    """Let an approved alert repeat. Returns its series, its author, and who approved it."""
    async with store.transaction() as tx:
        author, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        await join(tx, 1, first=CHAT + 500)
        said = replace(alert or draft(), author_id=author.id, start=rule)
        written = await tx.alerts.add(said, now=NOW)
        await approve(tx, written, by=approver.id)
        made = await series.repeat(tx, written.id, confirmed=1, paid=False, actor=author, now=NOW)
    return made, author, approver


async def begun(store: Store) -> list[Broadcast]:
    """Return the broadcasts there are."""
    async with store.reading() as tx:
        return await tx.broadcasts.all()


async def of(store: Store, made: Series) -> Series:
    """Return how a series stands."""
    async with store.reading() as tx:
        found = await tx.series.find(made.id)
    assert found is not None
    return found
