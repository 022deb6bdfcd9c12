"""`doctor`: everything in order, and each thing that can be wrong, with its mend."""

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import WebhookInfo

from bot.commands import doctor, doctor_machine, doctor_telegram
from bot.commands.open_store import opened
from bot.config import Settings, load_settings
from bot.domain.health import Episode, Sign, Trouble
from bot.rehearsal.stage import free_port
from bot.telegram_io.answers import Answer, RefusalKind, Refused, read_answer, required
from bot.telegram_io.api import BotApi, open_api
from tests import shipped
from tests.cli.calling import TOKEN, Api, Command
from tests.content.spoiling import EXAMPLE


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read once what is shipped; each doctor would read it anew."""
    monkeypatch.setattr(doctor, "Catalogs", SimpleNamespace(load=shipped.catalogs_of))
    monkeypatch.setattr(doctor, "Content", SimpleNamespace(load=shipped.content_of))


@pytest.fixture
def begun(command: Command, bot_api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Begin a campaign, with its bot on the Bot API."""
    assert command("init", "--token", TOKEN).code == 0
    monkeypatch.setattr(doctor_telegram, "POLL_SECONDS", 0)
    monkeypatch.setenv("PORT", str(free_port()))
    return bot_api


def failures(command: Command) -> dict[str, str]:
    """Return what doctor finds wrong, by subject."""
    ended = command("doctor", "--json")
    checks = json.loads(ended.out)["checks"]
    wrong = {check["subject"]: f"{check['found']} {check['mend']}" for check in checks if not check["ok"]}
    assert ended.code == (1 if wrong else 0)
    return wrong


def test_all_is_well(command: Command, begun: Api) -> None:
    """A campaign that was just begun passes; every line is a ✓, but for who answers for it."""
    ended = command("doctor")
    assert ended.code == 0, ended.out
    warned = {line.split(":")[0] for line in ended.out.splitlines() if not line.startswith("✓ ")}
    assert warned <= {"! run_by", "! contact", "! backup"}
    assert f"✓ token: @{begun.world.username}" in ended.out
    assert TOKEN not in ended.out


def test_who_answers_for_the_bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A placeholder in place of a name, and no contact, are warnings that break nothing; what is said ends them."""
    folder = shutil.copytree(EXAMPLE / "content", tmp_path / "content")
    monkeypatch.setattr(Settings, "content_folder", folder)
    settings = load_settings(overrides={"bot_token": TOKEN})
    file = folder / "campaign.toml"
    text = file.read_text(encoding="utf-8")

    def warned(first: str) -> list[str]:
        file.write_text(f"{first}\n{text}", encoding="utf-8")
        content, *others = doctor._content(settings)
        assert content.mark == "✓"
        assert all(each.ok and each.mark == "!" for each in others)
        return [each.subject for each in others]

    assert warned("run_by_is_placeholder = true") == ["run_by", "contact"]
    assert warned("") == ["contact"]
    assert warned('contact = "@neighbours"') == []


def _damaged() -> None:
    raise ValueError


@pytest.mark.parametrize(
    ("load", "said", "warns"),
    [
        (object, "their letters and their meaning", False),
        (lambda: None, "their letters alone", True),
        (_damaged, "their letters alone", True),
    ],
)
def test_how_questions_are_understood(
    monkeypatch: pytest.MonkeyPatch, load: Callable[[], object], said: str, *, warns: bool
) -> None:
    """Where there is no encoder, or a damaged one, doctor says that letters answer; nothing fails for it."""
    monkeypatch.setattr(doctor, "load_network", load)
    finding = doctor._questions()
    assert said in finding.found
    assert finding.warns is warns


def test_nothing_yet(command: Command) -> None:
    """Before init, doctor says what is missing and makes nothing."""
    wrong = failures(command)
    assert set(wrong) >= {"key", "database", "token"}
    assert "campaign-bot init" in wrong["key"]
    assert list(Path.cwd().iterdir()) == []


def test_refused_token(command: Command, begun: Api) -> None:
    """A revoked token is told with its mend."""
    begun.change(lambda world: setattr(world, "token_revoked", True))
    assert "Get the current one from BotFather" in failures(command)["token"]


def test_no_connection(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection to the Bot API is told, without the token in its address."""
    monkeypatch.setenv("BOT_API_URL", f"{begun.url[:-5]}9")
    wrong = failures(command)
    assert "cannot be reached" in wrong["token"]
    assert TOKEN not in str(wrong)


def test_logged_out(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that was moved to another Bot API server is not taken for one without a connection."""
    words = b'{"ok":false,"error_code":400,"description":"Logged out"}'
    monkeypatch.setattr(BotApi, "call", answering(read_answer(400, words)))
    assert begun.url
    assert "Set BOT_API_URL to the server it was moved to" in failures(command)["token"]


def answering(answer: Answer) -> Callable[..., Any]:
    """Return a call that is always answered so."""

    async def called(*_given: Any, **_more: Any) -> Answer:
        return answer

    return called


def test_old_sqlite(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python with an SQLite that is too old is named, before a statement fails that nobody understands."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert begun.url
    assert "SQLite is older than 3.35" in failures(command)["database"]


def test_another_program_polls(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs on one token fight for the updates (409)."""
    conflict = Refused(code=409, kind=RefusalKind.CONFLICT)
    call = BotApi.call

    async def called(self: BotApi, method: str, *given: Any, **more: Any) -> Answer:
        return conflict if method == "getUpdates" else await call(self, method, *given, **more)

    monkeypatch.setattr(BotApi, "call", called)
    assert begun.url
    assert failures(command) == {
        "updates": "another program polls this bot (409). Stop it, or revoke its token with BotFather."
    }


def test_our_own_bot_polls(command: Command, begun: Api) -> None:
    """While this campaign's bot runs, doctor does not take its updates away."""
    asyncio.run(be_seen(datetime.now(UTC)))
    polled = begun.world.requests["getUpdates"]
    assert failures(command) == {}
    assert begun.world.requests["getUpdates"] == polled
    asyncio.run(be_seen(datetime.now(UTC) - timedelta(minutes=5)))
    assert failures(command) == {}


async def be_seen(now: datetime) -> None:
    """Leave the trace of a running bot."""
    async with opened(load_settings()) as store, store.transaction() as tx:
        await tx.workers.seen("worker", now=now)


def test_webhook_elsewhere(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook of another server is named, whether this bot would poll or not."""
    set_webhook(begun, "http://127.0.0.1:2/telegram/x")
    assert "sends the updates to 127.0.0.1:2, and this bot would poll" in failures(command)["updates"]
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:1")
    assert "sends the updates to 127.0.0.1:2, not to PUBLIC_URL" in failures(command)["updates"]


def test_webhook(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With PUBLIC_URL, the webhook may be still to be set, or lead here."""
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:1")
    assert failures(command) == {}
    set_webhook(begun, "http://127.0.0.1:1/telegram/x")
    assert failures(command) == {}


def set_webhook(api: Api, url: str) -> None:
    """Set the webhook as the other server does."""
    asyncio.run(_set_webhook(api.url, url))


async def _set_webhook(api_url: str, url: str) -> None:
    async with open_api(load_settings(overrides={"bot_api_url": api_url})) as api:
        assert required(await api.call("setWebhook", {"url": url})) is True


@pytest.mark.parametrize(
    ("behind", "wrong"), [(timedelta(), False), (timedelta(seconds=4), False), (timedelta(minutes=2), True)]
)
def test_clock(behind: timedelta, wrong: bool) -> None:
    """A clock that is off is told, by how much; a network's delay is not taken for it."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    finding = doctor_telegram._clock(now + behind, now=now)
    assert finding.ok is not wrong
    assert ("120 seconds" in finding.found) is wrong


def test_webhook_trouble() -> None:
    """What Telegram last had against the webhook is told while it is fresh."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    webhook = WebhookInfo(
        url="https://bot.example.org/telegram/x",
        has_custom_certificate=False,
        pending_update_count=0,
        last_error_date=now - timedelta(seconds=60),
        last_error_message="Connection refused",
    )
    finding = doctor_telegram._webhook(webhook, "https://bot.example.org", now=now)
    assert "Connection refused" in finding.found
    assert not finding.ok
    assert doctor_telegram._webhook(webhook, "https://bot.example.org", now=now + timedelta(days=1)).ok


def test_files_others_can_read(command: Command, begun: Api) -> None:
    """A key or .env that others can read is told with the command that mends it."""
    assert begun.url
    Path(".env").chmod(0o644)
    Path("campaign.key").chmod(0o640)
    wrong = failures(command)
    assert "chmod 600 .env" in wrong["settings"]
    assert "chmod 600 campaign.key" in wrong["key"]


def test_key_beside_the_database(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the folder of the database would be stolen with it."""
    assert begun.url
    Path("campaign.key").rename("data/campaign.key")
    monkeypatch.setenv("CAMPAIGN_KEY_FILE", "data/campaign.key")
    assert set(failures(command)) == {"key"}


def test_wrong_key(command: Command, begun: Api) -> None:
    """A key of another campaign is told."""
    assert begun.url
    Path("campaign.key").unlink()
    assert "campaign-bot init" in failures(command)["key"]
    Path("campaign.key").write_text("A" * 86 + "==", encoding="ascii")
    assert "not the one this database was made with" in failures(command)["database"]


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "fullchain.pem"),
        ("Connection refused", "pass requests on to PORT"),
        ("Connection timed out", "149.154.160.0/20"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("Bad webhook: IP address 10.0.0.7 is private", "public"),
        ("Wrong response from the webhook: 404 Not Found", "/telegram/"),
        ("Wrong response from the webhook: 302 Found", "another address"),
        ("Wrong response from the webhook: 403 Forbidden", "sign-in"),
        ("Wrong response from the webhook: 413 Request Entity Too Large", "client_max_body_size"),
        ("Wrong response from the webhook: 502 Bad Gateway", "does not reach the bot"),
        ("Something new", "Check that PUBLIC_URL leads to this server."),
    ],
)
def test_what_mends_the_webhook(said: str, mend: str) -> None:
    """What Telegram says of the calls that failed has its mend, each its own."""
    assert mend in doctor_telegram._webhook_mend(said)


def test_why_there_is_no_connection(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the Bot API is not reached, it is told where the way ends."""
    monkeypatch.setenv("BOT_API_URL", f"http://127.0.0.1:{free_port()}")
    assert begun.url
    assert "nothing listens at" in failures(command)["network"]


def test_a_port_that_is_taken(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that another program has is told."""
    assert begun.url
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104  # where the bot listens
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        for module in (doctor, doctor_machine):
            monkeypatch.setattr(module, "is_a_bot", lambda _port: False)
        assert "taken by another program" in failures(command)["port"]


def test_our_bot_has_just_begun(command: Command, begun: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that has left no sign yet is known by its port, and its updates are left to it."""
    monkeypatch.setattr(doctor, "is_a_bot", lambda _port: True)
    assert failures(command) == {}
    assert begun.world.requests["getUpdates"] == 0


def test_our_deaf_bot(command: Command, begun: Api) -> None:
    """What the running bot has found wrong is told, and whether another program polls is looked for."""
    asyncio.run(_be_deaf(datetime.now(UTC)))
    polled = begun.world.requests["getUpdates"]
    assert "deaf, since" in failures(command)["health"]
    assert begun.world.requests["getUpdates"] == polled + 1


async def _be_deaf(now: datetime) -> None:
    async with opened(load_settings()) as store, store.transaction() as tx:
        await tx.health.note(Sign.SCHEDULER, at=now, now=now)
        await tx.health.save(Episode(trouble=Trouble.DEAF, since=now, told=True))
