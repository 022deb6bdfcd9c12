"""Whom an alert is for: a small closed algebra with one meaning.

An audience is up to five terms joined by *and*; each may be negated. It is a value: it has one canonical JSON, one
pure reading (`Audience.matches`) and one compilation to SQL (`bot.store.audiences`), which a test holds against
each other. Whether a person may be written to at all (active, paused, blocked) is no term: it holds for every
audience.

To come with the tables they need: the *source* one joined by, what one *did* about an alert, one's *locality*. Each
is one more dataclass in `Atom`, one case in `_holds`, `_atom_as_dict`, `_atom_from_dict` and in the compilation.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from bot.domain.canonical import canonical_json
from bot.errors import CampaignError

TERMS = 5
"""Terms of an audience at the most; more than that nobody reads on a phone."""

PRIME = 2_147_483_647
"""2³¹ - 1: products of two residues fit into the 64-bit integers of both databases."""

WHOLE = 100


class AudienceInvalid(CampaignError):
    """This audience cannot be used: it has no term, more than five, or one that says nothing."""


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
class Sample:
    """A share of the people, in percent, drawn by a hash under `salt`: the same people each time.

    A sample of a given number is a share of the count at hand: a number alone is no property of one person.
    """

    percent: int
    salt: str

    def key(self) -> tuple[int, int, int]:
        """Return the three numbers under which ids are hashed."""
        digest = hashlib.sha256(self.salt.encode()).digest()
        parts = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16))
        first, second, third = (1 + part % (PRIME - 1) for part in parts)
        return first, second, third

    def draws(self, person_id: int) -> bool:
        """Whether a person is in the sample."""
        first, second, third = self.key()
        once = (person_id % PRIME * first + second) % PRIME
        return (once * once % PRIME * third + once) % PRIME < PRIME * self.percent // WHOLE


Atom = Topic | Locales | JoinedBefore | JoinedAfter | Got | Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    """Everybody of whom the term does not hold."""

    term: Atom


Term = Atom | Not


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What the terms ask of a subscriber. `got`: the broadcasts that were sent to them."""

    id: int
    locale: str
    joined_on: date
    topics: frozenset[str] = frozenset()
    got: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Everybody of whom all the terms hold."""

    terms: tuple[Term, ...]

    def matches(self, person: Person) -> bool:
        """Whether a person is in it."""
        return all(_term_holds(term, person) for term in self.terms)

    def checked(self) -> "Audience":
        """Return it as it can be used.

        Raises AudienceInvalid.
        """
        if not 1 <= len(self.terms) <= TERMS:
            raise AudienceInvalid
        for term in self.terms:
            _require_meaning(term.term if isinstance(term, Not) else term)
        return self

    def as_json(self) -> list[dict[str, Any]]:
        """Return it as it is kept and hashed: each term once, in an order of its own."""
        written = {canonical_json(each): each for each in map(_term_as_dict, self.terms)}
        return [written[key] for key in sorted(written)]


def of_topic(topic: str) -> Audience:
    """Return everybody who subscribed to a topic."""
    return Audience(terms=(Topic(topic=topic),))


def audience_from_json(written: Any) -> Audience:
    """Read an audience from its JSON.

    Raises AudienceInvalid.
    """
    try:
        return Audience(terms=tuple(_term_from_dict(each) for each in written)).checked()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AudienceInvalid from error


def _term_holds(term: Term, person: Person) -> bool:
    return not _holds(term.term, person) if isinstance(term, Not) else _holds(term, person)


def _holds(atom: Atom, person: Person) -> bool:
    match atom:
        case Topic(topic=topic):
            return topic in person.topics
        case Locales(locales=locales):
            return person.locale in locales
        case JoinedBefore(day=day):
            return person.joined_on < day
        case JoinedAfter(day=day):
            return person.joined_on >= day
        case Got(broadcast_id=broadcast_id):
            return broadcast_id in person.got
        case Sample():
            return atom.draws(person.id)
        case _:
            assert_never(atom)


def _require_meaning(atom: Atom) -> None:
    match atom:
        case Topic(topic=said) | Sample(salt=said) if not said:
            raise AudienceInvalid
        case Locales(locales=locales) if not locales or not all(locales):
            raise AudienceInvalid
        case Sample(percent=percent) if not 1 <= percent < WHOLE:
            raise AudienceInvalid
        case _:
            return


def _term_as_dict(term: Term) -> dict[str, Any]:
    return {"not": _atom_as_dict(term.term)} if isinstance(term, Not) else _atom_as_dict(term)


def _atom_as_dict(atom: Atom) -> dict[str, Any]:
    match atom:
        case Topic(topic=topic):
            return {"topic": topic}
        case Locales(locales=locales):
            return {"locales": sorted(locales)}
        case JoinedBefore(day=day):
            return {"joined_before": day.isoformat()}
        case JoinedAfter(day=day):
            return {"joined_after": day.isoformat()}
        case Got(broadcast_id=broadcast_id):
            return {"got": broadcast_id}
        case Sample(percent=percent, salt=salt):
            return {"sample": percent, "salt": salt}
        case _:
            assert_never(atom)


def _term_from_dict(written: Mapping[str, Any]) -> Term:
    return Not(term=_atom_from_dict(written["not"])) if "not" in written else _atom_from_dict(written)


def _atom_from_dict(written: Mapping[str, Any]) -> Atom:
    match dict(written):
        case {"topic": str(topic)}:
            return Topic(topic=topic)
        case {"locales": list(locales)}:
            return Locales(locales=frozenset(map(str, locales)))
        case {"joined_before": str(day)}:
            return JoinedBefore(day=date.fromisoformat(day))
        case {"joined_after": str(day)}:
            return JoinedAfter(day=date.fromisoformat(day))
        case {"got": int(broadcast_id)}:
            return Got(broadcast_id=broadcast_id)
        case {"sample": int(percent), "salt": str(salt)}:
            return Sample(percent=percent, salt=salt)
        case _:
            raise AudienceInvalid
