"""Each occurrence of what repeats is checked as of its moment: what the check blocks stops it, and the team is told."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from bot.domain.audit import Event
from bot.domain.check import warnings
from bot.domain.choices import Choice
from bot.domain.organizer import Role
from bot.domain.series import SeriesStatus
from bot.domain.staleness import base_version
from bot.services import checks, translations
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests.jobs.repeating import FIRST, FRIDAYS, Post, begun, of, repeating, scheduler
from tests.making import CHAT, NOW, approve, draft, join
from tests.services.conftest import Appoint, appoint

__all__ = ["appoint"]

WEEK = timedelta(weeks=1)


def said(post: Post) -> list[tuple[int, str]]:
    """Return what the team was told: chats, and the first line of each message."""
    return [(each.parameters["chat_id"], words_of(each).split("\n")[0]) for each in post.posted]


def words_of(reply: Reply) -> str:
    """Return what a message says, without the marks around what was put in."""
    return str(reply.parameters["text"]).replace("\u2068", "").replace("\u2069", "")


async def events(store: Store) -> list[str]:
    """Return what stands in the audit."""
    async with store.reading() as tx:
        return [
            kept.entry.event for kept in await tx.audit.page(before=None, limit=99) if kept.entry is not None
        ]


@pytest.mark.parametrize(
    ("deadline", "go_out"), [(-timedelta(seconds=1), 1), (timedelta(), 1), (timedelta(minutes=5), 2)]
)
async def test_a_deadline_that_passes(
    store: Store, appoint: Appoint, deadline: timedelta, go_out: int
) -> None:
    """What is due before its deadline goes out; from it on nothing does, and each time whoever may send is told."""
    alert = replace(draft(), deadline=FIRST + WEEK + deadline)
    made, author, _ = await repeating(store, appoint, alert=alert)
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.EDITOR)
        chats = [await tx.organizers.chat_id(each.id) for each in (author, editor)]
    post = Post()
    for week in range(3):
        for _ in range(2):
            await scheduler(store, FIRST + week * WEEK, post).begin_due()
    assert [each.starts_at for each in await begun(store)] == [FIRST + week * WEEK for week in range(go_out)]
    told = "“Ask your council” did not go out this time. For its next day, fix this and have it approved:"
    assert said(post) == [(chat, told) for chat in chats] * (3 - go_out)
    assert "is over" in words_of(post.posted[0])
    following = FIRST + 3 * WEEK
    assert await of(store, made) == replace(made, next_day=following.date(), next_at=following)
    assert (await events(store)).count(Event.OCCURRENCE_BLOCKED) == 3 - go_out


async def test_a_reader_nobody_has_decided_about(store: Store, appoint: Appoint) -> None:
    """Who reads another language than it is written in stops it, until it is decided what they get."""
    made, author, approver = await repeating(store, appoint)
    async with store.transaction() as tx:
        await join(tx, 1, first=CHAT + 700, locale="fr")
    post = Post()
    await scheduler(store, FIRST, post).begin_due()
    assert await begun(store) == []
    assert "Français" in words_of(post.posted[0])
    async with store.transaction() as tx:
        alert = await tx.alerts.get(made.alert_id)
        chosen = await translations.choose(
            *(tx, alert.id, "fr", Choice.LEAVE_OUT),
            among=("en", "fr"),
            seen=base_version(alert) or "",
            actor=author,
            now=NOW,
        )
        await approve(tx, chosen, by=approver.id)
    await scheduler(store, FIRST + WEEK, post).begin_due()
    assert [each.starts_at for each in await begun(store)] == [FIRST + WEEK]
    assert len(post.posted) == 1


async def test_its_last_day(store: Store, appoint: Appoint) -> None:
    """What is stopped on its last day has ended, and says what to do to send it all the same."""
    twice = replace(FRIDAYS, until=(FIRST + WEEK).date())
    made, _, _ = await repeating(store, appoint, twice, replace(draft(), deadline=FIRST + WEEK))
    post = Post()
    for week in range(3):
        await scheduler(store, FIRST + week * WEEK, post).begin_due()
    assert len(await begun(store)) == 1
    [(_, told)] = said(post)
    assert told.startswith(
        "“Ask your council” did not go out on its last day. To send it, fix this, choose when"
    )
    assert (await of(store, made)).status is SeriesStatus.ENDED


async def test_slept_through(store: Store, appoint: Appoint) -> None:
    """What was slept through until its deadline was over does not ask: it is stopped."""
    alert = replace(draft(), deadline=FIRST + timedelta(hours=1))
    made, _, _ = await repeating(store, appoint, alert=alert)
    post = Post()
    await scheduler(store, FIRST + timedelta(hours=2), post).begin_due()
    assert await begun(store) == []
    assert len(post.posted) == 1
    assert (await of(store, made)).next_at == FIRST + WEEK


@pytest.mark.parametrize(("deadline", "go_out"), [(timedelta(), 1), (timedelta(minutes=1), 2)])
async def test_an_hour_of_each_zone(store: Store, appoint: Appoint, deadline: timedelta, go_out: int) -> None:
    """Judged is the hour of the rule's own zone, not the one at which it is that hour for the first people."""
    own_zones = replace(FRIDAYS, own_zones=True)
    alert = replace(draft(), deadline=FIRST + WEEK + deadline)
    made, _, _ = await repeating(store, appoint, own_zones, alert)
    assert made.next_at is not None
    for week in range(2):
        await scheduler(store, made.next_at + week * WEEK).begin_due()
    assert len(await begun(store)) == go_out


async def test_warnings_stay_seen(store: Store, appoint: Appoint) -> None:
    """Warnings stop no occurrence, and whoever has seen them for the series has seen them for each of its copies."""
    night = replace(FRIDAYS, hour=FRIDAYS.hour.replace(hour=23))
    made, author, _ = await repeating(store, appoint, night)
    async with store.transaction() as tx:
        alert = await tx.alerts.get(made.alert_id)
        at: dict[str, Any] = {"paid": False, "zone": UTC, "actor": author, "now": NOW}
        checked = await checks.look(tx, alert, **at)
        assert [each.key for each in checked.unseen] == ["OutsideHours"]
        await checks.acknowledge(tx, alert.id, mark=checked.mark, **at)
    assert made.next_at is not None
    post = Post()
    await scheduler(store, made.next_at, post).begin_due()
    [broadcast] = await begun(store)
    async with store.reading() as tx:
        copy = await checks.look(tx, await tx.alerts.get(broadcast.alert_id), **at)
    assert [each.key for each in warnings(copy.findings)] == ["OutsideHours"]
    assert (copy.unseen, post.posted) == ((), [])
    assert [seen.by for seen in copy.seen] == [author]


async def test_who_confirmed_it_is_gone(store: Store, appoint: Appoint) -> None:
    """It goes out, checked, when whoever confirmed it is off the team; with nobody on the team nothing does."""
    made, author, _ = await repeating(store, appoint)
    async with store.transaction() as tx:
        await tx.organizers.remove(author.id, today=NOW.date())
    await scheduler(store, FIRST).begin_due()
    assert len(await begun(store)) == 1
    async with store.transaction() as tx:
        for each in await tx.organizers.all():
            await tx.organizers.remove(each.id, today=NOW.date())
    await scheduler(store, FIRST + WEEK).begin_due()
    assert len(await begun(store)) == 1
    assert (await of(store, made)).status is SeriesStatus.NOT_APPROVED
