"""Questions with the encoder reading along, as in production."""

import pytest

from bot.faq.encoder import is_installed
from tests.worlds.in_process.stage import Stage

pytestmark = pytest.mark.skipif(not is_installed(), reason="there is no encoder for this system")


@pytest.fixture(autouse=True)
def _by_letters() -> None:
    """Let the encoder start, unlike in the other flows."""


async def test_meaning(stage: Stage) -> None:
    """A question that its letters leave open is answered by its meaning; without time for it, letters answer."""
    ana = stage.phone("Ana")
    matcher = stage.conversation.resources.matcher
    assert matcher.encoder is not None
    matcher.encoder._patience = 20.0  # this machine may be busy
    await matcher.start()
    await ana.say("so did microsoft walk away from the surveillance startup it had bankrolled")
    await ana.expects("Did Microsoft divest from AnyVision?")
    matcher.encoder._patience = 0.0
    await ana.say("who runs anyvision?")
    await ana.expects("Who runs AnyVision?")
