"""The wheel has what the program needs to run."""

import tomllib

from bot.config import ROOT, load_settings


def test_the_words_are_in_the_wheel() -> None:
    """Content and catalogs are packed where the settings look for them: beside the program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    settings = load_settings()
    for folder in (settings.content_folder, settings.locales_folder):
        assert folder.relative_to(ROOT).as_posix() in packed
