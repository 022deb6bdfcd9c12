"""A subscriber: a person who opted in, and how they come and go."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class SubscriberState(StrEnum):
    """Where a person stands. Only `active` ones are sent alerts."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """A person of the list, and the locale alerts are sent to them in. `source_id`: by which link they came first."""

    id: int
    state: SubscriberState
    locale: str
    joined_on: date
    source_id: int | None = None

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
        return replace(self, state=SubscriberState.ACTIVE, joined_on=joined_on)

    def leave(self) -> "Subscriber":
        """Withdraw. Nothing is sent to them from here on."""
        return replace(self, state=SubscriberState.LEFT)

    def undo_leaving(self, *, paused: bool) -> "Subscriber":
        """Stand where they stood before they left, in a pause or not. Only who left can."""
        state = SubscriberState.PAUSED if paused else SubscriberState.ACTIVE
        return replace(self, state=state) if self.state is SubscriberState.LEFT else self

    def pause(self) -> "Subscriber":
        """Stay on the list, and receive nothing until resumed. Only an active one can pause."""
        return replace(self, state=SubscriberState.PAUSED) if self.receives_alerts else self

    def resume(self) -> "Subscriber":
        """End a pause."""
        return replace(self, state=SubscriberState.ACTIVE) if self.state is SubscriberState.PAUSED else self

    def block(self) -> "Subscriber":
        """Telegram says that the person blocked the bot: stop once. Having left stays having left."""
        return self if self.state is SubscriberState.LEFT else replace(self, state=SubscriberState.BLOCKED)

    def with_locale(self, locale: str) -> "Subscriber":
        """Receive alerts in this locale from now on."""
        return replace(self, locale=locale)
