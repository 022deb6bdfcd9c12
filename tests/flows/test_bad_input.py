"""What nobody should send: it is answered kindly or ignored, and the next good update works."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.errors import CampaignError
from bot.handlers.router import Router
from bot.handlers.routes import COMMANDS
from bot.handlers.states import STATES
from bot.rehearsal.world.people import Json
from bot.store.store import Store, open_store
from bot.telegram_io.callbacks import BUTTONS
from bot.telegram_io.updates import read_update
from tests import shipped
from tests.making import KEY
from tests.worlds.in_process.stage import Phone, Stage, plain

TRACES = ("Traceback", "Error", "Exception", "None", 'File "', "bot.h", "bot.s", "{", "}")
"""What a person must never read."""

Shape = Callable[[Phone], Json]


def sent(phone: Phone, **message: Any) -> Json:
    """Return a message update from this phone, with these parts instead of the usual ones."""
    usual = {"message_id": 900, "date": 0, "from": phone.person.as_user(), "chat": phone.person.as_chat()}
    return {"message": {**usual, **message}}


MALFORMED: dict[str, Shape] = {
    "nothing": lambda _: {},
    "unknown kind": lambda _: {"from_the_future": {"id": 1}},
    "message is text": lambda _: {"message": "hello"},
    "message is a list": lambda _: {"message": [1, 2]},
    "message without chat": lambda _: {"message": {"message_id": 1, "text": "hello"}},
    "chat id is text": lambda phone: sent(phone, chat={"id": "me", "type": "private"}),
    "chat id beyond 64 bits": lambda phone: sent(phone, chat={"id": 2**63, "type": "private"}, text="hi"),
    "text is a number": lambda phone: sent(phone, text=5),
    "entities are junk": lambda phone: sent(phone, text="hello", entities=["bold", 5]),
    "callback without sender": lambda _: {"callback_query": {"id": "1", "data": "start"}},
    "callback without id": lambda phone: {"callback_query": {"from": phone.person.as_user()}},
    "member change without states": lambda phone: {"my_chat_member": {"chat": phone.person.as_chat()}},
    "deeply nested": lambda _: {"message": _nested(120)},
}


def _nested(depth: int) -> Json:
    return {"message": _nested(depth - 1)} if depth else {}


@pytest.mark.parametrize("shape", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_updates(stage: Stage, shape: Shape) -> None:
    """A malformed update is passed over; the next good one is answered."""
    ana = stage.phone("Ana")
    ana.person.started = True
    stage.world.push_update(shape(ana))
    await ana.say("/start")
    await ana.expects("Palestinian BDS National Committee")
    assert len(ana.messages) == 1


@pytest.mark.parametrize(
    "update_id", [2**70, -1, True, "7", None, 1.5], ids=["huge", "negative", "true", "text", "none", "float"]
)
async def test_update_ids_that_are_none(stage: Stage, update_id: Any) -> None:
    """An update whose id is none is dropped at the door, alone."""
    ana = stage.phone("Ana")
    ana.person.started = True
    good = {"update_id": 5, **sent(ana, text="/help")}
    await stage.conversation.inbox.intake.receive([{"update_id": update_id, **sent(ana, text="/stop")}, good])
    await ana.expects("What this bot can do")
    await stage.conversation.inbox.idle()
    assert len(ana.messages) == 1


async def test_half_a_character(stage: Stage) -> None:
    """An update that is no JSON at all is dropped; those that came with it are answered."""
    ana = stage.phone("Ana")
    ana.person.started = True
    half = {"update_id": 5, **sent(ana, text="\ud800")}
    await stage.conversation.inbox.intake.receive([half, {"update_id": 6, **sent(ana, text="/help")}])
    await ana.expects("What this bot can do")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\u202e\u2067\u202a",
        "\x00\x01\x1b[31m",
        "🏴" * 2048,
        "a" * 10_000,
        "?" * 4096,
        "ﷺ" * 2000,
        "{0.__class__}%s%n",
        "'; DROP TABLE subscribers; --",
        "<b>unclosed",
    ],
)
async def test_odd_texts(stage: Stage, text: str) -> None:
    """Whatever is written gets one kind answer with ways on, and no trace of a program."""
    ana = stage.phone("Ana")
    ana.person.started = True
    stage.world.push_update(sent(ana, text=text))
    await stage.settled()
    [answer] = ana.messages
    assert answer.buttons()
    assert not any(trace in plain(answer) for trace in TRACES)
    await ana.say("did microsft leave?")
    await ana.expects("From the statement")


@pytest.mark.parametrize(
    "text", ["/nonsense", "/", "//", "/approve_", "/approve_x", "/approve_99", "/START@other_bot x"]
)
async def test_unknown_commands(stage: Stage, text: str) -> None:
    """An unknown command gets help or a reason."""
    ana = stage.phone("Ana")
    await ana.say(text)
    await stage.settled()
    assert len(ana.messages) == 1
    assert not any(trace in plain(ana.messages[0]) for trace in TRACES)


ABSURD = (
    "",
    ":",
    "::",
    ":-1",
    ":0",
    ":1",
    ":1:",
    ":9" * 9,
    ":" + "9" * 30,
    ":١",
    ":en",
    ":call:-1",
    ":call:99999999999",
    ":yes:no",
    ":what-is-bnc:MORE",
    ":../../etc/passwd",
    ":\u202e",
    ":pause:1",
    ":resume:999999999999999999",
)


@pytest.mark.timeout(300)
async def test_forged_buttons(stage: Stage) -> None:
    """A forged button is answered, with a reason where it means nothing, and gives nobody what is not theirs."""
    dana = await stage.organizer("Dana")
    for phone in (stage.phone("Eve"), dana):
        await phone.say("/start")
        await phone.settles()
        shown = phone.messages[-1].message_id
        for name in [*BUTTONS, "nothing", ""]:
            taps = [phone.forge(f"{name}{odd}"[:64], shown) for odd in ABSURD]
            await stage.settled()
            assert set(taps) <= stage.world.answers.keys()
        for message in phone.messages:
            assert not any(trace in plain(message) for trace in TRACES), plain(message)
        await phone.say("/help")
        await phone.expects("What this bot can do")


async def test_a_button_of_a_message_that_is_gone(stage: Stage) -> None:
    """A tap on a message that was deleted meanwhile is answered in a new one."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.settles()
    [screen] = ana.messages
    stage.world.delete(screen)
    ana.forge("settings", screen.message_id)
    await ana.expects("Settings")
    ana.forge("help", 999_999)
    await ana.expects("What this bot can do")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_groups_are_left_alone(stage: Stage, kind: str) -> None:
    """In groups and channels the bot says nothing and subscribes nobody."""
    ana = stage.phone("Ana")
    group = {"id": -100, "type": kind, "title": "A group"}
    stage.world.push_update(sent(ana, text="/start", chat=group))
    message = {"message_id": 1, "date": 0, "chat": group}
    press = {
        "id": "1",
        "from": ana.person.as_user(),
        "chat_instance": "1",
        "data": "join:1",
        "message": message,
    }
    stage.world.push_update({"callback_query": press})
    before = stage.world.requests["sendMessage"]
    await stage.settled()
    assert stage.world.requests["sendMessage"] == before + 1  # the probe's own answer
    assert await stage.subscriber(ana) is None


async def test_bots_are_left_alone(stage: Stage) -> None:
    """Another bot is not answered: two bots would talk without end."""
    ana = stage.phone("Robot")
    ana.person.started = True
    stage.world.push_update(sent(ana, text="/start", **{"from": {**ana.person.as_user(), "is_bot": True}}))
    await stage.settled()
    assert ana.messages == []


@pytest.mark.parametrize(
    "part",
    [
        {"sticker": {"file_id": "x"}},
        {"photo": []},
        {"voice": {}},
        {"photo": [], "caption": "👍"},
        {"dice": {}},
    ],
    ids="+".join,
)
async def test_pictures_get_help(stage: Stage, part: Json) -> None:
    """What is no text gets help, not silence."""
    ana = stage.phone("Ana")
    ana.person.started = True
    stage.world.push_update(sent(ana, **part))
    await ana.expects("This bot understands written questions")


# Any update at all, through the router

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from([*(command.name for command in COMMANDS), *BUTTONS, "approve_1", "nonsense"])
arguments = st.sampled_from(ABSURD) | st.text(max_size=12).map(":{}".format)
texts = st.one_of(
    st.text(),
    st.builds("/{} {}".format, names, st.text(max_size=20)),
    st.sampled_from(["3", "https://a.b", "T\n<b"]),
)
user = st.fixed_dictionaries(
    {"id": st.just(7) | json},
    optional={"language_code": st.text(max_size=9) | json, "is_bot": st.just(value=False) | json},
)
chat = st.fixed_dictionaries({"id": st.just(7) | json, "type": st.just("private") | json})
entities = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["bold", "text_link", "pre"]) | json,
            "offset": st.integers() | json,
            "length": json,
        },
    ),
    max_size=3,
)
message = st.fixed_dictionaries(
    {"message_id": st.integers() | json, "chat": chat},
    optional={"from": user, "text": texts | json, "entities": entities | json, "photo": json},
)
press = st.fixed_dictionaries(
    {"id": st.just("1") | json, "from": user},
    optional={"data": st.builds("{}{}".format, names, arguments) | json, "message": message | json},
)
updates = st.one_of(
    st.fixed_dictionaries({"message": message}),
    st.fixed_dictionaries({"callback_query": press}),
    st.fixed_dictionaries({"my_chat_member": json}),
    st.dictionaries(st.sampled_from(["message", "callback_query", "my_chat_member", "x"]), json),
)
steps = st.none() | st.builds(
    lambda at, alert_id: {"at": at, "alert_id": alert_id, "locale": "en"},
    st.sampled_from(list(STATES)),
    st.integers(0, 2),
)


async def _once(store: Store, router: Router, raw: Json, step: Json | None, *, organizer: bool) -> None:
    """Let one update be handled, and undo what it did."""
    now = system_clock()
    incoming = read_update(raw)
    if incoming is None:
        return
    with suppress(_UndoneError):
        async with store.transaction() as tx:
            if step is not None:
                await tx.conversations.save(7, step, now=now)
            if organizer:
                await tx.organizers.add(7, Role.OWNER, today=now.date())
            refused = None
            try:
                await router.handle(tx, incoming, await router.consider(incoming), now=now)
            except CampaignError as error:
                refused = error
            if refused is not None:
                assert await router.apologize(tx, incoming, refused, now=now)
            _undo()


class _UndoneError(Exception):
    """Ends a transaction without keeping it."""


def _undo() -> None:
    raise _UndoneError


def test_any_update_at_all(database: Path) -> None:
    """Whatever arrives, from anybody at any step, a handler answers it or raises an error that has its sentence."""
    router = Router(shipped.resources())
    with asyncio.Runner() as runner:
        store = runner.run(open_store(f"sqlite:///{database}", KEY))

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(raw=updates, step=steps, organizer=st.booleans())
        def play(raw: Json, step: Json | None, *, organizer: bool) -> None:
            runner.run(_once(store, router, raw, step, organizer=organizer))

        try:
            play()
        finally:
            runner.run(store.close())
