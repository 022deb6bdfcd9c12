"""The buttons by which people share, and come by what was shared. How they are written: `callbacks`."""

from dataclasses import dataclass

from bot.telegram_io.callbacks import Button, LinkWord


@dataclass(frozen=True, slots=True)
class ShareAlert(Button, wire="share"):
    """Offer ways to share an alert, with a link of one's own."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class BringFriend(Button, wire="share:bot"):
    """Offer ways to share the bot, with a link of one's own."""


@dataclass(frozen=True, slots=True)
class StartBy(Button, wire="start:by"):
    """Show the first screen to who came by this link and has not joined."""

    link: LinkWord
