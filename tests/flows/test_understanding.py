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
    await ana.say("pls just tell me the one thing i should do today")
    await ana.expects("How can I help?")
    matcher.encoder._patience = 0.0
    await ana.say("who runs anyvision?")
    await ana.expects("Who runs AnyVision?")
