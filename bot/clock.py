"""The time, as a parameter: one place that reads the clock; and by which version of the zones it is reckoned."""

import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

VERSION_LENGTH = 16
"""Characters of a version that are kept."""

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""


def system_clock() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


@cache
def tzdata_version() -> str:
    """Return the version of the zones that this process reckons by, such as 2025b."""
    for folder in zoneinfo.TZPATH:
        with suppress(OSError, IndexError), (Path(folder) / "tzdata.zi").open(encoding="utf-8") as file:
            return file.readline().split()[2][:VERSION_LENGTH]
    with suppress(PackageNotFoundError):
        return version("tzdata")[:VERSION_LENGTH]
    return "unknown"
