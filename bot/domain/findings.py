"""What the check of an alert can find: each kind of finding, with what is said of it. `bot.domain.check` finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import ClassVar

from bot.domain.link_safety import Address, LinkFault


class Level(StrEnum):
    """How much a finding matters."""

    BLOCK = "block"
    WARN = "warn"
    FINE = "pass"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the check. `level`: how much it matters; `key`: by what a warning is acknowledged."""

    level: ClassVar[Level] = Level.FINE

    @property
    def key(self) -> str:
        """The name under which it is kept that somebody has seen it."""
        return type(self).__name__


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseMissing(Finding):
    """There are no words in the language that the others are translated from."""

    level: ClassVar[Level] = Level.BLOCK


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided(Finding):
    """Of the readers of these locales nobody has decided what they get: their number by locale."""

    level: ClassVar[Level] = Level.BLOCK
    readers: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting(Finding):
    """The words of these locales are waited for, by choice."""

    level: ClassVar[Level] = Level.BLOCK
    readers: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class TranslationsFine(Finding):
    """Every reader's language is up to date, or it was decided what they get."""

    chosen: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TooLong(Finding):
    """The words of a locale do not fit into one message."""

    level: ClassVar[Level] = Level.BLOCK
    locale: str
    length: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Long(Finding):
    """The words of a locale are longer than people read to the end."""

    level: ClassVar[Level] = Level.WARN
    locale: str
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LengthFine(Finding):
    """The longest words are short enough."""

    locale: str
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkBad(Finding):
    """An address that misleads, or leads nowhere."""

    level: ClassVar[Level] = Level.BLOCK
    address: Address
    fault: LinkFault


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkDoubtful(Finding):
    """An address that may be as it should."""

    level: ClassVar[Level] = Level.WARN
    address: Address
    fault: LinkFault

    @property
    def key(self) -> str:
        """The name under which it is kept that somebody has seen it: one for each kind of doubt."""
        return f"Link:{self.fault.value}"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinksFine(Finding):
    """All addresses are plain https."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlinePast(Finding):
    """What it asks for cannot be done in time any more."""

    level: ClassVar[Level] = Level.BLOCK
    deadline: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineAhead(Finding):
    """The deadline is to come."""

    deadline: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideHours(Finding):
    """Sent now, it would arrive when people sleep or rest."""

    level: ClassVar[Level] = Level.WARN
    at: datetime
    zone: tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class WithinHours(Finding):
    """Sent now, it would arrive by day."""

    at: datetime
    zone: tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidLately(Finding):
    """The same words went out a short while ago."""

    level: ClassVar[Level] = Level.WARN
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SamePeople(Finding):
    """Another alert went to many of the same people within a day: a share of all it reaches.

    `is_estimate`: how many these are is one.
    """

    level: ClassVar[Level] = Level.WARN
    share: float
    people: int
    is_estimate: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MoreThanPromised(Finding):
    """With so many `others` in the same week, it is more than people were promised when they joined."""

    level: ClassVar[Level] = Level.WARN
    others: int
    promised: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NotTooOften(Finding):
    """Neither these words nor another alert went to many of these people lately."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberMissing(Finding):
    """It asks for a call, and says nowhere whom to call."""

    level: ClassVar[Level] = Level.WARN


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast(Finding):
    """How long it takes at the most that may be sent per second. `is_estimate`: to how many it goes is one."""

    people: int
    seconds: float
    rate: float
    is_estimate: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost(Finding):
    """What paid sending costs at the most, in Telegram Stars. `is_estimate`: to how many it goes is one."""

    stars: int
    is_estimate: bool = False
