"""Updates brought by webhook."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.chat import webhook_path
from bot.domain.alert import ActionKind
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.world import World
from bot.telegram_io.action_buttons import Act
from bot.telegram_io.callbacks import pack
from tests.flows.test_actions import FIELDS, TITLES, alert_of, sent
from tests.worlds.in_process.organizing import supporters
from tests.worlds.in_process.stage import Phone, Stage

SECRET = "a-secret-of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def hooked(world: World, server: RehearsalServer, database: Path) -> AsyncIterator[Stage]:
    """Run the bot where the world can reach it."""
    port = str(free_port())
    stage = Stage(
        world=world,
        server=server,
        database=database,
        PORT=port,
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        WEBHOOK_SECRET=SECRET,
    )
    await stage.start()
    probe = stage.phone("First")
    await probe.say("/help")
    await probe.expects("What this bot can do")  # the webhook is set, and the server is up
    yield stage
    await stage.stop()


async def post(stage: Stage, update: Any, *, secret: str | None = SECRET) -> int:
    """Bring an update as Telegram would. Returns the status."""
    url = f"http://127.0.0.1:{stage.settings.port}{webhook_path(stage.conversation.key)}"
    headers = {} if secret is None else {HEADER: secret}
    body: dict[str, Any] = {"data": update} if isinstance(update, bytes) else {"json": update}
    async with aiohttp.ClientSession() as session, session.post(url, headers=headers, **body) as response:
        return response.status


def asking_for_help(phone: Phone, update_id: int) -> dict[str, Any]:
    """Return an update in which somebody sends /help."""
    phone.person.started = True
    message = {"message_id": 900, "date": 0, "from": phone.person.as_user(), "chat": phone.person.as_chat()}
    return {"update_id": update_id, "message": {**message, "text": "/help"}}


async def test_people_are_answered(hooked: Stage) -> None:
    """By webhook people join as by polling."""
    ana = hooked.phone("Ana")
    await ana.say("/start")
    await ana.tap("Yes, send me alerts")
    await ana.expects("You’re in.")
    assert hooked.world.requests["getUpdates"] == 0


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "ä"])
async def test_a_wrong_secret_is_refused(hooked: Stage, secret: str | None) -> None:
    """Without Telegram's secret nothing is taken, and nothing says that a webhook is there."""
    ana = hooked.phone("Ana")
    assert await post(hooked, asking_for_help(ana, 7), secret=secret) == 404
    await hooked.settled()
    assert ana.messages == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"null", b'{"update_id": "x"}', b'{"update_id": -1}', b"\xff"]
)
async def test_what_is_no_update_is_refused(hooked: Stage, body: bytes) -> None:
    """What is no update is refused; the next good one is taken."""
    ana = hooked.phone("Ana")
    assert await post(hooked, body) == 400
    assert await post(hooked, asking_for_help(ana, 7)) == 200
    await ana.expects("What this bot can do")


async def test_a_repeated_delivery_changes_nothing(hooked: Stage) -> None:
    """Telegram may bring an update again; it is acknowledged again and answered once."""
    ana = hooked.phone("Ana")
    update = asking_for_help(ana, 7)
    assert await asyncio.gather(*(post(hooked, update) for _ in range(5))) == [200] * 5
    await hooked.settled()
    assert await post(hooked, update) == 200
    await hooked.settled()
    assert len(ana.messages) == 1


async def test_acknowledged_only_when_stored(hooked: Stage) -> None:
    """While the database cannot commit there is no 200; with it, the update is in the database."""
    ana = hooked.phone("Ana")
    await hooked.settled()
    lock = sqlite3.connect(hooked.database, isolation_level=None, timeout=0)
    while not lock.in_transaction:
        # The bot may be writing: it goes on while we wait.
        with contextlib.suppress(sqlite3.OperationalError):
            lock.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.01)
    bringing = asyncio.create_task(post(hooked, asking_for_help(ana, 7)))
    done, _ = await asyncio.wait({bringing}, timeout=0.3)
    assert not done
    assert lock.execute("SELECT count(*) FROM updates WHERE update_id = 7").fetchone() == (0,)
    lock.execute("ROLLBACK")
    assert await bringing == 200
    assert lock.execute("SELECT count(*) FROM updates WHERE update_id = 7").fetchone() == (1,)
    lock.close()
    await ana.expects("What this bot can do")


async def test_a_cut_body_is_no_error(hooked: Stage) -> None:
    """Whoever goes away in the middle of an update is answered nothing, and nothing is logged (S5)."""
    path = webhook_path(hooked.conversation.key)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n"
    with capture_logs() as logged:
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", hooked.settings.port)
            writer.write(head.encode() + b'{"update_id": 7, "mess')
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        ana = hooked.phone("Ana")
        assert await post(hooked, asking_for_help(ana, 7)) == 200
        await ana.expects("What this bot can do")
    assert [line for line in logged if line["log_level"] in {"error", "critical", "warning"}] == []


async def test_a_slow_body_is_given_up(hooked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that does not come in is refused after a while; nothing of it is kept."""
    monkeypatch.setattr("bot.web.webhook.BODY_SECONDS", 0.05)
    path = webhook_path(hooked.conversation.key)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", hooked.settings.port)
    writer.write(head.encode() + b'{"update_id": 7, "mess')
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_a_letter_on_a_page(hooked: Stage) -> None:
    """Where the world reaches the bot, a letter is changed on a page of it; its address says nothing of the reader."""
    ana, omar = await supporters(hooked, "en", "ar")
    alert_id = await sent(hooked, alert_of(ActionKind.EMAIL))
    links = []
    for phone, language in ((ana, "en"), (omar, "ar")):
        await phone.expects(TITLES[language], "/stop")
        await phone.press(pack(Act(alert_id)))
        card = await phone.expects("office@council.example")
        links.append(next(button["url"] for button in card.buttons() if "url" in button))
    codes = [link.removesuffix(f"/{language}") for link, language in zip(links, ("en", "ar"), strict=True)]
    assert codes[0] == codes[1]
    async with aiohttp.ClientSession() as session:
        for link, language in zip(links, ("en", "ar"), strict=True):
            async with session.get(link) as answer:
                page = await answer.text()
                assert answer.status == 200
                assert not answer.cookies
            assert FIELDS[language]["letter"] in page
        async with session.get(f"{codes[0]}x/en") as answer:
            assert answer.status == 404
