"""What Telegram's apps do to a text that a person sends."""

import re
from typing import Final

from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.rehearsal.world.people import Json

COMMAND: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{5,32})?")


def parts(text: str) -> list[str]:
    """Cut a text too long for one message, never within a character."""
    if utf16_length(text) <= MESSAGE_LIMIT:
        return [text]
    step = MESSAGE_LIMIT // 2
    return [text[at : at + step] for at in range(0, len(text), step)]


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
