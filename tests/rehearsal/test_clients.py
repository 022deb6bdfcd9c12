"""Two well-known clients, as they come, through the server."""

import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BotCommand as AiogramCommand
from aiogram.types import BufferedInputFile
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Clock, Line
from tests.rehearsal.test_messages import picture

TOO_MANY = {"rules": [{"kind": "too_many", "seconds": 7, "to_nth": 2, "methods": ["sendMessage"]}]}


async def test_python_telegram_bot(
    line: Line, world: World, amal: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stock Bot polls, sends, edits, answers, uploads and reads errors as from Telegram."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else it warns that retry_after will be one
    async with Bot(world.token, base_url=f"{line.server.url}/bot") as bot:
        assert bot.username == "rehearsal_bot"
        world.say(amal.chat_id, "/start")
        (update,) = await bot.get_updates(timeout=1)
        assert update.message is not None
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
        sent = await update.message.reply_text(
            "hello", entities=[MessageEntity("bold", 0, 5)], reply_markup=keyboard
        )
        world.tap_button(amal.chat_id, sent.message_id, "Yes")
        (pressed,) = await bot.get_updates(offset=update.update_id + 1)
        assert pressed.callback_query is not None
        await pressed.callback_query.answer("Thank you")
        await pressed.callback_query.edit_message_text("changed")
        with pytest.raises(BadRequest, match="not modified"):
            await sent.edit_text("changed")
        assert (await bot.send_photo(amal.chat_id, picture(30, 20))).photo[0].width == 30
        await bot.set_my_commands([BotCommand("start", "Begin")], language_code="ar")
        assert (await bot.get_my_commands(language_code="ar"))[0].description == "Begin"
        assert (await bot.get_chat(amal.chat_id)).first_name == "Amal"
        world.faults = Faults.from_plan(TOO_MANY)
        with pytest.raises(RetryAfter):
            await bot.send_message(amal.chat_id, "x")
        clock.pass_by(7)
        world.block(amal.chat_id)
        with pytest.raises(Forbidden, match="blocked"):
            await bot.send_chat_action(amal.chat_id, "typing")
        world.token_revoked = True
        with pytest.raises(InvalidToken):
            await bot.get_me()
    assert [message.text for message in world.messages(amal.chat_id)][:2] == ["/start", "changed"]


async def test_aiogram(line: Line, world: World, amal: Person, clock: Clock) -> None:
    """Its Bot sends multipart forms, uploads and reads errors as from Telegram."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(line.server.url))
    async with AiogramBot(world.token, session=session) as bot:
        sent = await bot.send_message(
            amal.chat_id, "<b>hello</b>", parse_mode="HTML", disable_notification=True
        )
        assert sent.text == "hello"
        await bot.edit_message_text("changed", chat_id=amal.chat_id, message_id=sent.message_id)
        photo = await bot.send_photo(amal.chat_id, BufferedInputFile(picture(30, 20), "a.png"), caption="x")
        assert photo.photo is not None
        await bot.set_my_commands([AiogramCommand(command="start", description="Begin")])
        assert await bot.delete_message(amal.chat_id, sent.message_id)
        world.faults = Faults.from_plan(TOO_MANY)
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(amal.chat_id, "x")
        clock.pass_by(7)
        world.deactivate(amal.chat_id)
        with pytest.raises(TelegramForbiddenError, match="deactivated"):
            await bot.send_message(amal.chat_id, "x")
