"""Whatever Telegram answers, to whichever method, its words come into no log, no file and no terminal.

Answers are cut off, are HTML, are errors, are of the wrong shape; each is full of people who do not exist.
"""

import asyncio
import json
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from io import StringIO
from pathlib import Path
from typing import Any

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.config import ROOT, load_settings
from bot.domain.retrying import ONCE, RetryPolicy
from bot.inbox.courier import Courier
from bot.log import configure_log
from bot.privacy.keyring import write_key_file
from bot.rehearsal.api.bot_api import Call
from bot.rehearsal.api.http import Response
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.faults import FaultKind, Faults
from bot.rehearsal.world.world import World
from bot.store.migrate import migrate
from bot.telegram_io.answers import Answer
from bot.telegram_io.api import BotApi, open_api
from bot.telegram_io.ptb import typed_bot
from bot.telegram_io.replies import Reply
from tests.faults.scan import traces
from tests.test_log import _log_as_before  # noqa: F401  # a fixture: the log is as before

CHAT_ID = 6_713_172_282
WORDS = ("Consuelo Confidante", "@consuelo_confides", "is afraid of the cameras", "أمل حداد")
TOKEN_LIKE = "6713172282:AAcanarycanarycanarycanarycanary_12"
PERSON = {"id": CHAT_ID, "is_bot": False, "first_name": WORDS[0], "username": WORDS[1], "last_name": WORDS[3]}
MESSAGE = {
    "message_id": 1,
    "date": 1,
    "chat": {**PERSON, "type": "private"},
    "text": WORDS[2],
    "from": PERSON,
}
SAID = f"Bad Request: chat {CHAT_ID} of {' '.join(WORDS)} ({TOKEN_LIKE})"


def error(code: int, **more: Any) -> tuple[int, bytes]:
    """Return an error as Telegram words it."""
    return code, json.dumps({"ok": False, "error_code": code, "description": SAID, **more}).encode()


WHOLE = json.dumps(
    {"ok": True, "result": [{"update_id": 1, "message": MESSAGE}]}, ensure_ascii=False
).encode()
HTML = f"<html><body>{SAID}</body></html>".encode()
ANSWERS: dict[str, tuple[int, bytes]] = {
    "cut off": (200, WHOLE[:-9]),
    "cut off within a letter": (200, WHOLE[: WHOLE.index("أ".encode()) + 1]),
    "no ok": (200, json.dumps({"result": MESSAGE}).encode()),
    "a text": (200, json.dumps({"ok": True, "result": SAID}).encode()),
    "another shape": (200, json.dumps({"ok": True, "result": {WORDS[0]: [PERSON], "id": WORDS[1]}}).encode()),
    "lists": (
        200,
        json.dumps({"ok": True, "result": [SAID, {"update_id": SAID, "message": MESSAGE}]}).encode(),
    ),
    "HTML": (200, HTML),
    "nothing readable": (200, b"\xff\xfe" + SAID.encode("utf-16")),
    "400": error(400),
    "400 with a migration": error(400, parameters={"migrate_to_chat_id": CHAT_ID}),
    "400 as HTML": (400, HTML),
    "403": error(403),
    "409": error(409),
    "500": error(500),
    "502": (502, HTML),
    "429": error(429, parameters={"retry_after": 0}),
    "429 strangely": error(429, parameters={"retry_after": SAID}),
}

PATIENCE = 60.0
"""Seconds; never reached when all is well."""

ROOM_FOR_LOG = 64 << 10
"""Bytes; far fewer than the database has."""

REPLIED = ("sendMessage", "editMessageText", "answerCallbackQuery")


class Hostile(RehearsalServer):
    """A Bot API that answers each method in each of these ways once, and in between as it should."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.calls = Counter[str]()
        self._called = asyncio.Event()

    def _call(self, call: Call) -> Response | Awaitable[Response]:
        self.calls[call.method] += 1
        self._called.set()
        turn, is_wrong = divmod(self.calls[call.method], 2)
        if is_wrong and turn < len(ANSWERS):
            status, body = [*ANSWERS.values()][turn]
            return Response(status=status, body=body)
        return super()._call(call)

    async def until(self, seen: Callable[[], bool]) -> None:
        """Wait until this is so, looking at every call."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not seen():
                    self._called.clear()
                    await self._called.wait()
        except TimeoutError:
            raise AssertionError(self.calls) from None

    def has_said_everything(self, *methods: str) -> bool:
        """Whether each of these methods has been answered in every way."""
        return all(self.calls[method] >= 2 * len(ANSWERS) for method in methods)


async def test_nothing_is_written_down(tmp_path: Path) -> None:
    """With --debug, nothing of it is in the log, on the terminal, in the database or in any other file.

    Nor is it when the connection fails, the disk is full and, at last, the process crashes and says where it stood.
    """
    world = World()
    server = Hostile(world)
    database, log = tmp_path / "campaign.db", tmp_path / "log"
    await migrate(f"sqlite:///{database}")
    write_key_file(tmp_path / "key" / "campaign.key")
    async with AsyncExitStack() as stack:
        await server.start()
        stack.push_async_callback(server.stop)
        bot = await stack.enter_async_context(_Running(server.url, world.token, tmp_path))
        people = [world.add_person(name=f"Ana Anonymous {n}", language_code="en").chat_id for n in range(200)]
        for chat_id in people:
            world.say(chat_id, "/language")
            world.tap(chat_id, 1, "language:es")
            asked = server.calls["getUpdates"]
            await server.until(lambda asked=asked: server.calls["getUpdates"] > asked)  # type: ignore[misc]  # the default binds it
            if server.has_said_everything("getUpdates", *REPLIED):
                break
        await server.until(lambda: server.has_said_everything("getUpdates", *REPLIED))
        await _fail_on_the_way(server, world, people, log)
        await _fill_disk(bot, world, people, log)
        assert bot.returncode is None
        bot.send_signal(signal.SIGABRT)
        assert await bot.wait() == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in log.read_text()
    named = {*WORDS, TOKEN_LIKE, "Ana Anonymous", world.token.partition(":")[2]}
    assert traces(tmp_path, ids=[CHAT_ID, *people], texts=named, but=("key",)) == []


ON_THE_WAY = (FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.TRUNCATED)
"""What happens to a request or its answer while a connection stands; each error has the address in it."""


async def _fail_on_the_way(server: Hostile, world: World, people: list[int], log: Path) -> None:
    """Break connections in each way, then listen to nobody for a while."""
    for kind in ON_THE_WAY:
        world.faults = Faults.from_plan({"rules": [{"kind": kind, "to_nth": 4}]})
        for chat_id in people[:5]:
            world.say(chat_id, WORDS[2])
        await server.until(lambda kind=kind: world.faults.struck.get(kind, 0) == 3)  # type: ignore[misc]  # the default binds it
    port = int(server.url.rpartition(":")[2])
    await server.stop()
    await _until_logged(log, "telegram_interrupted")
    await server.start(port=port)
    await _until_logged(log, "telegram_resumed")


async def _fill_disk(bot: asyncio.subprocess.Process, world: World, people: list[int], log: Path) -> None:
    """Let no file grow beyond what the log may still need, until the database has failed."""
    most = len(_said(log)) + ROOM_FOR_LOG
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    for chat_id in people[:5]:
        world.say(chat_id, WORDS[2])
    await _until_logged(log, "intake_delayed")
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def _until_logged(log: Path, event: str) -> None:
    """Wait for a line of another process."""
    async with asyncio.timeout(PATIENCE):
        while f'"{event}"' not in _said(log):  # noqa: ASYNC110  # a file tells nobody
            await asyncio.sleep(0.02)


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8")


class _Running:
    """The bot as a process of its own, everything it says in a file."""

    def __init__(self, url: str, token: str, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": token,
            "BOT_API_URL": url,
            "DATABASE_URL": f"sqlite:///{folder / 'campaign.db'}",
            "CAMPAIGN_KEY_FILE": str(folder / "key" / "campaign.key"),
            "PORT": str(free_port()),
            "SEND_RATE": "10000",
            "LOG_FORMAT": "json",
            # Every warning of a library is said, and asyncio says what it can.
            "PYTHONWARNINGS": "always",
            "PYTHONASYNCIODEBUG": "1",
            # And where it stood when it crashed.
            "PYTHONFAULTHANDLER": "1",
        }

    async def __aenter__(self) -> asyncio.subprocess.Process:
        with (self._folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--debug", "run"),
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self._process

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()


TYPED: dict[str, Callable[[Bot], Awaitable[Any]]] = {
    "getMe": lambda bot: bot.get_me(),
    "getWebhookInfo": lambda bot: bot.get_webhook_info(),
    "deleteWebhook": lambda bot: bot.delete_webhook(),
    "setMyCommands": lambda bot: bot.set_my_commands([("start", "Begin")]),
    "setMyDescription": lambda bot: bot.set_my_description("A bot"),
    "setMyShortDescription": lambda bot: bot.set_my_short_description("A bot"),
    "getFile": lambda bot: bot.get_file("file"),
}
"""What goes through python-telegram-bot, but for setWebhook: of that an operator reads Telegram's words."""

DIRECT = ("sendMessage", "editMessageText", "deleteMessage", "answerCallbackQuery")


class _Ungoverned:
    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def call(
        self, method: str, parameters: Mapping[str, Any], *, policy: RetryPolicy, **_waiting: Any
    ) -> Answer:
        assert policy is ONCE
        return await self._api.call(method, parameters)


async def test_every_method(tmp_path: Path) -> None:
    """Each method, answered in each way, leaves neither in the log nor in an error what Telegram said."""
    world = World()
    server = Hostile(world)
    await server.start()
    settings = load_settings(Path(os.devnull), {"BOT_TOKEN": world.token, "BOT_API_URL": server.url})
    said = StringIO()
    configure_log(settings, debug=True, stream=said)
    async with open_api(settings) as api:
        bot = typed_bot(api, token=world.token, url=server.url)
        courier = Courier(_Ungoverned(api))  # type: ignore[arg-type]  # it calls, and waits for nobody
        for _ in range(2 * len(ANSWERS)):
            for ask in TYPED.values():
                await _log_failure(ask(bot))
            for method in DIRECT:
                reply = Reply(method=method, parameters={"chat_id": 1, "message_id": 1, "text": "x"})
                await courier.post_one(reply)
    await server.stop()
    assert server.has_said_everything(*TYPED, *DIRECT)
    (tmp_path / "said").mkdir()
    (tmp_path / "said" / "log").write_text(said.getvalue())
    assert "call_failed" in said.getvalue()
    assert "reply_refused" in said.getvalue()
    assert traces(tmp_path / "said", ids=[CHAT_ID], texts={*WORDS, TOKEN_LIKE}, but=()) == []


async def _log_failure(call: Awaitable[Any]) -> None:
    """Make a call; what it raises is logged as our program does, trace and all."""
    try:
        await call
    except TelegramError as error:
        structlog.get_logger().exception("call_failed", said=str(error))
    except (TypeError, KeyError, AttributeError, ValueError):
        # What the library makes of an answer of the wrong shape.
        structlog.get_logger().exception("call_failed")
