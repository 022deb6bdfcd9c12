"""Plays a rehearsal in a browser and takes the README's pictures of it: `.venv/bin/python scripts/picture.py`."""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.parse import quote

import uvloop
from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.commands.rehearse import until_ended
from bot.commands.rehearse_page import show_page
from bot.rehearsal.shared_clock import SharedClock

DOCS = Path(__file__).parent.parent / "docs"
WHOLE, CHECK_CARD, REPORT = (DOCS / name for name in ("rehearsal.png", "check-card.png", "report.png"))
WINDOW, TALL_WINDOW = {"width": 1280, "height": 940}, {"width": 1280, "height": 1080}
SHARPNESS = 1.5
"""Pixels of a phone's picture for one of the page: the report's picture has small print."""

PEOPLE, SEED = 200, 12
PATIENCE = 150_000.0
"""Milliseconds for what the bot does at Telegram's pace, after a minute in which a sending can be undone."""

NOON = time(12)
STAGE = "stage"
"""The argument with which this script is the stage, not the audience."""

BESIDE = (430.0, 20.0)
"""A place with nothing to touch: no button looks pressed."""
AT_REST = 2_000.0
"""Milliseconds until everything has arrived and scrolled."""

QUESTIONS = {"Arabic": "هل سحبت مايكروسوفت استثمارها؟", "Spanish": "¿Microsoft se retiró?"}
LONG = (
    "Ask your council to end its contract\nOn Friday the council votes on renewing its contract with AnyVision. "
    "The contract was signed four years ago, for cameras at the station, and nobody in town was asked. Since then the "
    "council has had to say twice what the cameras are for, and has given two answers. On Tuesday the committee was "
    "split, and its chair said that letters from residents decide such votes. Three councillors have not said yet how "
    "they will vote. A petition asks all of them to let the contract end. Read it, sign it before Friday, and send it "
    "to two people in your street."
)
"""Words that are longer than people read, so that the check has something to say."""
WORDS = {
    "English": "Ask your council to end its contract\nOn Friday it votes on renewing it. Sign before then.",
    "العربية": "اطلب من مجلس بلديتك إنهاء العقد\nيصوّت المجلس يوم الجمعة على تجديده. وقّع قبل ذلك.",
    "Español": "Pide a tu ayuntamiento que ponga fin al contrato\nEl viernes vota si lo renueva. Firma antes.",
}


def stage() -> None:
    """Run the rehearsal until it is told to end, at noon of the next day: at night the check would warn of the hour."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        clock = SharedClock.create(Path(folder) / "clock")
        clock.put_forward(datetime.combine(tomorrow, NOON, UTC))
        uvloop.run(until_ended(show_page(PEOPLE, seed=SEED, port=0, clock=clock, as_json=True)))


@contextmanager
def rehearsal() -> Iterator[str]:
    """Run the stage in a process of its own; yields the page's address."""
    running = subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, __file__, STAGE], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None  # noqa: S101  # it is piped
        yield json.loads(running.stdout.readline())["page"]
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()


def found(page: str, language: str) -> list[tuple[int, str]]:
    """Return the chat ids and names of those who speak a language, those first whose phones nobody has used."""
    with urllib.request.urlopen(f"{page}/people?find={quote(language)}") as answer:  # noqa: S310  # loopback
        return [(person["id"], person["name"]) for person in json.load(answer)["people"]]


def say(phone: Locator, text: str) -> None:
    """Send a text from a phone."""
    phone.get_by_role("textbox").fill(text)
    phone.get_by_role("button", name="Send", exact=True).click()


def press(phone: Locator, label: str) -> None:
    """Tap the newest button with this label, when it is there."""
    phone.get_by_role("button", name=label, exact=True).last.click(timeout=PATIENCE)


def press_like(phone: Locator, pattern: str) -> None:
    """Tap the newest button whose label begins so, when it is there."""
    label = re.compile(rf"^\W*{pattern}")
    phone.get_by_role("button", name=label).last.click(timeout=PATIENCE)


def newest(phone: Locator) -> Locator:
    """Return the newest thing said, but for what comes by itself: checkpoints of the audit."""
    return phone.locator(".text").filter(has_not_text="Checkpoint of the audit").last


def show(text: Locator, block: str) -> None:
    """Scroll the message of a text to the `start` or the `end` of its chat."""
    text.evaluate(
        """(text, block) => {
            const message = text.closest(".message");
            message.style.scrollMargin = "0.75rem";
            message.scrollIntoView({block});
        }""",
        block,
    )


def support(phone: Locator, question: str | None) -> None:
    """Join by the first button of the greeting; perhaps ask something."""
    phone.get_by_role("button", name="START").click()
    phone.locator(".keyboard button").first.click(timeout=PATIENCE)
    expect(phone.get_by_text("/stop")).to_be_visible(timeout=PATIENCE)
    if question is not None:
        say(phone, question)


def write_alert(page: Page, phone: Locator) -> None:
    """Claim the bot and write an alert in every language, once everybody has come; on the way, have it checked."""
    phone.get_by_role("button", name="Claim the bot").click()
    expect(phone.get_by_role("button", name="Write an alert")).to_be_visible(timeout=PATIENCE)
    say(phone, "/new")
    press(phone, "Sign a petition")
    expect(phone.get_by_role("button", name="No link")).to_be_visible(timeout=PATIENCE)
    say(phone, "https://example.org/petition")
    expect(page.locator("[data-count=started]")).to_have_text(str(PEOPLE + 4), timeout=PATIENCE)
    write(phone, LONG)
    press(phone, "Check")
    expect(newest(phone)).to_contain_text("languages not decided", timeout=PATIENCE)
    show(newest(phone), "end")
    picture(page, phone, CHECK_CARD)
    press_like(phone, r"Words: \W*English")
    for language, words in WORDS.items():
        if language != "English":
            press(phone, language)
        write(phone, words)


def write(phone: Locator, words: str) -> None:
    """Send the words that are asked for, up to the board."""
    expect(newest(phone)).to_contain_text("The words:", timeout=PATIENCE)
    say(phone, words)
    expect(newest(phone)).to_contain_text("Alert:", timeout=PATIENCE)


def send_alert(phone: Locator) -> None:
    """Decide about the other languages, approve it as an owner who works alone, type the number, and send it."""
    press_like(phone, "Decide: ")
    press_like(phone, r"(English\W* for all|Send them \W*English)")
    press(phone, "Send …")
    press(phone, "I work alone: off")
    press(phone, "Yes, I work alone")
    press(phone, "Approve")
    asked = phone.locator(".text").filter(has_text="To send it, type")
    expect(asked).to_be_visible(timeout=PATIENCE)
    number = re.search(r"type \D*([\d,]+)", asked.inner_text())
    assert number is not None  # noqa: S101  # the bot has asked for it
    say(phone, number[1])
    press(phone, "Send now")
    expect(newest(phone)).to_contain_text("Finished:", timeout=PATIENCE)


def let_some_block(page: Page) -> None:
    """Let some people block the bot, as the page offers it: they leave because of the alert, for all that is known."""
    trouble = page.get_by_role("button", name="Make trouble")
    trouble.click()
    page.get_by_role("button", name="Let them block it").click()
    expect(page.locator("#trouble-said")).to_contain_text("blocked the bot", timeout=PATIENCE)
    trouble.click()
    page.wait_for_timeout(AT_REST)


def open_report(phone: Locator) -> None:
    """Ask for the report of what was sent, and for its picture."""
    say(phone, "/report")
    expect(newest(phone)).to_contain_text("Which report?", timeout=PATIENCE)
    press_like(phone, r".+ · \W*Ask your council")
    press(phone, "Picture")
    expect(phone.locator("img.photo")).to_be_visible(timeout=PATIENCE)


def picture(page: Page, phone: Locator, path: Path) -> None:
    """Take the picture of one phone, without its owner's name."""
    page.mouse.move(*BESIDE)
    page.wait_for_timeout(AT_REST)
    phone.locator(".device").screenshot(path=path)


def take(page: Page, address: str) -> None:
    """Play, and take the pictures."""
    dana, english = found(address, "English")[:2]
    people = [dana, found(address, "Arabic")[0], found(address, "Spanish")[0], english]
    ids = [chat_id for chat_id, _ in people]
    page.add_init_script(f"sessionStorage.setItem('rehearsal.phones', '{json.dumps(ids)}')")
    page.goto(address)
    organizer, *phones = [
        page.get_by_role("article", name=f"Phone of {name}", exact=True) for _, name in people
    ]
    for phone, question in zip(phones, [*QUESTIONS.values(), None], strict=True):
        support(phone, question)
    write_alert(page, organizer)
    send_alert(organizer)
    page.get_by_role("button", name="First steps").click()
    page.locator("#supporters").evaluate("row => row.scrollTo(0, 0)")
    show(newest(organizer), "end")
    page.mouse.click(*BESIDE)
    page.wait_for_timeout(AT_REST)
    page.screenshot(path=WHOLE, scale="css")
    page.set_viewport_size(TALL_WINDOW)  # type: ignore[arg-type]  # its own kind of dict
    let_some_block(page)
    open_report(organizer)
    show(newest(organizer), "start")
    picture(page, organizer, REPORT)


def main() -> None:
    """Take the pictures with this machine's own browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no chromium here. Install one and try again.")
    with rehearsal() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=WINDOW, device_scale_factor=SHARPNESS)  # type: ignore[arg-type]  # same
        take(page, address)
        browser.close()
    for path in (WHOLE, CHECK_CARD, REPORT):
        print(f"{path.relative_to(Path.cwd())}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    stage() if sys.argv[1:] == [STAGE] else main()
