"""The rehearsal's world: people, their chats with the bot, and what the Bot API accepted. No HTTP here."""

from bot.rehearsal.world.bot_side import BotSide, Tap
from bot.rehearsal.world.inline import InlineQuery
from bot.rehearsal.world.people import (
    Attachment,
    ChatMessage,
    Impossible,
    Json,
    Person,
    PersonState,
)
from bot.rehearsal.world.serialization import membership_json
from bot.rehearsal.world.text_input import commands, parts

FIRST_CHAT_ID = 5_000_001

QUERY_LIMIT = 256
"""Characters of an inline query (Bot API, InlineQuery)."""


class World(BotSide):
    """The truth of a rehearsal, in memory: what people do with their apps, beside what the bot does."""

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
