"""A contender, alone in its process: sends N messages and prints the seconds it took, or answers until stopped.

python -m bench.contenders NAME --url http://127.0.0.1:9000 --token T [--people N] [--in-flight 100]
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import aiohttp
import orjson
import uvloop

FIRST_CHAT_ID = 1_000_000
TEXT = (
    "Ask your council\n\nOne ask, one reason, one button.\n\nFewer alerts: /settings · No more alerts: /stop"
)

Send = Callable[[int], Awaitable[object]]


async def drive(send: Send, *, people: int, in_flight: int) -> float:
    """Send to everybody, so many at a time. Returns the seconds it took."""
    chats = iter(range(FIRST_CHAT_ID, FIRST_CHAT_ID + people))

    async def work() -> None:
        for chat_id in chats:
            await send(chat_id)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    return time.perf_counter() - began


async def ptb_stock(url: str, token: str, people: int, in_flight: int) -> float:
    """Send as python-telegram-bot does as it comes: `Bot.send_message` over its default transport."""
    from telegram import Bot
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=in_flight, pool_timeout=60)
    async with Bot(token, base_url=f"{url}/bot", request=request) as bot:
        return await drive(lambda chat: bot.send_message(chat, TEXT), people=people, in_flight=in_flight)


async def aiogram_bare(url: str, token: str, people: int, in_flight: int) -> float:
    """Send as aiogram does in a bare loop: `Bot.send_message` over its aiohttp session."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=in_flight)
    async with Bot(token, session=session) as bot:
        return await drive(lambda chat: bot.send_message(chat, TEXT), people=people, in_flight=in_flight)


async def aiohttp_raw(url: str, token: str, people: int, in_flight: int) -> float:
    """Send in a bare aiohttp POST loop that keeps no record: fast, and forgetful."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        where, headers = f"{url}/bot{token}/sendMessage", {"Content-Type": "application/json"}
        rest = orjson.dumps({"text": TEXT})[1:]

        async def send(chat_id: int) -> None:
            body = b'{"chat_id":%d,%b' % (chat_id, rest)
            async with session.post(where, data=body, headers=headers) as response:
                orjson.loads(await response.read())

        return await drive(send, people=people, in_flight=in_flight)


async def aiogram_echo(url: str, token: str) -> None:
    """Answer every message as aiogram's tutorial does, until the process is stopped."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(TEXT)

    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=100)
    async with Bot(token, session=session) as bot:
        await dispatcher.start_polling(bot)


async def ptb_echo(url: str, token: str) -> None:
    """Answer every message as python-telegram-bot's examples do, on our connections, until the process is stopped."""
    from telegram import Update
    from telegram.ext import Application, MessageHandler, filters

    from bot.telegram_io.api import BotApi
    from bot.telegram_io.connections import Pool
    from bot.telegram_io.ptb import PooledRequest

    async def echo(update: Update, _context: object) -> None:
        if update.message is not None:
            await update.message.reply_text(TEXT)

    api = BotApi(Pool(url), token=token)
    request = PooledRequest(api, api.call)
    builder = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(100)
    application = builder.request(request).get_updates_request(PooledRequest(api, api.call)).build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    async with application:
        await application.start()
        assert application.updater is not None  # noqa: S101  # it was built with one
        await application.updater.start_polling()
        await asyncio.Event().wait()


async def starlette_bare(url: str) -> None:
    """Acknowledge every update that is brought, and keep nothing, until the process is stopped."""
    from urllib.parse import urlsplit

    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    async def webhook(request: Request) -> Response:
        orjson.loads(await request.body())
        return Response(status_code=200)

    async def readyz(_request: Request) -> Response:
        return PlainTextResponse("ready")

    app = Starlette(routes=[Route("/webhook", webhook, methods=["POST"]), Route("/readyz", readyz)])
    config = uvicorn.Config(app, host="127.0.0.1", port=urlsplit(url).port or 0, log_level="critical")
    await uvicorn.Server(config).serve()


async def bring(url: str, secret: str, updates: int, first_id: int, in_flight: int) -> float:
    """Bring updates as Telegram does, so many at a time. Returns the seconds until all were acknowledged."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        numbers = iter(range(updates))

        async def work() -> None:
            for number in numbers:
                async with session.post(url, data=_update(number, first_id + number)) as response:
                    assert response.status == 200  # noqa: S101  # a refused one would be fast

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        return time.perf_counter() - began


def _update(number: int, chat_id: int) -> bytes:
    person = {"id": chat_id, "is_bot": False, "first_name": "P", "language_code": "en"}
    chat = {"id": chat_id, "type": "private", "first_name": "P"}
    message = {"message_id": 1, "date": int(time.time()), "from": person, "chat": chat, "text": "/start"}
    return orjson.dumps({"update_id": number + 1, "message": message})


CONTENDERS = {"ptb": ptb_stock, "aiogram": aiogram_bare, "aiohttp": aiohttp_raw}


def main() -> None:
    """Run one contender and print its seconds as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=[*CONTENDERS, "echo", "ptb-echo", "starlette", "bring"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--first-id", type=int, default=FIRST_CHAT_ID)
    asked = parser.parse_args()
    if asked.name == "echo":
        uvloop.run(aiogram_echo(asked.url, asked.token))
        return
    if asked.name == "ptb-echo":
        uvloop.run(ptb_echo(asked.url, asked.token))
        return
    if asked.name == "starlette":
        uvloop.run(starlette_bare(asked.url))
        return
    if asked.name == "bring":
        print(uvloop.run(bring(asked.url, asked.token, asked.people, asked.first_id, asked.in_flight)))
        return
    contender = CONTENDERS[asked.name]
    seconds = uvloop.run(contender(asked.url, asked.token, asked.people, asked.in_flight))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
