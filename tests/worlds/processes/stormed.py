"""What came of a storm, and what must not have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.rank import CEILING
from bot.telegram_io.supporter_buttons import Join
from tests.worlds.processes.storm_world import Done

SAID = ("/start", Join, "/help", "/privacy", "/language", "/settings", "/faq", "/help", "/start")
"""What each chat of the crowd says and taps, one after the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How large: so many chats that say it all within these seconds, and how much the one says that does not end.

    `patience`: seconds after it in which all must be over. `answers_all`: the rate is so high that all that is answered
    is answered in time; else what comes after ten minutes is not, and an answer may be left out.
    """

    chats: int
    loud: int
    seconds: float
    patience: float
    answers_all: bool = True

    @property
    def updates(self) -> int:
        """How many updates there are, but for those of the few."""
        return self.chats * len(SAID) + self.loud


@dataclass(kw_only=True)
class Stormed:
    """What came of it. `memory`: MiB of the bot, evenly through the storm; `wrong`: who is not where they should be.

    `alone`: what one alone gets; `minutes`: how long it took; `cpu`: the bot's seconds of processor; `behind`: updates
    that the bot had not fetched yet when the last was sent.
    """

    asked: Asked
    few: list[Done]
    got: dict[int, list[int]]
    alone: list[int]
    crowd: range
    loud: int
    wrong: int
    left_open: bool
    memory: list[float]
    minutes: float
    cpu: float
    behind: int

    def broken(self) -> list[str]:
        """Return what must not be: who is not where they should be; answers lost, twice, out of order, without end."""
        found = []
        if self.wrong:
            found.append(f"{self.wrong} chats are not where their last word left them")
        if self.left_open:
            found.append("updates have not taken effect")
        if others := sum(not self._is_as_alone(self.got.get(chat, [])) for chat in self.crowd):
            found.append(f"{others} chats did not get what one alone gets, in that order")
        if (most := self._most_to_loud()) < (got := len(self.got.get(self.loud, []))):
            found.append(f"who wrote without end got {got} answers, more than {most}")
        if unanswered := sum(math.isnan(done.answered_at) for done in self.few if not done.leaves):
            found.append(f"{unanswered} commands of organizers were not answered")
        if uncommitted := sum(math.isnan(done.committed_at) for done in self.few if done.leaves):
            found.append(f"{uncommitted} who left are not known to have left")
        return found

    def _is_as_alone(self, got: list[int]) -> bool:
        if self.asked.answers_all:
            return got == self.alone
        rest = iter(self.alone)
        return all(each in rest for each in got)

    def _most_to_loud(self) -> int:
        """Return what one chat may be told: its share of each minute, and once in each that there was too much."""
        return (math.ceil(self.minutes) + 1) * (CEILING + 1)

    def waits(self, *, leaves: bool) -> list[float]:
        """Return the seconds of the few, from when the bot had it to its commit or its answer, sorted."""
        return sorted(
            (done.committed_at if leaves else done.answered_at) - done.taken_at
            for done in self.few
            if done.leaves is leaves
        )

    def growth(self) -> float:
        """Return how much more memory there was in the last third than in the first, as a share."""
        third = max(1, len(self.memory) // 3)
        return _mean(self.memory[-third:]) / _mean(self.memory[:third]) - 1


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def share(waits: Sequence[float], part: float) -> float:
    """Return within how many seconds this part of them was over."""
    return waits[min(len(waits) - 1, math.ceil(part * len(waits)) - 1)] if waits else math.nan
