"""A copy of the example campaign for each test."""

import shutil
from pathlib import Path

import pytest

from tests.content.spoiling import EXAMPLE, Edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the example campaign, to be spoiled."""
    return shutil.copytree(EXAMPLE / "content", tmp_path / "content")


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text in one file of the copy."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
