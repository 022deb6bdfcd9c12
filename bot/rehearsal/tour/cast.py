"""The tour's parts: which of the people join, ask, leave and vanish, and who is on the team."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rehearsal.world.actor import Actor

JOINING, ASKING, LEAVING, VANISHING, BLOCKING = 0.9, 0.10, 0.02, 0.02, 0.01
"""Shares of the people who join; of those who joined, the shares to whom the rest happens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Who does what. Chat ids of this world's made-up people."""

    joining: tuple[int, ...]
    asking: tuple[int, ...]
    leaving_before: tuple[int, ...]
    leaving_meanwhile: tuple[int, ...]
    vanishing: tuple[int, ...]
    blocking: tuple[int, ...]

    @classmethod
    def draw(cls, people: Sequence[int], *, seed: int) -> "Parts":
        """Give out the parts; the same seed gives the same. At least one person plays each."""
        lot = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
        joining = lot.sample(people, max(1, round(len(people) * JOINING)))
        # Drawn anew: those who are first to join are first to be sent to, and nothing would happen meanwhile.
        deck = lot.sample(joining, len(joining))

        def deal(share: float) -> tuple[int, ...]:
            size = max(1, round(len(joining) * share))
            return tuple(deck.pop() for _ in range(min(size, len(deck))))

        return cls(
            joining=tuple(joining),
            asking=tuple(lot.sample(joining, max(1, round(len(joining) * ASKING)))),
            leaving_before=deal(LEAVING / 2),
            leaving_meanwhile=deal(LEAVING / 2),
            vanishing=deal(VANISHING),
            blocking=deal(BLOCKING),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """Who organizes: the first owner, and whom they invite."""

    owner: Actor
    approver: Actor
    editor: Actor

    @property
    def chats(self) -> frozenset[int]:
        """Return their chat ids: an alert in one of these is a preview."""
        return frozenset(each.chat_id for each in (self.owner, self.approver, self.editor))
