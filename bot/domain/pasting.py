"""A text too long for one message arrives as several: Telegram's apps cut it and send the parts at once."""

from dataclasses import dataclass

from bot.domain.rich_text import MESSAGE_LIMIT

TOGETHER = 5
"""Seconds, by Telegram's dates, within which the next part follows; nobody reads an answer and mends a text so fast."""

SHORTEST_PART = MESSAGE_LIMIT // 2
"""UTF-16 units. Apps cut at the end of a word or a paragraph in the second half of what fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paste:
    """What was sent so far of a text that may go on: its length in UTF-16 units, and when, in seconds since 1970."""

    length: int = 0
    sent_at: int = 0

    def joined(self, length: int, sent_at: int) -> "Paste":
        """Return it with one more message: longer, where that is the rest of the same text, else that alone."""
        follows = 0 <= sent_at - self.sent_at <= TOGETHER and self.length >= SHORTEST_PART
        if follows and self.length + length > MESSAGE_LIMIT:
            length += self.length
        return Paste(length=length, sent_at=sent_at)
