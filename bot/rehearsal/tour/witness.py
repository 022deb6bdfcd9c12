"""What was posted into people's chats, noted as it came: buttons that are pressed later change a message."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

from bot.rehearsal.tour.numbers import MOMENT
from bot.rehearsal.world.notifications import Changes
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World

MORE, READ, NOT_FOR_ME = "act:more:", "act:read:", ":not_for_me"
"""Buttons by which a message is known: under an alert, in a digest, and, on a new message, under a reminder alone."""


class Post(StrEnum):
    """What the bot sends to many."""

    ALERT = "alert"
    DIGEST = "digest"
    REMINDER = "reminder"
    THANKS = "thanks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One message. `at` in seconds of the world; `alerts`: the numbers of those it brings."""

    chat_id: int
    message_id: int
    at: int
    post: Post
    alerts: tuple[int, ...]


@dataclass(kw_only=True, slots=True)
class Witness:
    """Notes what is posted while it is entered. `thanked`: how the thanks for the moment begin, in every language."""

    world: World
    thanked: Callable[[ChatMessage], bool]
    posted: list[Posted] = field(default_factory=list)
    _changes: Changes | None = None
    _looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._changes = self.world.subscribe()
        self._looking = asyncio.create_task(self._look(self._changes))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    def got(self, post: Post, alert: int) -> Counter[int]:
        """Count, by chat id, the messages of a kind that brought an alert."""
        return Counter(each.chat_id for each in self.of(post, alert))

    def of(self, post: Post, alert: int) -> Iterator[Posted]:
        """Yield the messages of a kind that brought an alert."""
        return (each for each in self.posted if each.post is post and alert in each.alerts)

    def has_come(self, post: Post, alert: int, people: Collection[int]) -> bool:
        """Whether each of these people got it."""
        return set(people) <= {each.chat_id for each in self.of(post, alert)}

    async def _look(self, changes: Changes) -> None:
        async for change in changes:
            if change.kind != "message" or change.chat_id is None or change.message_id is None:
                continue
            message = self.world.people[change.chat_id].stored.get(change.message_id)
            if message is not None and message.from_bot and (found := self._read(message)) is not None:
                self.posted.append(found)

    def _read(self, message: ChatMessage) -> Posted | None:
        pressed = [each["callback_data"] for each in message.buttons() if "callback_data" in each]
        post, alerts = Post.ALERT, _numbers(pressed, MORE)
        if read := _numbers(pressed, READ):
            post, alerts = Post.DIGEST, read
        elif any(each.endswith(NOT_FOR_ME) for each in pressed):
            post = Post.REMINDER
        elif not alerts and not pressed and self.thanked(message):
            post, alerts = Post.THANKS, (MOMENT,)
        if not alerts:
            return None
        return Posted(
            chat_id=message.chat_id, message_id=message.message_id, at=message.date, post=post, alerts=alerts
        )


def _numbers(pressed: Collection[str], beginning: str) -> tuple[int, ...]:
    return tuple(int(each.removeprefix(beginning)) for each in pressed if each.startswith(beginning))
