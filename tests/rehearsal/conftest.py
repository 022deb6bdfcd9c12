"""A world whose clock the test turns, and two ways into it: straight, and over HTTP."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest

from bot.rehearsal.api.bot_api import Call, answer
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.worlds.in_process.served import served

Said = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Clock:
    """Both clocks of a world, in seconds; time passes when the test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@dataclass(slots=True)
class Api:
    """The Bot API without HTTP: what a request is answered."""

    world: World
    token: str = ""

    def call(self, method: str, **fields: Any) -> Said:
        call = Call(token=self.token or self.world.token, method=method, body=orjson.dumps(fields))
        reply = answer(self.world, call)
        assert isinstance(reply, tuple), "only getUpdates takes time"
        return reply[0], orjson.loads(reply[1])

    def result(self, method: str, **fields: Any) -> Any:
        code, said = self.call(method, **fields)
        assert code == 200, said
        return said["result"]

    def refusal(self, method: str, **fields: Any) -> tuple[int, str]:
        code, said = self.call(method, **fields)
        assert said["ok"] is False
        assert said["error_code"] == code
        return code, said["description"]


@dataclass(slots=True)
class Line:
    """The Bot API over HTTP."""

    world: World
    server: RehearsalServer
    session: aiohttp.ClientSession

    def url(self, method: str) -> str:
        return f"{self.server.url}/bot{self.world.token}/{method}"

    async def call(self, method: str, **fields: Any) -> Said:
        async with self.session.post(self.url(method), json=fields) as response:
            return response.status, await response.json()

    async def updates(self, **fields: Any) -> list[dict[str, Any]]:
        code, said = await self.call("getUpdates", **fields)
        assert code == 200, said
        return list(said["result"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now=clock, monotonic=clock)


@pytest.fixture
def amal(world: World) -> Person:
    """Somebody who has spoken to the bot."""
    return world.add_person(name="Amal", language_code="ar", started=True)


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


@pytest.fixture
async def line(world: World) -> AsyncIterator[Line]:
    async with (
        served(world, controlled=True, webhook_pause=0.01) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Line(world, server, session)


Sender = Callable[[str], dict[str, Any]]


@pytest.fixture
def send(api: Api, amal: Person) -> Sender:
    """Send Amal a text as the bot; returns the message."""

    def sent(text: str) -> dict[str, Any]:
        made: dict[str, Any] = api.result("sendMessage", chat_id=amal.chat_id, text=text)
        return made

    return sent
