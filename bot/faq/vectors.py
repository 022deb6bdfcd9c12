"""Sentence vectors that were read once: training does not read a phrasing again that has not changed.

They are kept in the user's cache folder, some 120 MB, and hold for the engine, the weights and the kind of processor
that they were read with; whatever else is found there is left aside, and written anew.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.faq.classifiers import Vector
from bot.faq.encoder import GRAPH, RUNTIME, Network
from bot.faq.exact import hashed
from bot.faq.weights import DIMENSIONS, PACKAGE

FILE = "vectors.npz"
_ABOUT_THE_PROCESSOR = ("model name", "flags")


def cache() -> Path:
    """Return the file that vectors are kept in."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "campaign-bot" / FILE


def read(
    network: Network, texts: Sequence[str], done: Callable[[int], None], *, kept_in: Path, made_by: str
) -> Vector:
    """Return the vector of each text, a row each; `done` hears of how many more.

    A text that is kept has the very vector that the network would give it. Those of these texts, and no others, are
    kept afterwards; where they cannot be, nothing is lost but time.
    """
    every = list(dict.fromkeys(texts))
    places = {text: at for at, text in enumerate(every)}
    hashes = np.array([hashed(text) for text in every], np.uint64)
    rows, is_known = _kept(kept_in, made_by, hashes)
    missing = [text for text, known in zip(every, is_known, strict=True) if not known]
    done(len(texts) - len(missing))
    for batch, vectors in network.vectors(missing):
        rows[[places[missing[at]] for at in batch]] = vectors
        done(len(batch))
    if missing:
        _keep(kept_in, made_by, hashes, rows)
    found: Vector = rows[[places[text] for text in texts]]
    return found


def engine() -> str:
    """Return what vectors are made by: another engine, other weights or another processor may round otherwise."""
    parts = [
        metadata.version(RUNTIME),
        metadata.version(PACKAGE),
        hashlib.sha256(GRAPH.read_bytes()).hexdigest(),
    ]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    about = dict.fromkeys(line for line in lines if line.startswith(_ABOUT_THE_PROCESSOR))
    return hashlib.sha256("\n".join([*parts, *about]).encode()).hexdigest()


def _kept(path: Path, made_by: str, hashes: NDArray[np.uint64]) -> tuple[Vector, NDArray[np.bool_]]:
    """Return a row for each hash, and which of the rows are filled with what is kept."""
    rows = np.zeros((len(hashes), DIMENSIONS), np.float32)
    none = np.zeros(len(hashes), bool)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            known, vectors = kept["hashes"], kept["vectors"]
            if str(kept["made_by"]) != made_by or vectors.shape != (len(known), DIMENSIONS) or not len(known):
                return rows, none
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return rows, none
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    is_known: NDArray[np.bool_] = known[at] == hashes
    rows[is_known] = vectors[at[is_known]]
    return rows, is_known


def _keep(path: Path, made_by: str, hashes: NDArray[np.uint64], rows: Vector) -> None:
    order = np.argsort(hashes)
    beside = path.with_name(f"{path.stem}.{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(beside, made_by=np.array(made_by), hashes=hashes[order], vectors=rows[order])
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
