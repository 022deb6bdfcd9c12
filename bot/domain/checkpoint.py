"""A checkpoint: the size and the root of a log at one moment, as a signed note that fits a message.

The form is C2SP's (c2sp.org/tlog-checkpoint, c2sp.org/signed-note), so that other programs read it, too.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import CampaignError

HASH_BYTES, KEY_HASH_BYTES, SIGNATURE_BYTES = 32, 4, 64

_SIGNED = re.compile(r"[—–-]{1,2}\s*(\S+)\s+(\S+)")
"""A line with a signature. Keyboards and mail programs turn its dash into others."""

_SIZE = re.compile(r"[1-9][0-9]{0,17}")


class CheckpointInvalid(CampaignError):
    """This is no checkpoint, or not all of it: three lines, and one that begins with a dash."""


class Signed(StrEnum):
    """What a checkpoint's signature says."""

    OURS = "ours"
    """The campaign's key has made it."""
    UNKNOWN = "unknown"
    """There is none, or it was made with a key that is not known here: an earlier one, or somebody else's."""
    BROKEN = "broken"
    """It names our key, and does not fit: something of the checkpoint was changed, or lost in copying."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """So many entries had this root. `origin` tells the log from every other."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_written(self.root)}\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One signature: under whose name, the beginning of the hash of the key, and what the key made of the text."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...] = ()

    @property
    def note(self) -> str:
        """What is kept and sent."""
        lines = [f"— {each.name} {_written(each.key_hash + each.signature)}\n" for each in self.signatures]
        return "\n".join([self.checkpoint.text, "".join(lines)])


def read_checkpoint(text: str) -> SignedCheckpoint:
    """Read a checkpoint out of a text, whatever stands around it and however its lines were indented.

    Raises CheckpointInvalid.
    """
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    for at, (origin, size, root) in enumerate(zip(lines, lines[1:], lines[2:], strict=False)):
        hashed = _read(root, HASH_BYTES)
        if _SIZE.fullmatch(size) and hashed is not None:
            found = Checkpoint(origin=origin.split()[-1], size=int(size), root=hashed)
            return SignedCheckpoint(checkpoint=found, signatures=tuple(_signatures(lines[at + 3 :])))
    raise CheckpointInvalid


def _signatures(lines: Sequence[str]) -> Iterator[Signature]:
    for line in lines:
        found = _SIGNED.fullmatch(line)
        made = None if found is None else _read(found[2], KEY_HASH_BYTES + SIGNATURE_BYTES)
        if found is not None and made is not None:
            yield Signature(name=found[1], key_hash=made[:KEY_HASH_BYTES], signature=made[KEY_HASH_BYTES:])


def _written(made: bytes) -> str:
    return base64.b64encode(made).decode()


def _read(written: str, length: int) -> bytes | None:
    try:
        read = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return read if len(read) == length else None
