"""The check of an alert: what blocks it, who has seen what, and what is decided about its languages."""

import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.delivery import starting
from bot.domain import findings
from bot.domain.alert import ActionKind, Alert
from bot.domain.audience import Audience, JoinedAfter, Topic
from bot.domain.broadcast import BroadcastStatus
from bot.domain.choices import Choice
from bot.domain.organizer import Organizer, Role
from bot.domain.schedule import LocalHour, Moment, Rule, Weekly
from bot.domain.staleness import base_version
from bot.errors import CampaignError
from bot.services import alerts, approvals, broadcasts, checks, membership, team_tests, translations
from bot.services.checks import Checked
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, join, words
from tests.mutants.wrong_checks import MUTANTS
from tests.services.conftest import Appoint, approve
from tests.worlds.mutants import Mutant

LONG = replace(words(), text="A reason. " * 60)
NOON, NIGHT = NOW.replace(hour=12), NOW.replace(hour=23)


Catching = Callable[[Store, Appoint], Awaitable[None]]


class Undone(Exception):
    """Ends a transaction without keeping it."""


async def written(tx: Transaction, author: Organizer, said: str = "One ask.") -> Alert:
    """Write an alert in its base locale."""
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
    return await alerts.write(tx, alert.id, replace(words(), text=said), actor=author, now=NOW)


async def choose(
    tx: Transaction, alert: Alert, choice: Choice, by: Organizer, *, locale: str | None = "fr"
) -> Alert:
    """Decide about French, or all that is open."""
    return await translations.choose(
        tx,
        alert.id,
        locale,
        choice,
        among=("en", "ar", "fr"),
        seen=base_version(alert) or "",
        actor=by,
        now=NOW,
    )


async def look(
    tx: Transaction, alert: Alert, by: Organizer, *, hour: int = 12, zone: tzinfo = UTC
) -> Checked:
    """Check an alert."""
    return await checks.look(tx, alert, paid=False, zone=zone, actor=by, now=NOW.replace(hour=hour))


def names(findings: tuple[findings.Finding, ...]) -> set[str]:
    """Return what was found."""
    return {type(each).__name__ for each in findings}


async def sent(tx: Transaction, alert: Alert, by: Organizer, people: int) -> int:
    """Send an approved alert, up to its freeze. Returns the broadcast's id."""
    broadcast = await broadcasts.send(tx, alert.id, confirmed=people, paid=False, actor=by, now=NOW)
    assert await starting.start(tx, broadcast.id, clock=lambda: NOW, paid=False) is not None
    return broadcast.id


@pytest.mark.parametrize(
    ("choice", "reaches"), [(None, None), (Choice.WAIT, None), (Choice.BASE, 5), (Choice.LEAVE_OUT, 3)]
)
async def test_each_choice(
    store: Store, appoint: Appoint, choice: Choice | None, reaches: int | None
) -> None:
    """Without a choice, and while it waits, nothing is approved; with one, exactly those get it who are to."""
    async with store.transaction() as tx:
        await play_choice(tx, appoint, choice, reaches)


async def play_choice(tx: Transaction, appoint: Appoint, choice: Choice | None, reaches: int | None) -> None:
    """Write, choose, approve and send to three readers of English and two of French."""
    author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
    await join(tx, 3)
    await join(tx, 2, first=CHAT + 100, locale="fr")
    alert = await written(tx, author)
    if choice is not None:
        alert = await choose(tx, alert, choice, author)
        assert alert.choices["fr"].by == author.id
    if reaches is None:
        with pytest.raises(checks.CheckBlocked):
            await approve(tx, alert.id, colleague)
        return
    await approve(tx, alert.id, colleague)
    reach = await broadcasts.reach_to_confirm(tx, alert, paid=False, actor=author)
    assert (reach.total, reach.is_exact) == (reaches, True)
    broadcast_id = await sent(tx, alert, author, reaches)
    assert (await tx.broadcasts.get(broadcast_id)).audience == reaches


async def each_choice_in_turn(store: Store, appoint: Appoint) -> None:
    """Play the test above for each choice, each with nothing of the others left."""
    for choice, reaches in ((None, None), (Choice.WAIT, None), (Choice.LEAVE_OUT, 3), (Choice.BASE, 5)):
        with suppress(Undone):
            async with store.transaction() as tx:
                await play_choice(tx, appoint, choice, reaches)
                raise Undone


async def test_a_choice_voids_an_approval(store: Store, appoint: Appoint) -> None:
    """Another choice is another plan, and whoever makes it is an author (I6)."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        await appoint(tx, Role.OWNER)
        await join(tx, 2, locale="fr")
        alert = await choose(tx, await written(tx, author), Choice.BASE, author)
        await approve(tx, alert.id, colleague)
        assert await approvals.is_approved(tx, alert, paid=False, actor=author)
        same = await choose(tx, alert, Choice.BASE, colleague)
        assert same == alert  # nothing was changed, so nobody has edited it
        left_out = await choose(tx, alert, Choice.LEAVE_OUT, colleague)
        assert not await approvals.is_approved(tx, left_out, paid=False, actor=author)
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, colleague)


async def test_who_joins_later_is_decided_of(store: Store, appoint: Appoint) -> None:
    """A choice for all holds for languages that nobody reads yet; a choice for one does not."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        await join(tx, 2, locale="fr")
        alert = await choose(tx, await written(tx, author), Choice.BASE, author)
        await approve(tx, alert.id, colleague)
        await join(tx, 1, first=CHAT + 100, locale="ar")
        with pytest.raises(checks.CheckBlocked):
            await broadcasts.send(tx, alert.id, confirmed=3, paid=False, actor=author, now=NOW)
        alert = await choose(tx, alert, Choice.LEAVE_OUT, author, locale=None)
        assert {locale: each.choice for locale, each in alert.choices.items()} == {
            "fr": Choice.BASE,
            "ar": Choice.LEAVE_OUT,
        }
        await approve(tx, alert.id, colleague)
        await broadcasts.send(tx, alert.id, confirmed=2, paid=False, actor=author, now=NOW)


async def test_a_choice_about_an_older_base(store: Store, appoint: Appoint) -> None:
    """Who decides beside words that were changed meanwhile decides nothing."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        await alerts.write(tx, alert.id, LONG, actor=author, now=NOW)
        unchanged = await choose(tx, alert, Choice.BASE, author)
        assert unchanged.choices == {}


async def test_changed_words(store: Store, appoint: Appoint) -> None:
    """Whoever opens an older language sees which words of the base were changed since it was written."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await written(tx, author, "It votes on Friday.")
        alert = await alerts.write(tx, alert.id, words("ar"), actor=author, now=NOW)
        assert not (await translations.base_changes(tx, alert, "ar", actor=author)).text
        for day in ("Monday", "Thursday"):
            changed = replace(words(), text=f"It votes on {day}.")
            alert = await alerts.write(tx, alert.id, changed, actor=author, now=NOW)
        shown = await translations.base_changes(tx, alert, "ar", actor=author)
        assert shown.text.endswith("It votes on Friday. Thursday.")
        assert not (await translations.base_changes(tx, alert, "fr", actor=author)).text


async def test_warnings_are_acknowledged_by_name(store: Store, appoint: Appoint) -> None:
    """Nothing is approved with a warning that nobody has seen; who has is known, for this plan alone."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        alert = await alerts.write(tx, alert.id, LONG, actor=author, now=NOW)
        checked = await look(tx, alert, author)
        assert names(checked.unseen) == {"Long"}
        with pytest.raises(checks.WarningsUnseen):
            await approve(tx, alert.id, colleague)
        await checks.acknowledge(tx, alert.id, mark="0" * 32, paid=False, zone=UTC, actor=author, now=NOW)
        assert names((await look(tx, alert, author)).unseen) == {"Long"}
        for _ in range(2):
            await checks.acknowledge(
                tx, alert.id, mark=checked.mark, paid=False, zone=UTC, actor=author, now=NOW
            )
        again = await look(tx, alert, colleague)
        assert again.unseen == ()
        assert [(seen.by, set(seen.keys)) for seen in again.seen] == [(author, {"Long"})]
        await approve(tx, alert.id, colleague)
        edited = await alerts.set_link(tx, alert.id, "https://example.org", actor=author, now=NOW)
        assert names((await look(tx, edited, author)).unseen) == {"Long"}


async def test_a_warning_that_came_later(store: Store, appoint: Appoint) -> None:
    """What was acknowledged by day does not cover the hour at night."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        alert = await alerts.write(tx, alert.id, LONG, actor=author, now=NOW)
        by_day = await look(tx, alert, author)
        await checks.acknowledge(tx, alert.id, mark=by_day.mark, paid=False, zone=UTC, actor=author, now=NOW)
        at_night = await look(tx, alert, author, hour=23)
        assert names(at_night.unseen) == {"OutsideHours"}
        await checks.acknowledge(
            tx, alert.id, mark=by_day.mark, paid=False, zone=UTC, actor=author, now=NIGHT
        )
        assert names((await look(tx, alert, author, hour=23)).unseen) == {"OutsideHours"}
        await checks.acknowledge(
            tx, alert.id, mark=at_night.mark, paid=False, zone=UTC, actor=author, now=NIGHT
        )
        assert (await look(tx, alert, author, hour=23)).unseen == ()


async def test_the_hour_is_the_campaigns(store: Store, appoint: Appoint) -> None:
    """What starts at once is judged, acknowledged and approved by the hours of the campaign's zone."""
    tokyo = ZoneInfo("Asia/Tokyo")
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        # Noon in UTC is nine in the evening in Tokyo, where that is late; three at night in UTC is noon there.
        for hour, zone, is_late in ((12, UTC, False), (12, tokyo, True), (3, UTC, True), (3, tokyo, False)):
            found = names((await look(tx, alert, author, hour=hour, zone=zone)).unseen)
            assert ("OutsideHours" in found) is is_late
        proposal = await approvals.propose(tx, alert.id, paid=False, actor=colleague)

        async def approve_in(zone: tzinfo) -> None:
            await approvals.approve(
                tx, alert.id, seen=proposal.seen, paid=False, zone=zone, actor=colleague, now=NOON
            )

        with pytest.raises(checks.WarningsUnseen):
            await approve_in(tokyo)
        mark = (await look(tx, alert, author, zone=tokyo)).mark
        await checks.acknowledge(tx, alert.id, mark=mark, paid=False, zone=tokyo, actor=author, now=NOON)
        await approve_in(tokyo)


async def test_who_has_left_has_seen_it_still(store: Store, appoint: Appoint) -> None:
    """A warning stays acknowledged when whoever did it leaves the team; their name is not shown any more."""
    async with store.transaction() as tx:
        owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        alert = await alerts.write(tx, (await written(tx, owner)).id, LONG, actor=owner, now=NOW)
        mark = (await look(tx, alert, editor)).mark
        await checks.acknowledge(tx, alert.id, mark=mark, paid=False, zone=UTC, actor=editor, now=NOW)
        await membership.remove(tx, editor.id, actor=owner, now=NOW)
        checked = await look(tx, alert, owner)
        assert checked.unseen == ()
        assert [seen.by for seen in checked.seen] == [None]


async def test_a_deadline_that_passes(store: Store, appoint: Appoint) -> None:
    """What was approved in time is not sent when its deadline is over."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        await join(tx, 1)
        alert = await written(tx, author)
        due = replace(alert, deadline=NOW + timedelta(hours=1))
        alert = await alerts.revise(tx, alert, due, actor=author, now=NOW)
        await approve(tx, alert.id, colleague)
        with pytest.raises(checks.CheckBlocked):
            await broadcasts.send(
                tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW + timedelta(hours=1)
            )
        await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW)


async def test_what_is_scheduled_is_checked_for_its_time(store: Store, appoint: Appoint) -> None:
    """The hour, and whether a deadline is over by then, are those of when it goes out, not of when one looks."""
    night, day = NIGHT + timedelta(days=1), NOW.replace(hour=15) + timedelta(days=1)
    rules: dict[str, Rule] = {
        "night": Moment(at=night, zone="UTC"),
        "day": Moment(at=day, zone="UTC"),
        "night over there": Moment(at=day, zone="Asia/Tokyo"),
        "their night": LocalHour(day=day.date(), hour=time(23), zone="Asia/Gaza"),
        "their day": LocalHour(day=day.date(), hour=time(10), zone="Asia/Gaza"),
        "every night": Weekly(
            weekdays=frozenset({1}),
            hour=time(23),
            zone="UTC",
            own_zones=True,
            until=NOW.date() + timedelta(days=30),
        ),
    }
    async with store.transaction() as tx:
        author = await appoint(tx, Role.EDITOR)
        alert = await written(tx, author)
        for name, rule in rules.items():
            scheduled = replace(alert, start=rule, deadline=NOW + timedelta(hours=1))
            found = names((await look(tx, scheduled, author)).findings)
            assert ("OutsideHours" in found) is ("night" in name)
            assert "DeadlinePast" in found
            with pytest.raises(checks.CheckBlocked):
                await checks.require_unblocked(tx, scheduled, actor=author, now=NOW)


async def test_an_event_that_has_begun(store: Store, appoint: Appoint) -> None:
    """Nobody is called to what is over; a correction may say so still."""
    begun = {"zone": "UTC", "starts_at": (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")}
    async with store.transaction() as tx:
        author = await appoint(tx, Role.EDITOR)
        alert = replace(await written(tx, author), kind=ActionKind.PLEDGE, details=begun)
        assert "DeadlinePast" in names((await look(tx, alert, author)).findings)
        others = [
            replace(alert, corrects=1),
            replace(alert, kind=ActionKind.SIGN),
            replace(alert, details={**begun, "starts_at": "2030-01-01T00:00"}),
        ]
        for other in others:
            assert "DeadlinePast" not in names((await look(tx, other, author)).findings)


async def test_a_deadline_before_it_goes_out(store: Store, appoint: Appoint) -> None:
    """What is scheduled is judged by its moment: a deadline that is over then blocks, and so does its hour warn."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.EDITOR)
        await join(tx, 1)
        due = replace(await written(tx, author), deadline=NOW + timedelta(hours=2))
        assert not (await look(tx, due, author)).blocks
        later = replace(due, start=Moment(at=NIGHT, zone="UTC"))
        assert names((await look(tx, later, author)).blocks) == {"DeadlinePast"}
        assert "OutsideHours" in names((await look(tx, later, author)).unseen)


async def test_the_same_again_and_too_often(store: Store, appoint: Appoint) -> None:
    """The same words within a week, and another alert to many of the same people within a day, are said."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        await join(tx, 12)
        first = await written(tx, author)
        assert names((await look(tx, first, author)).unseen) == set()
        await approve(tx, first.id, colleague)
        broadcast_id = await sent(tx, first, author, 12)
        same, other = await written(tx, author), await written(tx, author, "Another ask.")
        assert names((await look(tx, same, author)).unseen) == {"SaidLately", "SamePeople"}
        assert names((await look(tx, other, author)).unseen) == {"SamePeople"}
        assert names((await look(tx, first, author)).unseen) == set()
        started = (await tx.broadcasts.get(broadcast_id)).started_at
        assert started is not None
        for days, expected in ((2, {"SaidLately"}), (8, set[str]())):
            later = started + timedelta(days=days)
            checked = await checks.look(tx, same, paid=False, zone=UTC, actor=author, now=later)
            assert names(checked.unseen) == expected
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)


async def test_more_than_was_promised(store: Store, appoint: Appoint) -> None:
    """With as many others to the same people within a week as were promised, it is said; what waits counts, too."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        await join(tx, 12)

        async def others(alert: Alert, promised: int | None, *, at: timedelta = timedelta()) -> list[int]:
            later = await checks.look(
                tx, alert, paid=False, zone=UTC, actor=author, now=NOW + at, promised=promised
            )
            return [each.others for each in later.findings if isinstance(each, findings.MoreThanPromised)]

        first = await written(tx, author)
        await approve(tx, first.id, colleague)
        await sent(tx, first, author, 12)
        second = await written(tx, author, "Another ask.")
        assert await others(second, 2) == []
        assert await others(second, 1, at=timedelta(days=6)) == [1]
        assert await others(second, 1, at=timedelta(days=8)) == []
        at = Moment(at=NOW + timedelta(days=2), zone="UTC")
        second = await alerts.set_start(tx, second.id, at, actor=author, now=NOW)
        mark = (await look(tx, second, author)).mark
        await checks.acknowledge(
            tx, second.id, mark=mark, paid=False, zone=UTC, actor=author, now=NOW.replace(hour=12)
        )
        await approve(tx, second.id, colleague)
        await broadcasts.send(tx, second.id, confirmed=12, paid=False, actor=author, now=NOW)
        third = await written(tx, author, "A third ask.")
        assert await others(third, 2) == []
        assert await others(third, 2, at=timedelta(days=3)) == [2]
        assert await others(third, 3, at=timedelta(days=3)) == []
        assert await others(third, None, at=timedelta(days=3)) == []
        with pytest.raises(checks.WarningsUnseen):
            await checks.require_seen(
                tx, third, paid=False, zone=UTC, actor=author, now=NOW + timedelta(days=3), promised=2
            )


async def test_the_overlap_does_not_tell(
    store: Store, appoint: Appoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of people who were chosen, whoever is not on the panel changes nothing of what is said about another alert."""
    numbers = itertools.count(1)
    monkeypatch.setattr("bot.store.subscribers.draw_id", lambda: next(numbers))
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        people = await join(tx, 10)
        first = await written(tx, author)
        await approve(tx, first.id, colleague)
        await sent(tx, first, author, 10)
        chosen = Audience(terms=(Topic(topic="alerts"), JoinedAfter(day=NOW.date())))
        other = replace(await written(tx, author, "Another ask."), audience=chosen)
        before = await look(tx, other, author)
        assert names(before.unseen) == {"SamePeople"}
        await tx.subscribers.save(people[0].pause())
        assert (await look(tx, other, author)).findings == before.findings


CATCH: dict[str, Catching] = {
    "each choice": each_choice_in_turn,
    "voids": test_a_choice_voids_an_approval,
    "older base": test_a_choice_about_an_older_base,
    "deadline": test_a_deadline_that_passes,
    "by name": test_warnings_are_acknowledged_by_name,
    "came later": test_a_warning_that_came_later,
}
"""Which of the tests above catches what."""


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wrong", MUTANTS, ids=lambda wrong: wrong.name)
async def test_wrong_checks(
    store: Store, appoint: Appoint, wrong: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check or choice that is wrong on purpose fails the test that is about it."""
    wrong.apply(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception, CampaignError)):
        await CATCH[wrong.invariant](store, appoint)


async def test_a_test_to_the_team(store: Store, appoint: Appoint) -> None:
    """Everybody else on the team gets it, once a minute."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.EDITOR)
        others = [await appoint(tx, role) for role in (Role.VIEWER, Role.APPROVER)]
        alert = await written(tx, author)
        about, told = await team_tests.begin(tx, alert.id, actor=author, now=NOW)
        assert about == alert
        assert {each.organizer.id for each in told} == {each.id for each in others}
        with pytest.raises(team_tests.TeamJustTested):
            await team_tests.begin(tx, alert.id, actor=author, now=NOW + timedelta(seconds=59))
        await team_tests.begin(tx, alert.id, actor=author, now=NOW + timedelta(seconds=60))
