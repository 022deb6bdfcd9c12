"""The rehearsal's page over HTTP: who may ask, what is answered, what is told of changes."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient

from bot.rehearsal.page import web
from bot.rehearsal.page.fault_buttons import TROUBLES
from bot.rehearsal.page.snapshots import Stage
from bot.rehearsal.world.people import PersonState
from bot.rehearsal.world.world import World

HERE = "http://127.0.0.1:8080"


@pytest.fixture
def world() -> World:
    """Make a world of two people who do not know the bot yet."""
    world = World()
    world.add_person(name="Emma", language_code="en", chat_id=4)
    world.add_person(name="أمل", language_code="ar", chat_id=5)
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[AsyncClient]:
    """Ask the page without a browser."""
    transport = ASGITransport(web.rehearsal_app(world, claim_code=None))
    async with AsyncClient(transport=transport, base_url=HERE) as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "localhost:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "rebound.example:8080"}, 403),
        ({"Host": "127.0.0.1.example"}, 403),
        ({"Host": "[nonsense"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_only_the_page_itself_may_act(
    client: AsyncClient, world: World, headers: dict[str, str], status: int
) -> None:
    """Another name for this machine and another site's page are refused, and nothing is done."""
    answer = await client.post("/rehearsal/say", json={"chat_id": 4, "text": "hello"}, headers=headers)
    assert answer.status_code == status
    assert len(world.messages(4)) == (status == 200)


async def test_another_sites_link_may_lead_here(client: AsyncClient) -> None:
    """Following a link to the page is no deed; reading it under a foreign name is refused all the same."""
    linked = await client.get("/rehearsal", headers={"Sec-Fetch-Site": "cross-site"})
    assert linked.status_code == 200
    rebound = await client.get("/rehearsal/people", headers={"Host": "rebound.example"})
    assert rebound.status_code == 403
    assert rebound.json() == {"error": "The rehearsal answers only its own page, on this machine."}


@pytest.mark.parametrize("path", ["/rehearsal", "/rehearsal/static/main.js", "/rehearsal/people", "/nothing"])
async def test_the_page_may_reach_nothing_else(client: AsyncClient, path: str) -> None:
    """Every answer forbids the browser to load, run, send or frame anything from elsewhere."""
    policy = (await client.get(path)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("deed", "body", "status", "error"),
    [
        ("say", "{", 400, "Not understood: the request: "),
        ("say", '{"chat_id": 4}', 400, "Not understood: text: Field required."),
        ("say", '{"chat_id": "4", "text": "x"}', 400, "Not understood: chat_id: "),
        ("say", '{"chat_id": 4, "text": "x", "as": 5}', 400, "Not understood: as: "),
        ("say", '{"chat_id": 4, "text": "  "}', 409, "An empty message cannot be sent."),
        ("say", '{"chat_id": 99, "text": "x"}', 409, "There is no such person."),
        ("block", '{"chat_id": 99}', 409, "There is no such person."),
        ("people", '{"name": " ", "language": null}', 400, "Not understood: name: "),
        ("people", '{"name": "Zoé", "language": "../x"}', 400, "Not understood: language: "),
        ("faults", '{"name": "earthquake"}', 409, "There is no such trouble to make."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    client: AsyncClient, deed: str, body: str, status: int, error: str
) -> None:
    """A request that is wrong gets JSON with one sentence, and no trace."""
    answer = await client.post(
        f"/rehearsal/{deed}", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.json()["error"].startswith(error)


async def test_a_form_of_another_page_is_not_json(client: AsyncClient) -> None:
    """Only JSON is read, which no other page can send without asking first."""
    answer = await client.post("/rehearsal/say", data={"chat_id": "4", "text": "x"})
    assert answer.status_code == 415


async def test_a_text_beyond_all_messages_is_refused(client: AsyncClient, world: World) -> None:
    """A body larger than any message is not read as one."""
    answer = await client.post("/rehearsal/say", json={"chat_id": 4, "text": "x" * web.LARGEST_BODY})
    assert (answer.status_code, answer.json()) == (413, {"error": "That is too long."})
    assert world.messages(4) == []


async def test_a_tap_returns_what_the_bot_answers(client: AsyncClient, world: World) -> None:
    """The request for a tap waits for answerCallbackQuery."""
    message = world.post(4, "Tap", reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})
    tap = {"chat_id": 4, "message_id": message.message_id, "data": "a"}
    asked = asyncio.create_task(client.post("/rehearsal/tap", json=tap))
    [update] = await world.updates.poll(offset=0, limit=1, timeout=5)
    world.answer(update["callback_query"]["id"], {"text": "Done"})
    assert (await asked).json() == {"answer": {"text": "Done"}}


async def test_a_tap_that_nobody_answers_ends(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its patience is over, the phone learns that no answer came."""
    monkeypatch.setattr(web, "TAP_PATIENCE", 0.0)
    answer = await client.post("/rehearsal/tap", json={"chat_id": 4, "message_id": 1, "data": "forged"})
    assert answer.json() == {"answer": None}


async def test_a_person_comes_blocks_and_goes(client: AsyncClient, world: World) -> None:
    """Adding, blocking, unblocking and deleting are the world's own."""
    answer = await client.post("/rehearsal/people", json={"name": "Zoé", "language": None})
    chat = {"chat_id": answer.json()["id"]}
    person = world.people[chat["chat_id"]]
    states = []
    for deed in ("block", "unblock", "deactivate"):
        await client.post(f"/rehearsal/{deed}", json=chat)
        states.append(person.state)
    assert states == [PersonState.BLOCKED, PersonState.OK, PersonState.DEACTIVATED]


@pytest.mark.parametrize("name", [trouble.name for trouble in TROUBLES])
async def test_every_trouble_can_be_made(client: AsyncClient, world: World, name: str) -> None:
    """Each button of the page does something and says what to expect."""
    for number in range(100):
        world.add_person(name=f"Person {number}", language_code="en", chat_id=100 + number, started=True)
    answer = await client.post("/rehearsal/faults", json={"name": name})
    assert answer.json()["said"].endswith(".")
    blocked = sum(person.state is PersonState.BLOCKED for person in world.people.values())
    assert blocked == (2 if name == "walk_out" else 0)


async def test_changes_are_told_once_and_only_of_the_phones_that_are_out(world: World) -> None:
    """Many changes at once become one picture of the world and one of each phone concerned."""
    stage = Stage(world=world, organizer=None, claim_code=None, languages=("en",))
    told = stage.changes([4])
    assert [(await anext(told))[0] for _ in range(2)] == ["world", "chat"]
    for number in range(20):
        world.post(4, f"to Emma {number}")
        world.post(5, f"to Amal {number}")
    kind, whole = await anext(told)
    assert (kind, whole["counts"]["accepted"]) == ("world", 40)
    kind, chat = await anext(told)
    assert (kind, chat["id"], len(chat["messages"])) == ("chat", 4, 20)
    world.show_action(4)
    assert await anext(told) == ("typing", {"id": 4})


def test_commands_and_addresses_in_a_text_can_be_tapped(world: World) -> None:
    """What Telegram finds by itself is found on the phone too, in UTF-16 units, but not in code."""
    text = "👋 send \u2068/stop\u2069, see https://example.org/a. Not /this"
    code = {"type": "code", "offset": text.index("/this") + 1, "length": 5}
    world.post(4, text, entities=[code])
    [message] = Stage(world=world, organizer=None, claim_code=None, languages=()).phone(4)["messages"]
    units = text.encode("utf-16-le")
    found = {
        each["type"]: units[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le")
        for each in message["entities"]
    }
    assert found == {"code": "/this", "bot_command": "/stop", "url": "https://example.org/a"}


async def test_phones_of_every_language_are_out_at_first(world: World) -> None:
    """The organizer's phone is first, then one in each language, then others; unknown ids are ignored."""
    for number in range(10):
        world.add_person(name=f"Person {number}", language_code="es", chat_id=10 + number)
    stage = Stage(world=world, organizer=4, claim_code="c", languages=())
    assert stage.chosen([]) == [4, 5, 10, 11, 12, 13, 14]
    assert stage.chosen([12, 999, 12, 5]) == [12, 5]
    assert stage.chosen([999])[0] == 4
    assert json.dumps(stage.whole([4]))


async def test_people_are_found_by_name_and_by_language(client: AsyncClient) -> None:
    """A search looks into names, language codes and the English names of languages."""

    async def names(text: str) -> list[str]:
        answer = await client.get("/rehearsal/people", params={"find": text})
        return [person["name"] for person in answer.json()["people"]]

    assert await names("EMM") == ["Emma"]
    assert await names("arabic") == ["أمل"]
    assert await names("") == ["Emma", "أمل"]
    assert await names("nobody") == []


async def test_a_file_is_sent(client: AsyncClient, world: World) -> None:
    """A file goes from a phone to the bot, larger than any text may be; one that is no base64 is refused."""
    content = b"kind = 1\n" * 40_000
    sent = {"chat_id": 4, "name": "alert.toml", "content": base64.b64encode(content).decode()}
    assert (await client.post("/rehearsal/attach", json=sent)).status_code == 200
    [message] = world.messages(4)
    assert message.attachment is not None
    assert (message.attachment.file_name, message.attachment.content) == ("alert.toml", content)
    answer = await client.post("/rehearsal/attach", json={**sent, "content": "no?"})
    assert (answer.status_code, answer.json()) == (409, {"error": "That file cannot be read."})
