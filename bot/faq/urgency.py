"""What is urgent, and what may be: the evidence for an order, for hatred and for despair, weighed.

“This heat is killing me” is near to despair in letters and in meaning. So a text is plainly urgent only where a second
judge agrees, which has learnt nothing but hatred, despair and the subjects left open, everyday trouble among them.

Evidence is log-odds, by kind. The thresholds are from `python -m bench thresholds`: how many other phrasings are above.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.faq import URGENT, SmallTalk
from bot.faq.suspicion import Said

GUARDED = (SmallTalk.INSTRUCTION, *reversed(URGENT))
"""Small talk that is a matter of form or feeling, whatever it is about: there is evidence for each."""
PLAIN_BESIDE = 6.0
"""From which a clause beside others is one of them: one in five hundred others at the most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubts:
    """The least evidence, objections taken off, from which a text is distress or hostility, whatever is near (`plain`).

    And from which it is not answered: by an entry (`possible`; of hatred where a people is named, `beside_a_people`),
    by topics (`remote`).
    """

    plain: Mapping[SmallTalk, float]
    possible: Mapping[SmallTalk, float]
    beside_a_people: float
    remote: float


BY_MEANING = Doubts(
    plain={SmallTalk.DISTRESS: -2.5, SmallTalk.HOSTILITY: -1.0},
    possible={SmallTalk.INSTRUCTION: -5.0, SmallTalk.HOSTILITY: -8.3, SmallTalk.DISTRESS: -7.0},
    beside_a_people=-11.0,
    remote=-14.0,
)
"""Of the entries' phrasings, by this, three in a thousand are hatred or despair; two in a hundred may be hatred, one
despair; seven are not remote from either.
"""
BY_LETTERS = Doubts(
    plain={SmallTalk.DISTRESS: -1.2, SmallTalk.HOSTILITY: 2.2},
    possible={SmallTalk.INSTRUCTION: -5.0, SmallTalk.HOSTILITY: -6.8, SmallTalk.DISTRESS: -6.7},
    beside_a_people=-8.0,
    remote=-9.8,
)
"""The same where there are only the letters, which tell less: two in a thousand are hatred, for nobody is accused by
chance, and ten despair, which is better heard once too often; twelve in a hundred may be hatred, and a fourth is
not remote.
"""
NEAR = -4.0
"""From which a text may well be hatred or despair, and is offered to no person.

By letters, nine in ten of the questions that the statement leaves open are below, and one in fifty of what is hateful
or desperate (tests/content).
"""
NOTHING = -100.0
"""The evidence for what a scorer says nothing of."""

Evidence = Mapping[SmallTalk, float]


def plainly(evidence: Evidence, against: Evidence) -> Evidence:
    """Return the evidence less what speaks for a text only sounding like what it is evidence for."""
    return {kind: found + against.get(kind, 0.0) for kind, found in evidence.items()}


def urgent(evidence: Evidence, least: Doubts) -> SmallTalk | None:
    """Return distress or hostility, in this order, where a text is plainly one."""
    return next((kind for kind in URGENT if evidence.get(kind, NOTHING) >= least.plain[kind]), None)


def urgent_beside(evidence: Evidence) -> SmallTalk | None:
    """Return distress or hostility, in this order, where a clause is plainly one, whatever stands beside it."""
    return next((kind for kind in URGENT if evidence.get(kind, NOTHING) >= PLAIN_BESIDE), None)


def may_be_urgent(evidence: Evidence) -> bool:
    """Tell whether a clause is worth being read for its meaning, as far as its letters say."""
    return any(evidence.get(kind, NOTHING) > 0 for kind in URGENT)


def is_near_urgent(evidence: Evidence) -> bool:
    """Tell whether a text may well be distress or hostility, though it is not plainly."""
    return any(evidence.get(kind, NOTHING) >= NEAR for kind in URGENT)


def is_suspect(evidence: Evidence, said: Said, least: Doubts) -> bool:
    """Tell whether a text may be one of `GUARDED`, so that no entry answers it."""
    if said.is_hateful or (
        said.names_a_people and evidence.get(SmallTalk.HOSTILITY, NOTHING) >= least.beside_a_people
    ):
        return True
    return any(evidence.get(kind, NOTHING) >= possible for kind, possible in least.possible.items())


def is_remote(evidence: Evidence, least: Doubts) -> bool:
    """Tell whether a text is so far from distress and hostility that it may be shown topics."""
    return all(evidence.get(kind, NOTHING) < least.remote for kind in URGENT)
