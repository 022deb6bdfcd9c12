"""Where a chat can stand in a flow of several messages, as it is kept in the database.

A state is a frozen dataclass with a name under which it is stored, `at`.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

STATES: "dict[str, type[State]]" = {}
"""Every state, by the name it is stored under."""


class State:
    """What the next message of a chat is taken for. Subclasses are frozen dataclasses of ids, texts and flags."""

    __slots__ = ()
    at: ClassVar[str]

    def __init_subclass__(cls, *, at: str | None = None) -> None:
        """Enter the state into the register."""
        super().__init_subclass__()
        # A dataclass with slots is made anew from the class that was entered first, and keeps its name.
        cls.at = at or cls.__dict__["at"]
        known = STATES.setdefault(cls.at, cls)
        if known.__qualname__ != cls.__qualname__:
            raise TypeError(f"two states are named {cls.at}: {known.__qualname__}, {cls.__qualname__}")
        STATES[cls.at] = cls


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitLink(State, at="link"):
    """An alert's address is awaited. `offered`: one that would do, in the place of what was sent.

    `album`: of pictures that were answered already, as in the states below. `over`: the version of the address that
    was shown; None in older states.
    """

    alert_id: int
    offered: str = ""
    album: str = ""
    over: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitWords(State, at="words"):
    """An alert's words in one locale are awaited.

    Of what was sent and refused: its `length` and the date of its last part, `sent_at`, in seconds; its `message_id`,
    an edit of which is taken in its place; and its `text` where it was refused for its tags. Of what was shown with
    the question: the versions of the `base`'s words, and of those that these go `over`; None in older states.
    """

    alert_id: int
    locale: str
    length: int = 0
    sent_at: int = 0
    message_id: int | None = None
    text: str = ""
    album: str = ""
    base: str | None = None
    over: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitField(State, at="field"):
    """What an alert's action needs, the field `name`, is awaited; in a `locale`, where it is words.

    `walking`: a new alert is being written, and the next question follows. `over`: the version of the value that was
    shown. Of what was sent and refused: `length`, `sent_at` and `message_id` as above. Of the words that were taken
    just before, which may be the first part of a text that Telegram cut: the `revision` before them, and the version
    of the `base`'s words that they were written for.
    """

    alert_id: int
    name: str
    locale: str = ""
    walking: bool = False
    over: str | None = None
    length: int = 0
    sent_at: int = 0
    message_id: int | None = None
    album: str = ""
    revision: int = 0
    base: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitPicture(State, at="picture"):
    """The picture of an alert is awaited. `over`: the version of the one that was shown."""

    alert_id: int
    album: str = ""
    over: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AtBoard(State, at="board"):
    """An alert's board is open, since `opened` in seconds: nothing is awaited, but a text may be meant for it.

    Of the words just taken in `locale`: their `length` and date, to know the rest of a text that Telegram cut; the
    `revision` before them; and the version of the `base`'s words that they were written for. Of a text sent since:
    the message, the answers that are `nearest` if it is a question, and the `versions` of each locale's words then.
    """

    alert_id: int
    locale: str
    opened: int
    length: int = 0
    sent_at: int = 0
    revision: int = 0
    message_id: int | None = None
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)
    album: str = ""
    base: str | None = None
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitTime(State, at="time"):
    """The day and hour of an alert are awaited: of one moment or, with `local`, of each person's zone.

    `typed`: what was taken of it, while the organizer decides about people whose hour is past.
    """

    alert_id: int
    local: bool = False
    typed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitWeek(State, at="week"):
    """The days of what repeats (ISO numbers) are chosen, then its hour and its last day are awaited.

    `typed`: both, once they were taken, while the organizer decides on whose clocks.
    """

    alert_id: int
    days: list[int]
    typed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitNumber(State, at="confirm"):
    """The number of people is awaited.

    `canary`: the first few are to go alone. `again`: the same was sent today, and they know. `seen`: what tells the
    plan that the question was about; empty in older states. `asked`: when it was, in seconds.
    """

    alert_id: int
    canary: bool = False
    again: bool = False
    seen: str = ""
    asked: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitNote(State, at="note"):
    """The note is awaited with which an alert is returned. `seen`: what tells the plan that was looked at."""

    alert_id: int
    seen: str


AlertState = (
    AwaitLink | AwaitField | AwaitPicture | AwaitWords | AtBoard | AwaitTime | AwaitWeek | AwaitNumber
)
"""A draft is being written or confirmed: it stays, and /back leads to its board."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitRecall(State, at="recall"):
    """The number of chats that a broadcast is to be deleted from is awaited."""

    broadcast_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitName(State, at="name"):
    """The name by which the team knows an organizer is awaited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitSourceName(State, at="source"):
    """The name of a new link by which people come is awaited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitReport(State, at="report"):
    """The next answer to the questions of an alert is awaited, after these `answers`; kept sealed, as every state.

    `since`: when it was asked for, in seconds.
    """

    alert_id: int
    answers: list[str] = field(default_factory=list)
    since: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitCheckpoint(State, at="checkpoint"):
    """A checkpoint of the audit is awaited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitDay(State, at="day"):
    """The day since or before which people joined is awaited, for a term of the audience that was `seen`."""

    of: str
    id: int
    kind: str
    seen: str
    album: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitSample(State, at="sample"):
    """The size of a sample is awaited, for a term of the audience that was `seen`."""

    of: str
    id: int
    seen: str
    album: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitSegmentName(State, at="segment"):
    """A segment's name is awaited: of a new one with this alert's audience, of this one, or of one for all."""

    alert_id: int | None = None
    segment_id: int | None = None
    album: str = ""


def dump(state: State) -> dict[str, Any]:
    """Write the state as it is stored."""
    return {"at": state.at, **asdict(state)}  # type: ignore[call-overload]


_RENAMED = {"careful": "canary"}
"""Fields as earlier versions stored them: people are in the middle of flows while the program is updated."""


def load(stored: dict[str, Any]) -> State | None:
    """Read a stored state; what belongs to another state is passed over. None for one that is not known."""
    made = STATES.get(str(stored.get("at")))
    if made is None:
        return None
    stored = {_RENAMED.get(name, name): value for name, value in stored.items()}
    known = {each.name for each in fields(made)}  # type: ignore[arg-type]
    try:
        return made(**{name: value for name, value in stored.items() if name in known})
    except TypeError:  # a field without a default is missing: written by another version
        return None
