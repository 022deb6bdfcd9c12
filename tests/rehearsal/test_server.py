"""The server as a process of its own, and the strings by which a bench or a kill test moves it."""

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.api.server import main
from tests.worlds.processes.campaign import bot_api

TOKEN = "1:made-up-for-the-bench-and-good-for-nothing"


@pytest.fixture
def url() -> Iterator[str]:
    with bot_api(1000, token=TOKEN, blocked=0.1) as api:
        yield api.url


async def test_a_server_of_its_own(url: str) -> None:
    """It prints where it listens, knows a crowd, and can be controlled over HTTP."""
    async with aiohttp.ClientSession(url) as session:

        async def pull(string: str, **given: Any) -> Any:
            async with session.post(f"/control/{string}", json=given) as response:
                assert response.status == 200, await response.text()
                return await response.json()

        async def call(method: str, **given: Any) -> int:
            async with session.post(f"/bot{TOKEN}/{method}", json=given) as response:
                return response.status

        async def told(string: str) -> Any:
            async with session.get(f"/control/{string}") as response:
                return await response.json()

        codes = [await call("sendMessage", chat_id=1_000_000 + n % 50, text="x") for n in range(60)]
        await pull("people", people=[{"name": "Amal", "language_code": "ar", "chat_id": 7}])
        await pull("say", chat_id=7, text="/start")
        said = (await pull("say", chat_id=1_000_100, count=20, text="/start"))["said"]
        await call("sendMessage", chat_id=7, text="hello")
        await pull("tap", chat_id=7, message_id=1, callback_data="x")
        await pull("block", chat_id=7)
        await pull("unblock", chat_id=7)
        stats = await told("stats")
        assert stats["accepted"] == codes.count(200) + 1
        assert stats["accepted_chats"] + stats["duplicates"] == codes.count(200) + 1
        assert stats["outcomes"]["sendMessage 403"] == codes.count(403) > 0
        assert stats["people"] == 1
        assert stats["pending_updates"] == said + len(("spoken", "tapped", "blocked", "unblocked"))
        assert [each["text"] for each in (await told("messages?chat_id=7"))["messages"]] == [
            "/start",
            "hello",
        ]
        await pull("limits", overall_per_second=1, burst=1)
        assert [await call("sendMessage", chat_id=7, text="a") for _ in range(2)] == [200, 429]
        await pull("limits")
        await pull("faults", rules=[{"kind": "html", "to_nth": 2}])
        assert [await call("getMe"), await call("getMe")] == [502, 200]
        await pull("token", revoked=True)
        assert await call("getMe") == 401


@pytest.mark.parametrize(
    ("string", "given", "status"),
    [("nothing", {}, 404), ("faults", {"rules": [{}]}, 400), ("say", {}, 400), ("limits", {"speed": 1}, 400)],
)
async def test_controls_that_cannot_be_pulled(
    string: str, given: dict[str, Any], status: int, line: Any
) -> None:
    """One sentence says why."""
    async with line.session.post(f"{line.server.url}/control/{string}", json=given) as response:
        assert response.status == status
        assert (await response.json())["error"].endswith(".")


@pytest.mark.parametrize(
    "asked", [["--limits", "{"], ["--faults", '{"rules": [{}]}'], ["--limits", '{"x": 1}']]
)
def test_options_that_cannot_be_read(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked) == 2
    assert capsys.readouterr().err.count("\n") == 1
