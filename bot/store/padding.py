"""Filling words up before they are sealed, so that their length says little of what is in them."""

STEP_BYTES = 2048
"""Words are padded to a multiple of this."""


def padded(written: bytes) -> bytes:
    """Fill what has no byte zero, as JSON has none, up to a multiple of so many bytes."""
    return written + bytes(-len(written) % STEP_BYTES)


def unpadded(read: bytes) -> bytes:
    """Return what `padded` was given; what was never padded, as it is."""
    return read.rstrip(b"\0")
