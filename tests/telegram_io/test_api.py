"""The Bot API's client: what each answer of a server is read as, and that no word of it is kept."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import BotApiUnreachable, TokenRefused
from bot.telegram_io import connections
from bot.telegram_io.answers import (
    BY_DESCRIPTION,
    DEFAULT_RETRY_AFTER,
    Accepted,
    Answer,
    NotConnected,
    RefusalKind,
    Refused,
    Unclear,
    read_answer,
    required,
)
from bot.telegram_io.api import BotApi, Form
from bot.telegram_io.connections import Pool
from bot.telegram_io.outage import CALM_SECONDS, Outage
from tests.telegram_io.servers import TOKEN, Serve, cutting, http, nobody, reset, saying, server, stall


def refusal(code: int, description: str, **parameters: Any) -> bytes:
    """Return an error as the Bot API writes it."""
    made: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return json.dumps(made | ({"parameters": parameters} if parameters else {})).encode()


def refused(code: int, kind: RefusalKind, retry_after: float = 0.0) -> Refused:
    """Return the answer that is expected."""
    return Refused(code=code, kind=kind, retry_after=retry_after)


Kind = RefusalKind
TABLE: dict[str, tuple[int, bytes, Answer]] = {
    "message": (200, b'{"ok":true,"result":{"message_id":7}}', Accepted(result={"message_id": 7})),
    "true": (200, b'{"ok":true,"result":true}', Accepted(result=True)),
    "nothing new": (200, b'{"ok":true,"result":[]}', Accepted(result=[])),
    "no result": (200, b'{"ok":true}', Unclear(why="unreadable answer")),
    "not ok": (200, b'{"ok":false}', Unclear(why="unreadable answer")),
    "a list": (200, b"[]", Unclear(why="unreadable answer")),
    "cut JSON": (200, b'{"ok":true,"result":{"mess', Unclear(why="unreadable answer")),
    "empty": (200, b"", Unclear(why="unreadable answer")),
    "blocked": (403, refusal(403, "Forbidden: bot was blocked by the user"), refused(403, Kind.BLOCKED)),
    "deactivated": (403, refusal(403, "Forbidden: user is deactivated"), refused(403, Kind.DEACTIVATED)),
    "never started": (
        403,
        refusal(403, "Forbidden: bot can't initiate conversation with a user"),
        refused(403, Kind.NEVER_STARTED),
    ),
    "kicked": (403, refusal(403, "Forbidden: bot was kicked from the group chat"), refused(403, Kind.KICKED)),
    "a new 403": (403, refusal(403, "Forbidden: x"), refused(403, Kind.OTHER)),
    "no chat": (400, refusal(400, "Bad Request: chat not found"), refused(400, Kind.CHAT_NOT_FOUND)),
    "no peer": (400, refusal(400, "Bad Request: PEER_ID_INVALID"), refused(400, Kind.CHAT_NOT_FOUND)),
    "no user": (400, refusal(400, "Bad Request: user not found"), refused(400, Kind.CHAT_NOT_FOUND)),
    "unchanged": (
        400,
        refusal(400, "Bad Request: message is not modified: specified new message content"),
        refused(400, Kind.NOT_MODIFIED),
    ),
    "gone": (400, refusal(400, "Bad Request: message to edit not found"), refused(400, Kind.MESSAGE_GONE)),
    "gone too": (400, refusal(400, "Bad Request: MESSAGE_ID_INVALID"), refused(400, Kind.MESSAGE_GONE)),
    "too old": (
        400,
        refusal(400, "Bad Request: message can't be edited"),
        refused(400, Kind.MESSAGE_TOO_OLD),
    ),
    "late tap": (
        400,
        refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        refused(400, Kind.QUERY_TOO_OLD),
    ),
    "too long": (400, refusal(400, "Bad Request: message is too long"), refused(400, Kind.TOO_LONG)),
    "empty text": (400, refusal(400, "Bad Request: message text is empty"), refused(400, Kind.EMPTY)),
    "formatting": (
        400,
        refusal(400, "Bad Request: can't parse entities: unsupported start tag"),
        refused(400, Kind.BAD_FORMATTING),
    ),
    "button": (400, refusal(400, "Bad Request: BUTTON_DATA_INVALID"), refused(400, Kind.BAD_BUTTON)),
    "webhook": (
        400,
        refusal(400, "Bad Request: bad webhook: Failed to resolve host: Name or service not known"),
        refused(400, Kind.BAD_WEBHOOK),
    ),
    "a new 400": (400, refusal(400, "Bad Request: x"), refused(400, Kind.OTHER)),
    "revoked": (401, refusal(401, "Unauthorized"), refused(401, Kind.UNAUTHORIZED)),
    "no token": (404, refusal(404, "Not Found"), refused(404, Kind.UNAUTHORIZED)),
    "conflict": (
        409,
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refused(409, Kind.CONFLICT),
    ),
    "too large": (413, refusal(413, "Request Entity Too Large"), refused(413, Kind.OTHER)),
    "wait": (429, refusal(429, "Too Many Requests", retry_after=3), refused(429, Kind.TOO_MANY, 3.0)),
    "wait not": (429, refusal(429, "Too Many Requests", retry_after=0), refused(429, Kind.TOO_MANY, 0.0)),
    "wait -1": (
        429,
        refusal(429, "Too Many Requests", retry_after=-1),
        refused(429, Kind.TOO_MANY, DEFAULT_RETRY_AFTER),
    ),
    "wait soon": (
        429,
        refusal(429, "Too Many Requests", retry_after="soon"),
        refused(429, Kind.TOO_MANY, DEFAULT_RETRY_AFTER),
    ),
    "wait as HTML": (429, b"<html>", refused(429, Kind.TOO_MANY, DEFAULT_RETRY_AFTER)),
    "moved": (302, refusal(302, "Found"), Unclear(why="HTTP 302")),
    "400 as HTML": (400, b"<html>", Unclear(why="HTTP 400")),
    "403 as HTML": (403, b"<html>", Unclear(why="HTTP 403")),
    "403 unsaid": (403, b'{"ok":"false"}', Unclear(why="HTTP 403")),
    "404 as HTML": (404, b"<html>", Unclear(why="HTTP 404")),
    "500": (500, refusal(500, "Internal Server Error"), Unclear(why="HTTP 500")),
    "502": (502, b"<html>Bad Gateway</html>", Unclear(why="HTTP 502")),
}


@pytest.mark.parametrize("case", TABLE)
def test_answers(case: str) -> None:
    """Each answer of a server is read as the table says; what proves no refusal leaves it unclear (I4)."""
    status, body, expected = TABLE[case]
    assert read_answer(status, body) == expected


@pytest.mark.parametrize("known", BY_DESCRIPTION)
def test_known_descriptions(known: str) -> None:
    """A description is known in capitals and in small letters."""
    for said in (known, known.upper()):
        answer = read_answer(400, refusal(400, f"Bad Request: {said}"))
        assert answer == refused(400, BY_DESCRIPTION[known])


@given(st.integers(100, 599), st.text(min_size=1, max_size=30), st.booleans())
def test_no_word_is_kept(status: int, said: str, ok: bool) -> None:
    """Nothing that Telegram says about an error is in what is kept of it (I11)."""
    body = json.dumps({"ok": ok, "description": f"canary {said}", "parameters": {"x": "canary"}}).encode()
    assert "canary" not in repr(read_answer(status, body))
    assert "canary" not in repr(read_answer(status, body, with_words=True))


def test_words_for_an_operator() -> None:
    """Who asks for them has Telegram's words; they do not print by themselves."""
    answer = read_answer(400, refusal(400, "Bad Request: bad webhook: no"), with_words=True)
    assert isinstance(answer, Refused)
    assert answer.words == "Bad Request: bad webhook: no"
    assert "no" not in repr(answer).partition("kind=")[0]


def test_required() -> None:
    """A command gets the result, or an error with its mend."""
    assert required(Accepted(result=5)) == 5
    with pytest.raises(TokenRefused):
        required(refused(401, Kind.UNAUTHORIZED))
    with pytest.raises(BotApiUnreachable, match="answered 418"):
        required(refused(418, Kind.OTHER))
    for answer in (Unclear(why="x"), NotConnected(why="x")):
        with pytest.raises(BotApiUnreachable):
            required(answer)


@asynccontextmanager
async def api_to(url: str) -> AsyncIterator[BotApi]:
    """Open a client."""
    outage = Outage()
    pool = Pool(url, failed=outage.note_failure, dated=True)
    try:
        yield BotApi(pool, token=TOKEN, outage=outage)
    finally:
        await pool.close()


async def test_not_connected() -> None:
    """Where nobody listens nothing was written. Nothing names the token."""
    async with api_to(await nobody()) as api:
        answer = await api.call("getMe")
    assert answer == NotConnected(why="ConnectionRefusedError")


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (reset, "answer closed"),
        (cutting(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"), "answer closed"),
        (cutting(b"this is no HTTP\r\n\r\n"), "answer unreadable"),
        (saying(http(502, b"<html>")), "HTTP 502"),
        (stall, "answer late"),
    ],
    ids=["reset", "cut", "no HTTP", "502", "late"],
)
async def test_unclear(serve: Serve, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that was written and not answered well may have been accepted."""
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.01)
    async with server(serve) as url, api_to(url) as api:
        assert await api.call("getMe", answer_seconds=0.2) == Unclear(why=why)


async def test_form() -> None:
    """A form is sent as it is."""
    async with server(saying(http(200, b'{"ok":true,"result":true}'))) as url, api_to(url) as api:
        form = Form(content_type="multipart/form-data; boundary=x", body=b"--x--\r\n")
        assert await api.call("sendDocument", form) == Accepted(result=True)


async def test_download() -> None:
    """A file is its bytes; what is none is an answer like others."""
    async with server(saying(http(200, b"bytes"))) as url, api_to(url) as api:
        assert await api.download("photos/1.jpg") == Accepted(result=b"bytes")
    async with server(saying(http(404, refusal(404, "Not Found")))) as url, api_to(url) as api:
        assert await api.download("photos/1.jpg") == refused(404, Kind.UNAUTHORIZED)


async def test_a_refused_token() -> None:
    """That the token is refused is known from a 401 on, until a call is accepted; a 404 says nothing of it."""
    async with server(saying(http(401, refusal(401, "Unauthorized")))) as url, api_to(url) as api:
        assert api.refused_seconds is None
        await api.call("getMe")
        await api.call("getMe")
        assert api.refused_seconds is not None
        api._note(Unclear(why="HTTP 502"))
        assert api.refused_seconds is not None
        api._note(Accepted(result=True))
        assert api.refused_seconds is None
        api._note(refused(404, Kind.UNAUTHORIZED))
        assert api.refused_seconds is None


async def test_server_time() -> None:
    """Telegram's clock is known from its last answer."""
    dated = http(200, b'{"ok":true,"result":1}', "Date: Sun, 06 Nov 1994 08:49:37 GMT")
    async with server(saying(dated)) as url, api_to(url) as api:
        assert api.server_time is None
        await api.call("getMe")
        assert api.server_time is not None
        assert api.server_time.year == 1994


def test_outage_ends_with_a_new_connection() -> None:
    """Where only alerts are sent, the first answer on a new connection tells that it is over."""
    now = 0.0
    outage = Outage(lambda: now)
    with capture_logs() as logged:
        outage.note_new_connection()
        outage.note_failure("gaierror")
        outage.note_new_connection()
        now = CALM_SECONDS + 1
        outage.note_new_connection()
        outage.note_new_connection()
    assert [line["event"] for line in logged] == ["telegram_interrupted", "telegram_resumed"]


def test_outage_is_told_once() -> None:
    """Telegram out of reach is one line when it begins, and one when it has been back for a moment."""
    now = 0.0
    outage = Outage(lambda: now)
    with capture_logs() as logged:
        outage.note_success()
        for _ in range(5):
            outage.note_failure("gaierror")
        outage.note_success()
        now = CALM_SECONDS + 1
        outage.note_success()
        outage.note_success()
    assert [line["event"] for line in logged] == ["telegram_interrupted", "telegram_resumed"]
    assert logged[0]["error"] == "gaierror"
