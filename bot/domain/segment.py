"""A segment: an audience that was saved under a name, to be used again."""

from dataclasses import dataclass, replace

from bot.domain.audience import Audience, Not, Plain, SegmentNested, Term, Within, atom_of
from bot.errors import CampaignError

NAME_LENGTH = 32
"""Characters of a name: it stands on buttons."""


class SegmentNameInvalid(CampaignError):
    """A segment's name has one line and at most 32 characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """An audience under a name; it is made of plain terms, never of another segment."""

    id: int
    name: str
    terms: tuple[Term, ...]

    @property
    def audience(self) -> Audience:
        """Whom it holds."""
        return Audience(terms=self.terms)

    def checked(self) -> "Segment":
        """Return it as it can be saved.

        Raises SegmentNameInvalid, SegmentNested, AudienceInvalid.
        """
        name = self.name.strip()
        if not name or len(name) > NAME_LENGTH or not name.isprintable():
            raise SegmentNameInvalid
        plain_terms(self.audience)
        return replace(self, name=name, terms=self.audience.checked().terms)

    def within(self) -> Within:
        """Return the term that says: who is in this segment, as it is defined now."""
        return Within(segment_id=self.id, terms=plain_terms(self.audience))


def plain_terms(audience: Audience) -> tuple[Plain | Not, ...]:
    """Return the terms of an audience that is drawn from no other segment, in the order in which they are written.

    Raises SegmentNested.
    """
    plain: list[Plain | Not] = []
    for term in audience.ordered().terms:
        if isinstance(term, Within) or isinstance(atom_of(term), Within):
            raise SegmentNested
        plain.append(term)
    return tuple(plain)


def redefined(audience: Audience, segment: Segment) -> Audience:
    """Return an audience that is drawn from a segment, with what that segment is made of now."""
    return _replaced(audience, segment.id, segment.within())


def without(audience: Audience, segment_id: int) -> Audience:
    """Return an audience that was drawn from a segment, marked: the segment was removed."""
    [gone] = {each for each in audience.segments if each.segment_id == segment_id}
    return _replaced(audience, segment_id, replace(gone, removed=True))


def _replaced(audience: Audience, segment_id: int, by: Within) -> Audience:
    def renewed(term: Term) -> Term:
        atom = atom_of(term)
        if not isinstance(atom, Within) or atom.segment_id != segment_id:
            return term
        return Not(term=by) if isinstance(term, Not) else by

    return Audience(terms=tuple(map(renewed, audience.terms)))
