"""Whatever fails, with --debug on: nothing of what people sent, and no secret, is in a log, metric, file or answer.

The canaries of `tests.faults.canaries` go every way that a value can come, and are in the message of every error.
"""

import asyncio
import dataclasses
import io
import itertools
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import pyrage
import pytest
import sqlalchemy as sa

from bot.chat import webhook_path
from bot.clock import system_clock
from bot.handlers.routes import TABLE
from bot.handlers.states import dump
from bot.jobs.scheduler import Chore, make_scheduler
from bot.log import configure_log
from bot.pictures.studio import DrawingFailed, Studio
from bot.rehearsal.world.world import World
from bot.services.backups import opened, write_backup
from bot.store.connection import Connection
from bot.store.store import Store
from bot.telegram_io.callbacks import pack
from bot.telegram_io.uploads import Upload, UploadKind
from tests.faults.canaries import Canaries, broken, database_errors, errors, updates
from tests.handlers.samples import SAMPLE_BUTTONS, SAMPLE_STATES
from tests.making import KEY, KEY_TEXT
from tests.test_log import _log_as_before  # noqa: F401  # a fixture: the log is as before
from tests.worlds.in_process.served import served
from tests.worlds.in_process.stage import Stage

PATIENCE = 30.0
"""Seconds; never reached when all is well."""

UPDATES_FROM = 500_000_000

PAGE = 4096
"""Bytes of a page of SQLite's file."""

Failure = Callable[[], BaseException]


@pytest.fixture
def canaries() -> Canaries:
    """Return them, the secrets of the settings among them."""
    made = Canaries()
    made.secret("token", f"{made.id('bot')}:AAcanarycanarycanarycanarycanary_12")
    made.secret("second half of the token", "AAcanarycanarycanarycanarycanary_12")
    made.secret("webhook secret", "canary-of-the-webhook-0123456789")
    made.secret("campaign key", KEY_TEXT)
    return made


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read whatever one chat sends, answer by letters, and wait for no lock."""
    monkeypatch.setattr("bot.domain.rank.CEILING", 10_000)
    monkeypatch.setattr("bot.domain.rank.ORGANIZERS_CEILING", 10_000)
    monkeypatch.setattr("bot.delivery.chat_pace.CHAT_BURST", 10_000.0)
    monkeypatch.setattr("bot.faq.encoder.is_installed", lambda: False)
    monkeypatch.setattr("bot.inbox.apply.TROUBLE_SECONDS", 0.01)


class Shown:
    """A bot on a stage, and all that it says anywhere."""

    def __init__(self, stage: Stage, canaries: Canaries, log: io.StringIO) -> None:
        self.stage = stage
        self.canaries = canaries
        self.log = log
        self.answers: list[str] = []
        self._numbers = itertools.count(UPDATES_FROM)
        self._address = f"http://127.0.0.1:{stage.environment['PORT']}"

    def logged(self, event: str) -> int:
        """Return how often this stands in the log."""
        return self.log.getvalue().count(f'"{event}"')

    async def until_logged(self, event: str) -> None:
        """Wait until this stands in the log once more."""
        before = self.logged(event)
        async with asyncio.timeout(PATIENCE):
            while self.logged(event) == before:  # noqa: ASYNC110  # the log has no event to wait for
                await asyncio.sleep(0.01)

    async def receive(self, *given: dict[str, Any]) -> None:
        """Bring updates past the web, and wait until all of them are done."""
        inbox = self.stage.conversation.inbox
        numbered = [{**update, "update_id": next(self._numbers)} for update in given]
        await inbox.intake.receive(numbered)
        async with asyncio.timeout(PATIENCE):
            await inbox.idle()

    async def ask(self, method: str, path: str, *, told: bool = True, **given: Any) -> int:
        """Ask the bot's web server. Returns the status; the answer is kept, unless it is not `told`."""
        address = f"{self._address}{path}"
        async with aiohttp.ClientSession() as session, session.request(method, address, **given) as response:
            if told:
                self.answers.append(f"{response.headers} {await response.text()}")
            return response.status

    async def send_bytes(self, given: bytes) -> None:
        """Send something that need not be HTTP, and keep the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.stage.environment["PORT"]))
        writer.write(given)
        writer.write_eof()
        with suppress(ConnectionError):
            self.answers.append((await asyncio.wait_for(reader.read(), PATIENCE)).decode(errors="replace"))
        writer.close()


@pytest.fixture
async def shown(canaries: Canaries, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Shown]:
    """Run the bot with a webhook, logging all it can."""
    database = Path(shutil.copy(migrated_file, tmp_path / "campaign.db"))
    world = World(token=canaries.secret("token", ""))
    owner = canaries.id("sender")
    world.add_person(name=canaries.text("name"), language_code="en", chat_id=owner, started=True)
    async with served(world) as server:
        secrets = {"WEBHOOK_SECRET": canaries.secret("webhook secret", ""), "LOG_FORMAT": "json"}
        stage = Stage(world=world, server=server, database=database, OWNER_IDS=str(owner), **secrets)
        address = f"http://127.0.0.1:{stage.environment['PORT']}"
        stage = Stage(
            world=world, server=server, database=database, **{**stage.environment, "PUBLIC_URL": address}
        )
        log = io.StringIO()
        configure_log(stage.settings, debug=True, stream=log)
        await stage.start()
        found = Shown(stage, canaries, log)
        async with asyncio.timeout(PATIENCE):
            while not world.requests["setWebhook"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield found
        await stage.stop()


async def test_nothing_is_told(shown: Shown, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All updates and broken ones, broken requests, each handler failing, the database busy, full and torn."""
    canaries, store = shown.canaries, shown.stage.app.store
    every = [*updates(canaries)]
    await shown.receive(*every)
    await shown.receive(*broken(every, canaries))
    assert shown.logged("update_failed") == 0
    await _broken_requests(shown)
    await _failing_handlers(shown)
    await _failing_elsewhere(shown)
    await _failing_database(shown, store)
    for path in ("/metrics", "/readyz", "/healthz"):
        await shown.ask("GET", path)
    dumped = await _dumped(store, tmp_path / "backup.age")
    assert b'"conversations"' in dumped
    await _torn_database(shown, tmp_path / "campaign.db")
    printed = capfd.readouterr()
    said = (shown.log.getvalue(), printed.out, printed.err, dumped.decode(errors="replace"), *shown.answers)
    assert all(len(each) > 1000 for each in (shown.log.getvalue(), "".join(shown.answers)))
    assert canaries.found_in(tmp_path, *said) == []


async def _dumped(store: Store, file: Path) -> bytes:
    """Return what is in a backup, for whoever has its private key."""
    identity = pyrage.x25519.Identity.generate()
    await write_backup(store.database, file, recipient=str(identity.to_public()), now=system_clock())
    with opened(file, [identity]) as (_head, lines):
        return b"".join([line async for line in lines])


async def _broken_requests(shown: Shown) -> None:
    """Bring what is no update, and ask what nobody asks, with canaries in bodies, headers and addresses."""
    canaries, path = shown.canaries, webhook_path(KEY)
    right = {"X-Telegram-Bot-Api-Secret-Token": canaries.secret("webhook secret", "")}
    says, name = canaries.everything(), canaries.name("address")
    cut = b'{"update_id": 1, "message": {"text": "' + says.encode()
    deep = b"[" * 100_000 + says.encode()
    for body in (cut, deep, says.encode(), says.encode("utf-16"), b"\xff" + says.encode(), b"x" * 1_000_001):
        assert await shown.ask("POST", path, data=body, headers=right) == 400
    for strange in ({"update_id": says}, {"update_id": -(2**70), "message": says}, [says]):
        assert await shown.ask("POST", path, json=strange, headers=right) == 400
    wrong = {
        "X-Telegram-Bot-Api-Secret-Token": canaries.name("wrong secret"),
        "Authorization": f"Bearer {name}",
    }
    assert await shown.ask("POST", path, data=cut, headers=wrong) == 404
    assert await shown.ask("GET", "/metrics", headers=wrong) == 401
    for asked in (
        f"/{name}",
        f"/letters/{name}/{name}?{name}={name}",
        f"/telegram/{name}",
        f"/readyz?{name}",
    ):
        await shown.ask("GET", asked, headers={**wrong, "Cookie": name, "Referer": f"https://{name}.org"})
    head = f"POST {path} HTTP/1.1\r\nHost: {name}\r\nContent-Length: 99999\r\n\r\n".encode()
    for raw in (head + cut, cut + b"\r\n\r\n", b"GET / HTTP/9.9\r\n" + cut, b"\x16\x03\x01" + cut):
        await shown.send_bytes(raw)


async def _failing_handlers(shown: Shown) -> None:
    """Let each command, button and step fail, each with another error, and inline queries and what is asked."""
    canaries, kinds = shown.canaries, itertools.cycle(errors(shown.canaries))
    router: Any = shown.stage.conversation.inbox._applier._responder
    failed: set[str] = set()

    def failing(name: str) -> Any:
        async def handle(*_given: Any) -> NoReturn:
            failed.add(name)
            failure = next(kinds)
            raise failure()

        return handle

    table = dataclasses.replace(
        TABLE,
        commands={
            name: dataclasses.replace(each, handle=failing(name)) for name, each in TABLE.commands.items()
        },
        numbered={
            name: dataclasses.replace(each, handle=failing(name)) for name, each in TABLE.numbered.items()
        },
        buttons={
            of: dataclasses.replace(each, handle=failing(of.__name__)) for of, each in TABLE.buttons.items()
        },
        steps={
            of: dataclasses.replace(each, handle=failing(of.__name__), otherwise=failing(of.__name__))
            for of, each in TABLE.steps.items()
        },
        otherwise=failing("otherwise"),
        leaving=failing("leaving"),
        organizers={},
    )
    router._table = table
    sender, text = canaries.id("sender"), canaries.text("said to a handler")

    def message(said: str) -> dict[str, Any]:
        command = {"type": "bot_command", "offset": 0, "length": len(said.partition(" ")[0])}
        entities = [command] if said.startswith("/") else []
        about = {"chat": {"id": sender, "type": "private"}, "from": {"id": sender, "first_name": text}}
        return {"message": {"message_id": 1, "date": 1, "text": said, "entities": entities, **about}}

    def tap(data: str) -> dict[str, Any]:
        return {"callback_query": {"id": "1", "from": {"id": sender, "first_name": text}, "data": data}}

    await shown.receive(*(message(f"/{name} {text}") for name in table.commands))
    await shown.receive(*(message(f"/{name}_7 {text}") for name in table.numbered))
    await shown.receive(*(tap(pack(each[0])) for each in SAMPLE_BUTTONS.values()), message("stop"))
    for state in SAMPLE_STATES:
        async with shown.stage.app.store.transaction() as tx:
            await tx.conversations.save(sender, dump(state), now=system_clock())
        await shown.receive(message(text))
    async with shown.stage.app.store.transaction() as tx:
        await tx.conversations.end(sender)
    await shown.receive({"message": {**message(text)["message"], "text": None, "story": {"id": 1}}})
    everybody = {*table.commands, *table.numbered, "otherwise", "leaving"}
    everybody |= {of.__name__ for of in (*table.buttons, *table.steps)}
    assert everybody - failed == set()
    assert shown.logged("update_failed") >= len(everybody)


async def _failing_elsewhere(shown: Shown) -> None:
    """Let what is beside the handlers fail: questions, inline queries, chores, drawings, tasks, threads, clean-ups."""
    canaries, kinds = shown.canaries, itertools.cycle(errors(shown.canaries))
    conversation = shown.stage.conversation
    matcher: Any = conversation.resources.matcher

    async def fail(*_given: Any) -> NoReturn:
        failure = next(kinds)
        raise failure()

    text, sender = (
        canaries.text("asked in vain"),
        {"id": canaries.id("sender"), "first_name": canaries.text("asks")},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(matcher), "match", fail)
        query = {"id": "7", "from": sender, "query": text, "offset": ""}
        waiting = asyncio.create_task(shown.until_logged("inline_query_failed"))
        await asyncio.sleep(0)
        await shown.receive(
            {"inline_query": query},
            {
                "message": {
                    "message_id": 1,
                    "date": 1,
                    "text": text,
                    "chat": {**sender, "type": "private"},
                    "from": sender,
                }
            },
        )
        await waiting
    failing = Chore(name="failing", run=fail, every=timedelta(seconds=0.01))
    scheduler = make_scheduler(shown.stage.app.store, system_clock, more=[failing])
    scheduler.start()
    await shown.until_logged("library_logged")
    scheduler.shutdown(wait=False)
    with pytest.raises(DrawingFailed):
        await Studio().make(Upload(kind=UploadKind.CHART, name=text, of={canaries.name("drawn"): text}))
    forgotten = asyncio.create_task(fail())
    await asyncio.wait([forgotten])
    waiting = asyncio.create_task(shown.until_logged("library_logged"))
    await asyncio.sleep(0)
    del forgotten
    await waiting
    await _failing_outside_of_tasks(next(kinds))


async def _failing_outside_of_tasks(failure: Failure) -> None:
    class Leaving:
        def __del__(self) -> None:
            raise failure()

    def fail() -> NoReturn:
        raise failure()

    thread = threading.Thread(target=fail, name=str(failure()))
    thread.start()
    await asyncio.to_thread(thread.join)
    Leaving()


async def _failing_database(shown: Shown, store: Store) -> None:
    """Let transactions fail with each error of a database, then let it be locked, and full."""
    canaries, database = shown.canaries, store.database
    kinds = [*database_errors(canaries)]
    writing, failing = database.writing, iter(kinds)

    @asynccontextmanager
    async def interrupted() -> AsyncIterator[Connection]:
        async with writing() as connection:
            yield connection
            if (failure := next(failing, None)) is not None:
                raise failure()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "writing", interrupted)
        every = [*updates(canaries)]
        for update in every[: len(kinds)]:
            with suppress(sa.exc.SQLAlchemyError, OSError):
                await shown.receive(update)
            right = {"X-Telegram-Bot-Api-Secret-Token": canaries.secret("webhook secret", "")}
            numbered = {**update, "update_id": next(shown._numbers)}
            await shown.ask("POST", webhook_path(KEY), json=numbered, headers=right)
            await shown.ask("GET", "/readyz")
            await shown.ask("GET", "/metrics")
    assert next(failing, None) is None
    await shown.receive(*every)


async def _torn_database(shown: Shown, file: Path) -> None:
    """Write over all but the first page of the database while it is in use."""
    await shown.stage.app.store.compact()
    with closing(sqlite3.connect(file)) as other:
        # A commit of another connection: whoever has read pages reads them again.
        other.execute("PRAGMA user_version = 1")
    with file.open("r+b") as torn:
        size = torn.seek(0, io.SEEK_END)
        torn.seek(PAGE)
        torn.write(b"\x5a" * (size - PAGE))
    right = {"X-Telegram-Bot-Api-Secret-Token": shown.canaries.secret("webhook secret", "")}
    update = {**next(updates(shown.canaries)), "update_id": 1}
    assert await shown.ask("POST", webhook_path(KEY), json=update, headers=right) == 503
    for path in ("/readyz", "/metrics"):
        await shown.ask("GET", path)
    assert shown.logged("webhook_delayed") >= 1
