"""The tour as somebody at a terminal sees it: a bar for each stage, then what came of it."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.rehearsal.tour.report import TourReport


class Quiet:
    """Looks on without a word: for programs."""

    def stage(self, name: str, total: int) -> None:
        """Say nothing."""

    def advance(self, by: int = 1) -> None:
        """Say nothing."""


class Bars:
    """Shows each stage as a bar, while it is entered."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._stage: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str, total: int) -> None:
        """Begin a bar; the one before counts as over, as people may have left it early."""
        if self._stage is not None:
            self._progress.stop_task(self._stage)
        self._stage = self._progress.add_task(name, total=total)

    def advance(self, by: int = 1) -> None:
        """Move the bar on."""
        if self._stage is not None:
            self._progress.advance(self._stage, by)


def closing(report: TourReport) -> list[str]:
    """Return the closing report, a line for each thing."""
    counts = " · ".join(f"{state} {count:,}" for state, count in report.counts.items() if count)
    lines = [
        f"{report.people:,} people: {report.joined:,} joined, {report.questions:,} asked, {report.left:,} left",
        f"The alert went to {report.audience:,}: {counts}",
        f"Telegram asked to wait {report.told_to_wait} times; it took {report.seconds:.1f} s in all",
    ]
    if report.problems:
        return lines + [f"✗ {problem}" for problem in report.problems]
    return [*lines, "✓ Everybody who wanted it got it, nobody got it twice, and every sum matches"]
