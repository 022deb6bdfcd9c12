"""A locale's lists of words: plain files, one to a line."""

from pathlib import Path


def read_lines(path: Path) -> list[str]:
    """Return the lines, without empty ones and those that begin with #.

    Raises OSError and UnicodeDecodeError for a file that cannot be read.
    """
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
