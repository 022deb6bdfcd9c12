"""What a tap changes in an audience that is being built: one term at a time."""

from enum import StrEnum

from bot.domain.audience import TERMS, Audience, Draw, Locales, Not, Term, Topic, Within
from bot.domain.canonical import sha256_of
from bot.errors import CampaignError

SEEN = 8
"""Digits of an audience's hash that a button carries: it is meant for the terms that were shown with it."""


class Whose(StrEnum):
    """Whose audience is built: in one letter, since a button has little room."""

    ALERT = "a"
    SEGMENT = "s"


class AudienceChanged(CampaignError):
    """The audience has changed since it was shown. Nothing was done: look at it, and choose again."""


class TermsFull(CampaignError):
    """An audience has five terms at the most."""


class TopicNeeded(CampaignError):
    """An alert goes to people who subscribed to a topic; that term stays."""


def seen_of(audience: Audience) -> str:
    """Return what tells an audience from every other, for the buttons below it."""
    return sha256_of(audience.as_json())[:SEEN]


def with_term(audience: Audience, term: Term) -> Audience:
    """Return it with one more term; one that it has already, only once.

    Another draw takes the place of the first, and so does another topic. Raises TermsFull.
    """
    alone = Draw if isinstance(term, Draw) else Topic if isinstance(term, Topic) else ()
    kept = [each for each in audience.terms if not isinstance(each, alone)]
    added = Audience(terms=(*kept, term)).ordered()
    if len(added.terms) > TERMS:
        raise TermsFull
    return added


def without_term(audience: Audience, term: Term) -> Audience:
    """Return it without a term; it may have none left then."""
    return Audience(terms=tuple(each for each in audience.terms if each != term))


def require_seen(audience: Audience, seen: str) -> None:
    """Look whether an audience is the one that was seen.

    Raises AudienceChanged.
    """
    if seen != seen_of(audience):
        raise AudienceChanged


def term_at(audience: Audience, at: int) -> Term:
    """Return a term by its number on the screen, from 1 on.

    Raises AudienceChanged.
    """
    terms = as_read(audience)
    if not 1 <= at <= len(terms):
        raise AudienceChanged
    return terms[at - 1]


def as_read(audience: Audience) -> tuple[Term, ...]:
    """Return the terms in the order in which people read them: topics first, segments next, what is not last."""

    def place(term: Term) -> int:
        match term:
            case Topic():
                return 0
            case Within():
                return 1
            case Not():
                return 3
            case _:
                return 2

    return tuple(sorted(audience.ordered().terms, key=place))


def negated(audience: Audience, term: Term) -> Audience:
    """Return it with everybody of whom the term does not hold, in the place of those of whom it does; or back."""
    turned = term.term if isinstance(term, Not) else Not(term=term)
    return with_term(without_term(audience, term), turned)


def with_locale_turned(audience: Audience, locale: str) -> Audience:
    """Return it with one more locale in its term of locales, or one less; the last takes the term with it.

    Raises TermsFull.
    """
    term = locales_of(audience)
    if term is None:
        return with_term(audience, Locales(locales=frozenset({locale})))
    locales = term.locales ^ {locale}
    rest = without_term(audience, term)
    return with_term(rest, Locales(locales=locales)) if locales else rest


def locales_of(audience: Audience) -> Locales | None:
    """Return the term that says which locales they read, if there is one that is not negated."""
    return next((term for term in audience.terms if isinstance(term, Locales)), None)


def require_topic(audience: Audience) -> None:
    """Look whether everybody in it has subscribed to a topic, as who gets an alert must have.

    A segment's terms do not count: they may change without the alert being looked at. Raises TopicNeeded.
    """
    if not any(isinstance(term, Topic) for term in audience.terms):
        raise TopicNeeded
