"""The buttons of the translation board, of the check and of tests. How they are written: `callbacks`."""

from dataclasses import dataclass

from bot.domain.choices import Choice
from bot.telegram_io.callbacks import Button, Hash, Locale, WordsHash


@dataclass(frozen=True, slots=True)
class Decide(Button, wire="decide"):
    """Ask what readers get whose words are missing or older, in this locale or in all of which nobody has decided."""

    alert_id: int
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class Choose(Button, wire="choose"):
    """Decide what readers of this locale get, or of all that are open, beside this version of the base's words."""

    alert_id: int
    choice: Choice
    seen: WordsHash
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class Check(Button, wire="check"):
    """Show what the check of an alert finds."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Acknowledge(Button, wire="seen"):
    """Note that somebody has seen the warnings that were shown, by their mark; `review`: before an approval."""

    alert_id: int
    mark: Hash
    review: bool = False


@dataclass(frozen=True, slots=True)
class SendToTeam(Button, wire="toteam"):
    """Send an alert to everybody on the team as a test, each in their own language."""

    alert_id: int
