"""A proof that one entry is in the audit, showing none of the others: C2SP's tlog-proof, with the entry as extra."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from bot.domain.checkpoint import HASH_BYTES, CheckpointInvalid, SignedCheckpoint, read_checkpoint
from bot.domain.merkle import leaf_hash, root_by
from bot.errors import CampaignError

HEADER = "c2sp.org/tlog-proof@v1"
"""The first line of every proof (c2sp.org/tlog-proof)."""


class ProofInvalid(CampaignError):
    """This is no proof, or not all of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What an entry says, as it is hashed; where it stands, from 0 on; and the hashes that lead to the checkpoint."""

    content: bytes
    index: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    @property
    def holds(self) -> bool:
        """Whether just this entry is what the checkpoint covers at this place."""
        checkpoint = self.signed.checkpoint
        root = root_by(leaf_hash(self.content), self.hashes, index=self.index, size=checkpoint.size)
        return root == checkpoint.root and self.entry.get("number") == self.index + 1

    @property
    def entry(self) -> dict[str, Any]:
        """What the entry says; nothing where its content is no entry's."""
        try:
            said = json.loads(self.content)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def text(self) -> str:
        """The proof as it is given away."""
        hashes = [_written(each) for each in self.hashes]
        lines = [
            HEADER,
            f"extra {_written(self.content)}",
            f"index {self.index}",
            *hashes,
            "",
            self.signed.note,
        ]
        return "\n".join(lines)


def is_proof(text: str) -> bool:
    """Whether a text means to be a proof."""
    return text.lstrip().startswith(HEADER)


def read_proof(text: str) -> Proof:
    """Read a proof.

    Raises ProofInvalid.
    """
    head, _, note = text.strip().replace("\r\n", "\n").partition("\n\n")
    header, *lines = head.split("\n")
    try:
        extra, index, *hashes = lines
        proof = Proof(
            content=_read(extra.removeprefix("extra ")),
            index=int(index.removeprefix("index ")),
            hashes=tuple(_read(each) for each in hashes),
            signed=read_checkpoint(note),
        )
    except (ValueError, binascii.Error, CheckpointInvalid) as error:
        raise ProofInvalid from error
    if header != HEADER or any(len(each) != HASH_BYTES for each in proof.hashes):
        raise ProofInvalid
    return proof


def _written(made: bytes) -> str:
    return base64.b64encode(made).decode()


def _read(written: str) -> bytes:
    return base64.b64decode(written, validate=True)
