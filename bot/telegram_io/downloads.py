"""Files that people send."""

from bot.telegram_io.answers import Accepted
from bot.telegram_io.api import BotApi


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
