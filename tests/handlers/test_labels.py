"""What stands on the buttons of questions."""

import json
from dataclasses import replace

import pytest

from bot.wording.resources import Resources
from tests.handlers.conftest import Doing, tapped


@pytest.fixture
def resources(resources: Resources) -> Resources:
    """Give one answer a label of its own."""
    content = resources.content
    at = "who-is-calling", "en"
    labelled = replace(content.answers[at], question="Who is making this call, and when?", label="Who calls?")
    return replace(resources, content=replace(content, answers={**content.answers, at: labelled}))


async def test_a_label_stands_on_the_button(do: Doing, resources: Resources) -> None:
    """The menu shows an answer's label, or its question where it has none; above the answer stands the question."""
    topic = next(topic for topic in resources.content.topics if "who-is-calling" in topic.entries)
    *_, menu = await do(tapped(f"faq:{topic.slug}"))
    shown = json.dumps(menu.parameters["reply_markup"], ensure_ascii=False)
    assert "Who calls?" in shown
    assert "Who is making this call, and when?" not in shown
    other = next(slug for slug in topic.entries if slug != "who-is-calling")
    assert resources.content.entry(other, "en").label in shown
    *_, answer = await do(tapped("answer:who-is-calling"))
    assert "Who is making this call, and when?" in answer.parameters["text"]
