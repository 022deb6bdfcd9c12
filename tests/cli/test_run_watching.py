"""What somebody at a terminal sees of a broadcast that `run --role sender` sends."""

import asyncio
import fcntl
import io
import logging
import os
import pty
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.progress_bars import Bars, Pace, watched
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from tests.cli.calling import TOKEN, Api, Command

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALERT = 'kind = "sign"\nbase = "en"\n[en]\ntitle = "Ask your council"\ntext = "One ask, one reason."\n'
WIDE = struct.pack("HHHH", 40, 160, 0, 0)


def broadcast(status: BroadcastStatus, stop_reason: StopReason | None = None) -> Broadcast:
    return Broadcast(
        id=7,
        alert_id=1,
        kind=BroadcastKind.SEND,
        follows=None,
        status=status,
        audience=1200,
        created_at=NOW,
        starts_at=NOW,
        stop_reason=stop_reason,
    )


def tally(**counts: int) -> Tally:
    return Tally(audience=1200, counts={DeliveryState(state): count for state, count in counts.items()})


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def bars(screen: io.StringIO) -> Bars:
    return Bars(Console(file=screen, force_terminal=True, width=160, color_system=None))


def test_bar_says_how_it_goes(bars: Bars, screen: io.StringIO) -> None:
    """Counts, what remains, the rate and the time left stand beside the bar."""
    sending = broadcast(BroadcastStatus.SENDING)
    with bars.progress:
        bars.show(sending, tally(sent=100, pending=1100), now=10.0)
        bars.show(sending, tally(sent=290, blocked=6, failed=3, unknown=1, pending=900), now=15.0)
        bars.progress.refresh()
    last = screen.getvalue().rpartition("Broadcast 7")[2]
    assert "25 %  sent 290 · failed 3 · blocked 6 · unknown 1 · 900 remaining · 40.0/s · 0:00:22 left" in last


def test_end_is_one_line(bars: Bars, screen: io.StringIO) -> None:
    """The bar goes when the broadcast has ended, and a line stays."""
    with bars.progress:
        bars.show(broadcast(BroadcastStatus.SENDING), tally(pending=1200), now=10.0)
        bars.show(broadcast(BroadcastStatus.FINISHED), tally(sent=1190, blocked=10), now=50.0)
        assert not bars.new(broadcast(BroadcastStatus.FINISHED))
    ended = "Broadcast 7 finished. Of 1,200: sent 1,190 · failed 0 · blocked 10 · unknown 0\n"
    assert ended in screen.getvalue().replace("\r", "")


def test_pause_says_why(bars: Bars, screen: io.StringIO) -> None:
    """What does not go on by itself says why, and how much remains."""
    with bars.progress:
        bars.show(broadcast(BroadcastStatus.SENDING), tally(pending=1200), now=10.0)
        paused = broadcast(BroadcastStatus.PAUSED, StopReason.FAILURES)
        bars.show(paused, tally(sent=180, failed=20, pending=1000), now=20.0)
    assert "Broadcast 7 paused (failures). Of 1,200: sent 180 · failed 20" in screen.getvalue()
    assert "1,000 remaining" in screen.getvalue()


def test_what_ended_before_is_not_told(bars: Bars) -> None:
    """Only what happens while somebody looks is news."""
    assert bars.new(broadcast(BroadcastStatus.FINISHED))
    bars.knew([broadcast(BroadcastStatus.FINISHED)])
    assert not bars.new(broadcast(BroadcastStatus.FINISHED))
    assert bars.new(broadcast(BroadcastStatus.SENDING))
    assert not bars.new(broadcast(BroadcastStatus.QUEUED))


def test_rate_is_of_late() -> None:
    """The rate forgets what is long past, and is not known after one look."""
    pace = Pace()
    pace.note(0, now=0.0)
    assert pace.rate == 0
    for second in range(1, 31):
        pace.note(second * (10 if second < 15 else 20), now=float(second))
    assert pace.rate == 20


async def test_nothing_on_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody looks, the database is not asked and the log stays as it is."""
    level = logging.getLogger().level
    async with watched(None):  # type: ignore[arg-type]  # not touched
        await asyncio.sleep(0)
    assert (capsys.readouterr().err, logging.getLogger().level) == ("", level)


def test_on_a_terminal(
    command: Command, bot_api: Api, campaign_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender at a terminal shows its broadcast to the end, and no log of what is well."""
    bot_api.change(
        lambda world: [
            world.add_person(name="P", language_code="en", started=True, chat_id=1_000_000 + n)
            for n in range(20)
        ]
    )
    command("init", "--token", TOKEN)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    (campaign_folder / "alert.toml").write_text(ALERT)
    assert command("prepare", "--people", "20", "--alert", "alert.toml").code == 0
    shown = at_terminal("run", "--role", "sender", "--until-idle")
    assert "Broadcast 1 finished. Of 20: sent 20 · failed 0 · blocked 0 · unknown 0" in shown
    assert "bot_started" not in shown


def at_terminal(*arguments: str) -> str:
    """Run a command of the bot on a terminal of its own. Returns what it showed."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, WIDE)
    environ = os.environ | {"TERM": "xterm", "SEND_RATE": "1000"}
    process = subprocess.Popen([sys.executable, "-m", "bot", *arguments], stderr=slave, env=environ)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux says so when the other side has closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    assert process.wait(30) == 0, shown.decode()
    return shown.decode()
