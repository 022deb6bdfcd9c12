"""How the bot takes its updates: offsets, waiting, one taker at a time, the webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Line

OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


async def test_an_update_stays_until_it_is_confirmed(line: Line, world: World, amal: Person) -> None:
    """Asking again brings it again; asking for what comes after it takes it away."""
    first, second = world.say(amal.chat_id, "/start code"), world.say(amal.chat_id, "hello")
    for _ in range(2):
        assert [each["update_id"] for each in await line.updates()] == [first, second]
    assert [each["update_id"] for each in await line.updates(offset=second)] == [second]
    assert await line.updates(offset=second + 1) == []
    assert await line.updates(offset=0) == []


async def test_a_message_update(line: Line, world: World, amal: Person) -> None:
    """It has what Telegram tells of a private message, the command marked."""
    world.say(amal.chat_id, "🎉 /start x")
    (update,) = await line.updates()
    assert update["message"] == {
        "message_id": 1,
        "from": {"id": amal.chat_id, "is_bot": False, "first_name": "Amal", "language_code": "ar"},
        "chat": {"id": amal.chat_id, "first_name": "Amal", "type": "private"},
        "date": 1_800_000_000,
        "text": "🎉 /start x",
        "entities": [{"type": "bot_command", "offset": 3, "length": 6}],
    }


async def test_limit_and_a_negative_offset(line: Line, world: World, amal: Person) -> None:
    ids = [world.say(amal.chat_id, str(n)) for n in range(5)]
    assert [each["update_id"] for each in await line.updates(limit=2)] == ids[:2]
    assert [each["update_id"] for each in await line.updates(offset=-2)] == ids[3:]
    assert [each["update_id"] for each in await line.updates()] == ids[3:]


async def test_a_poll_waits_for_the_next_update(line: Line, world: World, amal: Person) -> None:
    waiting = asyncio.create_task(line.updates(timeout=50))
    await asyncio.wait([waiting], timeout=0.05)
    assert not waiting.done()
    update_id = world.say(amal.chat_id, "hello")
    assert [each["update_id"] for each in await waiting] == [update_id]


async def test_a_second_poll_ends_the_first(line: Line, world: World, amal: Person) -> None:
    first = asyncio.create_task(line.call("getUpdates", timeout=50))
    await asyncio.wait([first], timeout=0.05)
    second = asyncio.create_task(line.updates(timeout=50))
    code, said = await first
    assert (code, said["description"]) == (409, OTHER_POLLER)
    world.say(amal.chat_id, "hello")
    assert len(await second) == 1


async def test_a_poll_given_up_takes_nothing(line: Line, world: World, amal: Person) -> None:
    """A poller that is killed leaves the updates for the next one."""
    waiting = asyncio.create_task(line.updates(timeout=50))
    await asyncio.wait([waiting], timeout=0.05)
    waiting.cancel()
    await asyncio.wait([waiting])
    world.say(amal.chat_id, "hello")
    assert len(await line.updates(timeout=5)) == 1


async def test_kinds_not_asked_for_do_not_come(line: Line, world: World, amal: Person) -> None:
    """The choice holds for later polls, until another is made; an empty one is the usual."""
    await line.updates(allowed_updates=["message"])
    world.block(amal.chat_id)
    world.unblock(amal.chat_id)
    assert await line.updates() == []
    await line.updates(allowed_updates=[])
    world.block(amal.chat_id)
    (update,) = await line.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_malformed_and_repeated_updates(line: Line, world: World) -> None:
    """Anything can be sent to the bot, twice as well."""
    broken = world.push_update({"message": {"text": 5}})
    assert world.push_update({"update_id": broken, "message": None}) == broken
    assert await line.updates() == [{"update_id": broken, "message": None}]


class Hook:
    """A bot's webhook: keeps what it is brought and answers what the test says."""

    def __init__(self) -> None:
        self.brought: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers = [web.Response()]
        self.came = asyncio.Event()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.brought.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=answer.status, text=answer.text)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def emptied(world: World) -> None:
    async with asyncio.timeout(5):
        while len(world.updates):  # noqa: ASYNC110  confirming an update is not a change anybody is told of
            await asyncio.sleep(0)


async def test_the_webhook_is_brought_updates(line: Line, world: World, amal: Person, hook: Hook) -> None:
    """Each comes with the secret, in order; nobody can ask for them meanwhile."""
    await line.call("setWebhook", url=hook.url, secret_token="s3cret", allowed_updates=["message"])
    ids = [world.say(amal.chat_id, str(n)) for n in range(3)]
    await emptied(world)
    assert [each["update_id"] for each in hook.brought] == ids
    assert set(hook.secrets) == {"s3cret"}
    code, said = await line.call("getUpdates")
    assert code == 409
    assert said["description"].startswith("Conflict: can't use getUpdates method while webhook is active")


async def test_an_update_with_a_wrong_id_is_brought_once(line: Line, world: World, hook: Hook) -> None:
    await line.call("setWebhook", url=hook.url)
    world.push_update({"update_id": "seven"})
    await emptied(world)
    assert hook.brought == [{"update_id": "seven"}]


async def test_a_refused_update_is_brought_again(line: Line, world: World, amal: Person, hook: Hook) -> None:
    """It comes until the webhook says 2xx, and what went wrong can be asked."""
    hook.answers = [web.Response(status=500), web.Response()]
    await line.call("setWebhook", url=hook.url)
    world.say(amal.chat_id, "hello")
    world.say(amal.chat_id, "after")
    await emptied(world)
    assert [each["message"]["text"] for each in hook.brought] == ["hello", "hello", "after"]
    _, said = await line.call("getWebhookInfo")
    assert (
        said["result"]["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    )


async def test_a_webhooks_answer_may_be_a_method(line: Line, world: World, amal: Person, hook: Hook) -> None:
    hook.answers = [
        web.json_response({"method": "sendMessage", "chat_id": amal.chat_id, "text": "heard"}),
    ]
    await line.call("setWebhook", url=hook.url)
    world.say(amal.chat_id, "hello")
    await world.wait_for(lambda: amal.messages[-1].text == "heard")


async def test_setting_a_webhook_ends_the_poll(line: Line, hook: Hook) -> None:
    waiting = asyncio.create_task(line.call("getUpdates", timeout=50))
    await asyncio.wait([waiting], timeout=0.05)
    await line.call("setWebhook", url=hook.url)
    code, said = await waiting
    assert (code, said["description"]) == (409, "Conflict: terminated by setWebhook request")


async def test_deleting_the_webhook_lets_the_bot_ask(line: Line, world: World, amal: Person) -> None:
    """What could not be brought is still there, unless it is to be dropped."""
    await line.call("setWebhook", url="http://127.0.0.1:9/closed")
    update_id = world.say(amal.chat_id, "hello")
    _, told = await line.call("getWebhookInfo")
    assert told["result"]["pending_update_count"] == 1
    await line.call("deleteWebhook")
    assert [each["update_id"] for each in await line.updates()] == [update_id]
    await line.call("deleteWebhook", drop_pending_updates=True)
    assert await line.updates() == []
