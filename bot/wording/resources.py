"""What there is to say: the campaign's content, the matcher of questions, the catalogs."""

from dataclasses import dataclass

from bot.content import Content
from bot.faq.matcher import Matcher
from bot.i18n.catalogs import Catalogs


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """What the bot can say: the campaign's content, its matcher, the interface's catalogs.

    `paid_broadcast`: sends beyond Telegram's free rate cost Stars, which organizers are told.
    """

    content: Content
    matcher: Matcher
    catalogs: Catalogs
    paid_broadcast: bool = False
