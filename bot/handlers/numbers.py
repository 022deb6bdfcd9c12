"""The number that is typed to confirm something."""

import re

from bot.domain.bidi import FSI, PDI

SEPARATORS = re.compile(rf"[\s.,'’٬{FSI}{PDI}]")
"""What people, and the bot itself, write into or around a number."""

NUMBER_DIGITS = 9
"""Digits of a number that is taken: a billion people are not reached."""


def number_in(text: str) -> int | None:
    """Return the number that was typed, however its digits are grouped; None for anything else."""
    typed = SEPARATORS.sub("", text)
    return int(typed) if typed.isdecimal() and len(typed) <= NUMBER_DIGITS else None
