"""Flows by their states: stored and read back, also what was stored long ago, and gone on with after a restart."""

import dataclasses
from contextlib import suppress
from typing import Any

import pytest

from bot.domain.alert import ActionKind, Translation
from bot.domain.organizer import Role
from bot.errors import CampaignError
from bot.handlers import states
from bot.handlers.declared import Table
from bot.handlers.request import Request
from bot.handlers.router import Router
from bot.handlers.routes import BUTTONS, COMMANDS, STEPS, TABLE
from bot.handlers.states import (
    STATES,
    AwaitLink,
    AwaitNumber,
    AwaitSourceName,
    AwaitTime,
    AwaitWeek,
    AwaitWords,
    State,
    dump,
    load,
)
from bot.privacy.keyring import CampaignKey
from bot.services import alerts
from bot.store.store import Store, open_store
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Kind, read_update
from bot.wording.errors import apology
from bot.wording.resources import Resources
from tests.handlers.conftest import Doing, said
from tests.handlers.samples import SAMPLE_STATES
from tests.making import CHAT, KEY, NOW

STORED: list[tuple[dict[str, Any], State]] = [
    (
        {"at": "link", "alert_id": 4, "locale": "", "canary": False, "again": False},
        AwaitLink(alert_id=4),
    ),
    (
        {"at": "words", "alert_id": 4, "locale": "ar", "canary": False, "again": False},
        AwaitWords(alert_id=4, locale="ar"),
    ),
    (
        {"at": "confirm", "alert_id": 4, "locale": "", "canary": True, "again": False},
        AwaitNumber(alert_id=4, canary=True),
    ),
    (
        {"at": "confirm", "alert_id": 4, "locale": "", "canary": False, "again": True},
        AwaitNumber(alert_id=4, again=True),
    ),
]
"""Steps as they were stored before states had classes; people may be in the middle of one during an update."""


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Stand in a flow on each of the two databases."""
    return str(request.param)


@pytest.mark.parametrize(("stored", "state"), STORED, ids=[repr(state) for _, state in STORED])
def test_steps_stored_before_are_read(stored: dict[str, Any], state: State) -> None:
    """A step of the earlier version is the same prompt in this one."""
    assert load(stored) == state


@pytest.mark.parametrize("state", SAMPLE_STATES, ids=repr)
def test_states_are_read_back(state: State) -> None:
    """What is stored is read back as it was."""
    assert load(dump(state)) == state


@pytest.mark.parametrize("stored", [{}, {"at": "dance"}, {"at": None}, {"at": "words", "alert_id": 1}])
def test_what_is_no_state(stored: dict[str, Any]) -> None:
    """A stored step that this version does not know is none: the next text is a question."""
    assert load(stored) is None


def test_two_states_of_one_name() -> None:
    """A name that is taken is refused where the class is written."""
    with pytest.raises(TypeError, match="two states are named link"):
        type("Other", (State,), {}, at="link")


def recording(seen: list[State]) -> Table:
    """Return the project's table, with steps that only note what they were given."""

    async def note(request: Request, state: State) -> list[Reply]:
        seen.append(state)
        return request.reply("noted")

    steps = [dataclasses.replace(step, handle=note) for step in STEPS]
    return Table.of(
        commands=COMMANDS, buttons=BUTTONS, steps=steps, otherwise=TABLE.otherwise, leaving=TABLE.leaving
    )


async def text_to(store: Store, router: Router, text: str) -> list[Reply]:
    """Let the organizer write, for good."""
    incoming = read_update(said(text))
    assert incoming is not None
    async with store.transaction() as tx:
        return await router.handle(tx, incoming, await router.consider(incoming), now=NOW)


@pytest.mark.parametrize("state", SAMPLE_STATES, ids=repr)
async def test_a_restart_changes_nothing(database_url: str, resources: Resources, state: State) -> None:
    """After a restart, at each state, the next text is taken for what it was asked for."""
    before = await open_store(database_url, KEY)
    async with before.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        await tx.conversations.save(CHAT, dump(state), now=NOW)
    await before.close()
    seen: list[State] = []
    after = await open_store(database_url, CampaignKey(bytes(range(64))))
    await text_to(after, router_of(resources, recording(seen)), "What is asked?")
    await after.close()
    assert seen == [state]


def router_of(resources: Resources, table: Table) -> Router:
    """Return a router whose steps are stand-ins, so that the real handlers stand in no table."""
    router = Router(resources)
    router._table = table
    return router


def awaited(state: State | None) -> tuple[object, ...]:
    """Return what a state waits for; of what was refused it may know more than before."""
    return type(state), getattr(state, "alert_id", None), getattr(state, "locale", None)


MISTAKES: dict[type[State], str] = {AwaitLink: "no address", AwaitWords: "A title alone"}
"""What composing asks about again. A wrong number is asked about in `tests/flows/test_sending.py`."""


@pytest.mark.parametrize("state", [each for each in SAMPLE_STATES if type(each) in MISTAKES], ids=repr)
async def test_the_same_prompt_after_a_mistake(store: Store, resources: Resources, state: State) -> None:
    """After a restart and a mistake, the same is awaited still, with what was known."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        organizer = await tx.organizers.find(CHAT)
        assert organizer is not None
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=organizer, now=NOW)
        words = Translation(locale="en", title="Title", text="Text")
        await alerts.write(tx, alert.id, words, actor=organizer, now=NOW)
        await tx.conversations.save(CHAT, dump(state), now=NOW)
    with suppress(CampaignError):
        await text_to(store, Router(resources), MISTAKES[type(state)])
    async with store.reading() as tx:
        stored = await tx.conversations.step(CHAT)
    assert stored is not None
    assert awaited(load(stored)) == awaited(state)


async def test_what_a_state_does_not_take(do: Doing, resources: Resources, store: Store) -> None:
    """A picture where a text is awaited is answered as ever; by the flow itself, where it has an answer of its own."""
    picture = {"message": {**said("x")["message"], "text": None, "photo": []}}

    async def stand(tx: Any) -> None:
        await tx.conversations.save(CHAT, dump(AwaitNumber(alert_id=1)), now=NOW)

    [reply] = await do(picture, role=Role.OWNER, before=stand)
    assert "written questions" in reply.parameters["text"]

    async def own(request: Request, state: State) -> list[Reply]:
        return request.reply(f"A text, please: {state.at}")

    steps = [dataclasses.replace(step, otherwise=own) for step in STEPS]
    router = router_of(
        resources,
        Table.of(
            commands=COMMANDS, buttons=BUTTONS, steps=steps, otherwise=TABLE.otherwise, leaving=TABLE.leaving
        ),
    )
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        await stand(tx)
        incoming = read_update(picture)
        assert incoming is not None
        [reply] = await router.handle(tx, incoming, None, now=NOW)
    assert reply.parameters["text"] == "A text, please: confirm"


STATE_NAMES = {
    *("link", "field", "picture", "words", "board", "time", "week", "confirm", "recall"),
    *("name", "note", "source", "checkpoint", "day", "sample", "segment"),
    *("question", "thread", "answer", "report"),
}
"""As they stand in databases: none is ever given another meaning."""


@pytest.mark.parametrize(
    "state", [AwaitTime(alert_id=1), AwaitWeek(alert_id=1, days=[1]), AwaitSourceName()], ids=repr
)
async def test_a_picture_where_a_line_is_awaited(do: Doing, resources: Resources, state: State) -> None:
    """It is answered with what is awaited."""
    picture = {"message": {**said("x")["message"], "text": None, "photo": []}}

    async def stand(tx: Any) -> None:
        await tx.conversations.save(CHAT, dump(state), now=NOW)

    try:
        replies = await do(picture, role=Role.OWNER, before=stand)
        text = replies[-1].parameters["text"]
    except CampaignError as error:
        text = apology(error, resources.catalogs.words("en"))
    assert "not a date and time" in text or "name of a link" in text


@pytest.mark.parametrize("typed", ["9999-12-31 23:59", "0001-01-01 00:00 Asia/Tokyo", "2028-01-01 10:00"])
@pytest.mark.parametrize(
    "state",
    [AwaitTime(alert_id=1), AwaitTime(alert_id=1, local=True), AwaitWeek(alert_id=1, days=[1])],
    ids=repr,
)
async def test_a_day_far_away(do: Doing, state: State, typed: str) -> None:
    """A year that nobody plans for is refused in its own sentence, and another awaited."""

    async def stand(tx: Any) -> None:
        await tx.conversations.save(CHAT, dump(state), now=NOW)

    replies = await do(said(typed), role=Role.OWNER, before=stand)
    text = replies[-1].parameters["text"]
    assert ("past" if typed.startswith("0001") else "days ahead") in text


def test_what_steps_take() -> None:
    """Every step takes something that is a message, and ends on the errors that nothing else mends."""
    for step in STEPS:
        assert step.takes
        assert step.takes <= {Kind.TEXT, Kind.OTHER}
        assert step.flow.over
    assert set(states.STATES) == STATE_NAMES == set(STATES)


def test_a_canary_stays_one() -> None:
    """Who was asked for the number of a canary before an update of the program still sends one after it."""
    stored = {"at": "confirm", "alert_id": 3, "locale": "", "careful": True, "again": False}
    assert load(stored) == AwaitNumber(alert_id=3, canary=True)
