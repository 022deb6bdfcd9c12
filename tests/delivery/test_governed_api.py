"""Calls that are no bulk send: paced by the governor, and tried again where that is safe."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.delivery.governed_api import UNMETERED, GovernedApi
from bot.domain.retrying import PROGRESS, REPLY
from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.api import Form

DONE = Accepted(result=True)
GONE = NotConnected(why="ConnectionRefusedError")
LOST = Unclear(why="answer closed")


def too_many(seconds: float) -> Refused:
    """Return a 429."""
    return Refused(code=429, kind=RefusalKind.TOO_MANY, retry_after=seconds)


class Line:
    """Telegram and the governor in one: answers as told, and notes when it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.now = 0.0
        self.calls: list[float] = []
        self.turns: list[int | None] = []
        self.refusals: list[tuple[int | None, float]] = []
        self.api = GovernedApi(self, self, clock=lambda: self.now, sleep=self.sleep)  # type: ignore[arg-type]

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.now += seconds

    async def call(self, _method: str, _parameters: Mapping[str, Any] | Form | None, **_more: Any) -> Answer:
        """Answer; the last answer is given again and again."""
        self.calls.append(self.now)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def reply_turn(self, chat_id: int | None, *, rank: int) -> None:
        """Give a turn, when the last refusal is over."""
        del rank
        self.turns.append(chat_id)
        self.now += self.refusals[-1][1] if self.refusals else 0.0

    async def free_turn(self) -> None:
        """Let it go, when the last refusal is over."""
        self.now += self.refusals[-1][1] if self.refusals else 0.0

    def forbids(self, chat_id: int | None) -> bool:
        """Tell whether a chat was refused."""
        return any(refused == chat_id for refused, _ in self.refusals)

    def add_refusal(self, chat_id: int | None, seconds: float) -> None:
        """Note a 429."""
        self.refusals.append((chat_id, seconds))


async def test_past_the_budget() -> None:
    """What has to be said where the budget is out of reach takes no turn, is tried once, and obeys a 429."""
    line = Line(GONE, DONE, too_many(3), DONE)
    said = {"chat_id": 7}
    assert [await line.api.call_past_budget("sendMessage", said) for _ in range(3)] == [
        GONE,
        DONE,
        too_many(3),
    ]
    assert (line.turns, line.refusals) == ([], [(7, 3)])
    assert isinstance(await line.api.call_past_budget("sendMessage", said), NotConnected)
    assert len(line.calls) == 3


async def test_a_tap_is_answered_without_a_turn() -> None:
    """Answering a tap takes nobody's turn; what it is refused is obeyed, and the answer waits for the end of that."""
    line = Line(too_many(3), DONE)
    answered = await line.api.call(
        "answerCallbackQuery", {"callback_query_id": "7", "text": "x"}, policy=REPLY
    )
    assert answered == DONE
    assert line.turns == []
    assert line.refusals == [(None, 3)]
    assert line.calls == [0.0, 3.0]


REPLY_TO_5 = {"chat_id": 5, "text": "x"}


async def test_each_call_has_its_turn() -> None:
    """A call waits for its chat's turn, each try for its own."""
    line = Line(GONE, DONE)
    assert await line.api.call("sendMessage", REPLY_TO_5) == DONE
    assert line.turns == [5, 5]


@pytest.mark.parametrize("method", sorted(UNMETERED))
async def test_unmetered(method: str) -> None:
    """What sends nothing to anybody waits for no budget."""
    line = Line(DONE)
    await line.api.call(method)
    assert line.turns == []


async def test_after_a_429() -> None:
    """A refused reply is posted again when its wait is over, and the governor knows of the refusal."""
    line = Line(too_many(7), DONE)
    assert await line.api.call("sendMessage", REPLY_TO_5) == DONE
    assert line.refusals == [(5, 7)]
    assert line.calls[1] - line.calls[0] >= 7


async def test_unmetered_429() -> None:
    """A 429 for what is not metered is waited out as well."""
    line = Line(too_many(2), DONE)
    assert await line.api.call("setWebhook", {}) == DONE
    assert line.calls == [0.0, 2.0]


async def test_refused_for_ever() -> None:
    """After its tries a reply that is always refused is given up."""
    line = Line(too_many(1))
    assert await line.api.call("sendMessage", REPLY_TO_5) == too_many(1)
    assert len(line.calls) == REPLY.max_refusals


async def test_out_of_reach() -> None:
    """With nobody there a reply waits some minutes, ever more rarely, and is given up then (S11)."""
    line = Line(GONE)
    assert await line.api.call("sendMessage", REPLY_TO_5) == GONE
    assert REPLY.max_age - REPLY.max_wait <= line.calls[-1] <= REPLY.max_age
    waits = [later - sooner for sooner, later in zip(line.calls, line.calls[1:], strict=False)]
    assert 0.5 <= waits[0] <= 1.0
    assert max(waits) <= REPLY.max_wait + 1e-6  # of sums of seconds


async def test_back_after_a_while() -> None:
    """An answer that could not be posted for 40 seconds is posted when Telegram is back."""
    line = Line(*[GONE] * 8, DONE)
    assert await line.api.call("sendMessage", REPLY_TO_5) == DONE
    assert line.now > 20


async def test_what_is_said_anew_in_a_moment() -> None:
    """A progress message does not wait: the next says it anew."""
    line = Line(GONE)
    await line.api.call("editMessageText", REPLY_TO_5, policy=PROGRESS)
    assert line.calls[-1] <= PROGRESS.max_age


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessage"])
async def test_unclear_is_not_repeated(method: str) -> None:
    """What may have been accepted is not tried again."""
    line = Line(LOST, DONE)
    assert await line.api.call(method, REPLY_TO_5) == LOST
    assert len(line.calls) == 1


@pytest.mark.parametrize(
    "method", ["setWebhook", "deleteWebhook", "getMe", "getWebhookInfo", "setMyCommands"]
)
async def test_set_up_until_answered(method: str) -> None:
    """What sets the bot up is asked until Telegram answers: doing it twice does no more than once (F5, F6)."""
    failures: list[Answer] = [LOST, GONE] * 2000
    line = Line(*failures, too_many(3), DONE)
    assert await line.api.call(method) == DONE
    assert len(line.calls) == 4002


async def test_refusal_is_an_answer() -> None:
    """Any other refusal is final."""
    refused = Refused(code=400, kind=RefusalKind.BAD_WEBHOOK)
    line = Line(refused, DONE)
    assert await line.api.call("setWebhook") == refused


async def test_cancelled() -> None:
    """A call that waits is cancelled at once."""
    line = Line(GONE)
    line.api._sleep = lambda _seconds: asyncio.Event().wait()  # type: ignore[assignment,return-value]
    calling = asyncio.create_task(line.api.call("getMe"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert len(line.calls) == 1


async def test_a_turn_that_comes_too_late_is_not_taken() -> None:
    """What nobody waits for any more is not posted, however late its turn comes: nothing was written."""
    line = Line(DONE)
    line.refusals.append((5, 900.0))
    assert isinstance(await line.api.call("sendMessage", REPLY_TO_5, patience=600.0), NotConnected)
    assert line.calls == []
    assert await line.api.call("sendMessage", REPLY_TO_5, patience=901.0) == DONE
