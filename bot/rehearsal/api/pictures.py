"""Reads the size of a PNG or JPEG picture, so that what is no picture is refused."""

import struct
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"
NOT_FRAMES: Final = frozenset({0xC4, 0xC8, 0xCC})
"""Markers among a JPEG's start-of-frame codes (C0 to CF) that are something else."""


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels; None for what is neither PNG nor JPEG or is cut short."""
    try:
        if content.startswith(PNG) and content[12:16] == b"IHDR":
            width, height = struct.unpack(">II", content[16:24])
            return width, height
        if content.startswith(JPEG):
            return _jpeg_size(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = len(JPEG)
    while content[at] == 0xFF:  # noqa: PLR2004  every JPEG segment begins with this byte
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in NOT_FRAMES:  # noqa: PLR2004  the start-of-frame codes
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None
