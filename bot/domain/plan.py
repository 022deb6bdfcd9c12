"""A plan: all that is decided about one sending. It is what gets approved, by one SHA-256 over all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.alert import ActionKind, Alert
from bot.domain.audience import Audience, Got
from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.domain.canonical import sha256_of
from bot.domain.revision import START, content_of
from bot.domain.schedule import ON_CONFIRMATION, Rule, allows, rule_as_json


class Missing(StrEnum):
    """What readers get whose locale has no words, and of which nobody has chosen: those who came after the approval.

    What was chosen is part of the words (`bot.domain.choices`).
    """

    BASE = "base"
    """The words of the base locale."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What goes out, to whom, when and how.

    `words`: the content of the revision, without its audience. `canary`: whether whoever confirms it may let the
    first few go alone. `paid`: whether messages may cost Telegram Stars. `corrects`: the broadcast whose messages
    it changes.
    """

    words: Mapping[str, Any]
    audience: Audience
    start: Rule = ON_CONFIRMATION
    missing: Missing = Missing.BASE
    canary: bool = True
    paid: bool = False
    corrects: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept and hashed.

        A field that comes later is written only where it says something: then older approvals stay good.
        """
        return {
            "words": dict(self.words),
            "audience": self.audience.as_json(),
            "start": rule_as_json(self.start),
            "missing": self.missing.value,
            "canary": self.canary,
            "paid": self.paid,
            "corrects": self.corrects,
        }

    @property
    def sha256(self) -> str:
        """What an approval approves."""
        return sha256_of(self.as_json())

    def covers(self, broadcast: Broadcast) -> bool:
        """Whether a broadcast does no more than this plan says.

        A resend sends the same words, marked as a repeat, to some of the audience; a recall only takes away; a reminder
        goes to some of those who got it; a digest carries what went out under approvals of its own. Who took part in a
        moment is thanked, in words that are ours.
        """
        if broadcast.canary is not None and not self.canary:
            return False
        match broadcast.kind:
            case BroadcastKind.SEND:
                is_its_time = allows(self.start, starts_at=broadcast.starts_at, day=broadcast.day)
                return self.corrects is None and is_its_time
            case BroadcastKind.CORRECT:
                return self.corrects is not None and self.corrects == broadcast.follows
            case BroadcastKind.RESEND:
                return self.corrects in (None, broadcast.follows)
            case BroadcastKind.REMIND:
                is_of_it = self.corrects in (None, broadcast.follows)
                return self.words.get("reminds", True) and is_of_it
            case BroadcastKind.RECALL | BroadcastKind.DIGEST:
                return True
            case BroadcastKind.THANKS:
                return self.words["kind"] == ActionKind.MOMENT and self.corrects in (None, broadcast.follows)


def plan_of(alert: Alert, *, paid: bool) -> Plan:
    """Return the plan of an alert as it stands. A correction is for those who got what it corrects."""
    content = content_of(alert)
    del content["audience"]
    content.pop(START, None)
    corrected = alert.corrects
    audience = alert.audience if corrected is None else Audience(terms=(Got(broadcast_id=corrected),))
    return Plan(words=content, audience=audience, start=alert.start, paid=paid, corrects=corrected)
