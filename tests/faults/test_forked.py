"""A process that is forked from one that has loaded the bot does what a fresh one does."""

from pathlib import Path

import pytest

from tests.making import KEY_TEXT
from tests.worlds.processes.campaign import SURROUNDINGS
from tests.worlds.processes.child import Bot, kill

DOTENV = f"DATABASE_URL=sqlite:///here.db\nCAMPAIGN_KEY={KEY_TEXT}\n"
TOKEN = "BOT_TOKEN"


def outcome(folder: Path, *arguments: str, fresh: bool, **more: str) -> tuple[int, str, list[str]]:
    """Run a command in a folder with a `.env`. Returns its exit code, what it said, and the files that are there."""
    folder.mkdir()
    (folder / ".env").write_text(DOTENV, encoding="utf-8")
    bot = Bot(*arguments, folder=folder, environ=SURROUNDINGS | more, log=folder / "log", fresh=fresh).start()
    code = bot.process.wait(60)
    return code, bot.said, sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("migrate", "--json"), 0), (("status",), 1), (("--help",), 0), (("nonsense",), 2)],
)
def test_as_a_fresh_one(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    """Its exit code, its words, its folder and its settings are its own."""
    forked, fresh = (outcome(tmp_path / str(each), *arguments, fresh=each) for each in (False, True))
    assert forked == fresh
    assert forked[0] == code


def test_environment(tmp_path: Path) -> None:
    """It knows the environment it is given, and none of another's."""
    asked = {"BOT_TOKEN": "no token"}
    code, said, _ = outcome(tmp_path / "one", "status", fresh=False, **asked)
    assert (code, "BOT_TOKEN" in said) == (2, True)
    code, said, _ = outcome(tmp_path / "two", "migrate", fresh=False)
    assert (code, "BOT_TOKEN" in said) == (0, False)


def test_pipes() -> None:
    """It is told and heard through pipes, and ends when it hears nothing more."""
    with Bot("ask", "--batch", environ=SURROUNDINGS, piped=True) as bot:
        bot.tell('{"lang": "en", "question": "Who is calling?"}')
        assert "who-is-calling" in bot.hear()
        assert bot.process.communicate() == ("", None)
        assert bot.code == 0


def test_killed(tmp_path: Path) -> None:
    """It is killed as any other; where it came from has one thread only, so that none was lost with a lock held."""
    environ = {**SURROUNDINGS, "DATABASE_URL": f"sqlite:///{tmp_path}/it.db", "CAMPAIGN_KEY": KEY_TEXT}
    bot = Bot("ask", "--batch", environ=environ, piped=True).start()
    parent = Path(f"/proc/{bot.process.pid}/stat").read_text().rpartition(")")[2].split()[1]
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
    assert bot.code is None
    assert kill(bot) == 1
