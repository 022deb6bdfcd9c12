"""A person of the world who acts by a script: writes, taps, and waits for what the bot makes of it."""

from collections.abc import Callable
from typing import TypeVar

from bot.errors import CampaignError
from bot.rehearsal.world.people import ChatMessage, Json
from bot.rehearsal.world.world import World

PATIENCE = 60.0
"""Seconds a person waits for an answer before the rehearsal is given up."""

T = TypeVar("T")
Mark = dict[int, tuple[str, str]]
"""What a chat looked like: text and buttons of each of the bot's messages."""


class NoAnswer(CampaignError):
    """The bot did not answer a simulated person. Its log says why."""


class Actor:
    """One person, and the messages of the bot that are nobody's answer: those `unasked` is true of."""

    def __init__(
        self, world: World, chat_id: int, *, unasked: Callable[[ChatMessage], bool] = lambda _: False
    ) -> None:
        self.world = world
        self.chat_id = chat_id
        self._unasked = unasked

    async def say(self, text: str, *, shows: str | tuple[str, ...] = "") -> ChatMessage:
        """Send a text and return the bot's answer: its next message, or the one it changed.

        `shows`: the answer is the one with a button whose callback_data begins so. Raises NoAnswer.
        """
        mark = self._mark()
        self.world.say(self.chat_id, text)
        return await self.until(lambda: self._newer(mark, shows))

    async def press(
        self, beginning: str | tuple[str, ...] = "", *, end: str = "", shows: str | tuple[str, ...] = ""
    ) -> ChatMessage:
        """Tap the newest button whose callback_data begins, in one of these ways, and ends so; return what came of it.

        `shows`: what came of it has a button whose callback_data begins so.
        Raises NoAnswer, also when no such button comes.
        """
        message, button = await self.until(lambda: self.button(beginning, end=end))
        mark = self._mark()
        tapped = self.world.tap(self.chat_id, message.message_id, button["callback_data"])
        # What came of it is there also where the button has stopped turning before.
        await self.until(lambda: tapped not in self.world.taps)
        return await self.until(lambda: self._newer(mark, shows))

    async def until(self, look: Callable[[], T | None], *, patience: float | None = None) -> T:
        """Wait until something is to be seen, and return it.

        Raises NoAnswer when it is not within so many seconds.
        """
        try:
            found = await self.world.wait_for(look, timeout=patience or PATIENCE)
        except TimeoutError:
            raise NoAnswer from None
        assert found is not None  # noqa: S101  wait_for returns true values only
        return found

    def heard(self) -> list[ChatMessage]:
        """Return what the bot wrote to them, but for what is nobody's answer, the newest last."""
        messages = self.world.messages(self.chat_id)
        return [m for m in messages if m.from_bot and not m.deleted and not self._unasked(m)]

    def button(self, beginning: str | tuple[str, ...], *, end: str = "") -> tuple[ChatMessage, Json] | None:
        """Return the newest message with such a button, and the first such button of it, as they read it."""
        person = self.world.people[self.chat_id]
        for message in reversed(self.heard()):
            for button in person.buttons_of(message):
                written = button.get("callback_data", "")
                if written and written.startswith(beginning) and written.endswith(end):
                    return message, button
        return None

    def _mark(self) -> Mark:
        return {m.message_id: (m.text, str(m.reply_markup)) for m in self.heard()}

    def _newer(self, mark: Mark, shows: str | tuple[str, ...]) -> ChatMessage | None:
        for message in reversed(self.heard()):
            if mark.get(message.message_id) != (message.text, str(message.reply_markup)) and (
                not shows or _has(message, shows)
            ):
                return message
        return None


def _has(message: ChatMessage, beginning: str | tuple[str, ...]) -> bool:
    return any(each.get("callback_data", "").startswith(beginning) for each in message.buttons())
