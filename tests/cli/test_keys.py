"""`keys rotate` and `keys status`: what they print, and what they refuse."""

import json
from pathlib import Path

import pytest

from bot.commands import file_trouble
from bot.jobs import rotation
from bot.jobs.rotation import Rotation
from bot.privacy.key_file import key_file_held
from bot.privacy.keyring import read_key
from tests.cli.calling import Command

FILE = Path("campaign.key")


@pytest.fixture
def begun(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Begin a campaign with three people; no process of it runs."""
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    assert command("init").code == 0
    assert command("prepare", "--people", "3").code == 0
    return command


def status(command: Command) -> dict[str, object]:
    """Return what `keys status` says to a program."""
    found: dict[str, object] = json.loads(command("keys", "status", "--json").out)
    return found


def test_a_new_key(begun: Command) -> None:
    """The new key is named, with what the operator does now; the old one is said to open nothing."""
    old = read_key(text=None, file=FILE).id.hex()
    assert f"key {old} is in use, from the beginning" in begun("keys", "status").out
    done = begun("keys", "rotate")
    new = read_key(text=None, file=FILE).id.hex()
    assert done.code == 0
    assert f"✓ key {new} is in use; 3 rows written anew" in done.out
    assert "Copy campaign.key to a safe place" in done.out
    said = begun("keys", "status").out
    assert f"key {new} is in use, since 20" in said
    assert f"key {old} was in use until" in said
    assert "opens nothing since" in said
    assert begun("status", "--json").code == 0


def test_for_programs(begun: Command) -> None:
    """As JSON: ids, moments and counts, and no key."""
    before = status(begun)
    done = json.loads(begun("keys", "rotate", "--json").out)
    after = status(begun)
    assert done["rows"]["subscribers"] == 3
    assert done["unreadable"] == {}
    assert after["key"] == {"id": done["key"], "since": after["former"][0]["until"]}  # type: ignore[index]
    assert (before["key"]["id"], before["former"]) == (after["former"][0]["id"], [])  # type: ignore[index]
    assert (after["changing"], after["left"], after["announced"]) == (False, {}, None)
    assert FILE.read_text().strip() not in json.dumps([done, after])


def test_interrupted(begun: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left under the old key is counted, and the same command goes on."""

    async def interrupted(_rotation: Rotation) -> None:
        raise OSError(5, "Input/output error", "campaign.db")

    with monkeypatch.context() as patch:
        patch.setattr(Rotation, "_renew", interrupted)
        assert begun("keys", "rotate").code == 1
    said = begun("keys", "status").out
    assert "! subscribers: 3 rows under another key" in said
    assert "`campaign-bot keys rotate` goes on" in said
    assert status(begun)["changing"] is True
    assert "! keys: the change of the key has begun and not come to its end." in begun("doctor").out
    assert begun("keys", "rotate").code == 0
    assert status(begun)["changing"] is False


def test_the_key_is_in_the_environment(begun: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no file to write into, one sentence says what to do."""
    monkeypatch.setenv("CAMPAIGN_KEY", FILE.read_text().strip())
    refused = begun("keys", "rotate")
    assert (refused.code, refused.out) == (2, "")
    assert "set CAMPAIGN_KEY_FILE instead" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert begun("keys", "status").code == 0


def test_at_the_same_time(begun: Command) -> None:
    """A second one beside the first is told so."""
    before = FILE.read_text()
    with key_file_held(FILE):
        refused = begun("keys", "rotate")
    assert refused.code == 1
    assert "is being changed at this moment" in refused.err
    assert FILE.read_text() == before


def test_the_file_cannot_be_written(begun: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file that cannot be replaced is named, and nothing has begun."""

    def refuse(file: Path, _key: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(rotation, "replace_key_file", refuse)
    refused = begun("keys", "rotate")
    assert (refused.code, refused.err.strip()) == (
        1,
        file_trouble.said(PermissionError(13, "", "campaign.key")),
    )
    assert status(begun)["changing"] is False
