"""Pictures: legible whichever way the language is read, drawn apart from the bot, and without its secrets."""

import asyncio
import sys
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import segno
from PIL import Image

from bot.domain.chart import Bar, Chart, Column, Section, read_chart
from bot.pictures import chart as charts
from bot.pictures import qr, studio
from bot.pictures.direction import marked, reads_rtl
from bot.pictures.studio import DrawingFailed, Studio
from bot.rehearsal.api.methods_files import LARGEST_SIDES, PHOTO_BYTES, STEEPEST
from bot.telegram_io.uploads import Upload, UploadKind

LINK = "https://t.me/some_campaign_bot?start=s_k7m2p9qa"

TITLES = {
    "en": "Ask your council",
    "ar": "اطلبوا من مجلسكم",
    "he": "בקשו מהמועצה",
    "tr": "Meclise yazın: ğışöçü",
}


def made(language: str = "en", *, rows: int = 4) -> Chart:
    """Return a chart in a language."""
    bars = tuple(Bar(text=str(10 * n), size=10.0 * n) for n in range(1, rows + 1))
    hidden = tuple(Bar(text="\u2068<10\u2069", size=None) for _ in range(rows))
    section = Section(
        title=TITLES[language],
        rows=tuple(TITLES[language] for _ in range(rows)),
        columns=(
            Column(title=TITLES[language], bars=bars),
            Column(title=TITLES[language], bars=hidden),
        ),
    )
    return Chart(title=TITLES[language], note="…", sections=(section,), rtl=language in ("ar", "he"))


def pixels(drawn: bytes) -> Any:
    """Return a picture's red, green and blue."""
    return np.asarray(Image.open(BytesIO(drawn)).convert("RGB")).astype(int)


def dark_columns(drawn: bytes, color: str) -> Any:
    """Return in which columns of a picture this colour stands."""
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return np.flatnonzero((np.abs(pixels(drawn) - wanted).sum(axis=2) < 12).any(axis=0))


@pytest.mark.parametrize("language", TITLES)
def test_every_letter_is_drawn(language: str) -> None:
    """No letter is missing from the font (which would warn, and so fail), and Telegram takes the picture."""
    drawn = charts.draw(made(language))
    height, width, _ = pixels(drawn).shape
    assert len(drawn) < PHOTO_BYTES
    assert width + height <= LARGEST_SIDES
    assert max(width, height) <= STEEPEST * min(width, height)


def test_nothing_reaches_the_edge() -> None:
    """Around everything is ground: nothing is cut, also where texts are as long as they get."""
    long = "Word after word " * 12
    section = Section(
        title=long[:40],
        rows=(long, long),
        columns=(
            Column(title="people", bars=(Bar(text="1,196 of 1,204 (99.3%)", size=3), Bar(text="0", size=0))),
        ),
    )
    for rtl in (False, True):
        drawn = pixels(charts.draw(Chart(title=long, note="1", sections=(section,), rtl=rtl)))
        for edge in (drawn[:12], drawn[-12:], drawn[:, :12], drawn[:, -12:]):
            assert (edge == drawn[0, 0]).all()


def test_it_is_legible_on_dark_and_light() -> None:
    """It brings its own ground, without holes, and its ink stands out from it (WCAG 2.2: 4.5 to 1)."""
    assert Image.open(BytesIO(charts.draw(made()))).convert("RGBA").getchannel("A").getextrema() == (255, 255)
    for ink in (charts.INK, charts.FAINT, *charts.BARS):
        assert _contrast(ink, charts.GROUND) >= 4.5


def _contrast(one: str, other: str) -> float:
    light = sorted((_luminance(one), _luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_right_to_left() -> None:
    """Where a language is read from the right, bars begin at the right and grow to the left."""
    left, right = charts.draw(made("en")), charts.draw(made("ar"))
    width = pixels(left).shape[1]
    first, mirrored = dark_columns(left, charts.BARS[0]), dark_columns(right, charts.BARS[0])
    assert first.max() < width * 0.7
    assert mirrored.min() > width * 0.3
    assert abs((width - 1 - first.min()) - mirrored.max()) <= 3


def test_a_longer_bar_is_more() -> None:
    """Bars are as long as their numbers say; one that is not shown has no length."""
    drawn = pixels(charts.draw(made(rows=2)))
    wanted = [int(charts.BARS[0][at : at + 2], 16) for at in (1, 3, 5)]
    lengths = [n for n in (np.abs(drawn - wanted).sum(axis=2) < 12).sum(axis=1) if n > 100]
    assert max(lengths) == pytest.approx(2 * min(lengths), rel=0.1)
    assert len(dark_columns(charts.draw(made()), charts.BARS[1])) < 200


def test_a_chart_is_data() -> None:
    """A chart is read as it was written down; one whose columns do not fit its rows cannot be made."""
    chart = made("ar")
    assert read_chart(chart.as_dict()) == chart
    with pytest.raises(ValueError, match="one bar for each row"):
        Section(title="", rows=("a", "b"), columns=(Column(title="", bars=(Bar(text="1", size=1),)),))


def test_a_qr_code() -> None:
    """The picture is the code's modules, each many dots wide, with the quiet zone around them."""
    drawn = np.asarray(Image.open(BytesIO(qr.draw(LINK))).convert("L"))
    middle = drawn[qr.DOTS // 2 :: qr.DOTS, qr.DOTS // 2 :: qr.DOTS] < 128
    code = segno.make(LINK, error="m", micro=False)
    assert middle.tolist() == [[bool(dot) for dot in row] for row in code.matrix_iter(border=qr.QUIET)]
    assert drawn.shape[0] > 500


async def test_drawn_apart() -> None:
    """The bot's own process loads no drawing library; what comes back is the same picture."""
    upload = Upload(kind=UploadKind.CHART, name="a.png", of=made("he").as_dict())
    assert (pixels(await Studio().make(upload)) == pixels(charts.draw(made("he")))).all()
    asks = (
        "import sys, bot.app, bot.chat, bot.handlers.routes, bot.jobs.broadcast_reports; print(*sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", asks), stdout=asyncio.subprocess.PIPE
    )
    loaded, _ = await process.communicate()
    assert process.returncode == 0
    assert not {"matplotlib", "segno", "PIL"} & set(loaded.decode().split())


async def test_a_table_needs_no_drawing() -> None:
    """A table goes out as it was written."""
    upload = Upload(kind=UploadKind.TABLE, name="a.csv", of={"text": "\ufeffa\r\n"})
    assert await Studio().make(upload) == "\ufeffa\r\n".encode()


async def test_the_drawing_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token and the key are not in its environment."""
    seen: list[Any] = []
    original = asyncio.create_subprocess_exec

    async def watched(*command: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return await original(*command, **options)

    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    monkeypatch.setenv("CAMPAIGN_KEY", "secret")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    assert await Studio().make(Upload(kind=UploadKind.QR, name="a.png", of={"text": LINK}))
    [environment] = seen
    assert not {"BOT_TOKEN", "CAMPAIGN_KEY"} & set(environment)
    assert set(environment) <= set(studio._INHERITED)


async def test_no_process_to_draw_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has no room for another process, no picture comes of it; nothing else breaks."""

    async def full(*_command: Any, **_options: Any) -> Any:
        raise BlockingIOError

    monkeypatch.setattr(asyncio, "create_subprocess_exec", full)
    with pytest.raises(DrawingFailed):
        await Studio().make(Upload(kind=UploadKind.QR, name="a.png", of={"text": LINK}))


async def test_what_cannot_be_drawn() -> None:
    """What is no chart is no picture, and what takes too long is ended."""
    broken = Upload(kind=UploadKind.CHART, name="a.png", of={"title": "no chart"})
    with pytest.raises(DrawingFailed):
        await Studio().make(broken)
    with pytest.raises(DrawingFailed):
        await Studio(seconds=0.0).make(Upload(kind=UploadKind.QR, name="a.png", of={"text": LINK}))


@pytest.mark.parametrize("name", ["x" * 40, "M" * 40, "ملصق المحطة الشمالية " * 3])
def test_a_long_name_is_cut(name: str) -> None:
    """However wide a name is, it ends before the bars begin."""
    section = Section(title="", rows=(name,), columns=(Column(title="", bars=(Bar(text="1", size=1),)),))
    drawn = pixels(charts.draw(Chart(title="", note="", sections=(section,))))
    begins = dark_columns(charts.draw(made()), charts.BARS[0]).min()
    between = drawn[:, begins - 8 : begins - 4]
    assert (between == drawn[0, 0]).all()


@pytest.mark.parametrize(
    ("text", "rtl", "seen"),
    [
        ("sent", False, "\u200esent\u200e"),
        ("أقل من \u206810\u2069", True, "\u200fأقل من \u200f10\u200f\u200f"),
        ("\u2068@bot\u2069 נשלח", True, "\u200f\u200e@bot\u200e נשלח\u200f"),
        ("to \u2068ملصق\u2069!", False, "\u200eto \u200fملصق\u200f!\u200e"),
    ],
)
def test_direction_without_isolates(text: str, rtl: bool, seen: str) -> None:
    """What was isolated keeps its own direction by marks, for which no shape is needed."""
    assert marked(text, rtl=rtl) == seen
    assert reads_rtl("…ملصق", otherwise=False)
    assert not reads_rtl("=Page", otherwise=True)
    assert reads_rtl("12", otherwise=True)
