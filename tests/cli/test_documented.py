"""The documentation is complete: an undocumented setting, command or dependency fails here."""

import re
import tomllib

import pytest
import typer

from bot.cli import app
from bot.config import ROOT, Settings, load_settings

OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = [needed for extra in PROJECT["project"]["optional-dependencies"].values() for needed in extra]


def commands() -> list[str]:
    """Return every command as it is called, groups included."""
    groups = {group.name or "": group.typer_instance for group in app.registered_groups}
    return [
        *_named(app),
        *(f"{group} {name}" for group, inner in groups.items() for name in _named(inner or app)),
    ]


def _named(commands_of: typer.Typer) -> list[str]:
    registered = commands_of.registered_commands
    return [command.name or str(getattr(command.callback, "__name__", "")) for command in registered]


@pytest.mark.parametrize("command", commands())
def test_command(command: str) -> None:
    """Every command is in docs/operating.md."""
    assert f"`{command}" in OPERATING


def test_examples() -> None:
    """Each command of README's table stands below it with what it prints."""
    years = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("## Keep it for years")[2]
        .partition("\n## ")[0]
    )
    named = re.findall(r"^\| `campaign-bot ([a-z]+(?: [a-z]+)?)", years, re.MULTILINE)
    assert {"backup", "backup keygen", "restore", "move", "keys rotate", "keys status"} <= set(named)
    for command in named:
        assert re.search(rf"^    \$ (?:\S+=\S+ )?campaign-bot {command}.*\n    [ ✓]", years, re.MULTILINE), (
            command
        )


@pytest.mark.parametrize("field", Settings.model_fields)
def test_setting(field: str) -> None:
    """Every setting is in docs/operating.md, with what it is unless set."""
    row = re.search(rf"^\| `{field.upper()}` \|(.*?)\|", OPERATING, re.MULTILINE)
    assert row, f"{field.upper()} is not in docs/operating.md"
    documented = row[1].strip().strip("`")
    assert getattr(load_settings(overrides={field: documented}), field) == getattr(load_settings(), field)


@pytest.mark.parametrize(
    "needed", [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"], *EXTRAS]
)
def test_dependency(needed: str) -> None:
    """Every dependency says in docs/dependencies.md why it earns its place."""
    name = re.split(r"[\[<>=~!; ]", needed)[0]
    assert f"\n| {name} |" in (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")


def test_no_dependency_too_many() -> None:
    """What is no dependency any more is not in docs/dependencies.md."""
    listed = set(
        re.findall(r"^\| ([a-z0-9][a-z0-9-]*) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    )
    needed = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"], *EXTRAS]
    assert listed - {"package"} == {re.split(r"[\[<>=~!; ]", line)[0] for line in needed}


@pytest.mark.parametrize(
    "page", ["README.md", "CHANGELOG.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links(page: str) -> None:
    """Every link between the pages leads somewhere."""
    file = ROOT / page
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), f"{page} links to {target}"
