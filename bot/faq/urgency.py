"""What is urgent, and what may be: the evidence for an order, for hatred and for despair, weighed.

Evidence is log-odds, by kind. The thresholds are from `python -m bench thresholds`: how many other phrasings are above.
"""

from collections.abc import Mapping

from bot.domain.faq import URGENT, SmallTalk

GUARDED = (SmallTalk.INSTRUCTION, *reversed(URGENT))
"""Small talk that is a matter of form or feeling, whatever it is about: there is evidence for each."""
PLAIN = {SmallTalk.DISTRESS: -1.2, SmallTalk.HOSTILITY: -1.2}
"""From which a text is distress or hostility, whatever else is near: one in a hundred others."""
PLAIN_BESIDE = 6.0
"""From which a clause beside others is one of them: one in five hundred others at the most."""
POSSIBLE = {SmallTalk.INSTRUCTION: -5.0, SmallTalk.HOSTILITY: -8.3, SmallTalk.DISTRESS: -7.0}
"""From which no entry answers a text: one in twenty others for hatred, three in a hundred for despair, and so on."""
WITHHELD = -16.0
"""From which a text that no entry answers is shown no topics: one in ten of the entries' phrasings.

By that, and by the lists of `suspicion`, two in a thousand sentences of hatred that were held back are led on.
"""
WITHHELD_BY_LETTERS = -10.0
"""The same where there are only the letters, which tell less: a fourth of the entries' phrasings."""
NEAR = -4.0
"""From which a text may well be hatred or despair, and is offered to no person.

By letters, nine in ten of the questions that the statement leaves open are below, and one in fifty of what is hateful
or desperate (tests/content).
"""
POSSIBLE_BY_LETTERS = POSSIBLE | {SmallTalk.HOSTILITY: -7.0}
"""The same where there are only the letters: what speaks for hatred is half as much then."""
NOTHING = -100.0
"""The evidence for what a scorer says nothing of."""

Evidence = Mapping[SmallTalk, float]


def urgent(evidence: Evidence) -> SmallTalk | None:
    """Return distress or hostility, in this order, where a text is plainly one."""
    return next((kind for kind in URGENT if evidence.get(kind, NOTHING) >= PLAIN[kind]), None)


def urgent_beside(evidence: Evidence) -> SmallTalk | None:
    """Return distress or hostility, in this order, where a clause is plainly one, whatever stands beside it."""
    return next((kind for kind in URGENT if evidence.get(kind, NOTHING) >= PLAIN_BESIDE), None)


def may_be_urgent(evidence: Evidence) -> bool:
    """Tell whether a clause is worth being read for its meaning, as far as its letters say."""
    return any(evidence.get(kind, NOTHING) > 0 for kind in URGENT)


def is_near_urgent(evidence: Evidence) -> bool:
    """Tell whether a text may well be distress or hostility, though it is not plainly."""
    return any(evidence.get(kind, NOTHING) >= NEAR for kind in URGENT)


def is_suspect(evidence: Evidence, *, by_letters: bool = False) -> bool:
    """Tell whether a text may be one of `GUARDED`, so that no entry answers it."""
    possible = POSSIBLE_BY_LETTERS if by_letters else POSSIBLE
    return any(evidence.get(kind, NOTHING) >= least for kind, least in possible.items())


def withholds_topics(evidence: Evidence, *, by_letters: bool = False) -> bool:
    """Tell whether a text is near enough to distress or hostility to be shown no topics."""
    least = WITHHELD_BY_LETTERS if by_letters else WITHHELD
    return any(evidence.get(kind, NOTHING) >= least for kind in URGENT)
