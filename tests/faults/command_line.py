"""What the command lines of the campaigns share: their arguments, what they say meanwhile, and their pages."""

import argparse
import os
import platform
import secrets
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Round(Protocol):
    """One part of a campaign, and what was not as it must be."""

    broken: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What the page of a campaign says, whatever came of it.

    `counted`, `rounds`: what is counted, and in what. `head`: of the table. `unbroken`: said
    where all was as it must be.
    """

    script: str
    title: str
    counted: str
    rounds: str = "rounds"
    checked: str
    head: Sequence[str]
    unbroken: str = "Nothing was broken."
    below: str = ""


def parser(script: str, description: str | None) -> argparse.ArgumentParser:
    """Return the arguments of `sh scripts/…` that every campaign has."""
    made = argparse.ArgumentParser(prog=f"sh scripts/{script}", description=description)
    made.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    made.add_argument("--report", type=Path, help="a file to write the report to")
    return made


def tell(line: str) -> None:
    """Say a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def played(what: str, *, seed: int, seconds: float, script: str) -> str:
    """Return what was played, when, where and by what, in one sentence and a half."""
    return (
        f"{what}, seed {seed}, {datetime.now(UTC):%Y-%m-%d}, in {seconds / 60:.0f} minutes on {os.cpu_count()} cores,"
        f" {platform.system()}, Python {platform.python_version()}. Played by `sh scripts/{script}`."
    )


def verdict(broken: Iterable[str], *, otherwise: str = "Nothing was broken.") -> str:
    """Return what is broken as a list, or that nothing is."""
    lines = [f"- {line}" for line in broken]
    return "\n".join(["Broken:", "", *lines]) if lines else otherwise


def report(
    about: About,
    rounds: Sequence[Round],
    rows: Sequence[str],
    *,
    done: int,
    asked: int,
    seed: int,
    seconds: float,
) -> str:
    """Return a campaign as a page of the documentation. `done`, `asked`: of what is counted."""
    broken = [line for each in rounds for line in each.broken]
    short = f" ({asked} were asked for; the time was over before)" if done < asked and not broken else ""
    what = f"{done} {about.counted}{short} in {len(rounds)} {about.rounds}"
    return page(
        about.title,
        played(what, seed=seed, seconds=seconds, script=about.script),
        verdict(broken, otherwise=about.unbroken),
        about.checked,
        [*about.head, *rows],
        *([about.below] if about.below else []),
    )


def page(title: str, *parts: str | Sequence[str]) -> str:
    """Return a page of the documentation; each part stands apart, the lines of one beneath each other."""
    blocks = [part if isinstance(part, str) else "\n".join(part) for part in (f"# {title}", *parts)]
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def end(report: Path | None, written: str, *, broken: bool) -> int:
    """Write the report, if one is asked for. Returns the exit code."""
    if report is not None:
        report.write_text(written, encoding="utf-8")
    return int(broken)
