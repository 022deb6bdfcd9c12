"""Whom an alert is for: a small closed algebra with one meaning.

An audience is up to five terms joined by *and*; each may be negated. It is a value: it has one canonical JSON, one
pure reading (`Audience.matches`) and one compilation to SQL (`bot.store.audiences`), which a test holds against
each other. Whether a person may be written to at all (active, paused, blocked) is no term: it holds for every
audience.

A saved segment stands in an audience with its definition (`Within`), not by its number alone: so what is approved and
sent is what the segment said then. It is made of plain terms; a segment within a segment cannot be written at all.

A term is one more dataclass in `Plain`, one case in `_holds`, `_atom_as_dict`, `_atom_from_dict` and in the
compilation.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from bot.domain.audience_terms import (
    PRIME,
    WHOLE,
    Atom,
    Did,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Locality,
    Not,
    Person,
    Plain,
    Sample,
    Source,
    Term,
    Topic,
    Within,
    atom_of,
)
from bot.domain.canonical import canonical_json
from bot.errors import CampaignError

__all__ = [
    "PRIME",
    "TERMS",
    "WHOLE",
    "Atom",
    "Audience",
    "AudienceInvalid",
    "Did",
    "Got",
    "JoinedAfter",
    "JoinedBefore",
    "Locales",
    "Locality",
    "Not",
    "Person",
    "Plain",
    "Sample",
    "SegmentNested",
    "SegmentRemoved",
    "Source",
    "Term",
    "Topic",
    "Within",
    "atom_of",
    "audience_from_json",
    "of_topic",
]

TERMS = 5
"""Terms of an audience at the most; more than that nobody reads on a phone."""


class AudienceInvalid(CampaignError):
    """This audience cannot be used: it has no term, more than five, or one that says nothing."""


class SegmentRemoved(CampaignError):
    """A segment that this audience is drawn from was removed: it is to be chosen anew."""


class SegmentNested(CampaignError):
    """A segment is made of terms, not of another segment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Everybody of whom all the terms hold."""

    terms: tuple[Term, ...]

    def matches(self, person: Person) -> bool:
        """Whether a person is in it."""
        return _all_hold(self.terms, person)

    def checked(self) -> "Audience":
        """Return it as it can be used.

        Raises AudienceInvalid.
        """
        _require_terms(self.terms)
        return self

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """What its terms are about, whether they are negated or not."""
        return tuple(map(atom_of, self.terms))

    def ordered(self) -> "Audience":
        """Return it with its terms in the order in which they are written, each once."""
        return Audience(terms=tuple(map(_term_from_dict, self.as_json())))

    @property
    def segments(self) -> tuple[Within, ...]:
        """The saved segments that it is drawn from."""
        return tuple(atom for atom in self.atoms if isinstance(atom, Within))

    def require_segments(self) -> None:
        """Look whether every segment that it is drawn from is still there.

        Raises SegmentRemoved.
        """
        if any(each.removed for each in self.segments):
            raise SegmentRemoved

    def as_json(self) -> list[dict[str, Any]]:
        """Return it as it is kept and hashed: each term once, in an order of its own."""
        return _as_list(self.terms)


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


def _all_hold(terms: Iterable[Term], person: Person) -> bool:
    return all(_holds(atom_of(term), person) is not isinstance(term, Not) for term in terms)


def _holds(atom: Atom, person: Person) -> bool:  # noqa: C901 - one case for each kind of term
    match atom:
        case Topic(topic=topic):
            return topic in person.topics
        case Locales(locales=locales):
            return person.locale in locales
        case JoinedBefore(day=day):
            return person.joined_on < day
        case JoinedAfter(day=day):
            return person.joined_on >= day
        case Source(source_id=source_id):
            return person.source_id == source_id
        case Locality(locality=locality):
            return person.locality == locality
        case Got(broadcast_id=broadcast_id):
            return broadcast_id in person.got
        case Did(alert_id=alert_id):
            return alert_id in person.did
        case Sample():
            return atom.draws(person.id)
        case Within(terms=terms):
            return _all_hold(terms, person)
        case _:
            assert_never(atom)


def _require_terms(terms: Collection[Term]) -> None:
    if not 1 <= len(terms) <= TERMS:
        raise AudienceInvalid
    for term in terms:
        _require_meaning(atom_of(term))


def _require_meaning(atom: Atom) -> None:
    match atom:
        case Topic(topic=said) | Sample(salt=said) | Locality(locality=said) if not said:
            raise AudienceInvalid
        case Locales(locales=locales) if not locales or not all(locales):
            raise AudienceInvalid
        case Sample(drawn=drawn, of=of) if not 1 <= drawn < of:
            raise AudienceInvalid
        case Within(terms=terms):
            _require_terms(terms)
            if any(isinstance(atom_of(term), Within) for term in terms):
                raise AudienceInvalid
        case _:
            return


def _as_list(terms: Iterable[Term]) -> list[dict[str, Any]]:
    written = {canonical_json(each): each for each in map(_term_as_dict, terms)}
    return [written[key] for key in sorted(written)]


def _term_as_dict(term: Term) -> dict[str, Any]:
    return {"not": _atom_as_dict(term.term)} if isinstance(term, Not) else _atom_as_dict(term)


def _atom_as_dict(atom: Atom) -> dict[str, Any]:  # noqa: C901 - one case for each kind of term
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
        case Did(alert_id=alert_id):
            return {"did": alert_id}
        case Source(source_id=source_id):
            return {"source": source_id}
        case Locality(locality=locality):
            return {"locality": locality}
        case Sample(drawn=drawn, salt=salt, of=of):
            # Of a hundred, it is written as it always was: then older approvals stay good.
            return {"sample": drawn, "salt": salt} | ({} if of == WHOLE else {"of": of})
        case Within(segment_id=segment_id, terms=terms, removed=removed):
            return {"segment": segment_id, "terms": _as_list(terms)} | ({"removed": True} if removed else {})
        case _:
            assert_never(atom)


def _term_from_dict(written: Mapping[str, Any]) -> Term:
    return Not(term=_atom_from_dict(written["not"])) if "not" in written else _atom_from_dict(written)


def _atom_from_dict(written: Mapping[str, Any]) -> Atom:  # noqa: C901 - one case for each kind of term
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
        case {"did": int(alert_id)}:
            return Did(alert_id=alert_id)
        case {"source": int(source_id)}:
            return Source(source_id=source_id)
        case {"locality": str(locality)}:
            return Locality(locality=locality)
        case {"sample": int(drawn), "salt": str(salt), **more}:
            return Sample(drawn=drawn, salt=salt, of=int(more.get("of", WHOLE)))
        case {"segment": int(segment_id), "terms": list(terms), **more}:
            inner = tuple(_plain_from_dict(each) for each in terms)
            return Within(segment_id=segment_id, terms=inner, removed=bool(more.get("removed")))
        case _:
            raise AudienceInvalid


def _plain_from_dict(written: Mapping[str, Any]) -> Plain | Not:
    """Read a term of a segment, which holds no other segment.

    Raises AudienceInvalid.
    """
    term = _term_from_dict(written)
    if isinstance(term, Within) or isinstance(atom_of(term), Within):
        raise AudienceInvalid
    return term
