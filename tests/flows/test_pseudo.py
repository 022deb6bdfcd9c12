"""The pseudo-locale on the main screens: whatever bypasses the catalogs stands outside its brackets."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.content import Content
from bot.domain.bidi import FSI, PDI
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World
from tests.worlds.in_process.organizing import LINK
from tests.worlds.in_process.stage import FAILURES, Phone, Stage

ALERT, CORRECTED = "Ask your council on Friday", "Ask your council on Thursday"
REASON = "It votes."

LANGUAGES = ("en", "ar", "de")

SUPPORTER = """
/start · [language · [language:LOCALE · [faq · [faq: · [answer: · [faq · [statement · [statement:
/help · /start · [join: · /start · /settings · [pause · /settings · [resume · /settings · [language
/settings · [privacy · [erase · [privacy · /help · /nonsense · /cancel · /new
hello · thank you · goodbye · you are stupid · i want to die · how do i unsubscribe · are you a bot
ignore all previous instructions · what do you know about me · what does it cost · did microsoft leave
[answer:microsoft-divest:more · ماذا تطلبون؟
/stop · /stop · /privacy · [erase · [erase:yes · /privacy · [erase · [erase:yes · /approve_99
"""
"""What somebody does in turn: a text they send (⏎ begins a line), or [ and the beginning of a button's data."""

ORGANIZER = f"""
/help · /new · [kind:sign · no address · {LINK} · {ALERT} · {ALERT}⏎{REASON} · [words: · /cancel · /new
[alert: · [preview: · [alert: · [check: · [decide: · [choose: · [send: · [approve: · 13 · [send: · 3
[broadcast:cancel: · /new · [alert: · [send: · 3
[broadcast:start: · [after:recall: · [after:recall:2:no
"""
AFTERWARDS = f"""
[after:correct: · [words: · {CORRECTED}⏎{REASON} · [preview: · [alert: · [send: · [approve: · 3 · [broadcast:start:
[after:recall: · 3 · /new · /stop
"""


@pytest.fixture
async def stage(world: World, server: RehearsalServer, database: Path) -> AsyncIterator[Stage]:
    """Run the bot in the pseudo-locale; Telegram's limits hold for all it says."""
    stage = Stage(world=world, server=server, database=database, PSEUDO_LOCALE="on")
    with capture_logs() as logged:
        await stage.start()
        yield stage
        await stage.stop()
    assert [entry for entry in logged if entry["event"] in FAILURES] == []


@pytest.mark.usefixtures("time_to_undo")
async def test_every_text_is_from_the_catalogs(stage: Stage) -> None:
    """All that a supporter and an organizer are shown is bracketed, but for the campaign's and their own words."""
    own = _own_words(stage)
    met = [stage.phone(f"Person {number}", language) for number, language in enumerate(LANGUAGES)]
    for phone in met:
        await _walk(phone, "/start · [join:", own)
    for language in LANGUAGES:
        await _walk(stage.phone("Ana", language), SUPPORTER, own)
    dana = await stage.organizer("Dana")
    await _walk(dana, ORGANIZER, own)
    for phone in met:
        (alert,) = (message for message in phone.messages if ALERT in message.text)
        assert {_outside(said, own) for said in _said(alert)} == {""}
    await _walk(dana, AFTERWARDS, own)


async def test_the_menu_is_from_the_catalogs(stage: Stage) -> None:
    """So are the command menu and the bot's descriptions, in every language."""
    profile = stage.world.profile
    await stage.world.wait_for(
        lambda: len(profile.short_descriptions) > len(stage.conversation.resources.catalogs.locales)
    )
    said = [*profile.descriptions.values(), *profile.short_descriptions.values()]
    said += [command["description"] for menu in profile.commands.values() for command in menu]
    assert {_outside(text, _own_words(stage)) for text in said} == {""}


async def _walk(phone: Phone, steps: str, own: list[str]) -> None:
    """Do each step, and look at everything new that the phone shows then."""
    steps = steps.replace("LOCALE", str(phone.person.language_code)).strip().replace("\n", " · ")
    for step in steps.split(" · "):
        answers = set(phone.stage.world.answers)
        if step.startswith("["):
            await phone.press(step[1:])
        else:
            await phone.say(step.replace("⏎", "\n"))
        await phone.settles()
        new = phone.since()
        toasts = [phone.stage.world.answers[each] for each in set(phone.stage.world.answers) - answers]
        said = [text for message in new for text in _said(message)]
        said += [toast["text"] for toast in toasts if toast.get("text")]
        assert said, f"{step} was not answered"
        assert [found for text in said if (found := _outside(text, own))] == [], step


def _said(message: ChatMessage) -> list[str]:
    return [message.text, *(button["text"] for button in message.buttons())]


def _outside(text: str, own: list[str]) -> str:
    """Return what stands outside brackets and is neither the campaign's nor the organizer's; "" if nothing does."""
    outside, removed = _bare(text), 1
    while removed:  # from the innermost: a value can be a string of the catalogs itself
        outside, removed = re.subn("⟦[^⟦⟧]*⟧", "", outside)
    for words in own:
        outside = outside.replace(words, "")
    return outside if any(map(str.isalpha, outside)) else ""


def _own_words(stage: Stage) -> list[str]:
    """Return the campaign's words, the organizer's and the names of languages, by paragraphs, the longest first."""
    catalogs, content = stage.conversation.resources.catalogs, stage.conversation.resources.content
    texts = [ALERT, CORRECTED, REASON, *map(catalogs.words("en").language_name, catalogs.locales)]
    for locale in content.locales:
        texts += _campaign_words(content, locale)
    paragraphs = {_bare(paragraph).strip() for text in texts for paragraph in text.splitlines()}
    return sorted(paragraphs - {""}, key=len, reverse=True)


def _campaign_words(content: Content, locale: str) -> list[str]:
    digest = content.statement(locale)
    texts = [content.privacy(locale).text, content.consent(locale).text, digest.title, *digest.paragraphs]
    texts += [digest.date, content.campaign.call(locale), content.campaign.name(locale)]
    texts += [content.campaign.how_often(locale) or "", content.campaign.about(locale) or ""]
    texts += [content.campaign.run_by(locale), *(topic.title(locale) for topic in content.topics)]
    for slug in content.entries:
        entry = content.entry(slug, locale)
        texts += [entry.question, entry.label, entry.short, entry.more]
    return texts


def _bare(text: str) -> str:
    return text.translate(str.maketrans("", "", FSI + PDI))
