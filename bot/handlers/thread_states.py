"""Where somebody stands who asks a person of the campaign, or answers."""

from dataclasses import dataclass

from bot.handlers.states import State


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitQuestion(State, at="question"):
    """The question to a person of the campaign is awaited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WritingBack(State, at="thread"):
    """Texts go into a thread. `since`: when the last one did, or the button was tapped, in seconds."""

    thread_id: int
    since: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AwaitAnswer(State, at="answer"):
    """An organizer's answer to a thread is awaited."""

    thread_id: int
