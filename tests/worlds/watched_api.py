"""A world whose Bot API notes when what was accepted arrived: at the latest when it was read, and at the earliest.

Between the two lies what this process had to do before it could look. Only what is certain is held against the bot.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.rehearsal.world.limits import Gate, Limits
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World

LOOK_SECONDS = 0.004
"""How often it is noted that this process had time to look."""

LOOKS_BACK = 3
"""Through so many turns of the loop a request may go before it is counted: the proxy's and the server's."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Monotonic seconds between which something has arrived."""

    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message to a chat that was accepted."""

    chat_id: int
    message_id: int
    text: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class Impatient:
    """A request to a chat of which a 429, since this monotonic second, had asked to wait. None: of all chats."""

    chat_id: int | None
    since: float
    moment: Moment


class WatchedGate(Gate):
    """A gate that keeps when each request came that counts against the limits, and which were told to wait."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, time.monotonic)
        self.moments: list[Moment] = []
        self.impatient: list[Impatient] = []
        self._looks = deque([time.monotonic()], maxlen=LOOKS_BACK)

    def note_look(self) -> None:
        """Note that whatever has arrived by now is read before what comes later."""
        self._looks.append(time.monotonic())

    def enter(self, chat_id: int | None, *, paid: bool = False) -> None:
        """Note the request, and count it."""
        now = time.monotonic()
        self.moments.append(Moment(self._looks[0], now))
        closed: list[tuple[int | None, Any]] = [(None, self._closed)]
        if chat_id in self._closed_chats:
            closed.append((chat_id, self._closed_chats[chat_id]))
        self.impatient += [
            Impatient(of, each.since, self.moments[-1]) for of, each in closed if each.until > now
        ]
        super().enter(chat_id, paid=paid)


class WatchedWorld(World):
    """A world that keeps every arrival. `epoch`: what is to be added to monotonic seconds to have those since 1970."""

    def __init__(self, *, limits: Limits, **about: Any) -> None:
        super().__init__(**about)
        self.gate = self.watched = WatchedGate(limits)
        self.arrivals: list[Arrival] = []
        self.epoch = time.time() - time.monotonic()

    async def look(self) -> None:
        """Note when this process has time, until cancelled."""
        while True:
            self.watched.note_look()
            await asyncio.sleep(LOOK_SECONDS)

    def post(self, chat_id: int, text: str, **about: Any) -> ChatMessage:
        """Put a message into a chat, and note its arrival."""
        message = super().post(chat_id, text, **about)
        self.arrivals.append(Arrival(chat_id, message.message_id, text, self.watched.moments[-1]))
        return message


def most_in_a_second(moments: Sequence[Moment]) -> int:
    """Return how many have certainly arrived within one second, at the most."""
    most, first = 0, 0
    for number, last in enumerate(moments):
        while last.latest - moments[first].earliest >= 1.0:
            first += 1
        most = max(most, number - first + 1)
    return most
