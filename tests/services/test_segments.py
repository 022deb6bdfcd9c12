"""Segments: an edit of one is an edit of every alert that waits and is drawn from it."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.audience import (
    Audience,
    JoinedAfter,
    Locales,
    Not,
    SegmentNested,
    SegmentRemoved,
    Topic,
    of_topic,
)
from bot.domain.audience_edit import Whose, as_read, seen_of
from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Organizer, Role
from bot.domain.segment import SegmentNameInvalid
from bot.services import alerts, approvals, audiences, broadcasts, drafts, reviews, segments
from bot.services.approvals import ColleagueNeeded
from bot.services.audiences import Subject
from bot.services.segments import SegmentMissing, SegmentNameTaken
from bot.store.segments import Segments
from bot.store.store import Store, Transaction
from tests.making import NOW, draft
from tests.services.conftest import Appoint, approve

ARABIC = Audience(terms=(Topic(topic="alerts"), Locales(locales=frozenset({"ar"}))))
NEWCOMERS = Audience(terms=(Topic(topic="alerts"), JoinedAfter(day=date(2026, 3, 3))))


async def drawn(tx: Transaction, editor: Organizer) -> tuple[int, int]:
    """Write an alert for the people of a new segment. Returns the ids of both."""
    segment = await segments.save(tx, "Arabic", ARABIC, actor=editor, now=NOW)
    alert = await tx.alerts.add(draft(author_id=editor.id), now=NOW)
    subject = Subject(of=Whose.ALERT, id=alert.id)
    seen = (await audiences.get(tx, subject, actor=editor)).seen
    await audiences.use_segment(tx, subject, segment.id, seen=seen, actor=editor, now=NOW)
    return alert.id, segment.id


async def test_an_edit_voids_what_was_approved(store: Store, appoint: Appoint) -> None:
    """After an edit of its segment an alert is not approved, and whoever edited it is an author of the alert."""
    async with store.transaction() as tx:
        editor, other, third = [await appoint(tx, Role.OWNER) for _ in range(3)]
        alert_id, segment_id = await drawn(tx, editor)
        await approve(tx, alert_id, other)
        alert = await tx.alerts.get(alert_id)
        assert await approvals.is_approved(tx, alert, paid=False, actor=editor)
        edited = await segments.redefine(tx, segment_id, NEWCOMERS, actor=other, now=NOW)
        assert [each.id for each in edited.alerts] == [alert_id]
        [ended] = await reviews.outdated(tx, actor=other, now=NOW)
        assert [each.organizer.id for each in ended.approvers] == [other.id]
        assert [each.organizer.id for each in ended.authors] == [editor.id]
        again = await segments.redefine(tx, segment_id, ARABIC, actor=other, now=NOW)
        assert len(again.alerts) == 1
        assert await reviews.outdated(tx, actor=other, now=NOW) == []
        await segments.redefine(tx, segment_id, NEWCOMERS, actor=other, now=NOW)
        alert = await tx.alerts.get(alert_id)
        assert alert.audience.segments[0].terms == NEWCOMERS.ordered().terms
        assert not await approvals.is_approved(tx, alert, paid=False, actor=editor)
        with pytest.raises(ColleagueNeeded):
            await approvals.propose(tx, alert_id, paid=False, actor=other)
        await approve(tx, alert_id, third)
        assert await approvals.is_approved(tx, alert, paid=False, actor=editor)


async def test_an_edit_that_changes_nothing(store: Store, appoint: Appoint) -> None:
    """What is saved as it was, and another name, void nothing."""
    async with store.transaction() as tx:
        editor, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        alert_id, segment_id = await drawn(tx, editor)
        await approve(tx, alert_id, other)
        same = Audience(terms=ARABIC.terms[::-1])
        assert not (await segments.redefine(tx, segment_id, same, actor=editor, now=NOW)).alerts
        await segments.rename(tx, segment_id, "Readers of Arabic", actor=editor, now=NOW)
        alert = await tx.alerts.get(alert_id)
        assert await approvals.is_approved(tx, alert, paid=False, actor=editor)
        names = await audiences.names(tx, alert.audience, actor=editor)
        assert names.segments == {segment_id: "Readers of Arabic"}


async def test_a_segment_that_was_removed(store: Store, appoint: Appoint) -> None:
    """An alert that waits for its people says so, and can neither be approved nor sent until they are chosen anew."""
    async with store.transaction() as tx:
        editor, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        alert_id, segment_id = await drawn(tx, editor)
        await approve(tx, alert_id, other)
        gone = await segments.remove(tx, segment_id, actor=editor, now=NOW)
        assert [each.id for each in gone.alerts] == [alert_id]
        with pytest.raises(SegmentMissing):
            await segments.get(tx, segment_id, actor=editor)
        with pytest.raises(SegmentRemoved):
            await approvals.propose(tx, alert_id, paid=False, actor=other)
        with pytest.raises(SegmentRemoved):
            await broadcasts.send(tx, alert_id, confirmed=0, paid=False, actor=editor, now=NOW)
        names = await audiences.names(tx, (await tx.alerts.get(alert_id)).audience, actor=editor)
        assert names.segments == {segment_id: "Arabic"}
        await alerts.set_audience(tx, alert_id, of_topic("alerts"), actor=editor, now=NOW)
        await approvals.propose(tx, alert_id, paid=False, actor=other)


async def test_what_is_queued_and_what_has_begun(store: Store, appoint: Appoint) -> None:
    """An edit reaches what is queued, whose approval is looked for at the start; what has begun goes on as it was."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        queued, segment_id = await drawn(tx, editor)
        begun = await tx.alerts.add(replace(await tx.alerts.get(queued), author_id=editor.id), now=NOW)
        gone = await tx.alerts.add(replace(await tx.alerts.get(queued), author_id=editor.id), now=NOW)
        await tx.alerts.discard(gone.id, now=NOW)
        await tx.broadcasts.add(alert_id=queued, organizer_id=editor.id, now=NOW)
        going = await tx.broadcasts.add(alert_id=begun.id, organizer_id=editor.id, now=NOW)
        await tx.broadcasts.set_status(going, BroadcastStatus.SENDING, now=NOW)
        edited = await segments.redefine(tx, segment_id, NEWCOMERS, actor=editor, now=NOW)
        assert [each.id for each in edited.alerts] == [queued]
        was = (await tx.alerts.get(begun.id)).audience
        assert was.segments[0].terms == ARABIC.ordered().terms
        # Whoever begins anew from what was sent gets the segment as it is now.
        assert (await segments.current(tx, was, actor=editor)).segments[0].terms == NEWCOMERS.ordered().terms
        copy = await drafts.duplicate(tx, begun.id, actor=editor, now=NOW)
        assert copy.audience.segments[0].terms == NEWCOMERS.ordered().terms
        await segments.remove(tx, segment_id, actor=editor, now=NOW)
        assert (await segments.current(tx, was, actor=editor)).segments[0].removed
        copy = await drafts.duplicate(tx, begun.id, actor=editor, now=NOW)
        assert copy.audience.segments[0].removed


@pytest.mark.parametrize("begins", [True, False])
async def test_begun_or_deleted_meanwhile(
    store: Store, appoint: Appoint, monkeypatch: pytest.MonkeyPatch, *, begins: bool
) -> None:
    """What begins while an edit of its segment waits for it goes on as it was; what is deleted then hinders nobody."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        alert_id, segment_id = await drawn(tx, editor)
        going = await tx.broadcasts.add(alert_id=alert_id, organizer_id=editor.id, now=NOW)
        waiting = Segments.waiting

        async def overtaken(self: Segments, segment_id: int) -> list[int]:
            found = await waiting(self, segment_id)
            if begins:
                await tx.broadcasts.set_status(going, BroadcastStatus.SENDING, now=NOW)
            else:
                await tx.alerts.discard(alert_id, now=NOW)
            return found

        monkeypatch.setattr(Segments, "waiting", overtaken)
        edited = await segments.redefine(tx, segment_id, NEWCOMERS, actor=editor, now=NOW)
        assert edited.alerts == ()


async def test_not_in_a_segment(store: Store, appoint: Appoint) -> None:
    """An edit reaches the contrary of a segment, too."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        alert_id, segment_id = await drawn(tx, editor)
        subject = Subject(of=Whose.ALERT, id=alert_id)
        built = await audiences.get(tx, subject, actor=editor)
        at = 1 + next(n for n, term in enumerate(as_read(built.audience)) if not isinstance(term, Topic))
        await audiences.negate(tx, subject, at, seen=built.seen, actor=editor, now=NOW)
        await segments.redefine(tx, segment_id, NEWCOMERS, actor=editor, now=NOW)
        terms = (await tx.alerts.get(alert_id)).audience.terms
        [negated] = [term for term in terms if isinstance(term, Not)]
        segment = await segments.get(tx, segment_id, actor=editor)
        assert negated == Not(term=segment.within())
        await segments.remove(tx, segment_id, actor=editor, now=NOW)
        with pytest.raises(SegmentRemoved):
            (await tx.alerts.get(alert_id)).audience.require_segments()


async def test_names(store: Store, appoint: Appoint) -> None:
    """A name has one line, and is nobody else's; that of a removed segment is free again."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        first = await segments.save(tx, " Arabic ", ARABIC, actor=editor, now=NOW)
        assert first.name == "Arabic"
        for name in ("", "   ", "two\nlines", "x" * 33):
            with pytest.raises(SegmentNameInvalid):
                await segments.save(tx, name, ARABIC, actor=editor, now=NOW)
        with pytest.raises(SegmentNameTaken):
            await segments.save(tx, "ARABIC", ARABIC, actor=editor, now=NOW)
        second = await segments.save(tx, "Newcomers", NEWCOMERS, actor=editor, now=NOW)
        with pytest.raises(SegmentNameTaken):
            await segments.rename(tx, second.id, "arabic", actor=editor, now=NOW)
        await segments.rename(tx, second.id, "newcomers", actor=editor, now=NOW)
        assert [each.name for each in await segments.listed(tx, actor=editor)] == ["Arabic", "newcomers"]
        await segments.remove(tx, first.id, actor=editor, now=NOW)
        await segments.rename(tx, second.id, "Arabic", actor=editor, now=NOW)


async def test_no_segment_within_a_segment(store: Store, appoint: Appoint) -> None:
    """A segment is made of terms: so there is no cycle, and nothing changes behind two names."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        alert_id, segment_id = await drawn(tx, editor)
        audience = (await tx.alerts.get(alert_id)).audience
        with pytest.raises(SegmentNested):
            await segments.save(tx, "Nested", audience, actor=editor, now=NOW)
        with pytest.raises(SegmentNested):
            await segments.redefine(tx, segment_id, audience, actor=editor, now=NOW)
        subject = Subject(of=Whose.SEGMENT, id=segment_id)
        seen = (await audiences.get(tx, subject, actor=editor)).seen
        with pytest.raises(SegmentNested):
            await audiences.use_segment(tx, subject, segment_id, seen=seen, actor=editor, now=NOW)


async def test_edited_while_it_is_chosen(store: Store, appoint: Appoint) -> None:
    """Whichever of two organizers comes first: the alert has the segment as it is made now."""
    async with store.transaction() as tx:
        editor, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        segment = await segments.save(tx, "Arabic", ARABIC, actor=editor, now=NOW)
        alert_ids = [(await tx.alerts.add(draft(author_id=editor.id), now=NOW)).id for _ in range(6)]

    async def choose(alert_id: int) -> None:
        subject = Subject(of=Whose.ALERT, id=alert_id)
        seen = seen_of(of_topic("alerts"))
        async with store.transaction() as tx:
            await audiences.use_segment(tx, subject, segment.id, seen=seen, actor=editor, now=NOW)

    async def redefine(audience: Audience) -> None:
        async with store.transaction() as tx:
            await segments.redefine(tx, segment.id, audience, actor=other, now=NOW)

    for at, alert_id in enumerate(alert_ids):
        both = [choose(alert_id), redefine((ARABIC, NEWCOMERS)[at % 2])]
        await asyncio.gather(*(both if at < 3 else both[::-1]))
        async with store.reading() as tx:
            now = await segments.get(tx, segment.id, actor=editor)
            for each in alert_ids[: at + 1]:
                assert (await tx.alerts.get(each)).audience.segments == (now.within(),)
