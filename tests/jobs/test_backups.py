"""The daily backup: in a process of its own, once a day, however many processes tick."""

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.config import Settings, load_settings
from bot.jobs import backups
from bot.jobs.backups import AGAIN, back_up, chores
from bot.privacy.age import write_identity
from bot.store.store import Store
from tests.making import KEY_TEXT, NOW


@pytest.fixture
def recipient(tmp_path: Path) -> str:
    """Return a key to encrypt to."""
    return write_identity(tmp_path / "key.txt")


def settings_of(url: str, recipient: str) -> Settings:
    """Return settings with this database and key."""
    return load_settings(
        Path("none"),
        {},
        overrides={"database_url": url, "backup_recipient": recipient, "campaign_key": KEY_TEXT},
    )


def at(now: datetime) -> Clock:
    """Return a clock that shows this."""
    return lambda: now


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_daily(
    store: Store, database_url: str, recipient: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written into the folder beside the database, once a day, by whichever process comes first."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"BOT_TOKEN=nonsense that nobody reads\nCAMPAIGN_KEY={KEY_TEXT}\n")
    settings = settings_of(database_url, recipient)
    now = datetime.now(UTC)
    assert await back_up(store, at(now), settings)
    [file] = (tmp_path / "backups").iterdir()
    assert file.name.startswith("campaign-")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for hours in (0, 12, 23):
        assert not await back_up(store, at(now + timedelta(hours=hours)), settings)
    async with store.reading() as tx:
        assert (await tx.installation.standing()).backed_up_at is not None


async def test_what_it_is_given(
    store: Store, database_url: str, recipient: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process gets the database and the public key, and neither the token nor the campaign key."""
    told = tmp_path / "told.json"
    child = tmp_path / "python"
    child.write_text(
        f"#!/bin/sh\n{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))' > {told}\n"
    )
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    monkeypatch.setenv("CAMPAIGN_KEY", KEY_TEXT)
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    assert await back_up(store, at(NOW), settings_of(database_url, recipient))
    environment = json.loads(told.read_text())
    assert environment["BACKUP_RECIPIENT"] == recipient
    assert KEY_TEXT not in environment.values()
    assert "1:secret" not in environment.values()


async def test_tried_again(
    store: Store, database_url: str, recipient: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that failed is tried again after an hour, not each time somebody looks."""
    child = tmp_path / "python"
    child.write_text("#!/bin/sh\nexit 1\n")
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    settings = settings_of(database_url, recipient)
    tried = []

    async def write(_settings: object) -> int:
        tried.append(True)
        return 1

    monkeypatch.setattr(backups, "_write", write)
    for minutes in (0, 10, 50):
        assert not await back_up(store, at(NOW + timedelta(minutes=minutes)), settings)
    assert len(tried) == 1
    assert not await back_up(store, at(NOW + AGAIN), settings)
    assert len(tried) == 2


def test_only_with_a_key(recipient: str) -> None:
    """Without a key to encrypt to nothing is backed up."""
    assert chores(load_settings(Path("none"), {"CAMPAIGN_KEY": KEY_TEXT})) == []
    assert len(chores(settings_of("sqlite:///x/y.db", recipient))) == 1
