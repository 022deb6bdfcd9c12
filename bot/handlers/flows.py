"""Where an organizer stands in a flow of several messages; kept in the database, so that it survives a restart."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.handlers.request import Request
from bot.services import alerts, broadcasts, team

FLOW_OVER = (
    alerts.AlertMissing,
    alerts.AlertSent,
    broadcasts.NobodyToReach,
    broadcasts.NotApproved,
    broadcasts.Recalled,
    team.MayNotCompose,
    team.NotAnOrganizer,
)
"""After these no other text mends the step: the flow ends, and the next text is a question again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What the next text is taken for: `at` link, words or confirm, with the alert and, for words, the locale.

    For confirm: `canary`, the first few are to go alone; `again`, the same was sent today and they know.
    """

    at: str
    alert_id: int
    locale: str = ""
    canary: bool = False
    again: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is saved."""
        return asdict(self)


async def save_step(request: Request, step: Step) -> None:
    """Take the person's next text for this step."""
    await request.tx.conversations.save(request.chat_id, step.as_dict(), now=request.now)
