"""Files that replies carry, as data until they are posted: what they are made from, not their bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import orjson

from bot.telegram_io.api import Form

CAPTION_LENGTH = 1024
"""UTF-16 units of a caption (Bot API, sendPhoto)."""


class UploadKind(StrEnum):
    """What a file is made from; `bot.pictures` makes the first two."""

    CHART = "chart"
    """A `bot.domain.chart.Chart`."""
    QR = "qr"
    """A `text`, to be read by phones."""
    TABLE = "table"
    """A `text`, as it stands: comma-separated values."""
    ALERT = "alert"
    """A `text`, as it stands: an alert file (TOML)."""
    CALENDAR = "calendar"
    """A `text`, as it stands: an event for calendars (RFC 5545)."""

    HELD = "held"
    """A `text`, as it stands: what is kept about one person (JSON)."""


AS_THEY_STAND = frozenset(UploadKind) - {UploadKind.CHART, UploadKind.QR}
"""Files whose text needs no making."""

MEDIA_TYPES: Mapping[UploadKind, str] = {
    UploadKind.CHART: "image/png",
    UploadKind.QR: "image/png",
    UploadKind.TABLE: "text/csv; charset=utf-8",
    UploadKind.ALERT: "application/toml",
    UploadKind.CALENDAR: "text/calendar; charset=utf-8",
    UploadKind.HELD: "application/json",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file to be made. `name`: what it is called where somebody keeps it; `of`: what it is made from, as JSON."""

    kind: UploadKind
    name: str
    of: dict[str, Any]


def read_upload(written: Mapping[str, Any]) -> Upload:
    """Read an upload that was written down."""
    return Upload(kind=UploadKind(written["kind"]), name=written["name"], of=written["of"])


def encode_form(parameters: Mapping[str, Any], *, field: str, upload: Upload, content: bytes) -> Form:
    """Return the parameters with the file among them, as the Bot API takes both (multipart/form-data)."""
    written = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in parameters.items()
    }
    file = {field: (upload.name, content, MEDIA_TYPES[upload.kind])}
    # Files are few and small: the form is made whole, as one body.
    form = httpx.Request("POST", "http://form", data=written, files=file)
    chat_id = parameters.get("chat_id")
    return Form(
        content_type=form.headers["Content-Type"],
        body=form.read(),
        chat_id=chat_id if isinstance(chat_id, int) else None,
    )
