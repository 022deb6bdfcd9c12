"""The example campaign, and how a test spoils a copy of it."""

from collections.abc import Callable
from pathlib import Path

EXAMPLE = Path(__file__).parent / "example"

Edit = Callable[[str, str, str], None]
"""Replaces a text in one file of the copy."""
