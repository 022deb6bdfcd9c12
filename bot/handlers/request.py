"""What a handler is given, and how it answers."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.faq import Match
from bot.domain.organizer import Organizer
from bot.domain.rich_text import RichText
from bot.i18n.localizer import Localizer
from bot.services.team import NotAnOrganizer
from bot.store.store import Transaction
from bot.telegram_io.replies import Reply, if_in_time, toast
from bot.telegram_io.updates import Incoming
from bot.telegram_io.uploads import Upload
from bot.wording.chat import changed_message, new_message, other_buttons, with_file
from bot.wording.resources import Resources
from bot.wording.screen import Control, Screen, screen


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One thing a person did, in the transaction in which it takes effect, and the words to answer in.

    `organizer`: who they are on the team; looked up only for routes that need a right. `match`: what a text asks.
    `file`: what an alert file holds, where it could be fetched.
    """

    tx: Transaction
    incoming: Incoming
    resources: Resources
    localizer: Localizer
    now: datetime
    organizer: Organizer | None = None
    match: Match | None = None
    file: bytes | None = None

    @property
    def actor(self) -> Organizer:
        """The organizer who acts, where the route needs a right.

        Raises NotAnOrganizer.
        """
        if self.organizer is None:
            raise NotAnOrganizer
        return self.organizer

    @property
    def chat_id(self) -> int:
        """The person's chat."""
        return self.incoming.chat_id

    @property
    def locale(self) -> str:
        """The locale they are answered in."""
        return self.localizer.locale

    def speaking(self, locale: str) -> "Request":
        """Return the same request, answered in this locale."""
        return dataclasses.replace(self, localizer=self.resources.catalogs.words(locale))

    def reply(self, shown: Screen | RichText | str) -> list[Reply]:
        """Answer with a new message."""
        return [*self.acknowledge(), self.message(shown)]

    def replace(self, shown: Screen | RichText | str) -> list[Reply]:
        """Answer in place: a tap changes the message it was made on, anything else gets a new one."""
        if self.incoming.callback_id is None or self.incoming.message_id is None:
            return self.reply(shown)
        changed = changed_message(self.chat_id, self.incoming.message_id, _screen(shown), self.localizer)
        return [*self.acknowledge(), changed]

    def message(self, shown: Screen | RichText | str) -> Reply:
        """Return one more message of an answer."""
        return new_message(self.chat_id, _screen(shown), self.localizer, thread_id=self.incoming.thread_id)

    def send_file(self, upload: Upload, shown: Screen) -> list[Reply]:
        """Answer with a file and what is said with it, as a new message."""
        file = with_file(self.chat_id, shown, upload, self.localizer, thread_id=self.incoming.thread_id)
        return [*self.acknowledge(), *file]

    def relabel(self, rows: Iterable[Iterable[Control]]) -> list[Reply]:
        """Answer by giving the message that was tapped other buttons; its text stays."""
        message_id = self.incoming.message_id
        if message_id is None:
            return self.acknowledge()
        return [
            *self.acknowledge(),
            other_buttons(self.chat_id, message_id, screen("", rows), self.localizer),
        ]

    def answer_first(
        self,
        notice: str,
        *,
        replaced: Screen | None = None,
        relabelled: Iterable[Iterable[Control]] = (),
    ) -> list[Reply]:
        """Answer a tap with a notice; its message becomes another, or gets other buttons, if there is time for that."""
        message_id = self.incoming.message_id
        if message_id is None:
            return self.acknowledge(notice)
        if replaced is None:
            changed = other_buttons(self.chat_id, message_id, screen("", relabelled), self.localizer)
        else:
            changed = changed_message(self.chat_id, message_id, replaced, self.localizer)
        return [*self.acknowledge(notice), if_in_time(changed)]

    def beside(self) -> "Request":
        """Return the same request answered in a new message: the message with the button stays, the tap is answered."""
        return dataclasses.replace(self, incoming=self.incoming.model_copy(update={"message_id": None}))

    def below(self) -> "Request":
        """Return the same request answered below: the message with the button stays as it is."""
        return dataclasses.replace(self, incoming=self.incoming.model_copy(update={"callback_id": None}))

    def acknowledge(self, notice: str | None = None) -> list[Reply]:
        """Answer the tap itself, if it was one, so that its button stops waiting."""
        return [toast(self.incoming.callback_id, notice)] if self.incoming.callback_id else []


def _screen(shown: Screen | RichText | str) -> Screen:
    return shown if isinstance(shown, Screen) else screen(shown)
