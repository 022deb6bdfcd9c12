"""The encoder's process: it may die, hang or never start, and nobody waits for it long."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.faq.encoder import DIMENSIONS, Encoder, is_installed, open_encoder

PATIENT = 20.0
"""Seconds, where the answer and not the time is what counts."""

installed = pytest.mark.skipif(not is_installed(), reason="the extra “semantic” has no wheel for this system")

PROGRAM = """
import os, sys, time
asked, answered = sys.stdin.buffer, sys.stdout.buffer
answered.write(b"."); answered.flush()
while length := asked.read(4):
    text = asked.read(int.from_bytes(length, "big")).decode()
    if text == "die": os._exit(1)
    if text == "half": answered.write(b"x" * 7); answered.flush(); os._exit(1)
    if text == "hang": time.sleep(60)
    if text == "slow": time.sleep(0.5)
    if text == "environment": text = "".join(sorted(os.environ))
    answered.write(text.encode().ljust(4 * 384, b" ")); answered.flush()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Write a program that speaks as the encoder does, and does what it is told."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next start come at once."""
    monkeypatch.setattr("bot.faq.encoder.REST", 0.0)


@installed
async def test_vector() -> None:
    """A text has a vector, the same each time; another text another one."""
    async with open_encoder(patience=PATIENT) as encoder:
        assert encoder is not None
        one, again, other = [await encoder.vector(text) for text in ("ban it", "ban it", "حظر")]
    assert one is not None
    assert len(one) == 4 * DIMENSIONS
    assert one == again
    assert other is not None
    assert one != other


@installed
async def test_killed() -> None:
    """A killed encoder costs one answer; then there is a new one."""
    async with open_encoder(patience=PATIENT) as encoder:
        assert encoder is not None
        await encoder.start()
        assert encoder.pid is not None
        os.kill(encoder.pid, signal.SIGKILL)
        assert await encoder.vector("ban it") is None
        assert await encoder.vector("ban it") is not None


@installed
@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\ufdfa" * 5000, "\u202e" * 300, "a" * 100_000])
async def test_strange_text(text: str) -> None:
    """What is no text, or too much of it, has a vector like any other."""
    async with open_encoder(patience=PATIENT) as encoder:
        assert encoder is not None
        assert await encoder.vector(text) is not None


@pytest.mark.parametrize("text", ["die", "half"])
async def test_death(program: Path, text: str) -> None:
    """A text that kills the encoder has no vector, and the next one has."""
    encoder = Encoder(patience=PATIENT, program=program)
    assert await encoder.vector(text) is None
    assert await encoder.vector("one") == b"one".ljust(4 * DIMENSIONS)
    await encoder.close()


async def test_hang(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than the patience; an encoder that hangs is ended, and there is a new one."""
    monkeypatch.setattr("bot.faq.encoder.HANGS", 0.2)
    encoder = Encoder(patience=PATIENT, program=program)
    await encoder.start()
    encoder._patience = 0.05
    assert await encoder.vector("hang") is None
    encoder._patience = PATIENT
    assert await encoder.vector("one") == b"one".ljust(4 * DIMENSIONS)
    await encoder.close()


async def test_late(program: Path) -> None:
    """A vector that comes late is nobody's, least of all the next text's; the encoder lives on."""
    encoder = Encoder(patience=PATIENT, program=program)
    await encoder.start()
    encoder._patience = 0.05
    assert await encoder.vector("slow") is None
    before, encoder._patience = encoder.pid, PATIENT
    assert await encoder.vector("one") == b"one".ljust(4 * DIMENSIONS)
    assert encoder.pid == before
    await encoder.close()


async def test_many_at_once(program: Path) -> None:
    """Texts that arrive together each get their own vector."""
    encoder = Encoder(patience=PATIENT, program=program)
    texts = [f"text {n}" for n in range(50)]
    found = await asyncio.gather(*(encoder.vector(text) for text in texts))
    assert found == [text.encode().ljust(4 * DIMENSIONS) for text in texts]
    await encoder.close()


async def test_never_starts(tmp_path: Path) -> None:
    """An encoder that cannot start is done without."""
    encoder = Encoder(patience=PATIENT, program=tmp_path / "missing.py")
    await encoder.start()
    assert await encoder.vector("one") is None
    assert encoder.pid is None
    await encoder.close()


async def test_rests(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a start there is a rest before the next, so that a deadly text does not keep the machine busy."""
    monkeypatch.setattr("bot.faq.encoder.REST", 3600.0)
    encoder = Encoder(patience=PATIENT, program=program)
    assert await encoder.vector("die") is None
    assert await encoder.vector("one") is None
    await encoder.close()


async def test_no_secrets(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads strangers' text knows nothing of our environment."""
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    encoder = Encoder(patience=PATIENT, program=program)
    known = await encoder.vector("environment")
    assert known is not None
    assert b"BOT_TOKEN" not in known
    assert b"OMP_NUM_THREADS" in known
    await encoder.close()
