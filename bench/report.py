"""What was measured, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """The design's figure: a floor or a ceiling."""

    at_least: float | None = None
    at_most: float | None = None

    def met_by(self, value: float) -> bool:
        """Tell whether a value reaches it."""
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured figure and, where the design names one, its goal."""

    what: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.met_by(self.value)


def show(measured: Sequence[tuple[str, Sequence[Figure]]], *, as_json: bool) -> None:
    """Print every measurement's figures."""
    if as_json:
        print(json.dumps(_as_json(measured)))
        return
    cpus, python = os.cpu_count(), platform.python_version()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {cpus} cores, Python {python}")
    for name, figures in measured:
        print(f"\n{name}")
        for figure in figures:
            print(_line(figure))


def _line(figure: Figure) -> str:
    value = f"{figure.value:12,.2f}" if abs(figure.value) < 100 else f"{figure.value:12,.0f}"
    line = f"  {figure.what:52} {value} {figure.unit:6}"
    if figure.goal is None:
        return line.rstrip()
    return f"{line} goal {figure.goal!s:8} {'reached' if figure.met else 'MISSED'}"


def _as_json(measured: Sequence[tuple[str, Sequence[Figure]]]) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "measured": {
            name: [
                {
                    "what": figure.what,
                    "value": round(figure.value, 3),
                    "unit": figure.unit,
                    "goal": None if figure.goal is None else str(figure.goal),
                    "met": figure.met,
                }
                for figure in figures
            ]
            for name, figures in measured
        },
    }
