"""The table of routes: every role at every command, button and step; and nothing is left out of it."""

import dataclasses
import re
from pathlib import Path
from types import ModuleType

import pytest

from bot import handlers
from bot.config import ROOT
from bot.domain.organizer import RIGHTS, Right, Role
from bot.errors import CampaignError
from bot.handlers.declared import RouteMissing, Table
from bot.handlers.request import Request
from bot.handlers.route import Command
from bot.handlers.router import Router
from bot.handlers.routes import BUTTONS, COMMANDS, MODULES, STEPS, TABLE
from bot.handlers.states import STATES, AwaitLink, State, dump
from bot.services.team import MayNotAnswer, MayNotApprove, MayNotCompose, MayNotManage, NotAnOrganizer
from bot.store.store import Transaction
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Reply
from bot.wording.menu import help_line, menu_line
from bot.wording.resources import Resources
from tests import shipped
from tests.handlers.conftest import Doing, said, tapped
from tests.handlers.roles_page import page
from tests.handlers.samples import SAMPLE_BUTTONS, SAMPLE_STATES
from tests.making import CHAT, NOW

PEOPLE = (None, *Role)
REFUSED = (NotAnOrganizer, MayNotCompose, MayNotApprove, MayNotAnswer, MayNotManage)


def refusal(role: Role | None, needs: Right | None) -> type[CampaignError] | None:
    """Return what this person is told; None where they may. Said here once more, to be compared."""
    if needs is None or (role is not None and needs in RIGHTS[role]):
        return None
    if role is None:
        return NotAnOrganizer
    if needs is Right.TEAM:
        return MayNotManage
    if needs is Right.ANSWER:
        return MayNotAnswer
    return MayNotApprove if needs is Right.APPROVE else MayNotCompose


async def refused(do: Doing, raw: dict[str, object], role: Role | None) -> type[CampaignError] | None:
    """Return with what the person was refused for who they are; any other error came after that."""
    try:
        await do(raw, role=role)
    except REFUSED as error:
        return type(error)
    except CampaignError:
        pass
    return None


@pytest.mark.parametrize("role", PEOPLE, ids=str)
async def test_every_button_for_every_role(do: Doing, role: Role | None) -> None:
    """Each button does for each kind of person what its right allows them, and nothing for others."""
    for route in BUTTONS:
        for button in SAMPLE_BUTTONS[route.button]:
            assert await refused(do, tapped(pack(button)), role) is refusal(role, route.needs), button


@pytest.mark.parametrize("role", PEOPLE, ids=str)
async def test_every_command_for_every_role(do: Doing, role: Role | None) -> None:
    """Each command does for each kind of person what its right allows them, and nothing for others."""
    for command in COMMANDS:
        text = f"/{command.name}_7" if command.numbered else f"/{command.name}"
        assert await refused(do, said(text), role) is refusal(role, command.needs), text


@pytest.mark.parametrize("role", PEOPLE, ids=str)
@pytest.mark.parametrize("state", SAMPLE_STATES, ids=repr)
async def test_every_step_for_every_role(do: Doing, role: Role | None, state: State) -> None:
    """A step that somebody without its right stands at is over: they read why, and the next text is a question."""

    async def stand(tx: Transaction) -> None:
        await tx.conversations.save(CHAT, dump(state), now=NOW)

    needs = TABLE.steps[type(state)].flow.needs
    try:
        replies = await do(said("What is asked?"), role=role, before=stand)
    except REFUSED:
        pytest.fail("a flow that is over says so itself")
    except CampaignError:
        replies = []
    words = shipped.catalogs().words("en")
    apologies = {
        NotAnOrganizer: words.gettext(
            "Only organizers of the campaign can do this. If you are one, ask your team for an invitation."
        ),
        MayNotCompose: words.gettext(
            "Your role does not include writing and sending alerts. Ask an owner of the campaign."
        ),
        MayNotAnswer: words.gettext(
            "Your role does not include answering people’s questions. Ask an owner or an editor."
        ),
        MayNotApprove: words.gettext(
            "Your role does not include approving alerts. Ask an owner or an approver."
        ),
    }
    told = [reply.parameters.get("text") for reply in replies]
    expected = refusal(role, needs)
    assert [text for text in told if text in apologies.values()] == (
        [] if expected is None else [apologies[expected]]
    )


def test_what_is_declared_has_a_route() -> None:
    """The project's own table is whole."""
    TABLE.check(MODULES)


def table(**changed: object) -> Table:
    """Return the project's table with some entries changed."""
    entries = {
        "commands": COMMANDS,
        "buttons": BUTTONS,
        "steps": STEPS,
        "otherwise": TABLE.otherwise,
        "leaving": TABLE.leaving,
    } | changed
    return Table.of(**entries)  # type: ignore[arg-type]


def test_a_button_without_a_route(resources: Resources) -> None:
    """A button that nobody handles stops the start, by its name."""
    short = table(buttons=[route for route in BUTTONS if route.button.wire != "nolink"])
    with pytest.raises(RouteMissing, match=r"button NoLink, handler bot\.handlers\.compose\.no_link"):
        Router(resources, short)


def test_a_state_without_a_route(resources: Resources) -> None:
    """A state that nobody takes stops the start."""
    with pytest.raises(RouteMissing, match="state AwaitLink"):
        Router(resources, table(steps=[step for step in STEPS if step.state is not AwaitLink]))


def test_a_command_without_a_route(resources: Resources) -> None:
    """A handler that nothing leads to stops the start."""
    short = table(commands=[command for command in COMMANDS if command.name != "stop"])
    with pytest.raises(RouteMissing, match=r"handler bot\.handlers\.leaving\.stop"):
        Router(resources, short)


def test_a_handler_without_a_route() -> None:
    """A handler that was written and not declared is found."""

    async def lost(request: Request) -> list[Reply]:
        return request.acknowledge()

    module = ModuleType("somewhere")
    lost.__module__ = "somewhere"
    vars(module)["lost"] = lost
    with pytest.raises(RouteMissing, match=r"handler somewhere\.lost"):
        TABLE.check([module])


@pytest.mark.parametrize(
    "twice",
    [
        {"commands": [*COMMANDS, Command(name="new", handle=TABLE.otherwise)]},
        {"buttons": [*BUTTONS, BUTTONS[0]]},
        {"steps": [*STEPS, dataclasses.replace(STEPS[0])]},
    ],
    ids=lambda entries: next(iter(entries)),
)
def test_two_routes_of_one_name(twice: dict[str, object]) -> None:
    """Nothing is handled twice: the second entry would hide the first, and its right."""
    with pytest.raises(RouteMissing, match="twice"):
        table(**twice)


def test_what_is_listed_has_its_line(resources: Resources) -> None:
    """Every command that stands in the menu or in /help has a line there, in every locale."""
    for locale in resources.catalogs.locales:
        localizer = resources.catalogs.words(locale)
        assert all(menu_line(localizer, command.name) for command in COMMANDS if command.menu)
        assert all(help_line(localizer, command.name) for command in COMMANDS if command.help)


def test_every_state_is_sampled() -> None:
    """The tests above leave no state and no button out."""
    assert {type(state) for state in SAMPLE_STATES} == set(STATES.values())
    assert set(SAMPLE_BUTTONS) == {route.button for route in BUTTONS}


def test_the_page_of_roles() -> None:
    """`docs/roles.md` says what the code does."""
    assert (ROOT / "docs" / "roles.md").read_text(encoding="utf-8") == page()


def test_handlers_reach_the_store_through_services() -> None:
    """No handler asks the store itself: what the chat may do, a page will be able to do by the same services."""
    for file in sorted(Path(handlers.__file__).parent.glob("*.py")):
        found = re.findall(r"\btx\.\w+\.\w+\(", file.read_text())
        assert not found, file.name
