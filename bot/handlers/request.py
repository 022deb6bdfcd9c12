"""What a handler is given, and how it answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.content import Content
from bot.domain.rich_text import RichText
from bot.faq.matcher import Matcher
from bot.i18n import Catalogs, Words
from bot.store.store import Transaction
from bot.telegram_io.incoming import Incoming
from bot.telegram_io.replies import Keyboard, Reply, edit, say, toast


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """What the bot can say: the campaign's content, its matcher, the interface's catalogs.

    `paid_broadcast`: sends beyond Telegram's free rate cost Stars, which organizers are told.
    """

    content: Content
    matcher: Matcher
    catalogs: Catalogs
    paid_broadcast: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing a person did, in the transaction in which it takes effect, and the words to answer in."""

    tx: Transaction
    incoming: Incoming
    voice: Voice
    words: Words
    now: datetime

    @property
    def chat_id(self) -> int:
        """The person's chat."""
        return self.incoming.chat_id

    @property
    def locale(self) -> str:
        """The locale they are answered in."""
        return self.words.locale

    def say(self, text: RichText | str, keyboard: Keyboard | None = None) -> list[Reply]:
        """Answer with a new message."""
        return [*self.heard(), say(self.chat_id, _rich(text), keyboard)]

    def show(self, text: RichText | str, keyboard: Keyboard | None = None) -> list[Reply]:
        """Answer in place: a tap changes the message it was made on, anything else gets a new one."""
        if self.incoming.callback_id is None or self.incoming.message_id is None:
            return self.say(text, keyboard)
        return [*self.heard(), edit(self.chat_id, self.incoming.message_id, _rich(text), keyboard)]

    def aside(self) -> "Request":
        """Return the same request answered below: the message with the button stays as it is."""
        return replace(self, incoming=self.incoming.model_copy(update={"callback_id": None}))

    def heard(self, notice: str | None = None) -> list[Reply]:
        """Answer the tap itself, if it was one, so that its button stops waiting."""
        return [toast(self.incoming.callback_id, notice)] if self.incoming.callback_id else []


def _rich(text: RichText | str) -> RichText:
    return RichText(text) if isinstance(text, str) else text
