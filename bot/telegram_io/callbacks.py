"""What buttons carry, read strictly: callback data can be forged."""

from bot.errors import CampaignError

ID_DIGITS = 18
"""Digits of the largest id that a database takes."""

BELOW = "below"
"""Asks for a board in a message of its own: the one with the button belongs to somebody else, who may edit it."""


class ButtonOutdated(CampaignError):
    """This button is out of date. Send /help for what the bot can do."""


def number(argument: str) -> int:
    """Return the id that a button or command carries.

    Raises ButtonOutdated.
    """
    if not (argument.isascii() and argument.isdigit() and len(argument) <= ID_DIGITS):
        raise ButtonOutdated
    return int(argument)
