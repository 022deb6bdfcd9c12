"""python-telegram-bot on our connections: its typed methods work, and it has nothing to repeat."""

import asyncio
import io
import logging
import re
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.config import ROOT, load_settings
from bot.delivery.governed_api import GovernedApi
from bot.domain.rich_text import RichText
from bot.inbox.courier import Courier
from bot.log import configure_log
from bot.rehearsal.api.server import RehearsalServer
from bot.telegram_io.answers import Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.api import BotApi
from bot.telegram_io.connections import Pool
from bot.telegram_io.ptb import NeverWritten, typed_bot
from bot.telegram_io.replies import delete, edit, say, toast
from tests.telegram_io.servers import TOKEN, http, nobody, read_request, saying, server

CANARIES = ("CANARYNAME", "CANARYTEXT", "777000111")
SAID = (
    b'{"update_id":5000,"message":{"message_id":1,"date":1,"chat":{"id":777000111,"type":"private",'
    b'"first_name":"CANARYNAME"},"text":"CANARYTEXT"}'
)
BROKEN = {
    "cut JSON": http(200, b'{"ok":true,"result":[' + SAID),
    "not ok": http(200, b'{"ok":false,"description":"' + b"CANARYNAME CANARYTEXT 777000111" + b'"}'),
    "HTML": http(200, b"<html>CANARYNAME CANARYTEXT 777000111</html>"),
    "502": http(502, b"<html>CANARYNAME CANARYTEXT 777000111</html>"),
    **{
        str(code): http(
            code, b'{"ok":false,"description":"CANARYNAME CANARYTEXT 777000111","parameters":{"x":1}}'
        )
        for code in (400, 401, 403, 404, 409, 429, 500)
    },
}


@asynccontextmanager
async def bot_to(url: str) -> AsyncIterator[Bot]:
    """Open a Bot that makes each call once."""
    pool = Pool(url)
    try:
        yield typed_bot(BotApi(pool, token=TOKEN), token=TOKEN, url=url)
    finally:
        await pool.close()


def said(error: BaseException) -> str:
    """Return everything that a log could write of an error."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    shown = [f"{each!s} {each!r} {each.args!r}" for each in chain]
    return "\n".join([*shown, *traceback.format_exception(error)])


async def test_typed(bot_api: RehearsalServer) -> None:
    """Typed methods: who the bot is, its webhook, its menu, and a file that is sent."""
    amal = bot_api._world.add_person(name="Amal", language_code="ar")
    amal.started = True
    async with bot_to(bot_api.url) as bot:
        assert (await bot.get_me()).username == "example_bot"
        assert await bot.set_my_commands([("help", "Help")], language_code="en")
        assert not (await bot.get_webhook_info()).url
        assert await bot.delete_webhook()
        sent = await bot.send_document(amal.chat_id, b"a,b\n1,2\n", filename="ملف.csv", caption="Report")
    assert sent.caption == "Report"


async def test_file_arrives_whole() -> None:
    """A form has the parameters and the file, byte for byte."""
    asked: list[tuple[str, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await read_request(reader))
        sent = b'{"message_id":1,"date":1,"chat":{"id":5,"type":"private"}}'
        writer.write(http(200, b'{"ok":true,"result":%b}' % sent))
        await writer.drain()

    content = bytes(range(256)) * 40
    async with server(serve) as url, bot_to(url) as bot:
        sent = await bot.send_document(5, content, filename="x.bin")
    assert sent.message_id == 1
    ((line, body),) = asked
    assert line == f"POST /bot{TOKEN}/sendDocument HTTP/1.1"
    assert content in body
    assert b'name="chat_id"\r\n\r\n5\r\n' in body


async def test_download() -> None:
    """A file is fetched over the same connections."""
    info = b'{"ok":true,"result":{"file_id":"a","file_unique_id":"b","file_path":"documents/x.bin"}}'

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            line, _ = await read_request(reader)
            writer.write(
                http(200, b"content" if line.startswith(f"GET /file/bot{TOKEN}/documents/x.bin ") else info)
            )
            await writer.drain()

    async with server(serve) as url, bot_to(url) as bot:
        file = await bot.get_file("a")
        assert bytes(await file.download_as_bytearray()) == b"content"


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (NotConnected(why="gaierror"), NeverWritten),
        (Unclear(why="answer late"), NetworkError),
        (Refused(code=429, kind=RefusalKind.TOO_MANY, retry_after=3), RetryAfter),
        (Refused(code=401, kind=RefusalKind.UNAUTHORIZED), InvalidToken),
        (Refused(code=409, kind=RefusalKind.CONFLICT), Conflict),
        (Refused(code=403, kind=RefusalKind.BLOCKED), Forbidden),
        (Refused(code=400, kind=RefusalKind.CHAT_NOT_FOUND), BadRequest),
    ],
)
async def test_errors(answer: Answer, raised: type[TelegramError]) -> None:
    """Each answer that is no success is the library's own error for it."""

    async def call(*_given: Any, **_more: Any) -> Answer:
        return answer

    bot = typed_bot(BotApi(Pool("http://127.0.0.1:1"), token=TOKEN), token=TOKEN, url="http://x", call=call)
    with pytest.raises(raised) as caught:
        await bot.get_me()
    assert type(caught.value) is raised


async def test_refused_connection() -> None:
    """A refused connection is told apart, without the token."""
    async with bot_to(await nobody()) as bot:
        with pytest.raises(NeverWritten) as raised:
            await bot.get_me()
    assert TOKEN not in said(raised.value)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return all that is logged at DEBUG, of libraries too, as the bot logs it."""
    root, telegram = logging.getLogger(), logging.getLogger("telegram")
    handlers, level, theirs = list(root.handlers), root.level, telegram.level
    hooks = threading.excepthook, sys.unraisablehook
    stream = io.StringIO()
    configure_log(load_settings(Path("/nonexistent"), {"LOG_FORMAT": "json"}), debug=True, stream=stream)
    telegram.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    telegram.setLevel(theirs)
    threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.mark.parametrize("case", BROKEN)
async def test_no_canary(case: str, log: io.StringIO) -> None:
    """Broken and bad answers holding names, texts and ids leave none of them in an error or the log (F3, S4)."""
    calls: list[Callable[[Bot], Awaitable[Any]]] = [
        lambda bot: bot.get_me(),
        lambda bot: bot.get_updates(),
        lambda bot: bot.get_webhook_info(),
        lambda bot: bot.delete_webhook(),
        lambda bot: bot.set_my_description("x"),
        lambda bot: bot.send_message(777000111, "CANARYTEXT"),
        lambda bot: bot.get_file("a"),
    ]
    async with server(saying(BROKEN[case])) as url, bot_to(url) as bot:
        for call in calls:
            with pytest.raises(TelegramError) as raised:
                await call(bot)
            traced = traceback.format_exception(raised.value)
            logging.getLogger("library").error("failed", exc_info=raised.value)
            shown = "".join(line for line in traced if not line.startswith("  File")) + log.getvalue()
            assert not [canary for canary in (*CANARIES, TOKEN) if canary in shown]
    assert "library_logged" in log.getvalue()


REPLIES = [
    say(777000111, RichText("CANARYTEXT")),
    edit(777000111, 5, RichText("CANARYTEXT")),
    delete(777000111, 5),
    toast("777000111", "CANARYTEXT"),
]


@pytest.mark.parametrize("case", BROKEN)
async def test_no_canary_in_replies(case: str, log: io.StringIO) -> None:
    """Nor do replies leave any, whatever they are answered."""

    class Permissive:
        async def reply_turn(self, _chat_id: int | None, **_more: object) -> None:
            """Let it go."""

        async def free_turn(self) -> None:
            """Let it go."""

        def add_refusal(self, _chat_id: int | None, _seconds: float) -> None:
            """Forget it."""

    async with server(saying(BROKEN[case])) as url:
        pool = Pool(url)
        governed = GovernedApi(BotApi(pool, token=TOKEN), Permissive())  # type: ignore[arg-type]
        for reply in REPLIES:
            await Courier(governed).post_one(reply)
        await pool.close()
    assert not [canary for canary in (*CANARIES, TOKEN) if canary in log.getvalue()]
    # A 429 is no failure yet: whoever keeps the reply tries again.
    assert ("reply_" in log.getvalue()) is (case != "429")


def test_nothing_private() -> None:
    """Of python-telegram-bot only what is public is imported: the rest may change with any version."""
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    assert not re.findall(
        r"^(?:from|import) telegram[a-z_.]*\._.*|^from telegram.* import _.*", sources, re.MULTILINE
    )
