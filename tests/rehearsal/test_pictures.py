"""Reading a picture's size."""

import struct

import pytest

from bot.rehearsal.api.pictures import picture_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
JPEG = (
    b"\xff\xd8" + b"\xff\xe0\x00\x04ab" + b"\xff\xc4\x00\x02" + struct.pack(">HHBHH", 0xFFC2, 11, 8, 480, 640)
)


@pytest.mark.parametrize("content", [PNG, JPEG])
def test_pictures(content: bytes) -> None:
    assert picture_size(content) == (640, 480)


@pytest.mark.parametrize("content", [b"", b"GIF89a", PNG[:20], JPEG[:-3], JPEG[:9], b"\xff\xd8\xffnonsense"])
def test_no_pictures(content: bytes) -> None:
    """What is something else, or cut short, has no size."""
    assert picture_size(content) is None
