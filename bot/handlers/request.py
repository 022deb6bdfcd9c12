"""What a handler is given, and how it answers."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from bot.domain.rich_text import RichText
from bot.i18n.localizer import Localizer
from bot.store.store import Transaction
from bot.telegram_io.replies import Keyboard, Reply, edit, say, toast
from bot.telegram_io.updates import Incoming
from bot.wording.resources import Resources


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing a person did, in the transaction in which it takes effect, and the words to answer in."""

    tx: Transaction
    incoming: Incoming
    resources: Resources
    words: Localizer
    now: datetime

    @property
    def chat_id(self) -> int:
        """The person's chat."""
        return self.incoming.chat_id

    @property
    def locale(self) -> str:
        """The locale they are answered in."""
        return self.words.locale

    def reply(self, text: RichText | str, keyboard: Keyboard | None = None) -> list[Reply]:
        """Answer with a new message."""
        return [*self.acknowledge(), say(self.chat_id, _rich(text), keyboard)]

    def replace(self, text: RichText | str, keyboard: Keyboard | None = None) -> list[Reply]:
        """Answer in place: a tap changes the message it was made on, anything else gets a new one."""
        if self.incoming.callback_id is None or self.incoming.message_id is None:
            return self.reply(text, keyboard)
        return [*self.acknowledge(), edit(self.chat_id, self.incoming.message_id, _rich(text), keyboard)]

    def below(self) -> "Request":
        """Return the same request answered below: the message with the button stays as it is."""
        return dataclasses.replace(self, incoming=self.incoming.model_copy(update={"callback_id": None}))

    def acknowledge(self, notice: str | None = None) -> list[Reply]:
        """Answer the tap itself, if it was one, so that its button stops waiting."""
        return [toast(self.incoming.callback_id, notice)] if self.incoming.callback_id else []


def _rich(text: RichText | str) -> RichText:
    return RichText(text) if isinstance(text, str) else text
