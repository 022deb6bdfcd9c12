"""The terms that audiences are made of, as values, and what they ask of a person."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

PRIME = 2_147_483_647
"""2³¹ - 1: products of two residues fit into the 64-bit integers of both databases."""

WHOLE = 100

MOST = 1_000_000_000
"""People that are drawn at the most: there are not so many on any list, and both databases count so far."""


@cache
def key_of(salt: str) -> tuple[int, int, int]:
    """Return the three numbers under which ids are hashed."""
    digest = hashlib.sha256(salt.encode()).digest()
    parts = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16))
    first, second, third = (1 + part % (PRIME - 1) for part in parts)
    return first, second, third


def lot_of(salt: str, person_id: int) -> int:
    """Return a person's lot, from 0 to PRIME - 1: the same each time, and another under another salt."""
    first, second, third = key_of(salt)
    once = (person_id % PRIME * first + second) % PRIME
    return (once * once % PRIME * third + once) % PRIME


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Who subscribed to a topic."""

    topic: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Locales:
    """Who reads one of these locales."""

    locales: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedBefore:
    """Who joined before this day."""

    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedAfter:
    """Who joined on this day or later: the negation of *before*."""

    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Got:
    """Whom a broadcast was sent to, as itself or in a digest: Telegram accepted it."""

    broadcast_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """Who says that they did what an alert asks for."""

    alert_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who joined by the link of this source."""

    source_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Locality:
    """Who named this place of the campaign's list, by its slug."""

    locality: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A share of the people, `drawn` of each `of`, by their lots under `salt`: the same people each time."""

    drawn: int
    salt: str
    of: int = WHOLE

    @property
    def below(self) -> int:
        """The lot below which a person is drawn."""
        return PRIME * self.drawn // self.of

    def draws(self, person_id: int) -> bool:
        """Whether a person is in the sample."""
        return lot_of(self.salt, person_id) < self.below


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """Just so many `people`, or all if there are fewer: of the same people the same each time, the lowest lots.

    Drawn from are those who are sent the alert at once and of whom the terms beside it hold that are no draws: whoever
    wants digests, or urgent alerts only, takes nobody's place.
    """

    people: int
    salt: str

    def first_of(self, person_ids: Iterable[int], *, one_in: int = 1) -> frozenset[int]:
        """Return who is drawn; `one_in`: only one in so many is looked at, and drawn."""
        by_lot = sorted(person_ids, key=lambda each: (lot_of(self.salt, each), each))
        return frozenset(by_lot[: -(-self.people // one_in)])


Alone = Topic | Locales | JoinedBefore | JoinedAfter | Source | Locality | Got | Did | Sample
"""What holds of a person, or does not, whoever else there is."""

Plain = Alone | Draw


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """Who is in a saved segment, which is defined like this. `removed`: it has been removed since it was chosen."""

    segment_id: int
    terms: tuple["Plain | Not", ...]
    removed: bool = False


Atom = Plain | Within


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    """Everybody of whom the term does not hold."""

    term: Atom


Term = Atom | Not


def atom_of(term: Term) -> Atom:
    """Return what a term is about, whether it is negated or not."""
    return term.term if isinstance(term, Not) else term


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The terms that hold of a person whoever else there is, and the draws; each with whether it is negated."""

    plain: tuple[tuple[Alone | Within, bool], ...]
    draws: tuple[tuple[Draw, bool], ...]


def parts_of(terms: Iterable[Term]) -> Parts:
    """Return the terms by what they ask: of a person, or of everybody together."""
    plain, draws = list[tuple[Alone | Within, bool]](), list[tuple[Draw, bool]]()
    for term in terms:
        atom, is_negated = atom_of(term), isinstance(term, Not)
        if isinstance(atom, Draw):
            draws.append((atom, is_negated))
        else:
            plain.append((atom, is_negated))
    return Parts(plain=tuple(plain), draws=tuple(draws))


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What the terms ask of a subscriber. `got`: the broadcasts that were sent to them; `source_id`: if it is known.

    `active`: they are sent an alert at once; nobody else is drawn. `did`: the alerts of which they say that they did
    what is asked for.
    """

    id: int
    locale: str
    joined_on: date
    topics: frozenset[str] = frozenset()
    got: frozenset[int] = frozenset()
    did: frozenset[int] = frozenset()
    source_id: int | None = None
    active: bool = True
    locality: str | None = None
