"""A chart as data: rows with a bar in each column, read from either side. Drawing it is `bot.pictures`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar, with the number as it is written beside it. `size` is None where the number is not shown."""

    text: str
    size: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """Bars of one kind, one for each row; all of them are drawn to one scale."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Rows by their labels, and the columns beside them."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        """Refuse a column that has not one bar for each row."""
        if any(len(column.bars) != len(self.rows) for column in self.columns):
            raise ValueError("a column has one bar for each row")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A picture of numbers. `rtl`: its rows begin at the right, as the language is read."""

    title: str
    note: str
    sections: tuple[Section, ...]
    rtl: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the chart as JSON has it."""
        return asdict(self)


def read_chart(written: Mapping[str, Any]) -> Chart:
    """Read what `Chart.as_dict` returned.

    Raises LookupError, TypeError, ValueError where it is none.
    """
    return Chart(
        title=written["title"],
        note=written["note"],
        rtl=written["rtl"],
        sections=tuple(_section(each) for each in written["sections"]),
    )


def _section(written: Mapping[str, Any]) -> Section:
    columns = (
        Column(title=column["title"], bars=tuple(Bar(**bar) for bar in column["bars"]))
        for column in written["columns"]
    )
    return Section(title=written["title"], rows=tuple(written["rows"]), columns=tuple(columns))
