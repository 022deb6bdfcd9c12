"""In random lives a yes is asked for as it should be and ends as it should; wrong versions are each caught."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.consent import SETTLED, Consent, ConsentEvent, RenewalRule, last_given
from bot.domain.preferences import Preferences, QuietHours
from bot.domain.subscriber import Subscriber
from bot.services import notices, renewals, subscriptions
from bot.store.notices import Notices
from bot.store.renewals import Renewals
from bot.store.store import Store
from tests.jobs.loop_seconds import LoopSeconds
from tests.jobs.posting import Killed
from tests.jobs.renewing import DAY, Renewing, words
from tests.making import CHAT

PEOPLE, WEEKS = 12, 80
RULE = RenewalRule(after=90 * DAY, answer_within=14 * DAY)
AT_NOON = QuietHours(start=11 * 60, end=14 * 60)
LATE = 14 * DAY
"""So long after it is due a question is late: they had a week of their own, and looking takes a day."""


@dataclass(kw_only=True, slots=True)
class Life:
    """What the test knows of somebody. `asked_at`: when the last question came that is still open."""

    asked_at: datetime | None = None
    back_since: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Lives:
    """People who do what they like, and what was broken: `what: who`."""

    world: Renewing
    chance: random.Random
    seconds: LoopSeconds
    lives: dict[int, Life] = field(default_factory=lambda: {n: Life() for n in range(PEOPLE)})
    broken: list[str] = field(default_factory=list)
    killed: set[datetime | None] = field(default_factory=set)

    async def run(self, *, until: str | None = None) -> None:
        """Let the weeks pass, until this was broken."""
        await self.world.join(PEOPLE)
        await self._choose_hours()
        for week in range(1, WEEKS + 1):
            self.world.now += 7 * DAY
            if week % 20 == 0:
                self.world.change_words(str(week))
            for n in range(PEOPLE):
                await self._act(n)
            before = {n: await self._of(n) for n in range(PEOPLE)}
            await self._bot(killed=week % 9 == 0)
            await self._judge(before)
            if until is not None and until in self.kinds:
                return

    @property
    def kinds(self) -> set[str]:
        """What was broken."""
        return {said.partition(":")[0] for said in self.broken}

    async def _choose_hours(self) -> None:
        async with self.world.store.transaction() as tx:
            person = await tx.subscribers.find(CHAT)
            assert person is not None
            chosen = person.with_preferences(Preferences(zone="UTC", quiet=AT_NOON))
            await tx.subscribers.save_preferences(chosen)

    async def _bot(self, *, killed: bool) -> None:
        await self.world.look_through()
        if killed:
            self.killed.add(self.world.now)
            self.world.courier.killed_at = 1
            try:
                await self.world.turn()
            except Killed:
                self.world.die()
                self.seconds.pass_until_dead()
            self.world.courier.killed_at = None
        await self.world.turn()
        self.seconds.pass_until_dead()
        await self.world.turn()

    async def _of(self, n: int) -> tuple[Subscriber | None, list[Consent]]:
        async with self.world.store.reading() as tx:
            person = await tx.subscribers.find(CHAT + n)
            return person, [] if person is None else await tx.consents.of(person.id)

    async def _act(self, n: int) -> None:
        life, now = self.lives[n], self.world.now
        act = self.chance.random()
        async with self.world.store.transaction() as tx:
            if life.asked_at is not None and act < 0.25:
                await subscriptions.renew(tx, CHAT + n, wording=words(self.world.version), now=now)
            elif 0.30 < act < 0.31:
                await subscriptions.leave(tx, CHAT + n, wording=words(self.world.version), now=now)
            elif 0.31 < act < 0.32:
                await subscriptions.blocked(tx, CHAT + n, now=now)
            elif 0.32 < act < 0.34:
                await subscriptions.pause(tx, CHAT + n)
            elif 0.34 < act < 0.42:
                await subscriptions.join(tx, CHAT + n, wording=words(self.world.version), now=now)
                life.back_since = now
            else:
                return
        life.asked_at = None

    async def _judge(self, before: dict[int, tuple[Subscriber | None, list[Consent]]]) -> None:
        now = self.world.now
        asked = self.world.asked()
        for n, life in self.lives.items():
            person, records = before[n]
            after, known = await self._of(n)
            assert person is not None
            assert after is not None
            given = last_given(records)
            assert given is not None
            if n in asked:
                self._judge_question(n, person, given, times=asked.count(n))
            lapsed = len(known) > len(records)
            if lapsed:
                self._judge_lapse(n, known[-1])
                life.asked_at = None
            elif person.receives_alerts:
                self._judge_silence(n, given, now)

    def _judge_question(self, n: int, person: Subscriber, given: Consent, *, times: int) -> None:
        life, now = self.lives[n], self.world.now
        age = now.date() - given.day
        is_due = age >= RULE.after or (given.wording_version != self.world.version and age >= SETTLED)
        if not person.receives_alerts:
            self.broken.append(f"asks who gets no alerts: {n}")
        if not is_due:
            self.broken.append(f"asks too early: {n}")
        if n == 0 and AT_NOON.not_before(now, "UTC") is not None:
            self.broken.append(f"asks in quiet hours: {n}")
        if life.asked_at in self.killed:
            life.asked_at = None  # who died asking has not noted it
        if times > 1 or life.asked_at is not None:
            self.broken.append(f"asks again: {n}")
        life.asked_at = now

    def _judge_lapse(self, n: int, record: Consent) -> None:
        life = self.lives[n]
        if record.event is not ConsentEvent.LAPSED:
            self.broken.append(f"records something else: {n}")
        if life.asked_at is None or self.world.now - life.asked_at < RULE.answer_within:
            self.broken.append(f"lapses unasked: {n}")

    def _judge_silence(self, n: int, given: Consent, now: datetime) -> None:
        """Whoever's yes is long overdue has been asked; whoever was asked long ago is off the list."""
        life = self.lives[n]
        if n == 0:  # their hours are never over at noon
            return
        if life.asked_at is None and self._is_late(given, life, now.date()):
            self.broken.append(f"never asks: {n}")
        if life.asked_at is not None and now >= RULE.lapses_at(life.asked_at):
            self.broken.append(f"never lapses: {n}")

    def _is_late(self, given: Consent, life: Life, today: date) -> bool:
        back = life.back_since
        return today - given.day > RULE.after + LATE and (back is None or today - back.date() > LATE)


@pytest.fixture
def world(store: Store, monkeypatch: pytest.MonkeyPatch) -> Renewing:
    """Return a list without people, whose campaign asks after three months."""
    monkeypatch.setattr("tests.jobs.renewing.RULE", RULE)
    return Renewing(store=store)


async def broken_in(
    world: Renewing, patch: pytest.MonkeyPatch, seed: int, *, until: str | None = None
) -> set[str]:
    """Return what was broken in lives by chance."""
    lives = Lives(
        world=world,
        chance=random.Random(seed),  # noqa: S311  # lives, no secrets
        seconds=LoopSeconds(patch),
    )
    await lives.run(until=until)
    return lives.kinds


@pytest.mark.parametrize("seed", range(3))
async def test_lives(world: Renewing, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Nobody is asked too early, twice, asleep or while they get no alerts; nobody is forgotten, or ends unasked."""
    assert await broken_in(world, monkeypatch, seed) == set()


def asks_at_any_hour(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(notices, "suits", lambda _chosen, _campaign, _now: None)


def asks_everybody_once_a_month(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RenewalRule, "given_before", lambda _self, today: today - 30 * DAY)


def forgets_that_it_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.store.renewals.ASKING", ())


def does_not_hear_a_yes(patch: pytest.MonkeyPatch) -> None:
    async def deaf(_self: Notices, _subscriber_id: int) -> bool:
        return True

    patch.setattr(Notices, "ask_no_more", deaf)


def lapses_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RenewalRule, "lapses_at", lambda _self, now: now + timedelta(days=5))


def never_lets_lapse(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_tx: object, **_: object) -> int:
        return 0

    patch.setattr(renewals, "lapse", wrong)


def looks_at_the_first_page(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.services.renewals.PAGE", 4)
    page = Renewals.page

    async def wrong(self: Renewals, *arguments: object, **more: object) -> object:
        found = await page(self, *arguments, **more)  # type: ignore[arg-type]
        return type(found)(last=None, due=found.due)

    patch.setattr(Renewals, "page", wrong)


WRONG: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (asks_at_any_hour, "asks in quiet hours"),
    (asks_everybody_once_a_month, "asks too early"),
    (forgets_that_it_asked, "the database refuses it"),
    (does_not_hear_a_yes, "lapses unasked"),
    (lapses_at_once, "lapses unasked"),
    (never_lets_lapse, "never lapses"),
    (looks_at_the_first_page, "never asks"),
]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(("wrong", "what"), WRONG, ids=[wrong.__name__ for wrong, _ in WRONG])
async def test_what_is_wrong_is_caught(
    world: Renewing, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[pytest.MonkeyPatch], None], what: str
) -> None:
    """Each wrong version breaks what it is wrong about, in lives that a right one gets through."""
    wrong(monkeypatch)
    found: set[str] = set()
    try:
        found = await broken_in(world, monkeypatch, 0, until=what)
    except IntegrityError:
        found = {"the database refuses it"}
    assert what in found
