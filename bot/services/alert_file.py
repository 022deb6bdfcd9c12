"""The alert file: an alert as one TOML document."""

import tomllib
from datetime import UTC, datetime
from typing import Any

from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert, Translation
from bot.domain.audience import of_topic
from bot.domain.links import checked_link
from bot.domain.staleness import written_together
from bot.errors import CampaignError

DETAILS = ("target", "phone", "address", "starts_at", "place")
"""What a kind may need beside its link."""


class AlertFileInvalid(CampaignError):
    """The alert file cannot be used."""


def read_alert_file(text: str) -> Alert:
    """Read an alert file (TOML), checked as if it had been written in the chat.

    Raises AlertFileInvalid, LinkInvalid, TextMissing, TextTooLong, MarkupInvalid.
    """
    try:
        written = tomllib.loads(text)
        kind = ActionKind(written.get("kind", ""))
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise AlertFileInvalid(f"The alert file cannot be used: {error}.") from error
    base, deadline = written.get("base", "en"), written.get("deadline")
    if deadline is not None and not isinstance(deadline, datetime):
        raise AlertFileInvalid("The alert file's `deadline` must be a date and time with its zone.")
    translations = {
        locale: _translation(locale, words) for locale, words in written.items() if isinstance(words, dict)
    }
    if base not in translations:
        raise AlertFileInvalid(f"The alert file has no words in its base locale: write a section [{base}].")
    link = written.get("link")
    alert = Alert(
        id=0,
        author_id=None,
        kind=kind,
        base=base,
        audience=of_topic(str(written.get("topic") or DEFAULT_TOPIC)),
        link=None if link is None else checked_link(str(link)),
        deadline=None if deadline is None else deadline.replace(tzinfo=deadline.tzinfo or UTC),
        details={name: str(written[name]) for name in DETAILS if name in written},
        translations=translations,
    )
    return written_together(alert)


def _translation(locale: str, words: dict[str, Any]) -> Translation:
    missing = [name for name in ("title", "text") if not isinstance(words.get(name), str)]
    if missing:
        raise AlertFileInvalid(f"The alert file's section [{locale}] has no `{missing[0]}`.")
    made = Translation(locale=locale, title=words["title"], text=words["text"], button=words.get("button"))
    return made.checked()
