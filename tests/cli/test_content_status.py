"""`content status`: coverage for people and for programs."""

import json
import shutil
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.domain.faq import SmallTalk
from tests.cli.calling import Command

KINDS = len(SmallTalk)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Begin a French translation of the example campaign, which nobody sees yet, and let one page go stale."""
    folder = shutil.copytree(ROOT / "tests/content/example/content", tmp_path / "content")
    (folder / "faq/when/fr.md").write_text((folder / "faq/when/en.md").read_text("utf-8"), "utf-8")
    (folder / "suspect").mkdir()
    (folder / "suspect/es.toml").write_text('alone = ["bomba*", "matar"]\ncontempt = ["sucios"]', "utf-8")
    (folder / "suspect/fr.toml").write_text("alone = 3", "utf-8")
    what = folder / "faq/what/es.md"
    what.write_text(what.read_text("utf-8").replace("topic:", "outdated: 2026-01-01\ntopic:"), "utf-8")
    when = folder / "faq/when/es.md"
    when.write_text(when.read_text("utf-8").replace("explica", "explicaba"), "utf-8")
    return folder


def test_table(command: Command, folder: Path) -> None:
    """A row for each locale fits 80 characters; below it stands what a row has no room for. It is no failure."""
    ended = command("content", "status", "--folder", str(folder))
    assert (ended.code, ended.err) == (0, "")
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in ended.out.splitlines()}
    assert rows["es"] == f"2/2 – – current current current 12 · 12 0 0/{KINDS} · 0"
    assert rows["en"] == f"2/2 1 – current current current 12 · 12 0 0/{KINDS} · 0"
    assert rows["fr"] == f"* 1/2 1 1 missing missing missing 12 · 12 0 0/{KINDS} · 0"
    assert rows["phrasings:"] == "the fewest of an answer · the median"
    for line in (
        "suspect words, with which no entry answers: es 3, en 0, fr 0",
        "* not in campaign.toml's locales yet: nobody sees it",
        "outdated since 2026-01-01: what",
        "stale in en: when",
        "missing in fr: what",
    ):
        assert line in ended.out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert max(map(len, ended.out.splitlines())) <= 80


def test_json(command: Command, folder: Path) -> None:
    """Programs get the same, by name."""
    found = json.loads(command("content", "status", "--folder", str(folder), "--json").out)
    assert found["outdated"] == {"what": "2026-01-01"}
    french = found["locales"][2]
    assert french == {
        "locale": "fr",
        "listed": False,
        "entries": {"translated": 1, "current": [], "stale": ["when"], "missing": ["what"], "broken": []},
        "statement": "missing",
        "privacy": "missing",
        "consent": "missing",
        "phrasings": {"least": 12, "median": 12},
        "unanswered": 0,
        "smalltalk": {"kinds": {}, "least": 0},
        "suspect": {},
        "problems": ["suspect/fr.toml: alone: input should be a valid tuple"],
    }
    assert [each["suspect"] for each in found["locales"]] == [{"alone": 2, "contempt": 1}, {}, {}]


def test_no_folder(command: Command, tmp_path: Path) -> None:
    """A folder that cannot be read is the one thing that fails."""
    ended = command("content", "status", "--folder", str(tmp_path / "nowhere"))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{tmp_path}/nowhere/campaign.toml: is missing\n"
