"""What Telegram's apps do to a text that a person sends."""

import re
from typing import Final

from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.rehearsal.world.people import Json

COMMAND: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{5,32})?")


def parts(text: str) -> list[str]:
    """Cut a text too long for one message where it is full: after 4,096 UTF-16 units, never within a character."""
    made: list[str] = []
    while utf16_length(text) > MESSAGE_LIMIT:
        end = MESSAGE_LIMIT
        while (over := utf16_length(text[:end]) - MESSAGE_LIMIT) > 0:
            end -= (over + 1) // 2
        made.append(text[:end])
        text = text[end:]
    return [*made, text]


def commands(text: str) -> list[Json]:
    """Mark the commands in a text."""
    return [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in COMMAND.finditer(text)
    ]
