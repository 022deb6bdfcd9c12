"""Draws a chart as a PNG that is legible in a dark chat and in a light one: it brings its own ground.

Loads matplotlib, which takes some 110 MB and a second: only `bot.pictures.__main__` imports this.
"""

from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from bot.domain.chart import Bar, Chart, Section
from bot.pictures.direction import marked, reads_rtl

GROUND, INK, FAINT = "#fbfaf7", "#1d2733", "#5b6773"
BARS = ("#1f6f8b", "#b4562e", "#7a5195", "#52796f")
"""Each column's own; told apart by its title, and by lightness where colours are not."""

WIDTH, DPI = 7.2, 150
"""Inches, and dots of each: 1080 across, which Telegram keeps as it is (it scales down to 1280)."""

ROW, COLUMN_HEAD, SECTION_HEAD, HEAD, FOOT = 0.36, 0.34, 0.42, 0.62, 0.46
"""Inches of height."""

MARGIN, LABELS, GAP = 0.3, 1.75, 0.16
"""Inches of width: around everything, of the rows' labels, between columns."""

BESIDE, LONGEST_NUMBER = 0.07, 0.62
"""Inches between a bar and its number; the share of a column that numbers take at the most."""

NUMBER_SIZE = 9.5
"""Points of the numbers beside bars."""

AXIS = 0.02
"""Inches of the line on which bars stand."""

_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_PLAIN = FontProperties(fname=str(_FONTS / "DejaVuSans.ttf"))
_BOLD = FontProperties(fname=str(_FONTS / "DejaVuSans-Bold.ttf"))
"""They come with matplotlib, and have Arabic and Hebrew."""


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG."""
    heights = [_height(section) for section in chart.sections]
    height = HEAD + sum(heights) + FOOT
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=GROUND)
    page = _Page(figure, FigureCanvasAgg(figure), height, rtl=chart.rtl)
    across = WIDTH - 2 * MARGIN
    page.write(chart.title, at=MARGIN, below=HEAD * 0.55, size=15, bold=True, fits=across)
    top = HEAD
    for section, tall in zip(chart.sections, heights, strict=True):
        _draw_section(page, section, top)
        top += tall
    page.write(chart.note, at=MARGIN, below=top + FOOT * 0.45, size=8.5, color=FAINT, fits=across)
    written = BytesIO()
    figure.savefig(written, format="png", facecolor=GROUND)
    return written.getvalue()


def _height(section: Section) -> float:
    return _head(section) + COLUMN_HEAD + ROW * len(section.rows)


def _head(section: Section) -> float:
    return SECTION_HEAD if section.title else 0.0


class _Page:
    """A figure measured in inches from the top and from the side where reading begins."""

    def __init__(self, figure: Figure, canvas: FigureCanvasAgg, height: float, *, rtl: bool) -> None:
        self._figure = figure
        self._canvas = canvas
        self._height = height
        self._rtl = rtl

    def write(
        self,
        text: str,
        *,
        at: float,
        below: float,
        size: float,
        fits: float,
        bold: bool = False,
        color: str = INK,
        is_name: bool = False,
    ) -> None:
        """Write a line that begins at this place; its middle is so far below the top.

        What is wider than `fits` is cut: the caption has it whole. `is_name`: it is read as its own letters are.
        """
        rtl = reads_rtl(text, otherwise=self._rtl) if is_name else self._rtl
        line = self._figure.text(
            (WIDTH - at if self._rtl else at) / WIDTH,
            # Not by its own height: a line with accents would stand lower than its neighbours.
            1 - (below + size / 72 * 0.36) / self._height,
            marked(text, rtl=rtl),
            fontproperties=_BOLD if bold else _PLAIN,
            fontsize=size,
            color=color,
            ha="right" if self._rtl else "left",
            va="baseline",
            parse_math=False,
        )
        kept = text
        while self._width_of(line) > fits and len(kept) > 1:
            kept = kept[:-1]
            line.set_text(marked(f"{kept.rstrip()}…", rtl=rtl))

    def width(self, text: str, size: float) -> float:
        """Return how wide a line is."""
        line = self._figure.text(0, 0, marked(text, rtl=self._rtl), fontproperties=_PLAIN, fontsize=size)
        wide = self._width_of(line)
        line.remove()
        return wide

    def _width_of(self, line: Text) -> float:
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib has no type for it
        return line.get_window_extent(renderer).width / DPI

    def bars(self, *, at: float, wide: float, below: float, tall: float) -> Axes:
        """Return an area for bars: from 0, where reading begins, to 1."""
        left = WIDTH - at - wide if self._rtl else at
        area = self._figure.add_axes(
            (left / WIDTH, 1 - (below + tall) / self._height, wide / WIDTH, tall / self._height)
        )
        area.set_axis_off()
        area.set_xlim((1, 0) if self._rtl else (0, 1))
        return area


def _draw_section(page: _Page, section: Section, top: float) -> None:
    if section.title:
        below = top + SECTION_HEAD * 0.5
        across = WIDTH - 2 * MARGIN
        page.write(section.title, at=MARGIN, below=below, size=10.5, fits=across, bold=True, color=FAINT)
    heads = top + _head(section)
    body = heads + COLUMN_HEAD
    for number, label in enumerate(section.rows):
        below = body + ROW * (number + 0.5)
        page.write(label, at=MARGIN, below=below, size=10.5, fits=LABELS - BESIDE, is_name=True)
    begin = MARGIN + LABELS
    wide = (WIDTH - MARGIN - begin - GAP * (len(section.columns) - 1)) / len(section.columns)
    for number, column in enumerate(section.columns):
        at, color = begin + number * (wide + GAP), BARS[number % len(BARS)]
        page.write(column.title, at=at, below=heads + COLUMN_HEAD * 0.4, size=9.5, fits=wide, color=color)
        _draw_bars(page, column.bars, at=at, wide=wide, below=body, color=color)


def _draw_bars(
    page: _Page, bars: tuple[Bar, ...], *, at: float, wide: float, below: float, color: str
) -> None:
    numbers = max((page.width(bar.text, NUMBER_SIZE) for bar in bars), default=0.0)
    longest = wide - min(numbers + 2 * BESIDE, wide * LONGEST_NUMBER)
    area = page.bars(at=at, wide=longest, below=below, tall=ROW * len(bars))
    area.set_ylim(len(bars), 0)
    most = max((bar.size or 0 for bar in bars), default=0) or 1
    for number, bar in enumerate(bars):
        share = 0.0 if bar.size is None else max(bar.size, 0) / most
        area.barh(number + 0.5, share, height=0.56, color=color)
        area.barh(number + 0.5, AXIS / longest, height=0.76, color=FAINT)
        ends = longest * share + BESIDE
        page.write(
            bar.text,
            at=at + ends,
            below=below + ROW * (number + 0.5),
            size=NUMBER_SIZE,
            fits=wide - ends,
            color=FAINT if bar.size is None else INK,
        )
