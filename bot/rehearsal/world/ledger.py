"""What the world accepted from the bot: enough to prove that nobody was sent the same thing twice."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """One message the world took from the bot. `text_hash` holds within one process only."""

    chat_id: int
    message_id: int
    text_hash: int


class Ledger:
    """Every accepted send, in order, in 24 bytes each: a million of them stay light."""

    def __init__(self) -> None:
        self._chats = array("q")
        self._messages = array("q")
        self._texts = array("q")
        self.per_chat: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Accepted]:
        for chat_id, message_id, text_hash in zip(self._chats, self._messages, self._texts, strict=True):
            yield Accepted(chat_id=chat_id, message_id=message_id, text_hash=text_hash)

    def record(self, chat_id: int, message_id: int, text: str) -> None:
        """Note an accepted send. Message ids only ever grow."""
        self._chats.append(chat_id)
        self._messages.append(message_id)
        self._texts.append(hash(text))
        self.per_chat[chat_id] += 1

    def chat_of(self, message_id: int) -> int | None:
        """Return whom a message went to; None when no accepted send has that id."""
        at = bisect_left(self._messages, message_id)
        if at < len(self._messages) and self._messages[at] == message_id:
            return self._chats[at]
        return None

    def duplicates(self) -> int:
        """Count the chats that were sent some text more than once."""
        seen: set[tuple[int, int]] = set()
        twice: set[int] = set()
        for pair in zip(self._chats, self._texts, strict=True):
            if pair in seen:
                twice.add(pair[0])
            seen.add(pair)
        return len(twice)
