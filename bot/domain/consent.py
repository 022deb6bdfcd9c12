"""Consent: the dated record of an opt-in or its withdrawal."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ConsentEvent(StrEnum):
    """What the person did."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ConsentMethod(StrEnum):
    """How they did it."""

    BUTTON = "button"
    COMMAND = "command"
    WORD = "word"
    BLOCKED = "blocked"
    PREPARED = "prepared"


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """One record. The wording is named by version and SHA-256, in the locale it was shown in; the day is UTC's."""

    event: ConsentEvent
    wording_version: str
    wording_sha256: str
    locale: str
    method: ConsentMethod
    day: date
