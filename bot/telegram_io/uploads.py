"""Files: what the bot uploads, as one form; what people send it, fetched."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from bot.telegram_io.api import Accepted, BotApi, Form
from bot.telegram_io.replies import Reply


def parameters_of(reply: Reply) -> Mapping[str, Any] | Form:
    """Return what a call of the Bot API is given: the parameters alone or, with the document, a form."""
    if not reply.document:
        return reply.parameters
    fields = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in reply.parameters.items()
    }
    # Files are few and small: the form is made whole, as one body.
    files = {"document": (reply.filename, reply.document)}
    made = httpx.Request("POST", "http://form", data=fields, files=files)
    return Form(
        content_type=made.headers["Content-Type"], body=made.read(), chat_id=reply.parameters.get("chat_id")
    )


async def fetch(api: BotApi, file_id: str) -> bytes | None:
    """Return the content of a file that somebody sent; None where Telegram does not give it."""
    found = await api.call("getFile", {"file_id": file_id})
    path = (
        found.result.get("file_path")
        if isinstance(found, Accepted) and isinstance(found.result, dict)
        else None
    )
    if not isinstance(path, str):
        return None
    content = await api.download(path)
    return content.result if isinstance(content, Accepted) else None
