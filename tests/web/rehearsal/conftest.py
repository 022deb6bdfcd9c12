"""A real browser on the rehearsal's page, with a puppet in the bot's place."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect
from starlette.applications import Starlette

from bot.rehearsal.page.web import rehearsal_app
from bot.rehearsal.world.inline import InlineAnswer, InlineResult
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.world import World

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLAIM = "claim-0123456789"
ORGANIZER, AMAL, LUCIA, EMMA = 1, 2, 3, 4

LAPTOP = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True)
class Window:
    """The page in a browser."""

    page: Page

    def phone(self, name: str) -> Locator:
        """Return one person's phone."""
        return self.page.get_by_role("article", name=f"Phone of {name}", exact=True)

    def texts(self, name: str) -> Locator:
        """Return the texts of one person's chat."""
        return self.phone(name).locator(".text")


OpenWindow = Callable[..., Awaitable[Window]]


class Puppet:
    """Answers like a bot, from a few strings: enough to show everything a phone can show."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.profile.names[""] = "Cut ties with AnyVision"
        world.profile.descriptions[""] = "Action alerts and answers, in your language."
        world.profile.descriptions["ar"] = "تنبيهات وأجوبة بلغتك."
        world.profile.commands["default", ""] = [
            {"command": "start", "description": "Start here"},
            {"command": "stop", "description": "Leave at once"},
        ]
        world.profile.commands["default", "ar"] = [{"command": "start", "description": "البداية"}]

    async def run(self) -> None:
        """Answer updates until cancelled."""
        offset = 0
        while True:
            for update in await self.world.updates.poll(offset=offset, limit=100, timeout=30):
                offset = update["update_id"] + 1
                if "message" in update:
                    self.hear(update["message"])
                elif "callback_query" in update:
                    self.tapped(update["callback_query"])
                elif "inline_query" in update:
                    self.asked(update["inline_query"])

    def asked(self, query: Json) -> None:
        """Offer one thing, which quotes what was asked."""
        text = f"About {query['query']}"
        result = InlineResult(id="one", title=text, description="An answer", text=f"{text}: this.")
        button = {"text": "Open the chat", "start_parameter": "l_en"}
        offer = InlineAnswer(results=(result,), button=button, cache_time=0, is_personal=True)
        self.world.answer_query(query["id"], offer)

    def hear(self, message: Json) -> None:
        """Greet, or quote what was said."""
        chat_id, said = message["chat"]["id"], message["text"]
        if said.startswith("/start"):
            text = (
                "أهلاً بك في الحملة" if message["from"].get("language_code") == "ar" else "Welcome 👋 friend"
            )
            bold = {"type": "bold", "offset": 0, "length": 7}
            self.world.post(chat_id, text, entities=[bold], reply_markup=GREETING)
        else:
            self.world.post(chat_id, f"You said: {said}")

    def tapped(self, query: Json) -> None:
        """Answer a tap as its button says."""
        message = self.world.people[query["from"]["id"]].stored[query["message"]["message_id"]]
        match query["data"]:
            case "yes":
                self.world.edit(message, text="You’re in.", entities=[], reply_markup=CHANGE)
                self.world.answer(query["id"], {"text": "Done"})
            case "gone":
                self.world.delete(message)
                self.world.answer(query["id"], {})
            case "why":
                self.world.answer(query["id"], {"text": "StopReason it matters.", "show_alert": True})


def keyboard(*rows: list[Json]) -> Json:
    """Return an inline keyboard."""
    return {"inline_keyboard": list(rows)}


GREETING = keyboard(
    [{"text": "Yes, send me alerts", "callback_data": "yes"}],
    [{"text": "Why?", "callback_data": "why"}, {"text": "Read", "url": "https://example.org/read"}],
)
CHANGE = keyboard([{"text": "Put it away", "callback_data": "gone"}])


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serve an app on a free port of loopback; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@pytest_asyncio.fixture(loop_scope="module")
async def world() -> AsyncIterator[World]:
    """Make a world of an organizer and three supporters, with the puppet answering."""
    world = World()
    world.add_person(name="Dana", language_code="en", chat_id=ORGANIZER)
    world.add_person(name="أمل", language_code="ar", chat_id=AMAL)
    world.add_person(name="Lucía", language_code="es", chat_id=LUCIA)
    world.add_person(name="Emma", language_code="en", chat_id=EMMA)
    playing = asyncio.create_task(Puppet(world).run())
    yield world
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing


@pytest_asyncio.fixture(loop_scope="module")
async def address(world: World) -> AsyncIterator[str]:
    """Serve the page; yields its address."""
    async with serving(rehearsal_app(world, claim_code=CLAIM, organizer=ORGANIZER)) as address:
        yield f"{address}/rehearsal"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start this machine's own browser, which downloads nothing."""
    if CHROMIUM is None:
        pytest.skip("no chromium or google-chrome on PATH")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_window(browser: Browser, address: str) -> AsyncIterator[OpenWindow]:
    """Open the page in a fresh window; at the end, no window may have complained."""
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    async def opened(**window: Any) -> Window:
        windows.append(await browser.new_context(**{"viewport": LAPTOP, **window}))
        page = await windows[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        await page.goto(address)
        await expect(page.get_by_role("article")).not_to_have_count(0)
        return Window(page)

    yield opened
    for window in windows:
        await window.close()
    assert complaints == []
