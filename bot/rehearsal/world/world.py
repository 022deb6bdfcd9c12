"""The rehearsal's world: people, their chats with the bot, and what the Bot API accepted. No HTTP here."""

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
from bot.rehearsal.world.people import (
    Attachment,
    ChatMessage,
    Crowd,
    Impossible,
    Json,
    Person,
    PersonState,
)
from bot.rehearsal.world.profile import Profile
from bot.rehearsal.world.serialization import membership_json, message_json
from bot.rehearsal.world.text_input import commands, parts
from bot.rehearsal.world.updates import UpdateQueue

REHEARSAL_TOKEN = "424242:rehearsal-token-that-opens-nothing-0"  # noqa: S105  opens nothing but this world
FIRST_CHAT_ID = 5_000_001

QUERY_LIMIT = 256
"""Characters of an inline query (Bot API, InlineQuery)."""

OFFERS_KEPT = 64
"""Answers to inline queries that can still be chosen from."""

T = TypeVar("T")


@dataclass(kw_only=True, slots=True)
class Tap:
    """A button pressed and not answered yet; `at` is the world's time in seconds."""

    chat_id: int
    at: float


class World:
    """The truth of a rehearsal, in memory.

    The upper half is what people do; the lower half is what the bot does through the Bot API, already
    checked. `now` returns seconds since 1970, `monotonic` seconds of a clock that never goes back.
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

    # What people do

    def add_person(
        self,
        *,
        name: str,
        language_code: str | None,
        chat_id: int | None = None,
        started: bool = False,
        zone: str | None = None,
    ) -> Person:
        """Add somebody with a phone; unless `started`, the bot may not write to them before they speak."""
        chosen = FIRST_CHAT_ID + len(self.people) if chat_id is None else chat_id
        if chosen in self.people:
            raise Impossible(f"There is already a person with the chat id {chosen}.")
        person = Person(
            chat_id=chosen, first_name=name, language_code=language_code, started=started, zone=zone
        )
        self.people[chosen] = person
        self.herald.tell("person", chosen)
        return person

    def say(self, chat_id: int, text: str) -> int:
        """Let a person send a text; one too long goes as several. Returns the last update's id."""
        person = self._able(chat_id)
        if not text.strip():
            raise Impossible("An empty message cannot be sent.")
        person.started = True
        update_id = 0
        for part in parts(text.strip()):
            message = ChatMessage(
                message_id=self._take_message_id(),
                chat_id=chat_id,
                from_bot=False,
                date=int(self.now()),
                text=part,
                entities=commands(part),
            )
            person.stored[message.message_id] = message
            update_id = self.updates.push("message", self.as_json(person, message))
            self.herald.tell("message", chat_id, message.message_id)
        return update_id

    def send_file(self, chat_id: int, file: Attachment, *, caption: str = "") -> int:
        """Let a person send a picture or a document. Returns the update's id."""
        person = self._able(chat_id)
        person.started = True
        message = ChatMessage(
            message_id=self._take_message_id(),
            chat_id=chat_id,
            from_bot=False,
            date=int(self.now()),
            text=caption,
            attachment=self.files.setdefault(file.file_id, file),
        )
        person.stored[message.message_id] = message
        self.herald.tell("message", chat_id, message.message_id)
        return self.updates.push("message", self.as_json(person, message))

    def tap(self, chat_id: int, message_id: int, callback_data: str) -> str:
        """Let a person's app send a button press, forged or not. Returns the callback query's id."""
        person = self._able(chat_id)
        self._last_tap += 1
        callback_id = str(7_000_000_000_000 + self._last_tap)
        self.taps[callback_id] = Tap(chat_id=chat_id, at=self.now())
        message = person.stored.get(message_id)
        if message is None or message.deleted:
            shown = {"chat": person.as_chat(), "message_id": message_id, "date": 0}
        else:
            shown = self.as_json(person, message)
        query = {
            "id": callback_id,
            "from": person.as_user(),
            "message": shown,
            "chat_instance": str(chat_id * 31),
            "data": callback_data,
        }
        self.updates.push("callback_query", query)
        return callback_id

    def tap_button(self, chat_id: int, message_id: int, button: str | tuple[int, int]) -> str:
        """Let a person touch a button, by its label or (row, column). Returns the callback query's id."""
        message = self._able(chat_id).stored.get(message_id)
        if message is None or message.deleted:
            raise Impossible("That message is not there any more.")
        found: Json | None = None
        if isinstance(button, str):
            found = next((each for each in message.buttons() if each["text"] == button), None)
        else:
            rows = (message.reply_markup or {}).get("inline_keyboard", [])
            row, column = button
            if row < len(rows) and column < len(rows[row]):
                found = rows[row][column]
        if found is None or "callback_data" not in found:
            raise Impossible("That message has no such button to tap.")
        return self.tap(chat_id, message_id, found["callback_data"])

    def ask_inline(self, chat_id: int, text: str) -> str:
        """Let a person type the bot's name and a text, in whatever chat. Returns the query's id."""
        person = self.find(chat_id)
        if person is None or person.state is PersonState.DEACTIVATED:
            raise Impossible("There is no such person.")
        if not self.has_inline:
            raise Impossible("This bot has no inline mode.")
        self._last_query += 1
        query_id = str(8_000_000_000_000 + self._last_query)
        self.queries[query_id] = InlineQuery(chat_id=chat_id, text=text, at=self.now())
        query = {"id": query_id, "from": person.as_user(), "query": text[:QUERY_LIMIT], "offset": ""}
        self.updates.push("inline_query", query)
        return query_id

    def choose_result(self, chat_id: int, query_id: str, result_id: str) -> ChatMessage:
        """Let a person post what was offered, into their chat with the bot, which is told of it."""
        person, offer = self._able(chat_id), self.offers.get(query_id)
        chosen = next((each for each in offer.results if each.id == result_id), None) if offer else None
        if chosen is None:
            raise Impossible("That is not offered any more.")
        person.started = True
        message = ChatMessage(
            message_id=self._take_message_id(),
            chat_id=chat_id,
            from_bot=False,
            date=int(self.now()),
            text=chosen.text,
            entities=list(chosen.entities),
            reply_markup=chosen.reply_markup,
            via_bot=True,
        )
        person.stored[message.message_id] = message
        self.updates.push("message", self.as_json(person, message))
        self.herald.tell("message", chat_id, message.message_id)
        return message

    def block(self, chat_id: int) -> None:
        """Let a person block the bot."""
        self._turn(chat_id, PersonState.BLOCKED, old="member", new="kicked")

    def unblock(self, chat_id: int) -> None:
        """Let a person unblock the bot."""
        self._turn(chat_id, PersonState.OK, old="kicked", new="member")

    def deactivate(self, chat_id: int) -> None:
        """Let a person delete their account; Telegram tells the bot nothing."""
        self.people[chat_id].state = PersonState.DEACTIVATED
        self.herald.tell("person", chat_id)

    def push_update(self, update: Json) -> int:
        """Send the bot any update at all, malformed or repeated. Returns its id."""
        return self.updates.push_raw(update)

    # What can be seen

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

    # What the bot does

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

    # Inside

    def _able(self, chat_id: int) -> Person:
        person = self.find(chat_id)
        if person is None:
            raise Impossible("There is no such person.")
        if person.state is PersonState.DEACTIVATED:
            raise Impossible("This person has deleted their account.")
        if person.state is PersonState.BLOCKED:
            raise Impossible("This person has blocked the bot; they must unblock it first.")
        return person

    def _turn(self, chat_id: int, state: PersonState, *, old: str, new: str) -> None:
        person = self.people[chat_id]
        if person.state is state:
            return
        if person.state is PersonState.DEACTIVATED:
            raise Impossible("This person has deleted their account.")
        person.state = state
        bot = self.as_bot()
        self.updates.push(
            "my_chat_member",
            {
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": int(self.now()),
                "old_chat_member": membership_json(bot, old),
                "new_chat_member": membership_json(bot, new),
            },
        )
        self.herald.tell("person", chat_id)

    def _take_message_id(self) -> int:
        self._last_message_id += 1
        return self._last_message_id
