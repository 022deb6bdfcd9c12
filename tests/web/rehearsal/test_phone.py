"""A phone of the rehearsal, touched in a real browser."""

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.rehearsal.world.people import PersonState
from bot.rehearsal.world.world import World

if TYPE_CHECKING:
    from tests.web.rehearsal.conftest import OpenWindow

AMAL, EMMA = 2, 4

SIDES = """text => {
    const range = document.createRange(), box = text.getBoundingClientRect();
    return text.firstChild.data.split("\\n").map((line, number, lines) => {
        const before = lines.slice(0, number).join("\\n").length + (number ? 1 : 0);
        range.setStart(text.firstChild, before);
        range.setEnd(text.firstChild, before + line.length);
        const shown = range.getBoundingClientRect();
        return shown.left - box.left <= box.right - shown.right ? "left" : "right";
    });
}"""
"""On which side of its bubble each line of a text without formatting stands."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_newcomer_joins_by_tapping(open_window: "OpenWindow", world: World) -> None:
    """START says /start; a tap edits the message in place, shows the bot's toast and ticks the first step."""
    window = await open_window()
    emma = window.phone("Emma")
    await expect(emma).to_contain_text("Action alerts and answers, in your language.")
    await emma.get_by_role("button", name="START").click()
    await expect(window.texts("Emma")).to_have_text(["/start", "Welcome 👋 friend"])
    await emma.get_by_role("button", name="Yes, send me alerts").click()
    await expect(window.texts("Emma")).to_have_text(["/start", "You’re in."])
    await expect(emma.locator(".toast")).to_have_text("Done")
    await expect(window.page.locator("[data-step=join]")).to_have_class("done")
    assert [message.text for message in world.messages(EMMA)] == ["/start", "You’re in."]


async def test_focus_stays_where_a_message_changes(open_window: "OpenWindow", world: World) -> None:
    """Whoever uses the keyboard is not thrown out of a message that their tap edited."""
    window = await open_window()
    world.say(EMMA, "/start")
    await window.phone("Emma").get_by_role("button", name="Yes, send me alerts").focus()
    await window.page.keyboard.press("Enter")
    await expect(window.phone("Emma").get_by_role("button", name="Put it away")).to_be_focused()


async def test_a_deleted_message_vanishes(open_window: "OpenWindow", world: World) -> None:
    """What the bot deletes is not on the phone any more."""
    window = await open_window()
    world.say(EMMA, "/start")
    await window.phone("Emma").get_by_role("button", name="Yes, send me alerts").click()
    await window.phone("Emma").get_by_role("button", name="Put it away").click()
    await expect(window.texts("Emma")).to_have_text(["/start"])


async def test_an_alert_answer_waits_for_ok(open_window: "OpenWindow", world: World) -> None:
    """A callback answer with show_alert is a dialog on the phone, and OK closes it."""
    window = await open_window()
    world.say(EMMA, "/start")
    await window.phone("Emma").get_by_role("button", name="Why?").click()
    notice = window.phone("Emma").get_by_role("alertdialog")
    await expect(notice).to_contain_text("StopReason it matters.")
    await expect(notice.get_by_role("button", name="OK")).to_be_focused()
    await window.page.keyboard.press("Enter")
    await expect(notice).to_be_hidden()


async def test_the_organizer_claims_the_bot_once(open_window: "OpenWindow") -> None:
    """The claim button sends the one-time code and goes away."""
    window = await open_window()
    await window.phone("Dana").get_by_role("button", name="Claim the bot").click()
    await expect(window.texts("Dana").first).to_have_text("/start claim-0123456789")
    await expect(window.phone("Dana").get_by_role("button", name="Claim the bot")).to_be_hidden()
    await expect(window.phone("Emma").get_by_role("button", name="START")).to_be_visible()


async def test_a_question_is_written_with_the_keyboard_alone(open_window: "OpenWindow", world: World) -> None:
    """Enter sends, Shift+Enter breaks the line, and the second step ticks."""
    window = await open_window()
    world.say(EMMA, "/start")
    await window.phone("Emma").get_by_role("textbox", name="Message from Emma").focus()
    await window.page.keyboard.type("did they")
    await window.page.keyboard.press("Shift+Enter")
    await window.page.keyboard.type("leave?")
    await window.page.keyboard.press("Enter")
    await expect(window.texts("Emma").last).to_have_text("You said: did they\nleave?", use_inner_text=True)
    await expect(window.page.locator("[data-step=ask]")).to_have_class("done")


async def test_commands_are_those_of_the_persons_language(open_window: "OpenWindow", world: World) -> None:
    """The menu lists what setMyCommands gave for that language; a command is sent with one tap."""
    window = await open_window()
    world.say(AMAL, "/start")
    world.say(EMMA, "/start")
    await window.phone("أمل").get_by_role("button", name="Menu").click()
    await expect(window.phone("أمل").locator(".commands li")).to_have_text(["/startالبداية"])
    await window.phone("Emma").get_by_role("textbox").press_sequentially("/st")
    await expect(window.phone("Emma").locator(".commands li")).to_have_count(2)
    await window.phone("Emma").get_by_role("button", name="/stop Leave at once").click()
    await expect(window.texts("Emma").last).to_have_text("You said: /stop")


async def test_arabic_is_read_from_the_right(open_window: "OpenWindow", world: World) -> None:
    """Each text takes its direction from its own words."""
    window = await open_window()
    world.say(AMAL, "/start")
    welcome = window.texts("أمل").last
    await expect(welcome).to_have_css("direction", "rtl")
    await expect(window.texts("أمل").first).to_have_css("direction", "ltr")
    await expect(welcome.locator("strong")).to_have_text("أهلاً ب")


async def test_a_line_stands_on_the_side_it_is_read_from(open_window: "OpenWindow", world: World) -> None:
    """An isolated name in another script does not turn a line round, nor does the line before it."""
    lines = ["✓ \u2068العربية\u2069: written", "العربية أولاً", "\u2068Name\u2069: اسم", "end"]
    world.post(EMMA, "\n".join(lines))
    window = await open_window()
    sides = await window.texts("Emma").evaluate(SIDES)
    assert sides == ["left", "right", "right", "left"]


async def test_formatting_counts_as_telegram_does(open_window: "OpenWindow", world: World) -> None:
    """Offsets are UTF-16 units: an emoji before a stretch does not shift it."""
    text = "👋🏽 bold and quoted\nlong quotation\nmore"
    world.post(
        EMMA,
        text,
        entities=[
            {"type": "bold", "offset": 5, "length": 4},
            {"type": "expandable_blockquote", "offset": 21, "length": 14},
            {"type": "italic", "offset": 26, "length": 9},
        ],
    )
    window = await open_window()
    await expect(window.texts("Emma").locator("strong")).to_have_text("bold")
    await expect(window.texts("Emma").locator("blockquote")).to_have_text("long quotation")
    await expect(window.texts("Emma").locator("blockquote em")).to_have_text("quotation")
    more = window.phone("Emma").get_by_role("button", name="Show more")
    await more.click()
    await expect(window.phone("Emma").get_by_role("button", name="Show less")).to_be_visible()


async def test_a_text_is_never_markup(open_window: "OpenWindow", world: World) -> None:
    """Tags in a message are letters on the phone; a script address is no link."""
    world.post(
        EMMA,
        "<img src=x onerror=alert(1)> here",
        entities=[{"type": "text_link", "offset": 29, "length": 4, "url": "javascript:alert(1)"}],
    )
    window = await open_window()
    await expect(window.texts("Emma")).to_have_text("<img src=x onerror=alert(1)> here")
    await expect(window.texts("Emma").locator("img, a")).to_have_count(0)


async def test_links_open_a_new_tab_and_the_bots_own_start_it(
    open_window: "OpenWindow", world: World
) -> None:
    """A button's address opens apart; a t.me link to this very bot says /start with its code."""
    world.say(EMMA, "/start")
    window = await open_window()
    link = window.phone("Emma").get_by_role("link", name="Read")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    own = {"text": "Bring a friend", "url": f"https://t.me/{world.username}?start=s_123"}
    world.post(EMMA, "Share it", reply_markup={"inline_keyboard": [[own]]})
    await window.phone("Emma").get_by_role("link", name="Bring a friend").click()
    await world.wait_for(lambda: world.messages(EMMA)[-2].text == "/start s_123")


async def test_a_person_blocks_the_bot_and_returns(open_window: "OpenWindow", world: World) -> None:
    """Blocking takes the composer away; restarting unblocks and says /start, as in Telegram."""
    world.say(EMMA, "/start")
    window = await open_window()
    emma = window.phone("Emma")
    await emma.get_by_role("button", name="What this person can do").click()
    await emma.get_by_role("button", name="Block the bot").click()
    await expect(emma.locator(".owner-facts")).to_have_text("Supporter · English · blocked the bot")
    assert world.people[EMMA].state is PersonState.BLOCKED
    await expect(emma.get_by_role("textbox")).to_be_hidden()
    await emma.get_by_role("button", name="Restart the bot").click()
    await expect(emma.get_by_role("textbox")).to_be_focused()
    assert world.people[EMMA].state is PersonState.OK


async def test_the_bot_is_asked_in_the_box(open_window: "OpenWindow", world: World) -> None:
    """After the bot's name, what is typed brings what the bot offers; what is chosen is posted as one's own message."""
    window = await open_window()
    world.say(EMMA, "/start")
    emma = window.phone("Emma")
    box = emma.get_by_placeholder("Message")
    await box.fill(f"@{world.username} microsoft")
    offers = emma.get_by_role("list", name="What the bot offers")
    await expect(offers.get_by_role("button")).to_have_text(["About microsoftAn answer", "Open the chat"])
    await offers.get_by_role("button", name="About microsoft").click()
    await expect(window.texts("Emma").last).to_contain_text("About microsoft: this.")
    await expect(box).to_have_value("")
    [posted] = [message for message in world.messages(EMMA) if message.via_bot]
    assert not posted.from_bot


async def test_a_switch_writes_the_bots_name(open_window: "OpenWindow", world: World) -> None:
    """A button that shares in another chat writes the bot's name and what is asked, as choosing a chat would."""
    window = await open_window()
    world.say(EMMA, "/start")
    button = {"text": "Show it in a chat", "switch_inline_query": "w_1"}
    world.post(EMMA, "Share", reply_markup={"inline_keyboard": [[button]]})
    emma = window.phone("Emma")
    await emma.get_by_role("button", name="Show it in a chat").click()
    await expect(emma.get_by_placeholder("Message")).to_have_value(f"@{world.username} w_1")
    await expect(emma.get_by_role("list", name="What the bot offers")).to_be_visible()
