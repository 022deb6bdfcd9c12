"""What doctor reads of the running bot, and who may read its metrics."""

import asyncio
from datetime import timedelta

import pytest

from bot.commands.doctor_health import MENDS, is_hearing, metrics_finding, trouble_findings
from bot.config import Settings, load_settings
from bot.domain.health import Episode, Sign, Trouble
from bot.rehearsal.stage import free_port
from tests.cli.calling import TOKEN, Command
from tests.making import NOW

MINUTE = timedelta(minutes=1)


def test_who_is_at_the_updates() -> None:
    """A bot that was brought updates a moment ago, or holds something, is not taken for another program."""
    assert not is_hearing({}, {}, now=NOW)
    assert is_hearing({"w": NOW}, {}, now=NOW)
    assert is_hearing({}, {Sign.HEARD: NOW - MINUTE}, now=NOW)
    assert not is_hearing({"w": NOW - MINUTE}, {Sign.HEARD: NOW - 3 * MINUTE, Sign.SCHEDULER: NOW}, now=NOW)


@pytest.mark.parametrize("trouble", Trouble)
def test_troubles(trouble: Trouble) -> None:
    """What the running bot has found wrong is told with its mend; not what is over, nor what one that stopped left."""
    signs, episode = {Sign.SCHEDULER: NOW}, Episode(trouble=trouble, since=NOW - MINUTE)
    [finding] = trouble_findings({trouble: episode}, signs, now=NOW)
    assert (finding.ok, finding.mend) == (False, MENDS[trouble])
    assert "2026-11-23 11:59 UTC" in finding.found
    over = Episode(trouble=trouble, since=NOW, over_at=NOW)
    assert list(trouble_findings({trouble: over}, signs, now=NOW)) == []
    assert list(trouble_findings({trouble: episode}, {Sign.SCHEDULER: NOW - 9 * MINUTE}, now=NOW)) == []


@pytest.mark.parametrize(
    ("answer", "is_open"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\ncampaign_build_info 1.0", True),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", False),
    ],
)
async def test_metrics_that_anybody_may_read(answer: bytes, *, is_open: bool) -> None:
    """A reverse proxy that passes requests on as its own opens the metrics: that is told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"GET /metrics HTTP/1.1\r\n")
        assert b"uthorization" not in asked
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        finding = await metrics_finding(settings_at(f"http://127.0.0.1:{port}"))
    assert (finding is not None) is is_open
    if finding is not None:
        assert "X-Forwarded-For" in finding.mend


async def test_nobody_answers_there() -> None:
    """Without PUBLIC_URL, or where nothing answers at it, nothing is said of the metrics."""
    assert await metrics_finding(settings_at(None)) is None
    assert await metrics_finding(settings_at(f"http://127.0.0.1:{free_port()}")) is None


def settings_at(url: str | None) -> Settings:
    """Return the settings of a bot with this address."""
    given = {"bot_token": TOKEN, "bot_api_url": "http://127.0.0.1:1"} | ({"public_url": url} if url else {})
    return load_settings(overrides=given)


def test_the_token_of_the_metrics(command: Command) -> None:
    """`doctor --metrics-token` prints it and nothing else; each campaign has its own."""
    assert command("init", "--token", TOKEN).code == 0
    first = command("doctor", "--metrics-token")
    assert first.code == 0
    assert len(first.out.strip()) > 20
    assert command("doctor", "--metrics-token").out == first.out
