"""Sentence vectors: any text has one; nobody waits long; without an encoder letters answer."""

import asyncio
import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.faq import encoder
from bot.faq.encoder import Encoder, is_installed, load_network, open_encoder
from bot.faq.weights import DIMENSIONS, Weights, WeightsUnreadable, parts

PATIENT = 60.0
"""Seconds, where the answer and not the time is what counts."""

installed = pytest.mark.skipif(not is_installed(), reason="there is no encoder for this system")


class Slow:
    """A network that waits until it is let go, and gives each text a vector of its own."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def vector(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Wait for the others, then answer."""
        if text == "bad":
            raise RuntimeError
        assert self.go.wait(PATIENT)
        return np.full(DIMENSIONS, float(text), np.float32)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Put a slow network in the place of the real one."""
    network = Slow()
    monkeypatch.setattr(encoder, "Network", lambda _weights: network)
    monkeypatch.setattr(encoder, "Weights", lambda _path: None)
    return network


@installed
async def test_vector() -> None:
    """A text has a vector, the same each time; another text another one."""
    async with open_encoder(patience=PATIENT) as reading:
        assert reading is not None
        one, again, other = [await reading.vector(text) for text in ("ban it", "ban it", "حظر")]
    assert one is not None
    assert len(one) == 4 * DIMENSIONS
    assert one == again
    assert other is not None
    assert one != other


@installed
def test_tells_nobody(tmp_path: Path) -> None:
    """The engine reports to nobody: it makes no number of the machine and no queue of reports in the home folder.

    From 1.29 on onnxruntime does both, which is one reason to stay below (decision 35).
    """
    reading = "from bot.faq.encoder import load_network; load_network().vector('who leads the company?')"
    told = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("ORT_")}
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    subprocess.run([sys.executable, "-c", reading], env=told | homes, check=True, timeout=PATIENT)
    assert list(tmp_path.rglob("*")) == []


@installed
def test_gives_back() -> None:
    """What loading leaves behind is given back, the engine's code too, and a text has the same vector after that."""
    network = load_network()
    assert network is not None
    before = network.vector("who leads the company?")
    assert list(encoder._code())
    encoder._give_back()
    assert network.vector("who leads the company?").tobytes() == before.tobytes()


@installed
def test_meaning() -> None:
    """What means the same is near, in whatever language; what means something else is farther."""
    network = load_network()
    assert network is not None
    texts = [
        "who leads the company?",
        "من يقود الشركة؟",
        "wer leitet die Firma?",
        "what is the weather like today?",
    ]
    rows = np.array([network.vector(text) for text in texts])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near = rows @ rows.T
    assert near[0, 1] > near[0, 3]
    assert near[0, 2] > near[0, 3]


@installed
def test_many() -> None:
    """Every text of many has a row, which is to the bit the vector that it has alone."""
    network = load_network()
    assert network is not None
    texts = [f"question number {n} about the {'very ' * (n % 5)}same thing" for n in range(80)]

    found = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch, vectors in network.vectors(texts):
        assert not found[batch].any()
        found[batch] = vectors
    assert [row.tobytes() for row in found] == [network.vector(text).tobytes() for text in texts]


@installed
@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "\ufdfa" * 5000, "\u202e" * 300, "a" * 100_000, "▁", "<s>"]
)
async def test_strange_text(text: str) -> None:
    """What is no text, or too much of it, has a vector like any other."""
    async with open_encoder(patience=PATIENT) as reading:
        assert reading is not None
        assert await reading.vector(text) is not None


async def test_late(slow: Slow) -> None:
    """Nobody waits longer than the patience; a vector that comes late is nobody's, least of all the next text's."""
    reading = Encoder(Path("weights"), patience=0.05)
    await reading.start()
    assert await reading.vector("1") is None
    slow.go.set()
    reading._patience = PATIENT
    assert await reading.vector("2") == np.full(DIMENSIONS, 2.0, np.float32).tobytes()
    reading.close()


async def test_many_at_once(slow: Slow) -> None:
    """Texts that arrive together each get their own vector."""
    reading = Encoder(Path("weights"), patience=PATIENT)
    slow.go.set()
    found = await asyncio.gather(*(reading.vector(str(n)) for n in range(50)))
    assert found == [np.full(DIMENSIONS, float(n), np.float32).tobytes() for n in range(50)]
    reading.close()


async def test_failure(slow: Slow) -> None:
    """A text that the network fails at has no vector, and the next one has."""
    reading = Encoder(Path("weights"), patience=PATIENT)
    slow.go.set()
    assert await reading.vector("bad") is None
    assert await reading.vector("1") is not None
    reading.close()


@pytest.mark.parametrize(
    "content", [None, b"", b"E5S1", b"E5S1" + bytes(4), bytes(100), b"E5S1\x01\0\0\0" + bytes(200)]
)
async def test_never_starts(tmp_path: Path, content: bytes | None) -> None:
    """Weights that are not there, or are no such file, are done without."""
    path = tmp_path / "weights"
    if content is not None:
        path.write_bytes(content)
        with pytest.raises(WeightsUnreadable):
            Weights(path)
    reading = Encoder(path, patience=PATIENT)
    await reading.start()
    assert await reading.vector("one") is None
    reading.close()


async def test_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no encoder, there is none, and nothing to train with."""
    monkeypatch.setattr(encoder, "is_installed", lambda: False)
    async with open_encoder() as reading:
        assert reading is None
    assert load_network() is None


def test_parts_follow_one_another() -> None:
    """The weights of the graph lie one after the other, each named once."""
    every = list(parts())
    assert all(one.at + one.size == after.at for one, after in pairwise(every))
    assert len({one.name for one in every}) == len(every)


def test_graph_is_as_written() -> None:
    """`scripts/encoder_graph.py` writes the graph that is there."""
    onnx = pytest.importorskip("onnx")
    from scripts.encoder_graph import PATH, build  # noqa: PLC0415 -- needs onnx

    written = onnx.load_model_from_string(PATH.read_bytes())
    assert build().SerializeToString(deterministic=True) == written.SerializeToString(deterministic=True)
