"""A subscriber: a person who opted in, and how they come and go."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.preferences import Preferences

_AS_THEY_COME = Preferences()


class SubscriberState(StrEnum):
    """Where a person stands. Only `active` ones are sent alerts."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """A person of the list, and the locale alerts are sent to them in. `source_id`: by which link they came first.

    `paused_until`: when a pause ends by itself. Until something has woken them then, the state is what counts.
    """

    id: int
    state: SubscriberState
    locale: str
    joined_on: date
    source_id: int | None = None
    preferences: Preferences = _AS_THEY_COME
    paused_until: datetime | None = None

    @property
    def receives_alerts(self) -> bool:
        """Whether alerts may be sent to them."""
        return self.state is SubscriberState.ACTIVE

    @property
    def is_on_list(self) -> bool:
        """Whether they have joined and not left, be it that their alerts are paused."""
        return self.state in (SubscriberState.ACTIVE, SubscriberState.PAUSED)

    def join(self, *, today: date) -> "Subscriber":
        """Opt in (again). The day is that of the first join after an absence."""
        joined_on = today if self.state in (SubscriberState.LEFT, SubscriberState.BLOCKED) else self.joined_on
        return replace(self, state=SubscriberState.ACTIVE, joined_on=joined_on, paused_until=None)

    def leave(self) -> "Subscriber":
        """Withdraw. Nothing is sent to them from here on."""
        return replace(self, state=SubscriberState.LEFT)

    def undo_leaving(self, *, paused: bool) -> "Subscriber":
        """Stand where they stood before they left, in a pause or not. Only who left can."""
        state = SubscriberState.PAUSED if paused else SubscriberState.ACTIVE
        return replace(self, state=state) if self.state is SubscriberState.LEFT else self

    def pause(self, *, until: datetime | None = None) -> "Subscriber":
        """Stay on the list, and receive nothing until resumed, or until then. Only who is on the list can pause."""
        return replace(self, state=SubscriberState.PAUSED, paused_until=until) if self.is_on_list else self

    def resume(self) -> "Subscriber":
        """End a pause."""
        if self.state is not SubscriberState.PAUSED:
            return self
        return replace(self, state=SubscriberState.ACTIVE, paused_until=None)

    def block(self) -> "Subscriber":
        """Telegram says that the person blocked the bot: stop once. Having left stays having left."""
        if self.state is SubscriberState.LEFT:
            return self
        return replace(self, state=SubscriberState.BLOCKED, paused_until=None)

    def with_preferences(self, preferences: Preferences) -> "Subscriber":
        """Get alerts as they choose from now on."""
        return replace(self, preferences=preferences)

    def with_locale(self, locale: str) -> "Subscriber":
        """Receive alerts in this locale from now on."""
        return replace(self, locale=locale)
