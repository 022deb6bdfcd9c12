"""The cards of sharing, the choice of where links lead, and what is offered in any chat, in every locale."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.alert import Alert
from bot.domain.bidi import read_from_the_right
from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.domain.source import FRIENDS_NAME, Source
from bot.i18n.localizer import Localizer
from bot.services.sharing import TOLD_FROM, OwnLink, Shareable
from bot.telegram_io.callbacks import CALLBACK_BYTES
from bot.telegram_io.inline import RESULT_ID_BYTES
from bot.wording import links
from bot.wording import sharing as cards
from bot.wording.chat import keyboard
from bot.wording.inline import Wanted, articles
from bot.wording.resources import Profile
from bot.wording.screen import Screen, screen
from bot.wording.shown import source_words
from tests import shipped
from tests.making import draft
from tests.wording.test_screens import CATALOGS, LABEL_LENGTH

CONTENT = shipped.content()
ALERT: Alert = draft(locales=("en", "ar"))
NAME = "Cut ties with AnyVision"
NAMED = Profile(username="a" * 32, has_inline=True)


def sharing_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every card of sharing."""
    for profile in (NAMED, replace(NAMED, has_inline=False), Profile()):
        for joined in (0, TOLD_FROM, 1_000_001):
            own = OwnLink(code="k7m2p9qa", joined=joined)
            yield cards.share_alert_screen(
                localizer, profile, own, campaign=NAME, title="😀" * 300, code="k7m2p9qb"
            )
            yield cards.share_alert_screen(
                localizer, profile, own, campaign=NAME, title="Ask", code="k7m2p9qb"
            )
            yield cards.bring_friend_screen(localizer, profile, own, campaign=NAME)
    yield cards.not_shared_screen(localizer)
    yield screen(cards.shared_alert_over(localizer))
    yield screen(cards.alert_waits(localizer))


def link_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of where a link leads."""
    source = Source(id=1, code="k7m2p9qa", name="N" * 40)
    alert = Shareable(alert=ALERT, alert_id=1, code="k7m2p9qb")
    aimless = replace(source.link, locale="pt_BR")
    for link in (source.link, aimless, replace(aimless, answer="x" * 40), replace(aimless, alert=alert.code)):
        goal = links.goal_words(localizer, link, CONTENT, alert)
        for where in (None, f"https://t.me/{'a' * 32}?start={link.payload}"):
            yield links.link_screen(localizer, source, link, goal=goal, where=where)
        yield links.languages_screen(localizer, link, CATALOGS.locales)
    yield links.goals_screen(localizer, aimless, CONTENT, [alert] * 3)
    for topic in CONTENT.topics:
        yield links.questions_screen(localizer, aimless, CONTENT, topic, page=0)


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_every_card(locale: str) -> None:
    """Each says something, fits, copies what fits, and is read from the right side."""
    localizer = CATALOGS.words(locale)
    for shown in (*sharing_screens(localizer), *link_screens(localizer)):
        assert 0 < len(shown.text) <= MESSAGE_LIMIT
        assert "{" not in shown.text.text
        for row in keyboard(shown, localizer):
            for each in row:
                assert 0 < len(each["text"]) <= LABEL_LENGTH
                assert len(each.get("callback_data", "").encode()) <= CALLBACK_BYTES
                if "copy_text" in each:
                    assert 0 < utf16_length(each["copy_text"]["text"]) <= cards.COPY_LIMIT
                if localizer.rtl:
                    assert read_from_the_right(each["text"]) == each["text"]
        if localizer.rtl:
            assert read_from_the_right(shown.text.text) == shown.text.text


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_what_is_offered_in_any_chat(locale: str) -> None:
    """Each article has a text that Telegram takes, an id that fits, and links that lead to what it shows."""
    localizer = CATALOGS.words(locale)
    resources: Any = SimpleNamespace(content=CONTENT, profile=NAMED)
    alert = Shareable(alert=ALERT, alert_id=1, code="k7m2p9qb")
    own = OwnLink(code="k7m2p9qa", joined=0)
    wanted = Wanted(slugs=CONTENT.entries, alert_first=True)
    found = articles(localizer, resources, wanted, alert=alert, own=own)
    assert [each.id for each in found[:2]] == ["w_k7m2p9qb", "bot"]
    assert len({each.id for each in found}) == len(found) == len(CONTENT.entries) + 2
    for each in found:
        assert 0 < len(each.text) <= MESSAGE_LIMIT
        assert len(each.id) <= RESULT_ID_BYTES
        assert each.title.strip()
        assert each.about.strip()
        buttons = [button for row in each.keyboard or () for button in row]
        assert buttons
        assert all(button["url"].startswith("https://") for button in buttons)
        assert any(own.code in button["url"] for button in buttons) is not each.id.startswith("a_")


def test_friends_have_a_name_in_each_language() -> None:
    """The source of all supporters' links is named in words; any other by the name it was given."""
    words = CATALOGS.words("en")
    assert source_words(words, FRIENDS_NAME) == "brought by friends"
    assert source_words(words, "Poster") == "Poster"


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_a_whole_sentence_is_shared(locale: str) -> None:
    """With a link to an alert goes one sentence of the campaign with its title, whole however long that is."""
    localizer = CATALOGS.words(locale)
    campaign = CONTENT.campaign.name(locale)
    own = OwnLink(code="k7m2p9qa", joined=0)
    for title in ("Ask your council", "Ask your council " * 30):
        said = cards.alert_said(localizer, campaign, title)
        assert campaign in said
        assert "Ask your council" in said
        assert said.count("\u2068") == said.count("\u2069")
        shown = cards.share_alert_screen(
            localizer, NAMED, own, campaign=campaign, title=title, code="k7m2p9qb"
        )
        buttons = [button for row in keyboard(shown, localizer) for button in row]
        (address,) = (button["url"] for button in buttons if "url" in button)
        assert parse_qs(urlsplit(address).query)["text"] == [said]
        (copied,) = (button["copy_text"]["text"] for button in buttons if "copy_text" in button)
        assert copied.startswith(f"{said}\n")
