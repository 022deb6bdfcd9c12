"""Keeps each organizer's progress message true while a broadcast goes out, and says when it has ended."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from bot.domain.broadcast import ENDED, Broadcast
from bot.handlers.progress import progress_keyboard, progress_text
from bot.i18n import Catalogs, Words
from bot.services import broadcasts
from bot.store.broadcasts import ProgressNote
from bot.store.store import Store
from bot.telegram_io.courier import Courier
from bot.telegram_io.replies import edit, say

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3.0
"""One edit in this time at the most."""


class Reporter:
    """Posts and edits the progress messages."""

    def __init__(self, *, store: Store, courier: Courier, catalogs: Catalogs) -> None:
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._shown: dict[int, broadcasts.Progress] = {}

    async def run(self) -> None:
        """Report until cancelled."""
        while True:
            try:
                await self.report()
            except (DBAPIError, OSError) as error:
                log.warning("report_delayed", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def report(self) -> None:
        """Bring every progress message up to date, once."""
        async with self._store.reading() as tx:
            pending = await tx.broadcasts.notes_to_tell()
        for broadcast, note in pending:
            await self._tell(broadcast, note)

    async def _tell(self, broadcast: Broadcast, note: ProgressNote) -> None:
        async with self._store.reading() as tx:
            progress = await broadcasts.progress(tx, broadcast.id)
            alert = await tx.alerts.get(broadcast.alert_id)
            chat_id = None if note.organizer_id is None else await tx.organizers.chat_id(note.organizer_id)
            words = self._catalogs.words(alert.base)
            if chat_id is not None:
                words = self._catalogs.words(await tx.languages.chosen(chat_id) or alert.base)
        if self._shown.get(broadcast.id) == progress:
            return
        message_id = note.message_id
        if chat_id is not None:
            title = alert.words(alert.base).title
            message_id = await self._post(chat_id, note, progress, words, title)
        self._shown[broadcast.id] = progress
        final = progress.broadcast.status in ENDED and not progress.tally.remaining
        if final:
            del self._shown[broadcast.id]
        if final or message_id != note.message_id:
            async with self._store.transaction() as tx:
                await tx.broadcasts.note_told(broadcast.id, message_id=message_id, final=final)

    async def _post(
        self, chat_id: int, note: ProgressNote, progress: broadcasts.Progress, words: Words, title: str
    ) -> int | None:
        text, keyboard = progress_text(words, progress, title=title), progress_keyboard(words, progress)
        if note.message_id is None:
            return await self._courier.post_message(say(chat_id, text, keyboard))
        posted = await self._courier.post_message(edit(chat_id, note.message_id, text, keyboard))
        return posted or note.message_id
