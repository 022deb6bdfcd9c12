"""The rehearsal's page around the phones, in a real browser."""

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.async_api import Page, expect

from bot.rehearsal.world.world import World

if TYPE_CHECKING:
    from tests.web.rehearsal.conftest import OpenWindow

ORGANIZER, AMAL, LUCIA, EMMA = 1, 2, 3, 4
LAPTOP, POCKET = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def complaints(page: Page) -> list[str]:
    """Return what axe-core has against the page as it stands."""
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


async def test_somebody_is_found_and_somebody_is_added(open_window: "OpenWindow", world: World) -> None:
    """The dialog finds by name or language, puts the person on the phone asked for, and adds new ones."""
    for number in range(200):
        world.add_person(name=f"Person {number}", language_code="tr", chat_id=1000 + number)
    window = await open_window()
    await window.phone("Emma").get_by_role("button", name="Change the person").click()
    dialog = window.page.get_by_role("dialog", name="People")
    await dialog.get_by_role("searchbox").fill("turkish")
    await expect(dialog.get_by_role("status")).to_have_text("200 found. The first 50 are listed.")
    await dialog.get_by_role("searchbox").fill("son 17")
    await dialog.get_by_role("button", name="Person 170").click()
    await expect(window.phone("Person 170")).to_be_visible()
    await expect(window.phone("Emma")).to_have_count(0)
    await window.page.get_by_role("button", name="People").click()
    await dialog.get_by_label("Name").fill("Zoé")
    await dialog.get_by_label("Language").select_option("es")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(window.phone("Zoé").locator(".owner-facts")).to_have_text("Supporter · Spanish")


async def test_trouble_is_made_with_a_button(open_window: "OpenWindow", world: World) -> None:
    """The 429 button arms the world's faults and says what to expect."""
    window = await open_window()
    await window.page.get_by_role("button", name="Make trouble").click()
    await window.page.get_by_role("button", name="Send a 429").click()
    await expect(window.page.locator("#trouble-said")).to_contain_text("refused for 5 seconds")
    rule = world.faults.strike("sendmessage")
    assert rule is not None
    assert (rule.kind, rule.seconds) == ("too_many", 5.0)
    assert world.faults.strike("sendmessage") is None


async def test_a_narrow_screen_has_one_phone_at_a_time(open_window: "OpenWindow", world: World) -> None:
    """A row of names goes from phone to phone, and counts what arrived on the others."""
    world.say(EMMA, "/start")
    window = await open_window(viewport=POCKET)
    names = window.page.get_by_role("navigation", name="Choose a phone")
    await expect(window.phone("Dana")).to_be_visible()
    await expect(window.phone("Emma")).to_be_hidden()
    world.post(EMMA, "News")
    await names.get_by_role("button", name="Emma · 1 new").click()
    await expect(window.phone("Emma")).to_be_visible()
    await expect(window.phone("Dana")).to_be_hidden()
    await expect(names.get_by_role("button", name="Emma", exact=True)).to_have_attribute(
        "aria-current", "true"
    )


@pytest.mark.parametrize("viewport", [LAPTOP, POCKET])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
async def test_everybody_can_use_it(
    open_window: "OpenWindow", world: World, viewport: dict[str, int], color_scheme: str
) -> None:
    """axe-core finds nothing to say in either colours and on either screen; nothing runs over the edge."""
    for person in (ORGANIZER, AMAL, LUCIA):
        world.say(person, "/start")
    world.block(LUCIA)
    window = await open_window(viewport=viewport, color_scheme=color_scheme, reduced_motion="reduce")
    await window.page.get_by_role("button", name="Make trouble").click()
    assert await complaints(window.page) == []
    await window.page.get_by_role("button", name="People").click()
    await expect(window.page.get_by_role("dialog").get_by_role("button", name="Dana")).to_be_visible()
    assert await complaints(window.page) == []
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert await window.page.evaluate(size) == [viewport["width"], viewport["height"]]
