"""The newcomer's three steps on the page, with the real bot behind it."""

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.worlds.processes.child import Bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOON = 20_000
"""Milliseconds within which the bot answers, on a busy machine too."""


@pytest_asyncio.fixture(loop_scope="module")
async def page_address() -> AsyncIterator[str]:
    """Start a rehearsal as an operator does, and end it as Ctrl-C does."""
    with Bot("rehearse", "--port", "0", "--people", "5", "--json", piped=True) as rehearsal:
        yield json.loads(rehearsal.hear())["page"]
    assert rehearsal.code == 0


async def write(phone: Locator, text: str) -> None:
    """Write on a phone, and send."""
    await phone.get_by_role("textbox").fill(text)
    await phone.get_by_role("textbox").press("Enter")


async def test_a_newcomer_takes_the_three_steps(browser: Browser, page_address: str) -> None:
    """Somebody joins, asks and is sent the alert that the organizer wrote; each step ticks by itself."""
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    page.set_default_timeout(SOON)
    await page.goto(page_address)
    supporter = page.get_by_role("article").filter(has_text="Supporter · English").first
    await supporter.get_by_role("button", name="START").click()
    await supporter.get_by_role("button", name="Yes, send me alerts").click()
    await expect(supporter.locator(".text").last).to_contain_text("You’re in.", timeout=SOON)
    await write(supporter, "did microsft leave?")
    await expect(supporter.locator(".text").last).to_contain_text("Microsoft", timeout=SOON)

    organizer = page.get_by_role("article").filter(has_text="Organizer")
    await organizer.get_by_role("button", name="Claim the bot").click()
    await expect(organizer.locator(".text").last).to_contain_text("You are an organizer now.", timeout=SOON)
    await write(organizer, "/new")
    await organizer.get_by_role("button", name="Sign a petition").click()
    await organizer.get_by_role("button", name="No link").click()
    await expect(organizer.locator(".text").last).to_contain_text("The words", timeout=SOON)
    await write(organizer, "Ask your council\nOne ask, one reason.")
    await organizer.get_by_role("button", name=re.compile("^Decide: ")).click()
    await organizer.get_by_role("button", name=re.compile("^Send them ")).click()
    await expect(organizer.get_by_role("button", name=re.compile("^Decide: "))).to_have_count(0)
    await organizer.get_by_role("button", name="Send …").click()
    warned = organizer.get_by_role("button", name="I have seen this")
    alone = organizer.get_by_role("button", name="I work alone: off")
    await expect(alone.or_(warned)).to_be_visible(timeout=SOON)
    if await warned.is_visible():  # it is night
        await warned.click()
        await expect(warned).to_have_count(0)
        await organizer.get_by_role("button", name="Send …").last.click()
    await alone.click()
    await organizer.get_by_role("button", name="Yes, I work alone").click()
    await organizer.get_by_role("button", name="Approve").click()
    asked = organizer.locator(".text", has_text="To send it, type").last
    [number] = re.findall(r"type\W+(\d+)", await asked.inner_text())
    await write(organizer, number)
    await organizer.get_by_role("button", name="Send now").click()
    await expect(supporter.locator(".text", has_text="Ask your council")).to_contain_text(
        "One ask, one reason."
    )
    await expect(page.get_by_role("button", name="First steps 3/3")).to_be_visible()
