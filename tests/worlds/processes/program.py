"""The bot of a stage in processes of its own: its people are in this process, behind the stage's Bot API."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.chat import webhook_path
from bot.rehearsal.stage import free_port
from bot.roles import Role
from tests.making import KEY
from tests.worlds.in_process.stage import Stage
from tests.worlds.processes.campaign import SURROUNDINGS, wait_until_served
from tests.worlds.processes.child import About, Bot, Child, kill

SECRET = "a-secret-of-the-webhook"


class Program:
    """`campaign-bot run`, which can be killed and started again.

    `lease`: after how many seconds without a heartbeat it takes others for dead, where that is not as ever.
    """

    def __init__(
        self, stage: Stage, folder: Path, *arguments: str, lease: float | None = None, **settings: str
    ) -> None:
        environ = {**SURROUNDINGS, **stage.environment, "LOG_FORMAT": "json", **settings}
        self.log = folder / f"bot-{environ['PORT']}.log"
        about: About = {"folder": folder, "environ": environ, "log": self.log}
        self.bot: Child
        if lease is None:
            self.bot = Bot("run", *arguments, **about)
        else:
            way = {"ahead": 0, "lease": lease, "wrong": None, "stops": None, "rarely": True}
            self.bot = Child("-m", "tests.worlds.processes.member", json.dumps(way), Role.ALL, **about)

    async def start(self) -> None:
        """Start it."""
        self.bot.start()

    async def kill(self) -> None:
        """Kill it: nothing of it runs any further."""
        kill(self.bot)

    async def terminate(self) -> float:
        """Ask it to stop. Returns the seconds it took; it must end well."""
        took = await asyncio.to_thread(self.bot.end)
        assert self.bot.code == 0, self.log.read_text()
        return took


@asynccontextmanager
async def running(stage: Stage, folder: Path) -> AsyncIterator[Program]:
    """Run the program, and stop it at the end."""
    program = Program(stage, folder)
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


class Served(Program):
    """`run` at a port of its own, on the database of the others. `webhook`: updates are brought to it."""

    def __init__(
        self,
        stage: Stage,
        folder: Path,
        *arguments: str,
        webhook: bool = False,
        lease: float | None = None,
        **settings: str,
    ) -> None:
        port = str(free_port())
        self.url = f"http://127.0.0.1:{port}"
        if webhook:
            settings |= {"PUBLIC_URL": self.url, "WEBHOOK_SECRET": SECRET}
        super().__init__(stage, folder, *arguments, lease=lease, PORT=port, **settings)

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        await super().start()
        await asyncio.to_thread(wait_until_served, self.url)


class Web(Served):
    """`run --role web`, for updates that the test brings to it."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        super().__init__(stage, folder, "--role", "web", webhook=True)

    async def bring(self, *updates: dict[str, Any]) -> None:
        """Bring updates as Telegram does, all at once; each is acknowledged."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with aiohttp.ClientSession(self.url, headers=headers) as session:

            async def one(update: dict[str, Any]) -> int:
                async with session.post(webhook_path(KEY), json=update) as answer:
                    return answer.status

            assert set(await asyncio.gather(*map(one, updates))) == {200}
