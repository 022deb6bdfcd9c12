"""The terms that audiences are made of, as values, and what they ask of a person."""

import hashlib
from dataclasses import dataclass
from datetime import date

PRIME = 2_147_483_647
"""2³¹ - 1: products of two residues fit into the 64-bit integers of both databases."""

WHOLE = 100


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
    """Whom a broadcast was sent to: Telegram accepted it."""

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
    """A share of the people, `drawn` of each `of`, by a hash under `salt`: the same people each time.

    A sample of so many people is their share of the count at hand: a number alone is no property of one person.
    """

    drawn: int
    salt: str
    of: int = WHOLE

    def key(self) -> tuple[int, int, int]:
        """Return the three numbers under which ids are hashed."""
        digest = hashlib.sha256(self.salt.encode()).digest()
        parts = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16))
        first, second, third = (1 + part % (PRIME - 1) for part in parts)
        return first, second, third

    @property
    def below(self) -> int:
        """The hash below which a person is drawn."""
        return PRIME * self.drawn // self.of

    def draws(self, person_id: int) -> bool:
        """Whether a person is in the sample."""
        first, second, third = self.key()
        once = (person_id % PRIME * first + second) % PRIME
        return (once * once % PRIME * third + once) % PRIME < self.below


Plain = Topic | Locales | JoinedBefore | JoinedAfter | Source | Locality | Got | Did | Sample


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
class Person:
    """What the terms ask of a subscriber. `got`: the broadcasts that were sent to them; `source_id`: if it is known.

    `did`: the alerts of which they say that they did what is asked for.
    """

    id: int
    locale: str
    joined_on: date
    topics: frozenset[str] = frozenset()
    got: frozenset[int] = frozenset()
    did: frozenset[int] = frozenset()
    source_id: int | None = None
    locality: str | None = None
