"""Sentence vectors: what a text means, in whatever language, as numbers.

The network is computed by onnxruntime on one core, in a thread of its own; it never sees a stranger's text, only the
numbers of the pieces that it was cut into here. Where it is not installed, or its queue is long, the letters of a
text decide alone.
"""

import asyncio
import ctypes
import importlib.util
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.domain.faq import legible
from bot.faq.pieces import Pieces
from bot.faq.weights import DIMENSIONS, PRODUCTS, WEIGHTS, Weights, installed, parts

log = structlog.get_logger(__name__)

PATIENCE = 1.0
"""Seconds a vector is waited for, the queue before it included; one takes some milliseconds."""
TOGETHER = 32
"""Texts of a batch, all of the same number of pieces: a padded one would have another vector."""

RUNTIME = "onnxruntime"
_NOT_NEEDED = 4
"""Linux's MADV_DONTNEED."""
GRAPH = Path(__file__).with_name("encoder.onnx")

Floats = NDArray[np.float32]
Given = TypeVar("Given")


class Network:
    """The encoder itself: from texts to vectors, one call after another. Blocks; takes half a second to load."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        vocabulary = weights.vocabulary()
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._pieces = Pieces(vocabulary)
        places = weights.numbers("emb.pos").reshape(-1, DIMENSIONS)
        self._places = places + weights.numbers("emb.type")[:DIMENSIONS]
        self._session = _session(weights)

    def vector(self, text: str) -> Floats:
        """Return the text's vector; any text has one, the same each time."""
        vector: Floats = self._run(self._numbered([text]))[0]
        return vector

    def vectors(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Yield the vectors of many texts in batches, on every core: which texts, and a row for each.

        A text has the very vector that it has alone.
        """
        numbered = self._numbered(texts)
        batches = list(_batches([len(pieces) for pieces in numbered]))
        with ThreadPoolExecutor(_cores()) as threads:
            rows = threads.map(lambda batch: self._run([numbered[at] for at in batch]), batches)
            yield from zip(batches, rows, strict=True)

    def _numbered(self, texts: Sequence[str]) -> list[list[int]]:
        most = self._weights.positions - 2
        cut = self._pieces.of([legible(text) for text in texts])
        return [[self._begin, *pieces[:most], self._end] for pieces in cut]

    def _run(self, numbered: Sequence[Sequence[int]]) -> Floats:
        words = self._weights.words([piece for pieces in numbered for piece in pieces])
        embedded = words.reshape(len(numbered), -1, DIMENSIONS) + self._places[: len(numbered[0])]
        # The mean is numpy's: onnxruntime adds up a batch in another order than a single text.
        vectors: Floats = self._session.run(None, {"embedded": embedded})[0].mean(axis=1)
        return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of equal lengths together, `TOGETHER` at the most."""
    order = sorted(range(len(lengths)), key=lambda at: (lengths[at], at))
    for _, alike in groupby(order, key=lambda at: lengths[at]):
        places = list(alike)
        for first in range(0, len(places), TOGETHER):
            yield places[first : first + TOGETHER]


class Encoder:
    """Gives vectors to whoever waits for them, one text after the other; loads itself when told to, or first asked."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._network: Network | None = None
        self._is_lost = self._is_closed = False

    async def start(self) -> None:
        """Wait until the first text can be read, if it ever can."""
        await self._in_turn(self._load)

    async def vector(self, text: str) -> bytes | None:
        """Return the text's vector, or None where it cannot be had in time. Never raises, whatever the text."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._in_turn(self._vector, text)
        except (TimeoutError, RuntimeError):  # the latter: it is closed
            return None

    def close(self) -> None:
        """Read no more; who waits gets None."""
        self._is_closed = True
        self._thread.shutdown(wait=False)

    async def _in_turn(self, call: Callable[..., Given], *arguments: str) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    def _load(self) -> Network | None:
        if self._network is None and not (self._is_lost or self._is_closed):
            try:
                self._network = Network(Weights(self._path))
                _give_back()
            except Exception as error:  # noqa: BLE001 -- whatever another package raises: letters answer then
                self._is_lost = True
                log.warning("encoder_does_not_start", error=type(error).__name__)
        return self._network

    def _vector(self, text: str) -> bytes | None:
        network = None if self._is_closed else self._load()
        if network is None:
            return None
        try:
            return network.vector(text).tobytes()
        except Exception as error:  # noqa: BLE001 -- an answer by letters is better than none
            log.warning("encoder_failed", error=type(error).__name__)
            return None


def is_installed() -> bool:
    """Tell whether there is an encoder for this system."""
    return importlib.util.find_spec(RUNTIME) is not None and installed() is not None


@asynccontextmanager
async def open_encoder(*, patience: float = PATIENCE) -> AsyncIterator[Encoder | None]:
    """Keep an encoder, where one is installed; it starts when it is told to, or asked first."""
    path = installed() if is_installed() else None
    if path is None:
        yield None
        return
    encoder = Encoder(path, patience=patience)
    try:
        yield encoder
    finally:
        encoder.close()


def load_network() -> Network | None:
    """Load the network for many texts, where one is installed. Raises OSError, WeightsUnreadable."""
    path = installed() if is_installed() else None
    return None if path is None else Network(Weights(path))


def _cores() -> int:
    """Return how many cores this process may use; more threads would take time from whatever runs beside them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_vnni() -> bool:
    """Tell whether the processor adds up products of 8 bits in 32; the vectors are the same either way."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "_vnni" in flags


def _give_back() -> None:
    """Return to the system what only loading needs, a third of all that is taken.

    Freed memory, which glibc would keep for later; and pages of the engine's code, which are read from its file again
    when they are called.
    """
    library = ctypes.CDLL(None)
    trim, advise = getattr(library, "malloc_trim", None), getattr(library, "madvise", None)
    if trim is not None:
        trim(0)
    if advise is not None:
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for begin, size in _code():
            advise(begin, size, _NOT_NEEDED)


def _code() -> Iterator[tuple[int, int]]:
    """Yield where the engine's code lies in memory, and its bytes; nothing is ever written there (Linux)."""
    try:
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in mapped.splitlines():
        place, rights, *_ = line.split()
        if rights == "r-xp" and f"/{RUNTIME}/" in line:
            begin, end = (int(number, 16) for number in place.split("-"))
            yield begin, end - begin


def _session(weights: Weights) -> Any:
    import onnxruntime  # noqa: PLC0415 -- takes a tenth of a second, for those who ask

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    # One core: the others have a broadcast to send; and a thread that waits awake would take one for nothing.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    if not _has_vnni():
        # Older processors add up in 16 bits, which would overflow; the way around takes half as long again.
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    given = _given(weights)
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [given], [len(given)])
    # Its fused kernel of a bias and Gelu takes two to four times as long as the two apart, which give the same numbers.
    return onnxruntime.InferenceSession(
        GRAPH.read_bytes(),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["BiasGeluFusion"],
    )


def _given(weights: Weights) -> NDArray[np.uint8]:
    """Return the weights that the graph names, one after the other."""
    every = list(parts())
    given = np.empty(every[-1].at + every[-1].size, np.uint8)
    filled = {part.name: given[part.at : part.at + part.size] for part in every}
    for part in every:
        layer, _, name = part.name.partition(".")
        product = name.partition(".")[0]
        if product not in PRODUCTS:
            filled[part.name][:] = weights.numbers(part.name).view(np.uint8)
        elif part.is_small:
            names = [f"{layer}.{one}" for one in ("qkv" if product == "qkv" else [product])]
            matrix = weights.matrix([f"{one}.w" for one in names], PRODUCTS[product][1])
            scale = np.abs(matrix).max(axis=1) / 127
            small = np.round(matrix / scale[:, None]).astype(np.int8)
            filled[part.name][:] = np.ascontiguousarray(small.T).view(np.uint8).ravel()
            filled[f"{layer}.{product}.s"][:] = scale.astype(np.float32).view(np.uint8)
            bias = np.concatenate([weights.numbers(f"{one}.b") for one in names])
            filled[f"{layer}.{product}.b"][:] = bias.view(np.uint8)
    return given
