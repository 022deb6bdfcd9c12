"""What an answer of the Bot API proves."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.sender import attempt_of, read_attempt
from bot.domain.attempt import Attempt, AttemptResult
from bot.telegram_io.answers import DEFAULT_RETRY_AFTER, RefusalKind, read_answer
from bot.telegram_io.connections import AnswerLost, NotWritten

SENT = {"ok": True, "result": {"message_id": 77, "chat": {"id": 5}}}


def refusal(code: int, description: str, **parameters: Any) -> dict[str, Any]:
    """Return an error as the Bot API writes it."""
    made: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return made | ({"parameters": parameters} if parameters else {})


@pytest.mark.parametrize(
    ("status", "answer", "outcome", "error"),
    [
        (200, SENT, AttemptResult.ACCEPTED, None),
        (200, {"ok": True, "result": True}, AttemptResult.ACCEPTED, None),
        (200, {"ok": True, "result": {}}, AttemptResult.UNCLEAR, "unreadable answer"),
        (200, {"ok": True}, AttemptResult.UNCLEAR, "unreadable answer"),
        (200, {"ok": False}, AttemptResult.UNCLEAR, "unreadable answer"),
        (200, [], AttemptResult.UNCLEAR, "unreadable answer"),
        (429, refusal(429, "Too Many Requests: retry after 3", retry_after=3), AttemptResult.TOO_MANY, "429"),
        (403, refusal(403, "Forbidden: bot was blocked by the user"), AttemptResult.BLOCKED, "blocked"),
        (403, refusal(403, "Forbidden: user is deactivated"), AttemptResult.BLOCKED, "deactivated"),
        (
            403,
            refusal(403, "Forbidden: bot can't initiate conversation with a user"),
            AttemptResult.GONE,
            "never started",
        ),
        (403, refusal(403, "Forbidden: a new reason"), AttemptResult.BLOCKED, "HTTP 403"),
        (400, refusal(400, "Bad Request: chat not found"), AttemptResult.GONE, "chat not found"),
        (400, refusal(400, "Bad Request: user not found"), AttemptResult.GONE, "chat not found"),
        (400, refusal(400, "Bad Request: PEER_ID_INVALID"), AttemptResult.GONE, "chat not found"),
        (400, refusal(400, "Bad Request: message is too long"), AttemptResult.REFUSED, "too long"),
        (400, refusal(400, "Bad Request: can't parse entities: x"), AttemptResult.REFUSED, "bad formatting"),
        (400, refusal(400, "Bad Request: message is not modified: x"), AttemptResult.ACCEPTED, None),
        (400, refusal(400, "Bad Request: message to delete not found"), AttemptResult.REFUSED, "not found"),
        (413, refusal(413, "Request Entity Too Large"), AttemptResult.REFUSED, "HTTP 413"),
        (401, refusal(401, "Unauthorized"), AttemptResult.UNAUTHORIZED, "HTTP 401"),
        (404, refusal(404, "Not Found"), AttemptResult.UNAUTHORIZED, "HTTP 404"),
        (500, refusal(500, "Internal Server Error"), AttemptResult.UNCLEAR, "HTTP 500"),
        (502, {}, AttemptResult.UNCLEAR, "HTTP 502"),
        (400, {}, AttemptResult.UNCLEAR, "HTTP 400"),
        (403, {"ok": "false"}, AttemptResult.UNCLEAR, "HTTP 403"),
        (302, refusal(302, "Found"), AttemptResult.UNCLEAR, "HTTP 302"),
    ],
)
def test_answers(status: int, answer: Any, outcome: AttemptResult, error: str | None) -> None:
    """Only an answer that proves it is taken for a refusal; whatever else leaves it unclear (I4)."""
    attempt = attempt_of(read_answer(status, json.dumps(answer).encode()))
    assert (attempt.result, attempt.error) == (outcome, error)


@pytest.mark.parametrize("status", [200, 400, 403, 401, 500, 502, 504])
@pytest.mark.parametrize("body", [b"", b'{"ok":tr', b"<html>Bad Gateway</html>", b"\xff\xfe", b"null", b"5"])
def test_unreadable_answers(status: int, body: bytes) -> None:
    """An answer that cannot be read proves nothing, whatever its status."""
    assert attempt_of(read_answer(status, body)).result is AttemptResult.UNCLEAR


def test_accepted_has_its_message() -> None:
    """A message that was accepted is known by its id."""
    attempt = attempt_of(read_answer(200, json.dumps(SENT).encode()))
    assert attempt == Attempt(result=AttemptResult.ACCEPTED, message_id=77)


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        ({"retry_after": 17}, 17.0),
        ({"retry_after": 0}, 0.0),
        ({"retry_after": -1}, DEFAULT_RETRY_AFTER),
        ({"retry_after": "soon"}, DEFAULT_RETRY_AFTER),
        ({}, DEFAULT_RETRY_AFTER),
    ],
)
def test_how_long_to_wait(parameters: dict[str, Any], seconds: float) -> None:
    """A 429 says how long to wait; where it does not, a while."""
    answer = refusal(429, "Too Many Requests", **parameters)
    assert attempt_of(read_answer(429, json.dumps(answer).encode())).retry_after == seconds
    assert attempt_of(read_answer(429, b"")).retry_after == DEFAULT_RETRY_AFTER


@given(st.integers(100, 599), st.text(max_size=30))
def test_no_word_of_telegram_is_kept(status: int, said: str) -> None:
    """What is written down of an error is ours: a known name or the status, never the description (I11)."""
    attempt = attempt_of(read_answer(status, json.dumps(refusal(status, f"secret {said}")).encode()))
    ours = {f"HTTP {status}", "429", "unreadable answer", None} | {kind.value for kind in RefusalKind}
    assert attempt.error in ours


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(NotWritten("ClosedError"), AttemptResult.NOT_CONNECTED), (AnswerLost("late"), AttemptResult.UNCLEAR)],
)
async def test_no_answer(error: Exception, outcome: AttemptResult) -> None:
    """Before the first byte nothing was accepted; after it, that cannot be known."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    answer.set_exception(error)
    assert read_attempt(answer).result is outcome
