"""The buttons with which an audience is built. How they are written: `callbacks`.

`of` and `id` say whose audience: an alert's, or a saved segment's. `seen` is the beginning of the hash of the terms
that were shown with the button: on a card of before somebody's edit, it changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.domain.audience_edit import SEEN, Whose
from bot.telegram_io.callbacks import Button, Locale, Page
from bot.telegram_io.organizer_buttons import Answer

Seen = Annotated[str, SEEN]
Digit = Annotated[int, 1]
Place = Annotated[str, 24]
"""A place's slug: beside the rest, a button has no room for more."""

AlertTopic = Annotated[str, 13]
"""The content's own rules allow no longer one."""


class TermKind(StrEnum):
    """What a term is about."""

    LOCALES = "locales"
    BEFORE = "before"
    AFTER = "after"
    SOURCE = "source"
    PLACE = "place"
    GOT = "got"
    DID = "did"
    SAMPLE = "sample"
    SEGMENT = "segment"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class OpenAudience(Button, wire="whom"):
    """Show an audience, its terms and how many they are."""

    of: Whose
    id: int


@dataclass(frozen=True, slots=True)
class AddTerm(Button, wire="whom:add"):
    """Offer what a term can be about; with a kind, what it can say, or ask for that to be typed."""

    of: Whose
    id: int
    kind: TermKind | None = None
    page: Page = 0


@dataclass(frozen=True, slots=True)
class ChooseTerm(Button, wire="whom:is"):
    """Add a term that says this: a source, a broadcast, an alert or a segment by its number; a sample's percentage."""

    of: Whose
    id: int
    seen: Seen
    kind: TermKind
    value: int = 0


@dataclass(frozen=True, slots=True)
class AddPlace(Button, wire="whom:in"):
    """Add the term that says from which place of the campaign's list they are."""

    of: Whose
    id: int
    seen: Seen
    place: Place


@dataclass(frozen=True, slots=True)
class AddTopic(Button, wire="whom:about"):
    """Let it be for who chose alerts about this, in the place of any other topic."""

    of: Whose
    id: int
    seen: Seen
    topic: AlertTopic


@dataclass(frozen=True, slots=True)
class TurnLocale(Button, wire="whom:reads"):
    """Let it be for the readers of one locale more, or less."""

    of: Whose
    id: int
    seen: Seen
    locale: Locale


@dataclass(frozen=True, slots=True)
class OpenTerm(Button, wire="whom:term"):
    """Show one term and what can be done with it."""

    of: Whose
    id: int
    seen: Seen
    at: Digit


@dataclass(frozen=True, slots=True)
class NegateTerm(Button, wire="whom:not"):
    """Turn a term into its contrary."""

    of: Whose
    id: int
    seen: Seen
    at: Digit


@dataclass(frozen=True, slots=True)
class DropTerm(Button, wire="whom:drop"):
    """Remove a term."""

    of: Whose
    id: int
    seen: Seen
    at: Digit


@dataclass(frozen=True, slots=True)
class StartAnew(Button, wire="whom:anew"):
    """Let an audience be all who get the alerts."""

    of: Whose
    id: int
    seen: Seen


@dataclass(frozen=True, slots=True)
class SaveSegment(Button, wire="whom:save"):
    """Ask for the name under which an alert's audience is saved."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class OpenSegments(Button, wire="segments"):
    """Show the saved segments, a page at a time."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class RenameSegment(Button, wire="segment:name"):
    """Ask for another name of a segment; without one, for that of a new segment."""

    segment_id: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveSegment(Button, wire="segment:drop"):
    """Ask whether to remove a segment; with the answer, do it or leave it."""

    segment_id: int
    answer: Answer | None = None
