"""Tables for spreadsheets: CSV (RFC 4180) that opens as text and numbers, and runs nothing."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO

BOM = "\ufeff"
"""By this spreadsheets know that it is UTF-8."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell that is taken for a formula begins with (OWASP, "CSV Injection"), in full width, too."""

Cell = str | int | float | datetime | date | None


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the table, with its head; times in ISO 8601.

    Raises ValueError where a row is not as long as the head.
    """
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in head])
    for row in rows:
        if len(row) != len(head):
            raise ValueError("a row is as long as its head")
        writer.writerow([_cell(cell) for cell in row])
    return BOM + written.getvalue()


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime() | date():
            return cell.isoformat()
        case str():
            # With the quotation mark it is a text, whatever follows; spaces before it are passed over.
            return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
        case _:
            return str(cell)
