"""What each chat has had of its minute, as this process has seen it. Kept in memory only, and for a minute."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.rank import MINUTE, Place, Share, Thing, Treatment, place
from bot.telegram_io.updates import Incoming, Kind

CHATS_KEPT = 4096
"""Chats that are remembered before those whose minute is over are forgotten."""


@dataclass(slots=True)
class _Minute:
    """One chat's minute. `places`: those of its updates, since Telegram may bring one again; `album`: the last one."""

    share: Share
    places: dict[int, Place] = field(default_factory=dict)
    album: str = ""
    album_place: Place | None = None


class Shares:
    """Gives each update its place."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minutes: dict[int, _Minute] = {}
        self._crowded = CHATS_KEPT

    def place(self, update_id: int, incoming: Incoming, *, leaves: bool, of_organizer: bool) -> Place | None:
        """Return where an update stands, or None where it is dropped: its chat has had its share, and was told."""
        minute = self._minute(incoming.chat_id)
        if update_id in minute.places:
            return minute.places[update_id]
        found = self._next(minute, incoming, leaves=leaves, of_organizer=of_organizer)
        if found is not None:
            minute.places[update_id] = found
        return found

    def _next(self, minute: _Minute, incoming: Incoming, *, leaves: bool, of_organizer: bool) -> Place | None:
        # An edit of a caption is a thing of its own.
        album = "" if incoming.edited else incoming.album
        if album and album == minute.album and not leaves:
            # The first of an album is answered for all of it.
            answered = minute.album_place
            if answered is None or answered.treatment is Treatment.UNREAD:
                return None
            return replace(answered, treatment=Treatment.SILENT)
        thing = Thing(
            leaves=leaves,
            begins=incoming.kind is Kind.COMMAND and incoming.name == "start",
            taps=incoming.kind is Kind.BUTTON,
            of_organizer=of_organizer,
        )
        minute.share, found = place(minute.share, thing)
        if album:
            minute.album, minute.album_place = album, found
        return found

    def _minute(self, chat_id: int) -> _Minute:
        now = self._clock()
        known = self._minutes.get(chat_id)
        if known is not None and now < known.share.since + MINUTE:
            return known
        self._forget_old(now)
        fresh = self._minutes[chat_id] = _Minute(share=Share(since=now))
        return fresh

    def _forget_old(self, now: float) -> None:
        if len(self._minutes) < self._crowded:
            return
        self._minutes = {
            chat_id: minute for chat_id, minute in self._minutes.items() if now < minute.share.since + MINUTE
        }
        self._crowded = max(CHATS_KEPT, 2 * len(self._minutes))
