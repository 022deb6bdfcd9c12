"""`backup`, `restore` and `move` as they are called."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.doctor_backup import backup_finding
from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import Settings
from bot.jobs import rotation
from bot.privacy.cipher import Cipher
from bot.privacy.keyring import new_key, parse_key
from bot.store.installation import Standing
from tests.cli.calling import Api, Command
from tests.making import KEY_TEXT

HTTP_NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def begun(command: Command, monkeypatch: pytest.MonkeyPatch) -> str:
    """Begin a campaign with some people, and a key for its backups. Returns the public key."""
    monkeypatch.setenv("BOT_API_URL", HTTP_NOWHERE)
    monkeypatch.setenv("CAMPAIGN_KEY", KEY_TEXT)
    assert command("prepare", "--people", "20").code == 0
    made = command("backup", "keygen", "key.txt", "--json")
    assert made.code == 0
    recipient = str(json.loads(made.out)["recipient"])
    monkeypatch.setenv("BACKUP_RECIPIENT", recipient)
    return recipient


def test_keygen(command: Command, campaign_folder: Path) -> None:
    """It writes the private key for its owner alone, prints the public one, and overwrites nothing."""
    made = command("backup", "keygen", "key.txt")
    file = campaign_folder / "key.txt"
    assert made.code == 0
    assert "age1" in made.out
    assert "AGE-SECRET-KEY" not in made.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    again = command("backup", "keygen", "key.txt")
    assert (again.code, again.out) == (2, "")
    assert "key.txt is there already" in again.err
    assert file.read_text() == before
    assert command("backup", "keygen").code == 2
    assert command("backup", "one", "two").code == 2
    assert command("backup", "keygen", "no/such/folder/key.txt").code == 1


def test_without_a_key(command: Command) -> None:
    """Without BACKUP_RECIPIENT it says how to make one."""
    ended = command("backup")
    assert ended.code == 2
    assert "backup keygen" in ended.err


@pytest.mark.parametrize("given", ["age1nonsense", "AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"])
def test_no_public_key(command: Command, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no public key is refused before anything starts, and not repeated: it may be the private one."""
    monkeypatch.setenv("BACKUP_RECIPIENT", given)
    ended = command("backup")
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "BACKUP_RECIPIENT" in ended.err
    assert given not in ended.err


def test_to_and_fro(command: Command, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup goes to the folder beside the database or where it is told to; restored elsewhere, all are there."""
    assert begun.startswith("age1")
    assert command("backup").code == 0
    [file] = Path("data/backups").iterdir()
    assert file.suffix == ".age"
    written = json.loads(command("backup", "it.age", "--json").out)
    assert written["file"] == "it.age"
    assert written["bytes"] == Path("it.age").stat().st_size
    refused = command("restore", "it.age", "--identity", "key.txt")
    assert refused.code == 1
    assert "already" in refused.err
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new/campaign.db")
    restored = command("restore", "it.age", "--identity", "key.txt", "--json")
    assert restored.code == 0, restored.err
    assert json.loads(restored.out)["epoch"] == 2
    assert json.loads(command("status", "--json").out)["subscribers"]["active"] == 20


def test_not_restored(command: Command, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key, half a file, no file: one sentence, exit 1, and nothing is made; without a key file it is misuse."""
    assert begun
    command("backup", "it.age")
    command("backup", "keygen", "another.txt")
    Path("half.age").write_bytes(Path("it.age").read_bytes()[:-1])
    Path("none.age").write_text("nothing", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new/campaign.db")
    for file, key in (
        ("it.age", "another.txt"),
        ("half.age", "key.txt"),
        ("none.age", "key.txt"),
        ("it.age", "it.age"),
        ("missing.age", "key.txt"),
        ("it.age", "missing.txt"),
    ):
        ended = command("restore", file, "--identity", key)
        assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1), (file, key, ended.err)
    monkeypatch.delenv("CAMPAIGN_KEY")
    assert command("restore", "it.age", "--identity", "key.txt").code == 1
    assert command("restore", "it.age").code == 2


def test_move(command: Command, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is in the new database; what starts on the old one is told where to look."""
    assert begun
    assert command("move", "sqlite:///data/campaign.db").code == 2
    assert command("move", "nowhere").code == 2
    moved = command("move", "sqlite:///new/campaign.db", "--json")
    assert moved.code == 0, moved.err
    assert json.loads(moved.out)["tables"]["subscribers"] == 20
    for arguments in (("status",), ("run", "--until-idle"), ("move", "sqlite:///third/campaign.db")):
        ended = command(*arguments)
        assert ended.code == 1
        assert "Set DATABASE_URL" in ended.err
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new/campaign.db")
    assert json.loads(command("status", "--json").out)["subscribers"]["active"] == 20


def test_doctor(command: Command, bot_api: Api, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor says whether there is a backup, and warns where there is none; that breaks nothing."""
    assert bot_api.url
    assert begun

    def said() -> str:
        checks = json.loads(command("doctor", "--json").out)["checks"]
        [found] = [check for check in checks if check["subject"] == "backup"]
        assert found["ok"]
        return f"{found['found']} {found['mend']}"

    assert "none yet" in said()
    command("backup")
    assert "the newest is of" in said()
    monkeypatch.delenv("BACKUP_RECIPIENT")
    assert "backup keygen" in said()


@pytest.mark.parametrize(("hours", "warns"), [(47, False), (49, True)])
def test_doctor_of_an_old_one(hours: int, *, warns: bool) -> None:
    """From two days on doctor warns that the newest is old, and says what to do."""
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    settings = Settings.model_construct(backup_recipient="age1abc")
    found = backup_finding(settings, Standing(backed_up_at=now - timedelta(hours=hours)), now=now)
    assert found.warns is warns
    assert ("2 days old" in found.found) is warns
    assert ("campaign-bot backup" in str(found.mend)) is warns


def test_who_went_since(command: Command, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the marks of who went since, they go again; a file that is missing is said before anything is made."""
    assert begun
    command("backup", "it.age")
    today = datetime.now(UTC).date()
    marks = {FIRST_CHAT_ID: "erased", FIRST_CHAT_ID + 1: "left", 7: "erased"}
    cipher = Cipher(parse_key(KEY_TEXT))
    file = Path(f"departures-{today:%Y-%m}.txt")
    file.write_text(
        "".join(f"{today} {how} {cipher.departure_mark(chat)}\n" for chat, how in marks.items()),
        encoding="ascii",
    )
    monkeypatch.setenv("DATABASE_URL", "sqlite:///new/campaign.db")
    asked = ("restore", "it.age", "--identity", "key.txt", "--json", "--erasures")
    assert command(*asked, "missing.txt").code == 1
    assert not Path("new").exists()
    restored = command(*asked, str(file))
    assert restored.code == 0, restored.err
    assert (json.loads(restored.out)["erased"], json.loads(restored.out)["left"]) == (1, 1)
    people = json.loads(command("status", "--json").out)["subscribers"]
    assert (people["active"], people["left"]) == (18, 1)


def test_who_went_after_a_change_of_the_key(
    command: Command, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key of the backup and that of the marks, in any order, whoever went under either goes again."""
    assert begun
    command("backup", "it.age")
    today = datetime.now(UTC).date()
    newer, newer_text = new_key()
    file = Path(f"departures-{today:%Y-%m}.txt")
    marks = {FIRST_CHAT_ID: parse_key(KEY_TEXT), FIRST_CHAT_ID + 1: newer}
    file.write_text(
        "".join(f"{today} left {Cipher(key).departure_mark(chat)}\n" for chat, key in marks.items()),
        encoding="ascii",
    )
    monkeypatch.delenv("CAMPAIGN_KEY")
    monkeypatch.setenv("CAMPAIGN_KEY_FILE", "both.key")
    for number, both in enumerate(([newer_text, KEY_TEXT], [KEY_TEXT, newer_text])):
        Path("both.key").write_text("\n".join(both), encoding="ascii")
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///new{number}/campaign.db")
        restored = command("restore", "it.age", "--identity", "key.txt", "--json", "--erasures", str(file))
        assert restored.code == 0, restored.err
        assert json.loads(restored.out)["left"] == 2
        assert json.loads(command("status", "--json").out)["subscribers"]["left"] == 2
    # What was restored is under the key of the backup; the other one is the next.
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    assert command("keys", "rotate").code == 0
    standing = json.loads(command("keys", "status", "--json").out)
    assert (standing["key"]["id"], standing["changing"]) == (newer.id.hex(), False)
