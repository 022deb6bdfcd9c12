"""The bot's side of the rehearsal's world: what it does through the Bot API, and what can be seen. No HTTP here."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.inline import InlineAnswer, InlineQuery
from bot.rehearsal.world.ledger import Ledger
from bot.rehearsal.world.limits import UNLIMITED, Gate, Limits
from bot.rehearsal.world.notifications import Changes, Herald
from bot.rehearsal.world.people import Attachment, ChatMessage, Crowd, Json, Person
from bot.rehearsal.world.profile import Profile
from bot.rehearsal.world.serialization import message_json
from bot.rehearsal.world.updates import UpdateQueue

REHEARSAL_TOKEN = "424242:rehearsal-token-that-opens-nothing-0"  # noqa: S105  opens nothing but this world

OFFERS_KEPT = 64
"""Answers to inline queries that can still be chosen from."""

T = TypeVar("T")


@dataclass(kw_only=True, slots=True)
class Tap:
    """A button pressed and not answered yet; `at` is the world's time in seconds."""

    chat_id: int
    at: float


class BotSide:
    """All that is true in a rehearsal, in memory, and what the bot does to it, already checked.

    `now` returns seconds since 1970, `monotonic` seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        token: str = REHEARSAL_TOKEN,
        username: str = "rehearsal_bot",
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits = UNLIMITED,
        faults: Faults | None = None,
        crowd: Crowd | None = None,
    ) -> None:
        self.token = token
        self.token_revoked = False
        self.username = username
        self.now = now
        self.gate = Gate(limits, monotonic)
        self.faults = faults or Faults()
        self.crowd = crowd
        self.people: dict[int, Person] = {}
        self.updates = UpdateQueue()
        self.profile = Profile()
        self.ledger = Ledger()
        self.herald = Herald()
        self.taps: dict[str, Tap] = {}
        self.answers: dict[str, Json] = {}
        self.has_inline = True
        self.queries: dict[str, InlineQuery] = {}
        self.offers: dict[str, InlineAnswer] = {}
        self.files: dict[str, Attachment] = {}
        self.requests: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self._gone: set[int] = set()
        self._last_message_id = 0
        self._last_tap = 0
        self._last_query = 0

    @property
    def accepted(self) -> Counter[int]:
        """How many messages the world accepted from the bot, by chat id."""
        return self.ledger.per_chat

    @property
    def violations(self) -> int:
        """Requests the bot made while it had been told to wait."""
        return self.gate.violations

    def messages(self, chat_id: int) -> list[ChatMessage]:
        """Return a person's chat, oldest first; deleted messages are marked."""
        return self.people[chat_id].messages

    def find(self, chat_id: int) -> Person | None:
        """Return who has this chat id, one of the people or one of the crowd."""
        person = self.people.get(chat_id)
        if person is None and self.crowd is not None and chat_id in self.crowd:
            return self.crowd.person(chat_id)
        return person

    async def wait_for(self, predicate: Callable[[], T], *, timeout: float = 10.0) -> T:  # noqa: ASYNC109  said at the call
        """Return the predicate's first true value, looking again at every change. Raises TimeoutError."""
        return await self.herald.wait_for(predicate, seconds=timeout)

    def subscribe(self) -> Changes:
        """Return an asynchronous iterator over the changes from now on."""
        return self.herald.listen()

    def as_bot(self) -> Json:
        """Return the bot as the Bot API's User."""
        name = self.profile.names.get("", "Rehearsal")
        bot_id = int(self.token.partition(":")[0])
        return {"id": bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def post(
        self,
        chat_id: int,
        text: str,
        *,
        entities: Sequence[Json] = (),
        reply_markup: Json | None = None,
        attachment: Attachment | None = None,
        reply_to: int | None = None,
        silent: bool = False,
        protected: bool = False,
    ) -> ChatMessage:
        """Put a message of the bot into a chat."""
        message = ChatMessage(
            message_id=self._take_message_id(),
            chat_id=chat_id,
            from_bot=True,
            date=int(self.now()),
            text=text,
            entities=list(entities),
            reply_markup=reply_markup,
            attachment=attachment,
            reply_to=reply_to,
            silent=silent,
            protected=protected,
        )
        person = self.people.get(chat_id)
        if person is not None:
            person.stored[message.message_id] = message
        self.ledger.record(chat_id, message.message_id, text)
        self.herald.tell("message", chat_id, message.message_id)
        return message

    def edit(
        self, message: ChatMessage, *, text: str, entities: Sequence[Json], reply_markup: Json | None
    ) -> None:
        """Change a message of the bot."""
        message.text, message.entities, message.reply_markup = text, list(entities), reply_markup
        message.edit_date = int(self.now())
        self.herald.tell("edit", message.chat_id, message.message_id)

    def delete(self, message: ChatMessage) -> None:
        """Take a message out of the chat."""
        message.deleted = True
        if message.chat_id not in self.people:
            self._gone.add(message.message_id)
        self.herald.tell("delete", message.chat_id, message.message_id)

    def unkept(self, chat_id: int, message_id: int) -> ChatMessage | None:
        """Return a stand-in for a message to one of the crowd, of which only the id is known; None once deleted."""
        if message_id in self._gone or self.ledger.chat_of(message_id) != chat_id:
            return None
        return ChatMessage(message_id=message_id, chat_id=chat_id, from_bot=True, date=int(self.now()))

    def pin(self, message: ChatMessage, *, pinned: bool) -> None:
        """Put a message at the top of the chat, or take it from there."""
        message.pinned = pinned
        self.herald.tell("pin", message.chat_id, message.message_id)

    def answer(self, callback_id: str, payload: Json) -> None:
        """Let a button stop turning, with a toast when the payload has a text."""
        tap = self.taps.pop(callback_id)
        self.answers[callback_id] = payload
        self.herald.tell("answer", tap.chat_id)

    def expire(self, callback_id: str) -> None:
        """Let a button stop turning by itself: its answer came too late."""
        tap = self.taps.pop(callback_id, None)
        if tap is not None:
            self.herald.tell("answer", tap.chat_id)

    def answer_query(self, query_id: str, offer: InlineAnswer) -> None:
        """Show what the bot offers to who asked."""
        query = self.queries.pop(query_id)
        self.offers[query_id] = offer
        while len(self.offers) > OFFERS_KEPT:
            del self.offers[next(iter(self.offers))]
        self.herald.tell("answer", query.chat_id)

    def show_action(self, chat_id: int) -> None:
        """Show that the bot is typing."""
        self.herald.tell("action", chat_id)

    def profile_changed(self) -> None:
        """Tell whoever watches that the bot's commands or descriptions changed."""
        self.herald.tell("profile")

    def as_json(self, person: Person, message: ChatMessage) -> Json:
        """Return a message as the Bot API's Message."""
        return message_json(message, person=person, bot=self.as_bot())

    def _take_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id
