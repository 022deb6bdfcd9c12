"""The log: what it shows, and what never passes."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import figures
from bot.config import load_settings
from bot.log import configure_log, redact

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz_-12345"
NOWHERE = Path("/nonexistent/.env")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

tokens = st.builds(
    "{}:{}".format,
    st.integers(min_value=1, max_value=10**12),
    st.text(ALPHABET, min_size=30, max_size=50),
)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Whatever a test configures, the next begins as before."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    raises = logging.raiseExceptions
    yield
    logging.raiseExceptions = raises
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def begin(log_format: str = "json", *, debug: bool = False, **environ: str) -> io.StringIO:
    stream = io.StringIO()
    configure_log(load_settings(NOWHERE, {"LOG_FORMAT": log_format, **environ}), debug=debug, stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(error: Exception) -> NoReturn:
    raise error


def test_event_as_json() -> None:
    """An event is one line of JSON, from our code and from libraries alike."""
    stream = begin()
    structlog.get_logger().info("alert_sent", count=3)
    logging.getLogger("library").warning("slow by %d s", 2)
    ours, theirs = lines(stream)
    assert (ours["event"], ours["count"], ours["level"]) == ("alert_sent", 3, "info")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("library_logged", "library", "warning")


def test_warnings_are_counted() -> None:
    """Warnings and errors are counted by level and event, a library's by no word of its own; the rest is not."""
    begin()
    figures.drain()
    structlog.get_logger().info("alert_sent")
    for _ in range(2):
        structlog.get_logger().warning("poll_refused", error="Ann")
    structlog.get_logger().error("x" * 100)
    logging.getLogger("library").warning("Ann wrote %s", "hello")
    assert figures.drain() == {
        (figures.WARNED.name, ("warning", "poll_refused")): 2,
        (figures.WARNED.name, ("error", "x" * 64)): 1,
        (figures.WARNED.name, ("warning", "library_logged")): 1,
    }


def test_console() -> None:
    """On request, and on a terminal, the line is for reading."""
    stream = begin("console")
    structlog.get_logger().info("alert_sent", count=3)
    assert "alert_sent" in stream.getvalue()
    assert "count=3" in stream.getvalue()


def test_json_where_no_terminal_is() -> None:
    """Left to itself, the log is JSON unless it goes to a terminal."""
    stream = begin("auto")
    structlog.get_logger().info("alert_sent")
    assert lines(stream)[0]["event"] == "alert_sent"


@pytest.mark.parametrize("library", ["httpx", "aiohttp.access", "telegram.ext", "apscheduler.scheduler"])
def test_chatty_libraries_are_quiet(library: str) -> None:
    """What httpx and others tell of every request is not logged, not even when debugging."""
    stream = begin(debug=True)
    logging.getLogger(library).info("POST https://api.telegram.org/…")
    assert stream.getvalue() == ""


@given(
    token=tokens, before=st.text(ALPHABET[:52], max_size=5), after=st.sampled_from(["", "/getMe", '"', " "])
)
def test_no_token_passes_the_mask(token: str, before: str, after: str) -> None:
    """Wherever a token stands in a text, it is masked."""
    assert token.split(":")[1] not in redact(before + token + after)
    assert token.split(":")[1] not in redact(before + token.replace(":", "%3A") + after)


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("debug", [False, True])
@given(token=tokens)
def test_no_token_passes_the_log(log_format: str, debug: bool, token: str) -> None:
    """A token in an event, a value, a key, a nested value, an exception or its cause is not logged."""
    stream = begin(log_format, debug=debug)
    log = structlog.get_logger()
    log.warning(token, value=token, nested={"list": [token, token.encode()]}, **{token: 1})
    try:
        try:
            fail(ValueError(token))
        except ValueError as cause:
            raise OSError(f"https://api.telegram.org/bot{token}/getMe") from cause
    except OSError as error:
        log.exception("call_failed", reason=error)
    logging.getLogger("library").warning("failed: %s", OSError(token))
    logging.getLogger("library").warning("failed", exc_info=OSError(token))
    assert token.split(":")[1] not in stream.getvalue()


def test_configured_secrets_are_masked() -> None:
    """The secrets of the settings are masked even where they look like nothing."""
    stream = begin(
        BOT_TOKEN="42:short", WEBHOOK_SECRET="open-sesame", DATABASE_URL="postgresql://u:pw99@host/name"
    )
    structlog.get_logger().info(
        "things_said", a="42:short", b="open-sesame", c="postgresql://u:pw99@host/name"
    )
    for secret in ("42:short", "open-sesame", "pw99"):
        assert secret not in stream.getvalue()


def test_short_token_in_an_address() -> None:
    """A made-up token of a trial is masked in the Bot API's address."""
    assert redact("POST http://127.0.0.1:9000/bot42:abc/sendMessage") == (
        "POST http://127.0.0.1:9000/bot[token]/sendMessage"
    )


def test_failure_is_one_line() -> None:
    """An exception is its type and a random id; its text, which may name a person, is left out."""
    stream = begin()
    try:
        fail(LookupError("Ann, +44 7700 900123"))
    except LookupError:
        structlog.get_logger().exception("answer_failed")
    (line,) = lines(stream)
    assert line["error"] == "LookupError"
    assert len(line["error_id"]) == 8
    assert "Ann" not in stream.getvalue()
    assert "Traceback" not in stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("debug", [False, True])
def test_no_word_of_a_library(log_format: str, debug: bool) -> None:
    """Of a library's record stays who wrote it and what kind of error; its message and arguments may name people."""
    stream = begin(log_format, debug=debug)
    name = "ANN".title()  # not in a line of this program: traces show those
    try:
        try:
            fail(ValueError(name))
        except ValueError as cause:
            raise OSError(name) from cause
    except OSError:
        logging.getLogger("library").exception('Can not load "%s"', name, extra={"first_name": name})
        logging.getLogger("library").exception(name, stack_info=True)
    logging.getLogger("library").warning("%s", {"first_name": name})
    logging.getLogger("library").debug(name)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(name, stacklevel=1)
    assert name not in stream.getvalue()
    assert "Traceback" not in stream.getvalue()
    assert stream.getvalue().count("library_logged") == (5 if debug else 4)
    assert stream.getvalue().count("OSError") == 2


class _Unspeakable:
    """What cannot be put into words."""

    def __str__(self) -> str:
        raise ValueError("Ann")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("got %d from %s", ("Ann",)),
        ("got %d", ("Ann",)),
        ("Ann", ("Ann",)),
        ({"first_name": "Ann"}, ("Ann",)),
        ("%s", (_Unspeakable(),)),
        (_Unspeakable(), ()),
    ],
    ids=["too few", "of another kind", "too many", "no text", "unspeakable", "unspeakable itself"],
)
def test_words_that_do_not_fit(
    capsys: pytest.CaptureFixture[str], message: Any, arguments: tuple[Any, ...]
) -> None:
    """A library's message that its arguments do not fit is a line like any other, and nothing is printed."""
    stream = begin()
    logging.getLogger("library").warning(message, *arguments)
    (line,) = lines(stream)
    assert (line["event"], line["logger"]) == ("library_logged", "library")
    assert capsys.readouterr() == ("", "")


def test_a_line_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the log cannot be written to, its words are not printed elsewhere."""
    begin().close()
    logging.getLogger("library").warning("Ann")
    structlog.get_logger().warning("alert_sent", to="Ann")
    assert capsys.readouterr() == ("", "")


def test_what_nobody_caught() -> None:
    """The program's own end by an error is a line with its kind, not its words."""
    stream = begin()
    sys.excepthook(LookupError, LookupError("Ann"), None)
    (line,) = lines(stream)
    assert (line["event"], line["error"]) == ("program_failed", "LookupError")
    assert "Ann" not in stream.getvalue()


def test_what_was_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an interruption, alone or among others, the log has the kind, and nothing is printed of what it came into."""
    stream = begin()
    interruption = KeyboardInterrupt()
    interruption.__context__ = LookupError("Ann")
    for failure in (interruption, BaseExceptionGroup("Ann", [LookupError("Ann"), KeyboardInterrupt()])):
        sys.excepthook(type(failure), failure, None)
    assert [line["error"] for line in lines(stream)] == ["KeyboardInterrupt", "BaseExceptionGroup"]
    assert "Ann" not in stream.getvalue()
    assert capsys.readouterr() == ("", "")


async def test_what_a_task_forgot() -> None:
    """What asyncio says of a task whose error nobody heard has the kind of error, not its words."""
    stream = begin(debug=True)
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": "Ann", "exception": LookupError("Ann"), "task": "Ann"})
    line = lines(stream)[-1]
    assert (line["logger"], line["error"]) == ("asyncio", "LookupError")
    assert "Ann" not in stream.getvalue()


def test_trace_when_debugging() -> None:
    """With --debug the trace is there, masked."""
    stream = begin(debug=True)
    try:
        fail(LookupError(TOKEN))
    except LookupError:
        structlog.get_logger().exception("answer_failed")
    (line,) = lines(stream)
    assert "Traceback" in line["trace"]
    assert TOKEN not in line["trace"]


def test_failures_of_threads() -> None:
    """A thread that fails leaves a line, not a trace."""
    stream = begin()
    thread = threading.Thread(target=fail, args=(LookupError("Ann"),))
    thread.start()
    thread.join()
    (line,) = lines(stream)
    assert (line["event"], line["error"]) == ("thread_failed", "LookupError")
    assert "Ann" not in stream.getvalue()
