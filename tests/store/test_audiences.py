"""An audience in SQL is the audience in the domain."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.dialects.sqlite import aiosqlite

from bot.domain.audience import Audience, Draw, JoinedAfter, Locales, Not, Person, Topic, Within
from bot.domain.delivery import DeliveryState
from bot.domain.estimate import PANEL, is_on_panel
from bot.domain.exclusion import Exclusion, exclusion
from bot.domain.outcome import Outcome, Standing
from bot.domain.preferences import DIGESTS, Preferences, Rhythm
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.store.audiences import panel_query
from bot.store.digest_counts import InDigest
from bot.store.schema import deliveries, digest_entries, subscribers
from bot.store.store import Store, Transaction
from tests.domain.test_audience import AUDIENCES
from tests.making import CHAT, NOW, draft

FIRST_DAY = date(2026, 1, 1)


ALERTS = Topic(topic="alerts")
FEW = Draw(people=9, salt="a")
DRAWN = [
    Audience(terms=terms)
    for terms in (
        (ALERTS, FEW),
        (ALERTS, Not(term=FEW)),
        (Not(term=FEW), ALERTS, Locales(locales=frozenset({"en", "ar"}))),
        (ALERTS, FEW, Draw(people=30, salt="b")),
        (ALERTS, Draw(people=30, salt="a"), Not(term=Draw(people=30, salt="b"))),
        (ALERTS, Draw(people=1000, salt="a")),
        (ALERTS, FEW, Within(segment_id=1, terms=(Topic(topic="events"), Draw(people=20, salt="a")))),
        (ALERTS, Not(term=Within(segment_id=1, terms=(ALERTS, FEW)))),
        (FEW,),
    )
]
"""Those of which it matters who else there is."""


async def populate(store: Store) -> dict[int, tuple[Person, SubscriberState, Rhythm]]:
    """Put sixty people on the list, who differ in everything an audience asks of them."""
    people: dict[int, tuple[Person, SubscriberState, Rhythm]] = {}
    async with store.transaction() as tx:
        asked = [(await tx.alerts.add(draft(), now=NOW)).id for _ in range(3)]
        assert asked == [1, 2, 3]
        for _ in range(5):  # nothing of the fourth is written down yet
            await tx.broadcasts.add(alert_id=1, organizer_id=None, now=NOW)
        for n in range(60):
            locale = ("en", "ar", "es", "de")[n % 4]
            day = FIRST_DAY + timedelta(days=n % 23)
            added = await tx.subscribers.add(CHAT + n, locale=locale, today=day)
            topics = frozenset(topic for topic, each in (("alerts", 3), ("events", 5)) if n % each)
            for topic in topics:
                await tx.subscribers.subscribe(added.id, topic)
            got = {b for b in (1, 2, 3) if n % (b + 2) == 0}
            state = (SubscriberState.ACTIVE, SubscriberState.PAUSED, SubscriberState.BLOCKED)[n % 7 % 3]
            await tx.subscribers.save({"active": added, "paused": added.pause()}.get(state, added.block()))
            source_id = n % 4 or None
            at = subscribers.c.id == added.id
            await tx.deliveries._connection.execute(
                sa.update(subscribers).where(at).values(source_id=source_id)
            )
            locality = (None, "madrid", "bilbao")[n % 5 % 3]
            rhythm = list(Rhythm)[n % 9 % 4]
            hour = 18 if rhythm in DIGESTS else None
            chosen = Preferences(rhythm=rhythm, locality=locality, digest_hour=hour)
            await tx.subscribers.save_preferences(added.with_preferences(chosen))
            person = Person(
                id=added.id,
                locale=locale,
                joined_on=day,
                topics=topics,
                got=frozenset(got),
                did=frozenset(await _act(tx, added, n)),
                source_id=source_id,
                locality=locality,
            )
            people[added.id] = (person, state, rhythm)
            await _deliver(tx, added.id, got)
    return people


async def _act(tx: Transaction, person: Subscriber, n: int) -> set[int]:
    """Let the n-th person say something of some alerts. Returns those that they say they did."""
    did = set()
    for alert_id in (1, 2, 3):
        outcome = (Outcome.DONE, Outcome.COULD_NOT, None, Outcome.NOT_FOR_ME, Outcome.DONE)[n * alert_id % 5]
        standing = Standing().open(today=FIRST_DAY)
        if outcome is not None:
            standing = standing.say(outcome, today=FIRST_DAY)
        await tx.outcomes.save(alert_id, person, standing)
        if outcome is Outcome.DONE:
            did.add(alert_id)
    return did


async def _deliver(tx: Transaction, subscriber_id: int, got: set[int]) -> None:
    """Send a person these, and fail with the others: the third in a digest, which is the fifth."""
    rows = []
    for broadcast_id, sent_as in ((1, 1), (2, 2), (3, 5)):
        state = DeliveryState.SENT if broadcast_id in got else DeliveryState.FAILED
        rows.append({"broadcast_id": sent_as, "subscriber_id": subscriber_id, "state": state})
        tx.counts.add(sent_as, state, 1)
    await tx.deliveries._connection.insert_many(deliveries, rows)
    tx.digest_counts.add(3, InDigest.SENT, 1 if 3 in got else 0)
    carried = {"broadcast_id": 3, "alert_id": 3, "due_at": NOW, "digest_id": 5}
    await tx.deliveries._connection.insert_many(digest_entries, [carried | {"subscriber_id": subscriber_id}])


async def test_sql_says_what_the_domain_says(store: Store) -> None:
    """Counts and the freeze hold exactly whom the terms match, for any audience."""
    people = await populate(store)

    async def holds(audience: Audience, *, urgent: bool) -> None:
        why = {who: exclusion(state, rhythm, urgent=urgent) for who, (_, state, rhythm) in people.items()}
        everybody = [replace(person, active=why[who] is None) for who, (person, _, _) in people.items()]
        among = audience.among(everybody)
        panel = audience.among([each for each in everybody if is_on_panel(each.id)], one_in=PANEL)
        at_once = {who for who in among if why[who] is None}
        digests = {
            who for who in among if why[who] is Exclusion.DIGEST and people[who][1] is SubscriberState.ACTIVE
        }
        async with store.transaction() as tx:
            by_locale = await tx.audiences.count_locales(audience, urgent=urgent)
            on_panel = await tx.audiences.count_panel(audience, urgent=urgent)
            with suppress(LookupError):
                async with tx.savepoint():
                    frozen = await tx.freezing.freeze(4, audience=audience, urgent=urgent)
                    rows = sa.select(deliveries.c.subscriber_id).where(deliveries.c.broadcast_id == 4)
                    found = set((await tx.deliveries._connection.execute(rows)).scalars())
                    waiting = await tx.digests.freeze(4, audience=audience, now=NOW)
                    entries = {who for who in people if await tx.digests.entries(who)}
                    raise LookupError  # nothing of it is to stay
        assert found == at_once
        assert frozen == len(at_once)
        assert entries == digests
        assert waiting == len(digests)
        assert by_locale == Counter(people[who][0].locale for who in at_once)
        assert on_panel == (
            Counter(people[who][0].locale for who in panel if why[who] is None),
            Counter(each for who in panel if (each := why[who]) is not None),
        )

    for number, audience in enumerate((*DRAWN, *made_up())):
        await holds(audience, urgent=bool(number % 2))
        if audience in DRAWN:
            await holds(audience, urgent=not number % 2)


def made_up() -> list[Audience]:
    """Return many audiences, as hypothesis makes them up; the loop of the test runs already."""
    made: list[Audience] = []

    @settings(max_examples=150, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(AUDIENCES)
    def draw(audience: Audience) -> None:
        made.append(audience)

    draw()
    return made


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_panel_is_found_by_its_index(store: Store) -> None:
    """A count while an audience is built goes through the tenth that is counted, not through the list."""
    terms = (Locales(locales=frozenset({"en", "ar"})), JoinedAfter(day=FIRST_DAY))
    query = panel_query(Audience(terms=terms))
    async with store.database.reading() as connection:
        text = str(query.compile(dialect=aiosqlite.dialect(), compile_kwargs={"literal_binds": True}))
        steps = [row.detail for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert [step for step in steps if "ix_subscribers_panel" in step and "COVERING" in step], steps
