"""What there is to say: the campaign's content, the matcher of questions, the catalogs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.content import Content
from bot.domain.organizer import Right
from bot.faq.matcher import Matcher
from bot.i18n.catalogs import Catalogs


@dataclass(kw_only=True, slots=True)
class Profile:
    """What Telegram says of the bot; `username` is None until it has answered."""

    username: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """What the bot can say: the campaign's content, its matcher, the interface's catalogs.

    `paid_broadcast`: sends beyond Telegram's free rate cost Stars, which organizers are told. `send_rate`: the most
    that may be sent per second.
    `named_owners`: the chats that the settings name as owners'.
    `letters`: returns the address of the page with an alert's letter in a locale, where the bot has pages.
    `commands`: those of Telegram's menu, with the right of who sees them there.
    """

    content: Content
    matcher: Matcher
    catalogs: Catalogs
    paid_broadcast: bool = False
    send_rate: float = 30.0
    named_owners: tuple[int, ...] = ()
    commands: Mapping[str, Right | None] = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)
    letters: Callable[[int, str], str] | None = None
