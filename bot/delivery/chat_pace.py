"""How fast one chat may be written to: about a message a second, a few at once, nothing during a 429."""

from bot.domain.pacing import RateState, grant, seconds_until_token, stop

CHAT_RATE, CHAT_BURST = 1.0, 4.0
"""Messages per second into one chat, and how many may come at once (Bot FAQ: about one a second)."""

CHATS_KEPT = 1024
"""Chats whose pace is remembered before those that have rested are forgotten."""


class ChatPace:
    """The pace of each chat, as this process keeps it. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._chats: dict[int, RateState] = {}
        self._crowded = CHATS_KEPT

    def take(self, chat_id: int, *, now: float) -> float:
        """Spend one message of the chat's pace, or return the seconds to wait first."""
        known = self._chats.get(chat_id, RateState(tokens=CHAT_BURST, filled_at=now))
        chat, granted = grant(known, now=now, rate=CHAT_RATE, burst=CHAT_BURST, wanted=1)
        self._chats[chat_id] = chat
        if not granted:
            return seconds_until_token(chat, now=now, rate=CHAT_RATE)
        self._forget_rested(now)
        return 0.0

    def stop(self, chat_id: int, *, now: float, retry_after: float) -> None:
        """Write nothing into the chat for so many seconds."""
        chat = self._chats.get(chat_id, RateState(tokens=0.0, filled_at=now))
        self._chats[chat_id] = stop(chat, now=now, retry_after=retry_after)

    def _forget_rested(self, now: float) -> None:
        """Let go of chats that have their full burst again; there may be a million of them."""
        if len(self._chats) < self._crowded:
            return
        rested = now - CHAT_BURST / CHAT_RATE
        self._chats = {
            chat_id: state
            for chat_id, state in self._chats.items()
            if max(state.filled_at, state.stopped_until) > rested
        }
        self._crowded = max(CHATS_KEPT, 2 * len(self._chats))
