"""What a supporter reports: three answers in their own words, which editors read before anybody else does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.rich_text import utf16_length
from bot.errors import CampaignError

ANSWER_LENGTH = 800
"""UTF-16 units of one answer: three of them, with their questions, fit into one message."""

KEPT_AFTER_DECISION = timedelta(days=30)
"""After an editor has decided, what was reported is erased."""


class SightingState(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AnswerEmpty(CampaignError):
    """An answer has words."""


class AnswerTooLong(CampaignError):
    """An answer is too long: `length` of at most `ANSWER_LENGTH` characters, as Telegram counts."""

    def __init__(self, length: int) -> None:
        self.length = length
        super().__init__(f"The answer has {length} characters; {ANSWER_LENGTH} fit.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What was reported about an alert, under a number that was drawn for it. It does not say by whom."""

    id: int
    alert_id: int
    locale: str
    state: SightingState
    answers: tuple[str, ...]


def checked_answer(text: str) -> str:
    """Return an answer as it is kept: plain words, whatever they hold.

    Raises AnswerEmpty, AnswerTooLong.
    """
    clean = text.replace("\0", "").strip()
    if not clean:
        raise AnswerEmpty
    if (length := utf16_length(clean)) > ANSWER_LENGTH:
        raise AnswerTooLong(length)
    return clean


def is_whole(answers: Sequence[str], questions: Sequence[str]) -> bool:
    """Whether every question has its answer."""
    return len(answers) >= len(questions)
