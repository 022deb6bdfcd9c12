"""A world in which very many do a lot: of each only what it got is kept, in order, and when the few were answered."""

import itertools
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bot.rehearsal.world.people import ChatMessage, Json
from bot.rehearsal.world.updates import UpdateQueue
from bot.rehearsal.world.world import World


@dataclass(kw_only=True, slots=True)
class Done:
    """One thing that one of the few did: when they did it, the bot had it, it was committed, answered (monotonic)."""

    chat_id: int
    leaves: bool
    said_at: float
    taken_at: float = math.nan
    committed_at: float = math.nan
    answered_at: float = math.nan


class Taken(UpdateQueue):
    """Updates, with when the bot first had each that is watched."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: dict[int, Done] = {}

    def peek(self, limit: int) -> list[Json]:
        """Return the oldest, as a poll gets them."""
        found = super().peek(limit)
        if self.watched:
            now = time.monotonic()
            for update in found:
                if (done := self.watched.pop(update["update_id"], None)) is not None:
                    done.taken_at = now
        return found


class Stormy(World):
    """A world that notes what each chat got, in order, and when one of the few was answered."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.taken = self.updates = Taken()
        self.got: defaultdict[int, list[int]] = defaultdict(list)
        self.first: dict[int, int] = {}
        self.awaiting: dict[int, Done] = {}
        self.posted_at: list[float] = []
        self._taps = itertools.count(1)

    def post(self, chat_id: int, text: str, **about: Any) -> ChatMessage:
        """Note the message."""
        message = super().post(chat_id, text, **about)
        self.first.setdefault(chat_id, message.message_id)
        self._note(chat_id, text)
        return message

    def edit(self, message: ChatMessage, *, text: str, **about: Any) -> None:
        """Note what the message says now."""
        super().edit(message, text=text, **about)
        self._note(message.chat_id, text)

    def _note(self, chat_id: int, text: str) -> None:
        """Note the first line: what stands below may be of the person, or count how many there are."""
        now = time.monotonic()
        self.got[chat_id].append(hash(text.partition("\n")[0]))
        self.posted_at.append(now)
        if (done := self.awaiting.pop(chat_id, None)) is not None:
            done.answered_at = now

    def does(self, chat_id: int, what: str, *, watched: Done | None = None) -> None:
        """Let a chat send a command, or tap a button with this data."""
        if what.startswith("/"):
            entity = {"type": "bot_command", "offset": 0, "length": len(what)}
            self._writes(chat_id, what, [entity], watched)
            return
        sender, message = self._around(chat_id)
        about = {"id": f"s{next(self._taps)}", "from": sender, "chat_instance": "1", "data": what}
        above = {**message, "from": self.as_bot(), "text": "x"}
        self._push({"callback_query": {**about, "message": above}}, watched)

    def writes(self, chat_id: int, text: str) -> None:
        """Let a chat write something."""
        self._writes(chat_id, text, [], None)

    def _writes(self, chat_id: int, text: str, entities: list[Json], watched: Done | None) -> None:
        sender, message = self._around(chat_id)
        self._push({"message": {**message, "from": sender, "text": text, "entities": entities}}, watched)

    def _around(self, chat_id: int) -> tuple[Json, Json]:
        """Return who does it, and the message it is or stands below, as far as it is always the same."""
        sender = {"id": chat_id, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": chat_id, "type": "private", "first_name": "P"}
        message = {"message_id": self.first.get(chat_id, 1), "date": int(self.now()), "chat": chat}
        return sender, message

    def _push(self, update: Json, watched: Done | None) -> None:
        if watched is not None:
            self.awaiting[watched.chat_id] = watched
            # Before it is there: the bot may have it at once.
            self.taken.watched[self.updates._next_id] = watched
        self.push_update(update)

    def answer(self, callback_id: str, payload: dict[str, Any]) -> None:
        """Take the answer to a tap of which nothing else is known."""
        self.answers[callback_id] = payload
