"""How updates begin to come: the webhook is set or taken away until Telegram has answered, and polling goes on."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from bot.delivery.governed_api import GovernedApi
from bot.errors import TokenRefused
from bot.inbox.polling import Poller
from bot.inbox.webhook import WebhookRefused, remove_webhook, set_webhook
from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.ptb import typed_bot

TOKEN = "123456:AAsecretSECRETsecretSECRETsecretSEC"
ADDRESS = "https://bot.example.org/telegram/x"
WAIT = Refused(code=429, kind=RefusalKind.TOO_MANY, retry_after=2)
REVOKED = Refused(code=401, kind=RefusalKind.UNAUTHORIZED)
CONFLICT = Refused(code=409, kind=RefusalKind.CONFLICT)
DONE = Accepted(result=True)
PASSING: list[Answer] = [
    Unclear(why="answer closed"),
    Unclear(why="HTTP 502"),
    WAIT,
    NotConnected(why="gaierror"),
]


def webhook_at(url: str) -> Accepted:
    """Return what getWebhookInfo says."""
    return Accepted(result={"url": url, "has_custom_certificate": False, "pending_update_count": 0})


class Telegram:
    """Answers each method as told, the last answer again and again; time passes at once."""

    def __init__(self, **answers: list[Answer]) -> None:
        self.answers: dict[str, list[Answer]] = {
            "getWebhookInfo": [webhook_at("")],
            "deleteWebhook": [DONE],
            **answers,
        }
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.slept: list[float] = []
        self.received: list[Any] = []

    @property
    def counts(self) -> Counter[str]:
        """Count the calls."""
        return Counter(method for method, _ in self.asked)

    @property
    def bot(self) -> Bot:
        """The bot that is started."""
        governed = GovernedApi(self, self, clock=lambda: 0.0, sleep=self.sleep)  # type: ignore[arg-type]
        return typed_bot(self, token=TOKEN, url="http://x", call=governed.call)  # type: ignore[arg-type]

    async def poll(self) -> None:
        """Poll until the token is refused."""
        poller = Poller(api=self, bot=self.bot, intake=self, sleep=self.sleep)  # type: ignore[arg-type]
        with pytest.raises(TokenRefused):
            await poller.run()

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)

    async def call(self, method: str, parameters: Mapping[str, Any] | None = None, **_more: Any) -> Answer:
        """Answer."""
        self.asked.append((method, parameters or {}))
        answers = self.answers[method]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def receive(self, arrived: list[dict[str, Any]]) -> None:
        """Take updates."""
        self.received += arrived


async def test_webhook_in_passing_trouble() -> None:
    """The webhook is set by trying until Telegram has answered (F6)."""
    telegram = Telegram(setWebhook=[*PASSING, DONE])
    await set_webhook(telegram.bot, ADDRESS, secret="s")
    assert telegram.counts["setWebhook"] == 5
    assert 2.0 in telegram.slept
    assert telegram.asked[-1][1]["url"] == ADDRESS


async def test_webhook_refused() -> None:
    """What Telegram has against PUBLIC_URL is told in its own words, with the mend (F6)."""
    words = "Bad Request: bad webhook: Failed to resolve host: Name or service not known"
    refused = Refused(code=400, kind=RefusalKind.BAD_WEBHOOK, words=words)
    with pytest.raises(WebhookRefused, match="Telegram cannot use PUBLIC_URL") as raised:
        await set_webhook(Telegram(setWebhook=[refused]).bot, ADDRESS, secret="s")
    assert '"Failed to resolve host: Name or service not known"' in str(raised.value)
    assert "unset it to poll" in str(raised.value)


async def test_webhook_with_a_refused_token() -> None:
    """A refused token is told as such."""
    with pytest.raises(TokenRefused):
        await set_webhook(Telegram(setWebhook=[REVOKED]).bot, ADDRESS, secret="s")
    with pytest.raises(TokenRefused):
        await remove_webhook(Telegram(getWebhookInfo=[REVOKED]).bot)
    with pytest.raises(TokenRefused):
        await remove_webhook(Telegram(deleteWebhook=[REVOKED]).bot)


async def test_webhook_taken_away() -> None:
    """The webhook is taken away by trying until Telegram has answered; that one was set is one line (F5)."""
    info: list[Answer] = [*PASSING, webhook_at("https://elsewhere.example/x")]
    telegram = Telegram(getWebhookInfo=info, deleteWebhook=[*PASSING, DONE])
    with capture_logs() as logged:
        assert await remove_webhook(telegram.bot)
    assert telegram.counts == {"getWebhookInfo": 5, "deleteWebhook": 5}
    assert [line["event"] for line in logged] == ["webhook_removed"]
    assert "elsewhere" not in repr(logged)


async def test_no_webhook_to_take_away() -> None:
    """Without a webhook nothing is said."""
    with capture_logs() as logged:
        assert not await remove_webhook(Telegram().bot)
    assert logged == []


async def test_polling() -> None:
    """Updates are asked for after the last that were stored; what is none is passed over."""
    first = Accepted(result=[{"update_id": 7}, "no update", {"update_id": 9}])
    telegram = Telegram(getUpdates=[first, Accepted(result=[]), REVOKED])
    await telegram.poll()
    assert telegram.received == [{"update_id": 7}, {"update_id": 9}]
    assert [asked.get("offset") for _, asked in telegram.asked] == [None, 10, 10]


async def test_polling_in_passing_trouble() -> None:
    """However long Telegram is in trouble, it is asked again, ever more rarely."""
    failures: list[Answer] = [*PASSING, Accepted(result={}), Unclear(why="unreadable answer")] * 500
    telegram = Telegram(getUpdates=[*failures, Accepted(result=[{"update_id": 1}]), REVOKED])
    await telegram.poll()
    assert telegram.received == [{"update_id": 1}]
    assert len(telegram.slept) == len(failures)
    assert telegram.slept[0] <= 1.0
    assert max(telegram.slept) <= 4.0


async def test_webhook_set_meanwhile() -> None:
    """A webhook that another program has set while this bot polls is taken away again (F5)."""
    info: list[Answer] = [webhook_at("https://elsewhere.example/x"), webhook_at("")]
    updates: list[Answer] = [CONFLICT, Accepted(result=[{"update_id": 1}]), REVOKED]
    telegram = Telegram(getUpdates=updates, getWebhookInfo=info)
    with capture_logs() as logged:
        await telegram.poll()
    assert telegram.received == [{"update_id": 1}]
    assert telegram.counts["deleteWebhook"] == 1
    assert [line["event"] for line in logged] == ["webhook_removed"]


async def test_another_program_polls() -> None:
    """A conflict that goes on is one line when it is known, and one when it is over."""
    telegram = Telegram(getUpdates=[*[CONFLICT] * 20, Accepted(result=[]), REVOKED])
    with capture_logs() as logged:
        await telegram.poll()
    assert [line["event"] for line in logged] == ["polling_conflict", "polling_resumed"]
