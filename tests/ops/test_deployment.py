"""What is deployed: the Procfile, the systemd unit and the Containerfile name what is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import ROOT, Settings

UNIT = ROOT / "ops/campaign-bot.service"
CONTAINER = ROOT / "ops/Containerfile"
SYSTEMD = shutil.which("systemd-analyze")
IMAGE = "localhost/campaign-bot-test"
BUILDER = shutil.which("podman") or shutil.which("buildah")

EXPOSURE = 2.0
"""The most that `systemd-analyze security` may say, of 10; without hardening it says 9.2."""


def procfile() -> dict[str, str]:
    """Return the process types with their commands."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def test_procfile() -> None:
    """It has the four process types, and each command is one of ours."""
    types = procfile()
    assert list(types) == ["release", "web", "sender", "scheduler"]
    for command in types.values():
        arguments = command.removeprefix("python -m bot ").split()
        assert arguments != command.split()
        assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0


def unit() -> dict[str, list[str]]:
    """Return the settings of the unit's service, each as often as it is given."""
    found: dict[str, list[str]] = {}
    section = UNIT.read_text(encoding="utf-8").partition("[Service]\n")[2].partition("\n[")[0]
    for name, value in re.findall(r"^(\w+)=(.*)$", section, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_settings_of_the_unit() -> None:
    """It sets what the bot reads, and hands the key over as a credential."""
    service = unit()
    named = {line.partition("=")[0].lower() for line in service["Environment"]}
    assert named <= set(Settings.model_fields)
    assert [each.partition(":")[0] for each in service["LoadCredential"]] == ["campaign.key"]
    assert "CAMPAIGN_KEY_FILE=%d/campaign.key" in service["Environment"]


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Systemd finds nothing wrong with it, and little that an attacker could use."""
    assert SYSTEMD is not None
    copy = tmp_path / UNIT.name
    # It looks for the program: there is one here.
    copy.write_text(re.sub(r"/srv/campaign-bot/\S+", sys.executable, UNIT.read_text(encoding="utf-8")))
    verified = subprocess.run([SYSTEMD, "verify", copy], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if UNIT.name in line] == []
    judged = subprocess.run(
        [SYSTEMD, "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", copy],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-300:]


def test_container() -> None:
    """What it copies is there; it runs as nobody that is root; it says whether it is well."""
    text = CONTAINER.read_text(encoding="utf-8")
    for copied in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in copied.split()[:-1]:
            assert (ROOT / source).exists(), source
    assert re.search(r"^USER [1-9]\d+$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "/healthz" in text


@pytest.mark.skipif(BUILDER is None, reason="no builder of containers here")
@pytest.mark.timeout(900)
def test_container_is_built() -> None:
    """The container is built, and its program answers."""
    assert BUILDER is not None
    base = re.findall(r"^FROM (\S+)$", CONTAINER.read_text(encoding="utf-8"), re.MULTILINE)[0]
    if not any(succeeds(BUILDER, *words, base) for words in (["inspect", "--type", "image"], ["pull"])):
        pytest.skip("the base image cannot be reached from here")
    subprocess.run([BUILDER, "build", "--layers", "-f", CONTAINER, "-t", IMAGE, ROOT], check=True)
    said = said_in_container("id -u; touch bot || echo kept; campaign-bot --help")
    assert said.startswith("10001\nkept\n")
    assert "A Telegram bot" in said


def succeeds(*command: str) -> bool:
    """Whether a command exits with 0."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def said_in_container(script: str) -> str:
    """Return what a script prints in the container, which may not write but where it is told to."""
    assert BUILDER is not None

    def said(*words: str) -> str:
        return subprocess.run([str(BUILDER), *words], capture_output=True, text=True, check=True).stdout

    if Path(BUILDER).name == "podman":
        return said("run", "--rm", "--read-only", IMAGE, "sh", "-c", script)
    container = said("from", "--pull-never", IMAGE).strip()
    try:
        return said("run", container, "--", "sh", "-c", script)
    finally:
        said("rm", container)
