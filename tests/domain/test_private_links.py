"""Alerts point at institutions: a link to one person is refused, however it is written."""

from dataclasses import replace

import pytest

from bot.domain.private_links import PersonLinked, refuse_links_to_people
from bot.domain.rich_text import Entity, RichText
from tests.making import words


@pytest.mark.parametrize(
    "text",
    [
        'Ask <a href="tg://user?id=5401237861">him</a>.',
        'Ask <a href="tg://openmessage?user_id=5401237861">him</a>.',
        'Ask <a href="tg://resolve?text=x&amp;phone=4915112345678">him</a>.',
        'Ask <a href="https://t.me/+4915112345678">him</a>.',
        "Ask him: tg://user?id=5401237861",
        "Ask him: t.me/+4915112345678",
    ],
)
def test_refused(text: str) -> None:
    """By id or by number, linked or written out."""
    with pytest.raises(PersonLinked) as refused:
        replace(words(), text=text).checked()
    assert refused.value.link.lower().startswith(("tg:", "t.me"))


@pytest.mark.parametrize(
    "text",
    [
        '<a href="tg://resolve?domain=campaign_channel">our channel</a>',
        '<a href="https://t.me/+AbCdEf1234567890">our group</a>',
        '<a href="https://t.me/campaign_channel">our channel</a>',
        '<a href="https://example.org/user?id=5">the page</a>',
        "Call +49 30 1234567 and ask.",
    ],
)
def test_others_pass(text: str) -> None:
    """Channels, groups, pages and an institution's number are no person."""
    assert replace(words(), text=text).checked().text == text


def test_a_mention() -> None:
    """A name that an app has linked to somebody is refused, too."""
    mention = Entity(type="text_mention", offset=4, length=3)
    with pytest.raises(PersonLinked, match="Ann"):
        refuse_links_to_people(RichText("Ask Ann.", (mention,)))
