"""How commands print: JSON for programs, lines for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson
import typer
from rich.console import Console


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and where it is wrong, what mends it.

    `warns`: what it mends is no fault of the machine's, and the bot runs as well without.
    """

    subject: str
    found: str
    mend: str = ""
    warns: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending before the bot can run."""
        return self.warns or not self.mend

    @property
    def mark(self) -> str:
        """What stands before the line for a person."""
        return "✗" if not self.ok else "!" if self.warns else "✓"

    def __str__(self) -> str:
        return f"{self.subject}: {self.found} {self.mend}".rstrip()


def show_json(value: object) -> None:
    """Print one line of JSON."""
    typer.echo(orjson.dumps(value).decode())


def show_lines(lines: Iterable[str]) -> None:
    """Print lines to a person; rich finds the colours of ✓ and ✗, which never stand for the words alone."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        mark, rest = line[:1], line[1:]
        style = {"✓": "green", "✗": "bold red", "!": "yellow"}.get(mark)
        console.print(mark, style=style, end="", markup=False)
        console.print(rest, markup=False)


def show(facts: Mapping[str, object], *, as_json: bool) -> None:
    """Print named facts; for a person, those that are known."""
    if as_json:
        show_json(facts)
    else:
        known = {name: value for name, value in facts.items() if value is not None}
        show_lines(f"{name.replace('_', ' ')}: {value}" for name, value in known.items())


def show_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    """Print one line for each."""
    if as_json:
        checks = [asdict(finding) | {"ok": finding.ok} for finding in findings]
        show_json({"ok": all(finding.ok for finding in findings), "checks": checks})
    else:
        show_lines(f"{finding.mark} {finding}" for finding in findings)


def show_problems(
    problems: Sequence[str], *, checked: str, as_json: bool, warnings: Sequence[str] = ()
) -> None:
    """Print what a check found.

    Raises typer.Exit(1) when it found a problem; warnings are only said.
    """
    if as_json:
        show_json({"ok": not problems, "problems": problems, "warnings": warnings})
    else:
        show_lines([*(f"✗ {problem}" for problem in problems), *(f"! {warning}" for warning in warnings)])
        if not problems:
            show_lines([f"✓ {checked}"])
    if problems:
        raise typer.Exit(1)
