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

from bot.domain.bidi import FSI, PDI
from bot.domain.chart import Bar, Chart, Section

GROUND, INK, FAINT = "#fbfaf7", "#1d2733", "#5b6773"
BARS = ("#1f6f8b", "#b4562e", "#7a5195", "#52796f")
"""Each column's own; told apart by its title, and by lightness where colours are not."""

WIDTH, DPI = 7.2, 150
"""Inches, and dots of each: 1080 across, which Telegram keeps as it is (it scales down to 1280)."""

ROW, COLUMN_HEAD, SECTION_HEAD, HEAD, FOOT = 0.36, 0.34, 0.42, 0.62, 0.46
"""Inches of height."""

MARGIN, LABELS, GAP = 0.3, 1.75, 0.16
"""Inches of width: around everything, of the rows' labels, between columns."""

NUMBER_LETTER, NUMBER_MARGIN, LONGEST_NUMBER = 0.09, 0.14, 0.62
"""Inches of a letter beside a bar, and of what is around them; at the most this share of the column."""

AXIS = 0.02
"""Inches of the line on which bars stand."""

TITLE_LETTERS, LABEL_LETTERS = 52, 20
"""Longer ones are cut: the caption has them whole."""

_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_PLAIN = FontProperties(fname=str(_FONTS / "DejaVuSans.ttf"))
_BOLD = FontProperties(fname=str(_FONTS / "DejaVuSans-Bold.ttf"))
"""They come with matplotlib, and have Arabic and Hebrew."""

_UNSEEN = str.maketrans("", "", FSI + PDI)
_LTR, _RTL = "\u200e", "\u200f"


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG."""
    heights = [_height(section) for section in chart.sections]
    height = HEAD + sum(heights) + FOOT
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    page = _Page(figure, height, rtl=chart.rtl)
    page.write(_cut(chart.title, TITLE_LETTERS), at=MARGIN, below=HEAD * 0.55, size=15, bold=True)
    top = HEAD
    for section, tall in zip(chart.sections, heights, strict=True):
        _draw_section(page, section, top)
        top += tall
    page.write(chart.note, at=MARGIN, below=top + FOOT * 0.45, size=8.5, color=FAINT)
    written = BytesIO()
    figure.savefig(written, format="png", facecolor=GROUND)
    return written.getvalue()


def _height(section: Section) -> float:
    return SECTION_HEAD + COLUMN_HEAD + ROW * len(section.rows)


class _Page:
    """A figure measured in inches from the top and from the side where reading begins."""

    def __init__(self, figure: Figure, height: float, *, rtl: bool) -> None:
        self._figure = figure
        self._height = height
        self._rtl = rtl

    def write(
        self,
        text: str,
        *,
        at: float,
        below: float,
        size: float,
        bold: bool = False,
        color: str = INK,
        at_end: bool = False,
    ) -> None:
        """Write a line that begins, or ends, at this place; its middle is so far below the top."""
        self._figure.text(
            (WIDTH - at if self._rtl else at) / WIDTH,
            # Not by its own height: a line with accents would stand lower than its neighbours.
            1 - (below + size / 72 * 0.36) / self._height,
            f"{_RTL if self._rtl else _LTR}{text.translate(_UNSEEN)}",
            fontproperties=_BOLD if bold else _PLAIN,
            fontsize=size,
            color=color,
            ha="right" if at_end is not self._rtl else "left",
            va="baseline",
            parse_math=False,
        )

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
    page.write(section.title, at=MARGIN, below=top + SECTION_HEAD * 0.5, size=10.5, bold=True, color=FAINT)
    body = top + SECTION_HEAD + COLUMN_HEAD
    for number, label in enumerate(section.rows):
        page.write(_cut(label, LABEL_LETTERS), at=MARGIN, below=body + ROW * (number + 0.5), size=10.5)
    begin = MARGIN + LABELS
    wide = (WIDTH - MARGIN - begin - GAP * (len(section.columns) - 1)) / len(section.columns)
    for number, column in enumerate(section.columns):
        at, color = begin + number * (wide + GAP), BARS[number % len(BARS)]
        page.write(column.title, at=at, below=top + SECTION_HEAD + COLUMN_HEAD * 0.4, size=9.5, color=color)
        _draw_bars(page, column.bars, at=at, wide=wide, below=body, color=color)


def _draw_bars(
    page: _Page, bars: tuple[Bar, ...], *, at: float, wide: float, below: float, color: str
) -> None:
    letters = max((len(bar.text) for bar in bars), default=0)
    longest = wide - min(letters * NUMBER_LETTER + NUMBER_MARGIN, wide * LONGEST_NUMBER)
    area = page.bars(at=at, wide=longest, below=below, tall=ROW * len(bars))
    area.set_ylim(len(bars), 0)
    most = max((bar.size or 0 for bar in bars), default=0) or 1
    for number, bar in enumerate(bars):
        share = 0.0 if bar.size is None else max(bar.size, 0) / most
        area.barh(number + 0.5, share, height=0.56, color=color)
        area.barh(number + 0.5, AXIS / longest, height=0.76, color=FAINT)
        page.write(
            bar.text,
            at=at + longest * share + 0.07,
            below=below + ROW * (number + 0.5),
            size=9.5,
            color=FAINT if bar.size is None else INK,
        )


def _cut(text: str, letters: int) -> str:
    text = text.translate(_UNSEEN)
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
