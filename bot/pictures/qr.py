"""Draws a QR code as a PNG that is sharp on a poster."""

from io import BytesIO

import segno

DOTS, QUIET = 24, 4
"""Dots of each module, and the quiet zone around them in modules (ISO/IEC 18004 asks for four)."""


def draw(text: str) -> bytes:
    """Return the text as a QR code; up to a seventh of it may be torn off or dirty."""
    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="png", scale=DOTS, border=QUIET)
    return written.getvalue()
