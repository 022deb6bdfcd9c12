"""The process that draws: reads what it is to draw as JSON, and writes a PNG."""

import json
import sys

from bot.telegram_io.uploads import UploadKind


def _draw(kind: UploadKind, of: dict[str, object]) -> bytes:
    # Each brings a library of its own.
    if kind is UploadKind.QR:
        from bot.pictures import qr  # noqa: PLC0415

        return qr.draw(str(of["text"]))
    from bot.domain.chart import read_chart  # noqa: PLC0415
    from bot.pictures import chart  # noqa: PLC0415

    return chart.draw(read_chart(of))


if __name__ == "__main__":
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(_draw(UploadKind(asked["kind"]), asked["of"]))
