"""The tour as somebody at a terminal sees it: a bar for each stage, then what came of it."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.rehearsal.tour.report import TourReport


class Quiet:
    """Looks on without a word: for programs."""

    def stage(self, _name: str, _total: int, /) -> Callable[[], None]:
        """Say nothing."""
        return lambda: None


class Bars:
    """Shows each stage as a bar, while it is entered; several go on at once."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str, total: int, /) -> Callable[[], None]:
        """Begin a bar. Returns what moves it on."""
        bar = self._progress.add_task(name, total=total)
        return lambda: self._progress.advance(bar)


def closing(report: TourReport) -> list[str]:
    """Return the closing report, a line for each thing."""
    counts = " · ".join(f"{state} {count:,}" for state, count in report.counts.items() if count)
    lines = [
        *(step.says for step in report.steps),
        f"{report.people:,} people: {report.joined:,} joined, {report.questions:,} asked, {report.left:,} left",
        f"The alert went to {report.audience:,}: {counts}",
        f"Telegram asked to wait {report.told_to_wait} times; it took {report.seconds:.1f} s in all",
    ]
    if report.problems:
        return lines + [f"✗ {problem}" for problem in report.problems]
    return [*lines, "✓ Everybody who wanted it got it, nobody got it twice, and every sum matches"]
