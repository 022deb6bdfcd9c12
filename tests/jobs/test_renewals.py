"""A yes is renewed: asked for once, at an hour that suits; silence lets it lapse."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.consent import GRACE, SETTLED, ConsentEvent, ConsentMethod
from bot.domain.delivery import DeliveryState
from bot.domain.growth import GrowthEvent
from bot.domain.preferences import Preferences, QuietHours
from bot.domain.subscriber import SubscriberState
from bot.inbox.courier import Posted
from bot.services import notices, privacy, subscriptions
from bot.store.notices import NoticeKind
from bot.store.store import Store, Transaction
from tests.jobs.loop_seconds import LoopSeconds
from tests.jobs.posting import Killed
from tests.jobs.renewing import DAY, RULE, Renewing, words
from tests.making import CHAT, NOW, begin_broadcast

ACTIVE, LEFT, PAUSED, BLOCKED = (
    SubscriberState.ACTIVE,
    SubscriberState.LEFT,
    SubscriberState.PAUSED,
    SubscriberState.BLOCKED,
)
TWO_YEARS, A_MONTH = RULE.after.days, (RULE.answer_within + GRACE).days


@pytest.fixture
def world(store: Store) -> Renewing:
    """Return a list without people."""
    return Renewing(store=store)


async def test_after_two_years(world: Renewing) -> None:
    """Nobody is asked before; then each is, once, however often the list is looked through, by whichever process."""
    await world.join(3)
    await world.day(TWO_YEARS - 1)
    assert world.asked() == []
    await world.day()
    assert world.asked() == [0, 1, 2]
    for _ in range(3):
        await world.day()
    assert world.asked() == []
    assert await world.states() == {ACTIVE: 3}


async def test_silence(world: Renewing) -> None:
    """Who says nothing is off the list after the day that was named, with a record that says how; no message comes."""
    await world.join(1)
    await world.day(TWO_YEARS)
    [question] = world.courier.posted
    assert "22 December 2028" in question.parameters["text"].translate({0x2068: None, 0x2069: None})
    assert world.asked() == [0]
    await world.day(A_MONTH - 1)
    assert await world.states() == {ACTIVE: 1}
    await world.day()
    assert (await world.states(), world.asked()) == ({LEFT: 1}, [])
    given, lapsed = await world.records(0)
    assert (lapsed.event, lapsed.method, lapsed.day) == (
        ConsentEvent.LAPSED,
        ConsentMethod.SILENCE,
        world.now.date(),
    )
    assert (lapsed.wording_version, lapsed.wording_sha256) == (given.wording_version, given.wording_sha256)
    async with world.store.reading() as tx:
        counts = await tx.growth.between(NOW.date(), world.now.date())
    assert sum(each.n for each in counts if each.event is GrowthEvent.LEFT) == 1


async def test_a_yes(world: Renewing) -> None:
    """A yes is noted with its day, taps after it change nothing, and the next question comes two years later."""
    await world.join(1)
    await world.day(TWO_YEARS)
    assert world.asked() == [0]
    assert [await world.says_yes(0) for _ in range(2)] == [True, False]
    assert [each.event for each in await world.records(0)] == [ConsentEvent.GIVEN] * 2
    await world.day(A_MONTH + 1)
    await world.day(TWO_YEARS - A_MONTH - 2)
    assert (world.asked(), await world.states()) == ([], {ACTIVE: 1})
    await world.day()
    assert world.asked() == [0]


async def test_other_words(world: Renewing) -> None:
    """When the words change, who agreed to others is asked, but not within a week of their yes."""
    await world.join(2)
    world.now += 3 * DAY
    await world.join(1, first=2)
    world.change_words("2")
    world.now += SETTLED - 3 * DAY
    await world.join(1, first=3)
    await world.day(0)
    assert all("Words 2." in each.parameters["text"] for each in world.courier.posted)
    assert world.asked() == [0, 1]
    await world.day(3)
    assert world.asked() == [2]
    assert await world.says_yes(1)
    assert (await world.records(1))[-1].wording_version == "2"


async def test_a_yes_from_the_first_screen(world: Renewing) -> None:
    """Who is asked, and says yes at the first screen in place of below the question, has answered."""
    await world.join(1)
    await world.day(TWO_YEARS)
    async with world.store.transaction() as tx:
        await subscriptions.join(tx, CHAT, wording=words("1"), now=world.now)
    await world.day(A_MONTH + 1)
    assert await world.states() == {ACTIVE: 1}


Step = Callable[[Transaction], Awaitable[object]]


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (lambda tx: subscriptions.leave(tx, CHAT, wording=words("1"), now=NOW), LEFT),
        (lambda tx: subscriptions.pause(tx, CHAT), PAUSED),
        (lambda tx: subscriptions.blocked(tx, CHAT, now=NOW), BLOCKED),
        (lambda tx: privacy.erase(tx, CHAT, now=NOW), None),
    ],
    ids=["left", "paused", "blocked", "erased"],
)
@pytest.mark.parametrize("is_asked", [False, True], ids=["before", "after"])
async def test_who_gets_no_alerts(
    world: Renewing, step: Step, state: SubscriberState | None, *, is_asked: bool
) -> None:
    """Who left, paused, blocked or was erased is asked nothing, and stays where they stand whatever day it is."""
    await world.join(1)
    if is_asked:
        await world.day(TWO_YEARS)
        assert world.asked() == [0]
    async with world.store.transaction() as tx:
        await step(tx)
    await world.day(TWO_YEARS)
    await world.day(A_MONTH + 1)
    assert (world.asked(), await world.states()) == ([], {} if state is None else {state: 1})
    async with world.store.reading() as tx:
        assert not any([await tx.notices.is_due(kind, now=world.now + 999 * DAY) for kind in NoticeKind])


async def test_after_a_pause(world: Renewing) -> None:
    """Who comes back from a pause is asked then, anew where they were asked before it."""
    await world.join(1)
    await world.day(TWO_YEARS)
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
    await world.day(A_MONTH + 1)
    assert world.asked() == [0]
    async with world.store.transaction() as tx:
        await subscriptions.resume(tx, CHAT)
    await world.day()
    assert world.asked() == [0]
    await world.day(A_MONTH - 1)
    assert await world.states() == {ACTIVE: 1}


async def test_who_comes_back(world: Renewing) -> None:
    """Who blocked the bot while they were asked, and joins again, is not taken off by the question of before."""
    await world.join(1)
    await world.day(TWO_YEARS)
    async with world.store.transaction() as tx:
        await subscriptions.blocked(tx, CHAT, now=world.now)
        await subscriptions.join(tx, CHAT, wording=words("1"), now=world.now)
    await world.day(A_MONTH + 1)
    assert (await world.states(), world.asked()) == ({ACTIVE: 1}, [0])


async def test_within_their_hours(world: Renewing) -> None:
    """The question waits until the hours are over that somebody chose, and the month is counted from it."""
    await world.join(2)
    async with world.store.transaction() as tx:
        person = await tx.subscribers.find(CHAT)
        assert person is not None
        asleep = Preferences(zone="Asia/Tokyo", quiet=QuietHours(start=20 * 60, end=7 * 60))
        await tx.subscribers.save_preferences(person.with_preferences(asleep))
    await world.day(TWO_YEARS)
    assert world.asked() == [1]
    world.now += timedelta(hours=9, minutes=59)
    await world.turn()
    assert world.asked() == []
    world.now += timedelta(minutes=1)
    await world.turn()
    assert world.asked() == [0]


async def test_what_was_to_be_sent(world: Renewing) -> None:
    """An alert under way is not sent to whose consent lapses before it reaches them."""
    broadcast_id, _ = await begin_broadcast(world.store, 1)
    async with world.store.transaction() as tx:
        await subscriptions.renew(tx, CHAT, wording=words("0"), now=NOW)
    await world.day(SETTLED.days)
    assert world.asked() == [0]
    await world.day(A_MONTH)
    async with world.store.reading() as tx:
        tally = await tx.counts.tally(broadcast_id)
    assert (tally[DeliveryState.SKIPPED], tally[DeliveryState.PENDING]) == (1, 0)


async def test_what_does_not_arrive(world: Renewing) -> None:
    """A question that provably did not arrive is put again; until it has, no consent lapses."""
    await world.join(2)
    world.courier.reaches = False
    await world.day(TWO_YEARS)
    await world.day(A_MONTH + 1)
    assert await world.states() == {ACTIVE: 2}
    world.courier.reaches = True
    await world.day(1)
    assert world.asked() == [0, 1]


async def test_what_is_unclear(world: Renewing) -> None:
    """Who may not have got the question is asked once more the next day, and does not lapse by the first one."""
    await world.join(1)
    world.courier.fate = Posted.UNCLEAR
    await world.day(TWO_YEARS)
    assert world.asked() == [0]
    world.courier.fate = Posted.SETTLED
    await world.day()
    assert world.asked() == [0]
    await world.day(A_MONTH - 1)
    assert await world.states() == {ACTIVE: 1}
    await world.day()
    assert (await world.states(), world.asked()) == ({LEFT: 1}, [])


async def test_killed(world: Renewing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whom a killed process was asking, nobody's consent lapses unasked; at most those are asked twice."""
    seconds = LoopSeconds(monkeypatch)
    people = notices.AT_ONCE
    await world.join(people)
    world.courier.killed_at = 5
    with pytest.raises(Killed):
        await world.day(TWO_YEARS)
    first = world.asked()
    assert len(first) <= notices.AT_ONCE
    world.courier.killed_at = None
    heir = world.process()
    await heir.turn()
    seconds.pass_until_dead()
    await heir.turn()
    world.now += DAY
    await world.look_through()
    await heir.turn()
    assert sorted(set(first + world.asked())) == list(range(people))
    assert await world.states() == {ACTIVE: people}


async def test_many(world: Renewing, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages the list has, everybody is found, and everybody's consent lapses."""
    monkeypatch.setattr("bot.services.renewals.PAGE", 7)
    await world.join(50)
    await world.day(TWO_YEARS)
    assert world.asked() == list(range(50))
    await world.day(A_MONTH)
    assert await world.states() == {LEFT: 50}


async def test_undo_is_for_leaving(world: Renewing) -> None:
    """A lapse is not undone by an old button: whoever wants alerts again says yes to the words."""
    await world.join(1)
    await world.day(TWO_YEARS)
    await world.day(A_MONTH)
    async with world.store.transaction() as tx:
        undone = await subscriptions.undo_leaving(tx, CHAT, wording=words("1"), paused=False, now=world.now)
    assert undone is None
    await world.join(1)
    assert (await world.states(), (await world.records(0))[-1].event) == ({ACTIVE: 1}, ConsentEvent.GIVEN)
