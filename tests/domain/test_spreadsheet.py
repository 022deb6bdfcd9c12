"""Tables for spreadsheets."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spreadsheet import BOM, table

DANGEROUS = "=+-@\t\r\n＝＋－＠"


def read(text: str) -> list[list[str]]:
    """Read a table as a spreadsheet does."""
    assert text.startswith(BOM)
    return list(csv.reader(StringIO(text.removeprefix(BOM), newline="")))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_no_cell_is_a_formula(rows: list[tuple[str, str]]) -> None:
    """No text begins as a formula does, whatever was typed; each is read back as it was, but for the quotation mark."""
    [head, *found] = read(table(("a", "b"), rows))
    assert head == ["a", "b"]
    for row, cells in zip(rows, found, strict=True):
        for text, cell in zip(row, cells, strict=True):
            assert not cell.lstrip(" ").startswith(tuple(DANGEROUS))
            assert text == (cell if not cell.startswith("'") or text == cell else cell[1:])


@pytest.mark.parametrize("begins", DANGEROUS)
def test_what_begins_a_formula(begins: str) -> None:
    """Each of the characters that begin one is told to be a text, also after spaces, and in the head."""
    for text in (f"{begins}1+1", f"  {begins}cmd"):
        assert read(table((text,), [(text,)])) == [[f"'{text}"], [f"'{text}"]]


def test_values() -> None:
    """Numbers stay numbers, times are ISO 8601 with their zone, nothing is nothing."""
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert read(table(("a", "b", "c"), [(-3, at, None)]))[1] == ["-3", "2026-11-23T12:00:00+00:00", ""]
    assert table(("a",), [("é",)]).encode() == b"\xef\xbb\xbfa\r\n\xc3\xa9\r\n"


def test_a_short_row() -> None:
    """A row that does not fit its head is a mistake."""
    with pytest.raises(ValueError, match="as long as its head"):
        table(("a", "b"), [("1",)])
