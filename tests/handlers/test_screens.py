"""What anybody is answered, in every locale: Telegram takes it, and a phone shows it."""

from collections.abc import Iterator

import pytest

from bot.domain.faq import Match, SmallTalk
from bot.domain.organizer import Role
from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.errors import CampaignError
from bot.handlers.router import Router
from bot.handlers.routes import COMMANDS
from bot.store.store import Store
from bot.telegram_io.callbacks import CALLBACK_BYTES, Button, pack, unpack
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import OpenAnswer, OpenTopics
from bot.telegram_io.updates import read_update
from bot.wording.resources import Resources
from tests import shipped
from tests.handlers.conftest import Doing, said, tapped
from tests.handlers.samples import SAMPLE_BUTTONS
from tests.making import NOW

LOCALES = shipped.catalogs().locales

QUESTION_LENGTH = 128
"""Characters of a question on a button of its own; the content's own rules hold it shorter."""


def everything(resources: Resources) -> Iterator[Button]:
    """Yield every button, with every topic and every answer."""
    for buttons in SAMPLE_BUTTONS.values():
        yield from buttons
    for topic in resources.content.topics:
        yield OpenTopics(topic.slug)
    for slug in resources.content.entries:
        yield OpenAnswer(slug)
        yield OpenAnswer(slug, more=True)


def check(replies: list[Reply]) -> None:
    """Look whether Telegram takes the replies, and whether each button can be read."""
    for reply in replies:
        if "text" not in reply.parameters:
            continue
        assert 0 < utf16_length(reply.parameters["text"]) <= MESSAGE_LIMIT
        for row in reply.parameters.get("reply_markup", {}).get("inline_keyboard", []):
            assert row
            for each in row:
                assert 0 < len(each["text"]) <= QUESTION_LENGTH
                if "callback_data" in each:
                    assert len(each["callback_data"].encode()) <= CALLBACK_BYTES
                    assert pack(unpack(each["callback_data"])) == each["callback_data"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", [None, Role.OWNER], ids=str)
async def test_every_screen(do: Doing, resources: Resources, locale: str, role: Role | None) -> None:
    """Every button and command is answered with a screen that fits, or refused with a reason."""
    language = locale.replace("_", "-")
    updates = [tapped(pack(button), language=language) for button in everything(resources)]
    updates += [said(f"/{command.name}", language=language) for command in COMMANDS]
    for raw in updates:
        try:
            replies = await do(raw, role=role)
        except CampaignError:
            continue
        assert replies
        check(replies)


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_answer_to_a_text(
    store: Store, router: Router, resources: Resources, locale: str
) -> None:
    """Every answer to something written fits: small talk, an answer, suggestions, another language."""
    slugs = tuple(resources.content.entries)[:3]
    matches: list[Match | None] = [
        Match(slug=None, score=1.0, suggestions=(), small_talk=kind) for kind in SmallTalk
    ]
    matches += [
        Match(slug=slugs[0], score=1.0, suggestions=slugs, locale="en"),
        Match(slug=None, score=0.0, suggestions=slugs, locale="ar"),
        None,
    ]
    incoming = read_update(said("something", language=locale.replace("_", "-")))
    assert incoming is not None
    async with store.transaction() as tx:
        for match in matches:
            replies = await router.handle(tx, incoming, match, now=NOW)
            assert replies
            check(replies)
