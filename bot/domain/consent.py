"""Consent: the dated record of an opt-in or its withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class ConsentEvent(StrEnum):
    """What became of it."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """They were asked whether it still holds, and said nothing."""


class ConsentMethod(StrEnum):
    """How that came."""

    BUTTON = "button"
    COMMAND = "command"
    WORD = "word"
    PREPARED = "prepared"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """One record. The wording is named by version and SHA-256, in the locale it was shown in; the day is UTC's."""

    event: ConsentEvent
    wording_version: str
    wording_sha256: str
    locale: str
    method: ConsentMethod
    day: date


def last_given(records: Sequence[Consent]) -> Consent | None:
    """Return the last yes of a person's records, oldest first."""
    return next((record for record in reversed(records) if record.event is ConsentEvent.GIVEN), None)


SETTLED = timedelta(days=7)
"""Whoever said yes so lately is not asked again, though the words have changed since."""

GRACE = timedelta(days=2)
"""From the last day that was named, as clocks show it in Greenwich, until it is over everywhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RenewalRule:
    """When people are asked whether their yes still holds, and how long they have to answer."""

    after: timedelta = timedelta(days=730)
    answer_within: timedelta = timedelta(days=30)

    def given_before(self, today: date) -> date:
        """Return the day on which, or before which, a yes to the same words was given that is to be renewed."""
        return today - self.after

    def is_due(self, given: Consent, *, version: str, today: date) -> bool:
        """Whether a yes is to be renewed. `version`: of the words as they are now."""
        settled = given.day <= today - SETTLED
        return given.day <= self.given_before(today) or (given.wording_version != version and settled)

    def last_day(self, now: datetime) -> date:
        """Return the last day for the answer of who is asked now."""
        return (now + self.answer_within).date()

    def lapses_at(self, now: datetime) -> datetime:
        """Return when the silence of who is asked now ends the alerts: once that day is over everywhere."""
        return now + self.answer_within + GRACE


AFTER_TWO_YEARS = RenewalRule()
"""What a campaign has that says nothing else."""
