"""A viewer who wants to know one thing about one person, and asks counts for it: as many as they like, one by one.

They know everybody else's data and the target's too, but for one thing: whether the target subscribed to the events.
They may build whatever audience the grammar can say, and see what is shown of it, and nothing else.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.audience import (
    TERMS,
    Audience,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Not,
    Person,
    Sample,
    Source,
    Term,
    Topic,
    Within,
)

QUESTIONS = 5_000
FIRST_DAY = date(2026, 1, 1)
LOCALES = ("en", "ar", "es", "fr", "de", "it", "pt_BR", "tr", "he")
EVENTS = Topic(topic="events")

Shown = Callable[[frozenset[int]], int]
"""What is shown of a count of these people."""


@dataclass(frozen=True, slots=True)
class World:
    """The people on a list, and the one it is about."""

    people: tuple[Person, ...]
    target: Person

    def with_secret(self, *, subscribed: bool) -> "World":
        """Return the same world, in which the target subscribed to the events, or did not."""
        topics = frozenset({"alerts", "events"} if subscribed else {"alerts"})
        target = replace(self.target, topics=topics)
        others = tuple(each for each in self.people if each.id != target.id)
        return World((*others, target), target)


class Desk:
    """Answers counts. The people of a term are looked up once: a viewer asks thousands of times about few terms."""

    def __init__(self, world: World, shown: Shown) -> None:
        self._people = world.people
        self._shown = shown
        self._of: dict[Term, frozenset[int]] = {}
        self.asked = 0

    def count(self, *terms: Term) -> int:
        """Return what is shown of an audience of these terms."""
        Audience(terms=terms).checked()
        self.asked += 1
        first, *rest = (self._holding(term) for term in terms)
        return self._shown(first.intersection(*rest))

    def _holding(self, term: Term) -> frozenset[int]:
        if term not in self._of:
            audience = Audience(terms=(term,))
            self._of[term] = frozenset(each.id for each in self._people if audience.matches(each))
        return self._of[term]


def chance_of(seed: int) -> random.Random:
    """Return chance that is the same each time."""
    return random.Random(seed)  # noqa: S311  # people of a test


def make_world(chance: random.Random, *, people: int, target_id: int) -> World:
    """Return a world in which the target can be told from all others by day, language and source."""
    crowd = [
        Person(
            id=chance.randrange(1, 1 << 62),
            locale=chance.choice(LOCALES),
            joined_on=FIRST_DAY + timedelta(days=chance.randrange(60)),
            topics=frozenset({"alerts", "events"} if chance.random() < 0.5 else {"alerts"}),
            got=frozenset({1} if chance.random() < 0.7 else ()),
            source_id=chance.randrange(4) or None,
        )
        for _ in range(people)
    ]
    day = FIRST_DAY + timedelta(days=30)
    # Nobody else joined on that day: who asks for it asks for the target.
    others = [
        replace(each, joined_on=day + timedelta(days=1)) if each.joined_on == day else each for each in crowd
    ]
    target = Person(id=target_id, locale="tr", joined_on=day, topics=frozenset({"alerts"}), source_id=2)
    return World((*others, target), target)


def guess(desk: Desk, target: Person, chance: random.Random) -> bool:
    """Ask up to 5,000 counts, one after the other's answer, and guess whether the target subscribed to the events.

    Each pair of audiences differs by the target alone, in one of four ways; where any pair reads differently, they did.
    Where none does, what is left are the readings of the target alone, and the guess that fits better: no.
    """
    alone = Within(segment_id=1, terms=(JoinedAfter(day=target.joined_on), JoinedBefore(day=_after(target))))
    if desk.count(EVENTS, alone) > 0:
        return True
    while desk.asked <= QUESTIONS - 2:
        one, other = chance.choice(_pairs(target, alone))
        around = _anything(chance)[: TERMS - 1 - max(len(one), len(other))]
        if desk.count(EVENTS, *one, *around) != desk.count(EVENTS, *other, *around):
            return True
    return False


def _pairs(target: Person, alone: Within) -> list[tuple[list[Term], list[Term]]]:
    """Return audiences of two kinds each, which differ by the target and by nobody else."""
    day = target.joined_on
    return [
        ([], [Not(term=alone)]),
        ([JoinedAfter(day=day)], [JoinedAfter(day=_after(target))]),
        ([JoinedBefore(day=_after(target))], [JoinedBefore(day=day)]),
        (
            [JoinedBefore(day=_after(target)), Source(source_id=2)],
            [JoinedBefore(day=_after(target)), Source(source_id=2), Not(term=alone)],
        ),
    ]


def _anything(chance: random.Random) -> list[Term]:
    """Return two terms or one of which the target is known to be, to ask the same of ever other people."""
    others = frozenset(chance.sample(LOCALES, chance.randrange(1, 9))) | {"tr"}
    choices: list[list[Term]] = [
        [Locales(locales=others)],
        [Not(term=Got(broadcast_id=1))],
        [Sample(drawn=chance.choice((25, 50, 75)), salt=str(chance.randrange(20)))],
        [Locales(locales=others), Not(term=Got(broadcast_id=1))],
    ]
    return chance.choice(choices)


def _after(target: Person) -> date:
    return target.joined_on + timedelta(days=1)
