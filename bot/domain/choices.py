"""What readers get whose language is missing or older than the base: chosen by an organizer, never by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """What becomes of the readers of one locale. The values stand on buttons and in revisions: they stay short."""

    WAIT = "wait"
    """Nothing is approved or sent before its words are written."""
    BASE = "base"
    """They get the words of the base locale."""
    LEAVE_OUT = "out"
    """They get nothing."""
    AS_IT_IS = "asis"
    """They get the older words: only while the base says what it said then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """A choice, and the organizer who made it `by` id; None where earlier versions did not keep that.

    `for_base`: the version of the base's words that stood when it was made.
    """

    choice: Choice
    by: int | None = None
    for_base: str | None = None

    @property
    def is_kept_with_words(self) -> bool:
        """Whether it is from before it was kept who made it: then it stands beside the older words, as it did."""
        return self.by is None and self.choice is Choice.AS_IT_IS

    def holds(self, base: str | None) -> bool:
        """Whether it still decides, with the base's words in this version."""
        return self.choice is not Choice.AS_IT_IS or self.for_base == base


Choices = Mapping[str, Chosen]
"""By locale."""
