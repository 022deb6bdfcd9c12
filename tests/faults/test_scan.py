"""The search for people in what was written down would find them, in whatever form, in whatever file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.scan import forms_of_id, forms_of_text, traces

CHAT_ID, NAME = 6_713_172_282, "أمل حداد"
LEFT_OUT = "key"


@pytest.mark.parametrize("planted", [*forms_of_id(CHAT_ID), *forms_of_text(NAME)])
def test_it_would_be_found(tmp_path: Path, planted: bytes) -> None:
    """An id or a name is found in whatever form, in any file but those left out."""
    for folder in ("database", LEFT_OUT):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_bytes(b"\0" * 5000 + planted + b"\xff")
    (found,) = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=(LEFT_OUT,))
    assert found in {"file: id", "file: text"}


def test_it_would_be_found_in_a_database(tmp_path: Path) -> None:
    """A number or a text that SQLite was given is found, in the WAL as in the database."""
    with closing(sqlite3.connect(tmp_path / "campaign.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, chat, name)")
        connection.execute("INSERT INTO people (chat, name) VALUES (?, ?)", (CHAT_ID, NAME))
        connection.commit()
        found = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=())
        assert found == ["campaign.db-wal: id", "campaign.db-wal: text"]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=())
        assert found == ["campaign.db: id", "campaign.db: text"]
