"""What is wrong with a file: one line that says what to do, from whichever command."""

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bot.commands import file_trouble
from bot.jobs import rotation
from bot.privacy.keyring import new_key, read_key
from tests.cli.calling import Command

HERE = Path("here.txt")


@pytest.mark.parametrize(
    ("number", "file", "expected"),
    [
        (errno.EACCES, HERE, "here.txt may not be read, written or replaced by this user. Call it as"),
        (errno.EPERM, HERE, "here.txt may not be"),
        (errno.EACCES, "new.txt", "Nothing may be written into {folder} by this user. Call it as"),
        (errno.EACCES, "no/such/new.txt", "Nothing may be written into {folder} by"),
        (errno.EROFS, "new.txt", "{folder} is on a disk that cannot be written. Choose"),
        (errno.ENOENT, "new.txt", "There is no file new.txt. Look"),
        (errno.ENOENT, "no/new.txt", "There is no folder no. Make it"),
        (errno.EISDIR, "new.txt", "new.txt is a folder. Give"),
        (
            errno.ENOTDIR,
            "here.txt/a",
            "here.txt/a cannot be a folder, or be in one: a file is in the way. Give",
        ),
        (errno.EIO, HERE, "here.txt: Input/output error. Mend that"),
    ],
)
def test_what_is_said(number: int, file: Any, expected: str) -> None:
    """Each trouble names the file or its folder, and the mend."""
    HERE.touch()
    said = file_trouble.said(OSError(number, os.strerror(number), str(file)))
    assert said.startswith(expected.format(folder=Path.cwd()))
    assert said.endswith(".")


CALLS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "the key file": (("init",), {"CAMPAIGN_KEY_FILE": "file/campaign.key"}),
    "the database": (("init",), {"DATABASE_URL": "sqlite:///file/campaign.db"}),
    "migrating": (("migrate",), {"DATABASE_URL": "sqlite:///file/campaign.db"}),
    "a backup": (("backup", "file/it.age"), {}),
    "a backup's key": (("backup", "keygen", "file/key.txt"), {}),
    "restoring": (
        ("restore", "it.age", "--identity", "key.txt"),
        {"DATABASE_URL": "sqlite:///file/campaign.db"},
    ),
    "moving": (("move", "sqlite:///file/campaign.db"), {}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_file_in_the_way(command: Command, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whatever a command writes or reads: one line with the mend, exit 1, and no trace."""
    _, key = new_key()
    monkeypatch.setenv("CAMPAIGN_KEY", key)
    assert command("migrate").code == 0
    assert command("prepare", "--people", "1").code == 0
    _, recipient = command("backup", "keygen", "key.txt").out.rsplit("=", 1)
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient.strip())
    assert command("backup", "it.age").code == 0
    Path("file").touch()
    words, settings = CALLS[call]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if "CAMPAIGN_KEY_FILE" in settings:
        monkeypatch.delenv("CAMPAIGN_KEY")
    ended = command(*words)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1), ended
    assert "a file is in the way. Give another path." in ended.err


def test_a_folder_that_may_not_be_written(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is not changed where its file cannot be replaced; said is the folder, not a name that nobody knows."""
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    assert command("init").code == 0
    before = read_key(text=None, file=Path("campaign.key"))

    def refused(*, prefix: str, dir: Path) -> tuple[int, str]:  # noqa: A002
        raise PermissionError(errno.EACCES, "Permission denied", str(dir / f"{prefix}x7"))

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    ended = command("keys", "rotate")
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith(f"Nothing may be written into {Path.cwd()} by this user. Call it as the user")
    assert read_key(text=None, file=Path("campaign.key")).id == before.id
