"""Coming and going is counted: where somebody came from, after what they left, and that they took it back."""

from datetime import date, timedelta

import pytest

from bot.content import Wording
from bot.domain.broadcast import BroadcastStatus
from bot.domain.deep_links import DeepLink
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Hidden
from bot.domain.growth import GrowthBy, GrowthEvent, week_of
from bot.domain.organizer import Role
from bot.services import growth, privacy, subscriptions
from bot.store.store import Store
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, OWNER, begin_broadcast, consent
from tests.services.conftest import Appoint

WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)


async def came_and_went(store: Store) -> dict[str, int]:
    """Return the sums of these weeks that are not 0."""
    async with store.reading() as tx:
        counts = await tx.growth.between(week_of(NOW.date()) - timedelta(weeks=1), date.max)
    sums: dict[str, int] = {}
    for count in counts:
        sums[count.event.value] = sums.get(count.event.value, 0) + count.n
    return {event: n for event, n in sums.items() if n}


async def test_coming_and_going(store: Store) -> None:
    """Each coming and each going is counted once, whatever is said twice; taking it back takes the count back."""
    async with store.transaction() as tx:
        for _ in range(2):
            await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW)
        await subscriptions.pause(tx, CHAT)
        await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW)
    assert await came_and_went(store) == {"joined": 1}
    async with store.transaction() as tx:
        for _ in range(2):
            await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
    assert await came_and_went(store) == {"joined": 1, "left": 1}
    async with store.transaction() as tx:
        await subscriptions.undo_leaving(tx, CHAT, wording=WORDING, paused=False, now=NOW + timedelta(days=1))
    assert await came_and_went(store) == {"joined": 1}
    async with store.transaction() as tx:
        for _ in range(2):
            await subscriptions.blocked(tx, CHAT, now=NOW)
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
    assert await came_and_went(store) == {"joined": 1, "blocked": 1}
    async with store.transaction() as tx:
        await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW)
        await privacy.erase(tx, CHAT, now=NOW)
        await privacy.erase(tx, CHAT, now=NOW)
    assert await came_and_went(store) == {"joined": 2, "blocked": 1, "left": 1}


async def test_the_first_source_stays(store: Store) -> None:
    """The link of the first time is kept, and no later one; after an erasure one comes anew; a made-up code is none."""
    async with store.transaction() as tx:
        first = await growth.add_source(tx, " Poster ", actor=OWNER, now=NOW)
        second = await growth.add_source(tx, "Page", actor=OWNER, now=NOW)
        assert first.name == "Poster"
        assert first.code != second.code
        joined = await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW, link=first.link)
        assert joined.source_id == first.id
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
        again = await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW, link=second.link)
        assert again.source_id == first.id
        assert (await privacy.held(tx, CHAT)).source == "Poster"
        other = await subscriptions.join(tx, CHAT + 1, wording=WORDING, now=NOW)
        await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=NOW)
        other = await subscriptions.join(tx, CHAT + 1, wording=WORDING, now=NOW, link=second.link)
        assert other.source_id is None
        await privacy.erase(tx, CHAT, now=NOW)
        anew = await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW, link=second.link)
        assert anew.source_id == second.id
        unknown = await subscriptions.join(
            tx, CHAT + 2, wording=WORDING, now=NOW, link=DeepLink(source="22222222")
        )
        assert unknown.source_id is None


@pytest.mark.parametrize("name", ["", "   ", "a" * 41, "two\nlines", "\u202eturned"])
async def test_names_of_sources(store: Store, name: str) -> None:
    """A name is one line that can be read."""
    async with store.transaction() as tx:
        with pytest.raises(growth.SourceNameInvalid):
            await growth.add_source(tx, name, actor=OWNER, now=NOW)


@pytest.mark.parametrize(
    ("days", "is_counted"), [(0, True), (2, True), (3, False)], ids=["at once", "two days", "three"]
)
async def test_left_because_of_it(store: Store, days: int, is_counted: bool) -> None:
    """Who leaves within two days is counted with the broadcast; who was not sent it, or leaves later, is not."""
    broadcast_id, people = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=9, now=NOW)
        states = {people[0].id: DeliveryState.SENT, people[1].id: DeliveryState.SENT}
        results = [
            Recorded(
                subscriber_id=one.subscriber_id, state=states.get(one.subscriber_id, DeliveryState.UNKNOWN)
            )
            for one in claimed
        ]
        await tx.deliveries.record(broadcast_id, results, worker="w")
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
    then = NOW + timedelta(days=days)

    async def departures() -> int:
        async with store.reading() as tx:
            return sum(each.n for each in await tx.growth.left_after(broadcast_id))

    async with store.transaction() as tx:
        await tx.consents.add(people[0].id, consent())
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=then)
        await subscriptions.blocked(tx, CHAT + 1, now=then)
        await subscriptions.leave(tx, CHAT + 2, wording=WORDING, now=then)
    assert await departures() == (2 if is_counted else 0)
    async with store.transaction() as tx:
        back = await subscriptions.undo_leaving(
            tx, CHAT, wording=WORDING, paused=False, now=then + timedelta(days=1)
        )
        assert back is not None
    assert await departures() == (1 if is_counted else 0)


async def test_what_is_shown(store: Store, appoint: Appoint) -> None:
    """The last weeks stand there, also those in which nothing happened; small numbers do not."""
    async with store.transaction() as tx:
        viewer = await appoint(tx, Role.VIEWER)
        empty = await growth.grown(tx, GrowthBy.WEEK, actor=viewer, now=NOW)
        assert empty.is_empty
        assert len(empty.rows) == 8
        source = await tx.sources.add("k7m2p9qa", "Poster", now=NOW)
        for n, locale, by in ((30, "en", None), (12, "ar", source.id), (3, "he", source.id)):
            tx.growth.add(GrowthEvent.JOINED, day=NOW.date(), locale=locale, source_id=by, n=n)
    async with store.reading() as tx:
        by_locale = await growth.grown(tx, GrowthBy.LOCALE, actor=viewer, now=NOW)
        joined = {key: row[GrowthEvent.JOINED] for key, row in by_locale.rows.items()}
        assert joined == {"en": 30, "ar": Hidden.WITHHELD, "he": Hidden.FEW}
        by_source = await growth.grown(tx, GrowthBy.SOURCE, actor=viewer, now=NOW)
        assert {key: row[GrowthEvent.JOINED] for key, row in by_source.rows.items()} == {
            None: 30,
            source.id: 15,
        }
        assert by_source.names == {source.id: "Poster"}
        by_week = await growth.grown(tx, GrowthBy.WEEK, actor=viewer, now=NOW)
        assert list(by_week.rows)[-1] == week_of(NOW.date())
        assert not by_week.is_empty
        assert await growth.sources(tx, actor=viewer, now=NOW) == [(source, 15)]
        with pytest.raises(growth.SourceMissing):
            await growth.source(tx, source.id + 1, actor=viewer, now=NOW)


@pytest.mark.parametrize("before", [0, 30], ids=["a new list", "an older one"])
async def test_one_rule_for_links_and_growth(store: Store, appoint: Appoint, before: int) -> None:
    """What growth by source withholds, the list of links does, too: else the smallest number follows from the two."""
    async with store.transaction() as tx:
        viewer = await appoint(tx, Role.VIEWER)
        friends = await tx.sources.friends(now=NOW)
        poster = await tx.sources.add("k7m2p9qa", "Poster", now=NOW)
        await tx.sources.add("22222222", "Nobody has seen it", now=NOW)
        long_ago = (NOW - timedelta(weeks=20)).date()
        tx.growth.add(GrowthEvent.JOINED, day=long_ago, locale="en", source_id=poster.id, n=before)
        for n, by in ((50, None), (12, friends), (3, poster.id)):
            tx.growth.add(GrowthEvent.JOINED, day=NOW.date(), locale="en", source_id=by, n=n)
    async with store.reading() as tx:
        grown = await growth.grown(tx, GrowthBy.SOURCE, actor=viewer, now=NOW)
        shown = {source.id: n for source, n in await growth.sources(tx, actor=viewer, now=NOW)}
    assert {key: row[GrowthEvent.JOINED] for key, row in grown.rows.items()} == {
        None: 50,
        friends: Hidden.WITHHELD,
        poster.id: Hidden.FEW,
    }
    assert shown[friends] is Hidden.WITHHELD
    assert shown[poster.id] == (33 if before else Hidden.FEW)


async def test_the_weeks_before(store: Store) -> None:
    """A page has eight weeks of its own, and says whether there are any before them."""
    async with store.transaction() as tx:
        for weeks_ago, n in ((0, 20), (9, 30), (17, 40)):
            day = (NOW - timedelta(weeks=weeks_ago)).date()
            tx.growth.add(GrowthEvent.JOINED, day=day, locale="en", source_id=None, n=n)
    seen = []
    async with store.reading() as tx:
        for page in range(4):
            grown = await growth.grown(tx, GrowthBy.WEEK, actor=OWNER, now=NOW, weeks_page=page)
            joined = [row[GrowthEvent.JOINED] for row in grown.rows.values()]
            assert len(joined) == 8
            seen.append(([n for n in joined if isinstance(n, int)], grown.is_empty, grown.goes_back))
    assert seen == [([20], False, True), ([30], False, True), ([40], False, False), ([], True, False)]
