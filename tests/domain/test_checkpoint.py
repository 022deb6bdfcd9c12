"""A checkpoint as text: what was written is read, whatever a chat, a keyboard or a mail program did to it."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    Signature,
    SignedCheckpoint,
    read_checkpoint,
)

ORIGIN = "campaign-bot/audit/0123456789abcdef"
SIZES = st.integers(1, 10**17)
HASHES = st.binary(min_size=32, max_size=32)


def signed(size: int = 41, root: bytes = bytes(32)) -> SignedCheckpoint:
    """Return a checkpoint with something like a signature."""
    signature = Signature(name=ORIGIN, key_hash=b"\x01\x02\x03\x04", signature=bytes(range(64)))
    return SignedCheckpoint(
        checkpoint=Checkpoint(origin=ORIGIN, size=size, root=root), signatures=(signature,)
    )


def test_the_form() -> None:
    """It is C2SP's: origin, size, root; an empty line; a dash, a name and a signature."""
    lines = signed().note.split("\n")
    assert lines[:4] == [ORIGIN, "41", base64.b64encode(bytes(32)).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} AQIDBA")
    assert lines[5:] == [""]


@given(SIZES, HASHES)
def test_read_back(size: int, root: bytes) -> None:
    """What is written is read, and fits the button that copies it (256 characters)."""
    made = signed(size, root)
    assert read_checkpoint(made.note) == made
    assert len(made.note) <= 256


@pytest.mark.parametrize(
    "changed",
    [
        lambda note: f"Checkpoint of the audit, up to entry 41.\n\n{note}",
        lambda note: f"{note}\nSent from my phone",
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: "\n".join(f"  {line} " for line in note.split("\n")),
        lambda note: note.replace("—", "--"),
        lambda note: note.replace("—", "–"),
        lambda note: f"audit {note}",
        str.strip,
    ],
)
def test_read_as_it_was_pasted(changed: object) -> None:
    """Words around it, other line ends, lost empty lines and other dashes do no harm."""
    assert callable(changed)
    assert read_checkpoint(changed(signed().note)) == signed()


def test_without_its_signature() -> None:
    """The first three lines are enough to compare; they are signed by nobody."""
    assert read_checkpoint(signed().checkpoint.text).signatures == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What is asked?",
        ORIGIN,
        f"{ORIGIN}\n41",
        f"{ORIGIN}\n41\nAAAA",
        f"{ORIGIN}\n041\n{base64.b64encode(bytes(32)).decode()}",
        f"{ORIGIN}\n-1\n{base64.b64encode(bytes(32)).decode()}",
        f"{ORIGIN}\n٤١\n{base64.b64encode(bytes(32)).decode()}",
        f"{ORIGIN}\n41\n{base64.b64encode(bytes(31)).decode()}",
        f"41\n{base64.b64encode(bytes(32)).decode()}",
    ],
)
def test_no_checkpoint(text: str) -> None:
    """Half of one is none."""
    with pytest.raises(CheckpointInvalid):
        read_checkpoint(text)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Whatever is sent is a checkpoint or refused."""
    with suppress(CheckpointInvalid):
        read_checkpoint(text)
