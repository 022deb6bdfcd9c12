"""The statement's digest."""

import pytest

from bot.domain.bidi import FSI, PDI
from tests.worlds.in_process.stage import Stage, plain


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_digest_is_read_page_by_page(stage: Stage, language: str) -> None:
    """Every paragraph of the digest is shown, numbered, on pages that replace each other, with the publisher's link."""
    reader = stage.phone("Rana", language)
    paragraphs = [
        paragraph.replace(FSI, "").replace(PDI, "")
        for paragraph in stage.conversation.resources.content.statement(language).paragraphs
    ]
    words = stage.words(language)
    await reader.say("/faq")
    await reader.tap(words.gettext("The statement, in short"))
    read = 0
    while True:
        page = await reader.expects(paragraphs[read])
        for number, paragraph in enumerate(paragraphs, start=1):
            if f"{number}. {paragraph}" in plain(page):
                assert number == read + 1
                read += 1
        if read == len(paragraphs):
            break
        await reader.tap(words.gettext("Read on"))
    links = [button["url"] for button in page.buttons() if "url" in button]
    assert links == [stage.conversation.resources.content.campaign.copy_url]
    assert len([message for message in reader.messages if message.from_bot]) == 1
