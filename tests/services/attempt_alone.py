"""Attempts to send something alone, as many as there is time for.

    sh scripts/attempt-alone --attempts 200000 [--seed S] [--minutes M] [--report docs/nobody-sends-alone.md]

The state machine of the tests plays one team after another: people of every role edit, submit, look, approve, return,
send, join, manage, work alone and race each other, in any order. What goes out is held against the book.
"""

import argparse
import asyncio
import os
import platform
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from structlog.testing import capture_logs

from bot.store.migrate import migrate
from tests.services.approval_book import Book
from tests.services.approval_machine import ApprovalMachine

TEAMS, STEPS = 40, 50
"""Teams in a batch, and steps of each."""

CHECKED = (
    "Checked at every approval: who gave it may approve, has cooled, has seen exactly this, and changed none of it"
    " since another person approved; or has said that they work alone, with nobody else who could approve, and nobody"
    " who could within the day before. Checked when the number is typed and when the broadcast begins: such an approval"
    " is of exactly what goes out, and was ended by no edit, no return, no removal and no setting of the switch."
)


def play(
    *, attempts: int, first_seed: int, minutes: float, folder: Path, told: Callable[[str], None]
) -> tuple[int, Counter[str], list[str]]:
    """Try until there were enough attempts, or no time is left. Returns how many, what was done, what was broken."""
    template = folder / "template.db"
    asyncio.run(migrate(f"sqlite:///{template}"))
    tried, done, broken = 0, Counter[str](), list[str]()
    until, batch = time.monotonic() + 60 * minutes, 0
    while tried < attempts and time.monotonic() < until:
        machine = _machine(template, folder)
        try:
            with capture_logs():
                run_state_machine_as_test(seed(first_seed + batch)(machine), settings=_settings())
        except AssertionError as error:
            broken.append(f"seed {first_seed + batch}: {str(error).splitlines()[0]}")
        batch += 1
        tried += machine.attempts
        done.update(machine.total.done)
        told(f"{tried} attempts, {done['sent']} sent, {len(broken)} broken")
    return tried, done, broken


def _machine(database: Path, files: Path) -> type[ApprovalMachine]:
    """Return a machine with a book of its own."""

    class Machine(ApprovalMachine):
        template = database
        folder = str(files)
        attempts = 0
        total = Book()

    return Machine


def _settings() -> settings:
    return settings(
        max_examples=TEAMS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def report(tried: int, done: Counter[str], broken: Sequence[str], *, first_seed: int, seconds: float) -> str:
    """Return what came of it as a page of the documentation."""
    verdict = "Nothing was sent alone."
    if broken:
        verdict = "Broken:\n\n" + "\n".join(f"- {line}" for line in broken)
    played = (
        f"{tried} attempts, seed {first_seed}, {datetime.now(UTC):%Y-%m-%d}, in {seconds / 60:.0f} minutes on"
        f" {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, SQLite."
        " Played by `sh scripts/attempt-alone`."
    )
    rows = [f"| {what} | {count} |" for what, count in sorted(done.items())]
    head = ["| what came of them | times |", "| --- | --- |"]
    return "\n".join(["# Nobody sends alone", "", played, "", verdict, "", CHECKED, "", *head, *rows, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Try. Returns 1 if something was sent alone."""
    parser = argparse.ArgumentParser(prog="sh scripts/attempt-alone", description=__doc__)
    parser.add_argument("--attempts", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--minutes", type=float, default=600, help="when to stop at the latest")
    parser.add_argument("--report", type=Path, help="a file to write the report to")
    asked = parser.parse_args(arguments)

    def told(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    told(f"seed {asked.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tried, done, broken = play(
            attempts=asked.attempts,
            first_seed=asked.seed,
            minutes=asked.minutes,
            folder=Path(folder),
            told=told,
        )
    seconds = time.monotonic() - began
    written = report(tried, done, broken, first_seed=asked.seed, seconds=seconds)
    if asked.report is not None:
        asked.report.write_text(written, encoding="utf-8")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
