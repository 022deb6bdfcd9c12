"""Building an audience, and the numbers that are shown of it."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest

from bot.delivery import starting
from bot.domain.alert import Alert
from bot.domain.audience import Audience, Draw, Got, JoinedAfter, Locales, Not, Sample, Topic, of_topic
from bot.domain.audience_edit import AudienceChanged, TermsFull, TopicNeeded, Whose, as_read, seen_of
from bot.domain.choices import Choice
from bot.domain.estimate import PANEL
from bot.domain.exclusion import Exclusion
from bot.domain.organizer import Organizer, Role
from bot.domain.preferences import QuietHours, Rhythm
from bot.domain.schedule import Late, LocalHour
from bot.domain.staleness import base_version
from bot.services import alerts, approvals, audiences, broadcasts, counting, reaching, translations
from bot.services.alerts import AudienceFixed
from bot.services.approvals import ColleagueNeeded
from bot.services.audiences import Subject
from bot.services.broadcasts import AudienceTooSmall, ReachChanged
from bot.services.checks import CheckBlocked
from bot.services.outlook import outlook
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, OWNER, draft, join
from tests.services.conftest import Appoint, approve, approve_alone

SINCE = JoinedAfter(day=date(2026, 3, 3))
BUILT = Audience(terms=(Topic(topic="alerts"), SINCE))


@pytest.fixture
def panel_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first of every ten who join be on the panel."""
    numbers: Iterator[int] = itertools.count(PANEL)
    monkeypatch.setattr("bot.store.subscribers.draw_id", lambda: next(numbers))


async def built(tx: Transaction, editor: Organizer, audience: Audience = BUILT) -> Alert:
    """Write an alert for this audience."""
    return await tx.alerts.add(replace(draft(author_id=editor.id), audience=audience), now=NOW)


async def left_out(tx: Transaction, alert: Alert, locale: str, *, by: Organizer) -> Alert:
    """Leave out the readers of a language without words."""
    without = {name: words for name, words in alert.translations.items() if name != locale}
    alert = await tx.alerts.revise(replace(alert, translations=without), editor_id=by.id, now=NOW)
    return await translations.choose(
        tx,
        alert.id,
        locale,
        Choice.LEAVE_OUT,
        among=("en", locale),
        seen=base_version(alert) or "",
        actor=by,
        now=NOW,
    )


async def test_each_edit_is_a_revision(store: Store, appoint: Appoint) -> None:
    """Whoever changes whom an alert is for is an author of it, and what was approved holds no more."""
    async with store.transaction() as tx:
        author, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        await appoint(tx, Role.OWNER)
        alert = await tx.alerts.add(draft(author_id=author.id), now=NOW)
        await approve(tx, alert.id, other)
        subject = Subject(of=Whose.ALERT, id=alert.id)
        seen = (await audiences.get(tx, subject, actor=other)).seen
        after = await audiences.add(tx, subject, SINCE, seen=seen, actor=other, now=NOW)
        assert set(after.audience.terms) == {Topic(topic="alerts"), SINCE}
        assert (await tx.alerts.revisions(alert.id))[-1].editor_id == other.id
        assert not await approvals.is_approved(tx, await tx.alerts.get(alert.id), paid=False, actor=author)
        with pytest.raises(ColleagueNeeded):
            await approvals.propose(tx, alert.id, paid=False, actor=other)


async def test_what_was_seen(store: Store, appoint: Appoint) -> None:
    """A tap on a card of before somebody's edit changes nothing."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        alert = await built(tx, editor)
        subject = Subject(of=Whose.ALERT, id=alert.id)
        old = (await audiences.get(tx, subject, actor=editor)).seen
        await audiences.turn_locale(tx, subject, "ar", seen=old, actor=editor, now=NOW)
        now = await tx.alerts.get(alert.id)
        for edit in (
            audiences.add(tx, subject, Got(broadcast_id=1), seen=old, actor=editor, now=NOW),
            audiences.negate(tx, subject, 1, seen=old, actor=editor, now=NOW),
            audiences.drop(tx, subject, 1, seen=old, actor=editor, now=NOW),
            audiences.drop(tx, subject, 9, seen=seen_of(now.audience), actor=editor, now=NOW),
            audiences.start_anew(tx, subject, seen=old, actor=editor, now=NOW),
            audiences.turn_locale(tx, subject, "he", seen=old, actor=editor, now=NOW),
        ):
            with pytest.raises(AudienceChanged):
                await edit
        assert await tx.alerts.get(alert.id) == now


async def test_terms(store: Store, appoint: Appoint) -> None:
    """Up to five terms; languages are one of them; that people asked for alerts stays one."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        subject = Subject(of=Whose.ALERT, id=(await built(tx, editor)).id)

        async def seen() -> str:
            return (await audiences.get(tx, subject, actor=editor)).seen

        for locale in ("ar", "he", "ar"):
            now = await audiences.turn_locale(tx, subject, locale, seen=await seen(), actor=editor, now=NOW)
        assert Locales(locales=frozenset({"he"})) in now.audience.terms
        for broadcast_id in (1, 2):
            await audiences.add(
                tx, subject, Got(broadcast_id=broadcast_id), seen=await seen(), actor=editor, now=NOW
            )
        with pytest.raises(TermsFull):
            await audiences.add(tx, subject, Got(broadcast_id=3), seen=await seen(), actor=editor, now=NOW)
        terms = (await audiences.get(tx, subject, actor=editor)).audience.terms
        topic = 1 + as_read(Audience(terms=terms)).index(Topic(topic="alerts"))
        for edit in (audiences.negate, audiences.drop):
            with pytest.raises(TopicNeeded):
                await edit(tx, subject, topic, seen=await seen(), actor=editor, now=NOW)
        got = 1 + as_read(Audience(terms=terms)).index(Got(broadcast_id=1))
        now = await audiences.negate(tx, subject, got, seen=await seen(), actor=editor, now=NOW)
        assert Not(term=Got(broadcast_id=1)) in now.audience.terms
        now = await audiences.turn_locale(tx, subject, "he", seen=await seen(), actor=editor, now=NOW)
        assert not any(isinstance(term, Locales) for term in now.audience.terms)
        now = await audiences.start_anew(tx, subject, seen=await seen(), actor=editor, now=NOW)
        assert now.audience == of_topic("alerts")


async def test_a_correction_has_its_people(store: Store, appoint: Appoint) -> None:
    """A correction is for those who got what it corrects: nothing is built."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        alert = await tx.alerts.add(replace(draft(author_id=editor.id), corrects=7), now=NOW)
        with pytest.raises(AudienceFixed):
            await audiences.get(tx, Subject(of=Whose.ALERT, id=alert.id), actor=editor)
        with pytest.raises(AudienceFixed):
            await alerts.set_audience(tx, alert.id, BUILT, actor=editor, now=NOW)


@pytest.mark.usefixtures("panel_of")
async def test_samples(store: Store, appoint: Appoint) -> None:
    """A sample is a share, or just so many people; what is shown of it before it is approved is an estimate."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        await join(tx, 200)
        subject = Subject(of=Whose.ALERT, id=(await built(tx, editor)).id)
        drawn = await audiences.sample(tx, subject, people=55, actor=editor)
        share = await audiences.sample(tx, subject, percent=5, actor=editor)
        assert (drawn, share) == (Draw(people=55, salt=drawn.salt), Sample(drawn=5, salt=share.salt))
        assert drawn.salt != share.salt
        for people, reaches in ((55, 55), (200, 200), (201, 200)):
            audience = Audience(terms=(*BUILT.terms, Draw(people=people, salt=drawn.salt)))
            shown = await counting.count(tx, audience, actor=editor)
            assert (shown.total, shown.is_estimate) == (reaches, True)
            assert await counting.count_exactly(tx, audience, actor=editor) == reaches


@pytest.mark.usefixtures("panel_of")
async def test_a_draw_without_a_language(store: Store, appoint: Appoint) -> None:
    """Just so many are drawn of those who get something: the estimate, the exact count and the freeze are the same."""
    async with store.transaction() as tx:
        author, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        await join(tx, 100)
        await join(tx, 100, first=CHAT + 200, locale="fr")
        drawn = Audience(terms=(*BUILT.terms, Draw(people=40, salt="a")))
        alert = await left_out(tx, await built(tx, author, drawn), "fr", by=author)
        shown = await reaching.reach_of(tx, alert, actor=author)
        assert (shown.total, shown.is_estimate, dict(shown.without)) == (40, True, {"fr": 0})
        await approve(tx, alert.id, other)
        sent = await broadcasts.send(tx, alert.id, confirmed=40, paid=False, actor=author, now=NOW)
        begun = await starting.start(tx, sent.id, clock=lambda: NOW, paid=False)
        assert begun is not None
        assert (await tx.counts.tally(sent.id)).audience == 40


async def test_another_number_takes_its_place(store: Store, appoint: Appoint) -> None:
    """An audience is drawn once: who types another number has that one, not so many of those who were drawn first."""
    async with store.transaction() as tx:
        editor = await appoint(tx, Role.OWNER)
        subject = Subject(of=Whose.ALERT, id=(await built(tx, editor)).id)
        for people in (50, 60):
            draw = await audiences.sample(tx, subject, people=people, actor=editor)
            before = await audiences.get(tx, subject, actor=editor)
            now = await audiences.add(tx, subject, draw, seen=before.seen, actor=editor, now=NOW)
            assert [term for term in now.audience.terms if isinstance(term, Draw)] == [draw]


@pytest.mark.usefixtures("panel_of")
async def test_counts_are_estimates_but_for_everybody(store: Store, appoint: Appoint) -> None:
    """All who get the alerts are counted; whoever is chosen among them is estimated from the panel."""
    async with store.transaction() as tx:
        viewer = await appoint(tx, Role.VIEWER)
        await join(tx, 95)
        everybody = await counting.count(tx, of_topic("alerts"), actor=viewer)
        assert (everybody.total, everybody.is_estimate) == (95, False)
        chosen = await counting.count(tx, BUILT, actor=viewer)
        assert (chosen.total, chosen.is_estimate) == (100, True)
        reach = await reaching.reach_of(tx, replace(draft(), audience=BUILT), actor=viewer)
        assert (reach.total, reach.is_estimate, reach.missing) == (100, True, {})


@pytest.mark.usefixtures("panel_of")
async def test_languages_and_who_is_left_out_are_estimated(store: Store, appoint: Appoint) -> None:
    """Exact is the total of all who get the alerts: not who reads which language, nor who has paused."""
    async with store.transaction() as tx:
        viewer = await appoint(tx, Role.VIEWER)
        for person in await join(tx, 12):
            await tx.subscribers.save(person.pause())
        await join(tx, 13, first=CHAT + 100)
        english = Audience(terms=(Topic(topic="alerts"), Locales(locales=frozenset({"en"}))))
        count = await counting.count(tx, english, actor=viewer)
        assert (count.total, count.is_estimate, count.left_out) == (10, True, {Exclusion.PAUSED: 20})
        everybody = await counting.count(tx, of_topic("alerts"), actor=viewer)
        assert (everybody.total, everybody.is_estimate) == (13, False)
        assert (everybody.by_locale, everybody.left_out) == ({"en": 10}, {Exclusion.PAUSED: 20})
        alert = await left_out(tx, await built(tx, OWNER, of_topic("alerts")), "fr", by=OWNER)
        exact = await reaching.reach_of(tx, alert, actor=viewer)
        assert (exact.total, exact.is_exact) == (13, True)
        await join(tx, 9, first=CHAT + 200, locale="fr")
        without = await reaching.reach_of(tx, alert, actor=viewer)
        assert (without.total, without.is_exact, without.without) == (12, False, {"fr": 10})


@pytest.mark.usefixtures("panel_of")
async def test_two_looks_tell_on_nobody(store: Store, appoint: Appoint) -> None:
    """Urgent or not, and whoever chose a digest or quiet hours between two looks: nine in ten change no line of it."""
    async with store.transaction() as tx:
        viewer = await appoint(tx, Role.VIEWER)
        people = await join(tx, 25)
        people += await join(tx, 25, first=CHAT + 100, locale="ar")
        (target,) = [person for person in people if person.id == PANEL + 31]

        async def looks() -> list[object]:
            seen: list[object] = []
            for urgent in (False, True):
                count = await counting.count(tx, of_topic("alerts"), actor=viewer, urgent=urgent, now=NOW)
                seen += [count.by_locale, count.left_out, count.later]
            return seen

        before = await looks()
        for rhythm in (Rhythm.DAILY, Rhythm.URGENT):
            chosen = replace(target.preferences, rhythm=rhythm, quiet=QuietHours(start=0, end=1439))
            await tx.subscribers.save_preferences(target.with_preferences(chosen))
            assert await looks() == before
        counted = await counting.count(tx, of_topic("alerts"), actor=viewer)
        assert counted.everybody == 49


@pytest.mark.usefixtures("panel_of")
async def test_the_exact_number_needs_a_second_look(store: Store, appoint: Appoint) -> None:
    """Only what another person has approved is counted exactly; who approves alone types the estimate."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 95)
        alert = await built(tx, author)
        await approve_alone(tx, alert.id, author)
        alone = await broadcasts.reach_to_confirm(tx, alert, paid=False, actor=author)
        assert (alone.total, alone.counted) == (100, None)
        other = await appoint(tx, Role.OWNER)
        await approve(tx, alert.id, other)
        seen = await broadcasts.reach_to_confirm(tx, alert, paid=False, actor=author)
        assert (seen.total, seen.counted, sum(seen.by_locale.values())) == (95, 95, 100)
        with pytest.raises(ReachChanged):
            await broadcasts.send(tx, alert.id, confirmed=100, paid=False, actor=author, now=NOW)
        await broadcasts.send(tx, alert.id, confirmed=95, paid=False, actor=author, now=NOW)


@pytest.mark.usefixtures("panel_of")
async def test_the_exact_number_is_without_who_is_left_out(store: Store, appoint: Appoint) -> None:
    """The number that is typed is of those who will get it: not of the readers of a language that is left out."""
    async with store.transaction() as tx:
        author, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        await join(tx, 25)
        await join(tx, 20, first=CHAT + 100, locale="fr")
        alert = await left_out(tx, await built(tx, author), "fr", by=author)
        await approve(tx, alert.id, other)
        assert (await broadcasts.reach_to_confirm(tx, alert, paid=False, actor=author)).total == 25
        queued = await broadcasts.send(tx, alert.id, confirmed=25, paid=False, actor=author, now=NOW)
        later = queued.starts_at
        assert await starting.start(tx, queued.id, clock=lambda: later, paid=False) is not None
        assert (await tx.broadcasts.get(queued.id)).audience == 25


@pytest.mark.usefixtures("panel_of")
async def test_a_language_of_which_an_estimate_finds_nobody(store: Store, appoint: Appoint) -> None:
    """What the few get who read it is decided as well, and that is asked whether they are in the audience or not."""
    async with store.transaction() as tx:
        author, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        await join(tx, 21)
        await join(tx, 3, first=CHAT + 100, locale="fr")
        alert = await built(tx, author)
        reach = await reaching.reach_of(tx, alert, actor=author)
        assert (reach.undecided, reach.total) == ({"fr": 0}, 30)
        with pytest.raises(CheckBlocked):
            await approve(tx, alert.id, other)
        nobody = replace(BUILT, terms=(*BUILT.terms, JoinedAfter(day=date(2027, 1, 1))))
        assert (await reaching.reach_of(tx, replace(alert, audience=nobody), actor=author)).undecided == {
            "fr": 0
        }
        english = replace(BUILT, terms=(*BUILT.terms, Locales(locales=frozenset({"en"}))))
        assert not (await reaching.reach_of(tx, replace(alert, audience=english), actor=author)).undecided
        await left_out(tx, alert, "fr", by=author)
        await approve(tx, alert.id, other)


@pytest.mark.usefixtures("panel_of")
async def test_too_few_without_who_is_left_out(store: Store, appoint: Appoint) -> None:
    """Whoever is left out does not make those few many who are sent to."""
    async with store.transaction() as tx:
        author, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        await join(tx, 1)
        await join(tx, 20, first=CHAT + 100, locale="fr")
        alert = await left_out(tx, await built(tx, author), "fr", by=author)
        await approve(tx, alert.id, other)
        with pytest.raises(AudienceTooSmall):
            await broadcasts.send(tx, alert.id, confirmed=21, paid=False, actor=author, now=NOW)


@pytest.mark.usefixtures("panel_of")
@pytest.mark.parametrize("late", Late)
async def test_whose_hour_is_past_is_estimated(store: Store, appoint: Appoint, late: Late) -> None:
    """How many of a chosen audience live where it is too late tells no more than any count of it."""
    noon = LocalHour(day=NOW.date(), hour=time(12), zone="Europe/Madrid", late=late)
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        people = await join(tx, 95)
        for person in people[:75]:
            await tx.subscribers.set_zone(person.id, "America/New_York")
        alert = await tx.alerts.add(replace(draft(author_id=author.id), audience=BUILT, start=noon), now=NOW)
        await approve_alone(tx, alert.id, author)
        ahead = await outlook(tx, alert, actor=author, now=NOW, exactly=False)
        assert (ahead.late, ahead.left_out) == (20, 20 if late is Late.LEAVE_OUT else 0)
        exactly = await outlook(tx, alert, actor=author, now=NOW)
        assert exactly.late == 20
        await tx.subscribers.save(people[-1].pause())
        assert await outlook(tx, alert, actor=author, now=NOW, exactly=False) == ahead
        reach = await broadcasts.reach_to_confirm(tx, alert, paid=False, actor=author)
        confirmed = reach.total - ahead.left_out
        await broadcasts.send(tx, alert.id, confirmed=confirmed, paid=False, actor=author, now=NOW)


@pytest.mark.usefixtures("panel_of")
async def test_alone_the_estimate_confirms(store: Store, appoint: Appoint) -> None:
    """Who approved alone sends by typing the number that is shown."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 95)
        alert = await built(tx, author)
        await approve_alone(tx, alert.id, author)
        await broadcasts.send(tx, alert.id, confirmed=100, paid=False, actor=author, now=NOW)


@pytest.mark.usefixtures("panel_of")
@pytest.mark.parametrize(("people", "alone"), [(9, False), (0, True)])
async def test_too_few(store: Store, appoint: Appoint, people: int, alone: bool) -> None:
    """Fewer than ten people who were chosen are not sent to, as far as that may be known."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        approver = author if alone else await appoint(tx, Role.OWNER)
        await join(tx, people)
        alert = await built(tx, author)
        await (approve_alone if alone else approve)(tx, alert.id, approver)
        with pytest.raises(AudienceTooSmall):
            await broadcasts.send(tx, alert.id, confirmed=people, paid=False, actor=author, now=NOW)


async def test_names(store: Store, appoint: Appoint) -> None:
    """What was sent is named by its alert; what is not known any more has no name."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await built(tx, author)
        broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=author.id, now=NOW)
        audience = Audience(
            terms=(Got(broadcast_id=broadcast_id), Not(term=Got(broadcast_id=999)), Sample(drawn=5, salt="a"))
        )
        names = await audiences.names(tx, audience, actor=author)
        assert {at: each.id for at, each in names.sent.items()} == {broadcast_id: alert.id}
