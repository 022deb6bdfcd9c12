"""The scripts a newcomer calls first."""

import re
import shutil
import subprocess

import pytest

from bot.config import ROOT, Settings

SCRIPTS = sorted(
    file.name
    for file in (ROOT / "scripts").iterdir()
    if file.is_file() and file.read_text(encoding="utf-8").startswith("#!/bin/sh")
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_posix(name: str) -> None:
    """Every script is plain sh."""
    shell = shutil.which("dash") or "sh"
    subprocess.run([shell, "-n", ROOT / "scripts" / name], check=True)


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name != "env.sh"])
def test_from_anywhere(name: str) -> None:
    """Every script stands in the project's folder first, wherever it is called from."""
    text = (ROOT / "scripts" / name).read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert '. "$(dirname "$0")/env.sh"\n' in text


def test_settings_are_forgotten() -> None:
    """Tests and rehearsals read no setting of a real campaign."""
    text = (ROOT / "scripts/env.sh").read_text(encoding="utf-8")
    forgotten = re.search(r"forget_settings\(\) \{\s+unset ([^|]+)\|\|", text)
    assert forgotten
    assert set(re.findall(r"[A-Z_]+", forgotten[1])) == {name.upper() for name in Settings.model_fields}
