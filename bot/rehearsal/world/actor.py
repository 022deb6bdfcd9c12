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

    async def say(self, text: str) -> ChatMessage:
        """Send a text and return the bot's answer: its next message, or the one it changed.

        Raises NoAnswer.
        """
        mark = self._mark()
        self.world.say(self.chat_id, text)
        return await self._wait(lambda: self._newer(mark))

    async def press(self, beginning: str | tuple[str, ...] = "", *, end: str = "") -> ChatMessage:
        """Tap the newest button whose callback_data begins, in one of these ways, and ends so; return what came of it.

        Raises NoAnswer, also when no such button comes.
        """
        message, button = await self._wait(lambda: self.button(beginning, end=end))
        mark = self._mark()
        tapped = self.world.tap(self.chat_id, message.message_id, button["callback_data"])
        await self._wait(lambda: tapped in self.world.answers)
        return await self._wait(lambda: self._newer(mark))

    def button(self, beginning: str | tuple[str, ...], *, end: str = "") -> tuple[ChatMessage, Json] | None:
        """Return the newest message with such a button, and the first such button of it."""
        for message in reversed(self._heard()):
            for button in message.buttons():
                written = button.get("callback_data", "")
                if written and written.startswith(beginning) and written.endswith(end):
                    return message, button
        return None

    def _heard(self) -> list[ChatMessage]:
        messages = self.world.messages(self.chat_id)
        return [m for m in messages if m.from_bot and not m.deleted and not self._unasked(m)]

    def _mark(self) -> Mark:
        return {m.message_id: (m.text, str(m.reply_markup)) for m in self._heard()}

    def _newer(self, mark: Mark) -> ChatMessage | None:
        for message in reversed(self._heard()):
            if mark.get(message.message_id) != (message.text, str(message.reply_markup)):
                return message
        return None

    async def _wait(self, look: Callable[[], T | None]) -> T:
        try:
            found = await self.world.wait_for(look, timeout=PATIENCE)
        except TimeoutError:
            raise NoAnswer from None
        assert found is not None  # noqa: S101  wait_for returns true values only
        return found
