"""What is kept about one person as a file: JSON, which people read and programs too."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.deep_links import DeepLink, address
from bot.domain.preferences import clock
from bot.i18n.localizer import Localizer
from bot.services.privacy import Export, Held
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording.screen import Screen, screen

NAME = "kept-about-me.json"

SECTIONS: Mapping[str, str] = {
    "subscribers": "subscriber",
    "languages": "language",
    "subscriptions": "topics",
    "consents": "consents",
    "deliveries": "deliveries",
    "digest_entries": "digests",
    "notices": "notices",
    "steps": "steps",
    "outcomes": "outcomes",
    "sightings": "reports",
    "friend_links": "own_link",
    "threads": "thread",
    "conversations": "conversation",
    "organizers": "team",
}
"""What each table is called in the file, in this order; one that is not here stands below under its own name."""

MINUTES = frozenset({"quiet_from", "quiet_until"})
"""Minutes of the day, told as clocks show them."""


def held_file(localizer: Localizer, export: Export, *, username: str | None, today: date) -> Upload:
    """Return the file. `username`: the bot's, of which own links are made."""
    # Translators: the first line of a file that a person gets from /privacy; “made_on” stands in the file as it is.
    about = localizer.gettext(
        "This is what the bot keeps about you, as it was on the day under “made_on”. The names of the fields are in"
        " English. Days and times are in UTC; the hours you chose are those of your own clock."
    )
    rows = {name: [_record(row) for row in found] for name, found in export.rows.items()}
    _add_source(rows, export.held)
    _add_link(rows, export.held, username)
    told: dict[str, Any] = {"about": about, "made_on": today.isoformat()}
    told |= {section: rows.pop(table, []) for table, section in SECTIONS.items()}
    notes = [
        {"alert_id": note.alert_id, "day": note.day.isoformat(), "text": note.text} for note in export.notes
    ]
    text = json.dumps({**told, "notes": notes, **rows}, ensure_ascii=False, indent=2) + "\n"
    # Half a character is no text, wherever it came from.
    whole = text.encode("utf-8", "replace").decode()
    return Upload(kind=UploadKind.HELD, name=NAME, of={"text": whole})


def held_file_screen(localizer: Localizer) -> Screen:
    """Return what is said with the file."""
    # Translators: below a file that a person gets from /privacy.
    says = localizer.gettext(
        "What is kept about you. Whoever opens this chat can read the file: delete it here once you have it."
    )
    return screen(says)


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as JSON takes it."""
    return {
        name: clock(value).isoformat("minutes") if name in MINUTES else _plain(value)
        for name, value in row.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _add_source(rows: Mapping[str, Sequence[dict[str, Any]]], held: Held) -> None:
    """Say by which link of the campaign they came first."""
    if held.source is not None:
        for record in rows.get("subscribers", ()):
            record["source"] = held.source.strip()


def _add_link(rows: Mapping[str, Sequence[dict[str, Any]]], held: Held, username: str | None) -> None:
    """Write their own link as they share it, and how many joined by it at least, where that may be said."""
    for record in rows.get("friend_links", ()):
        if username is not None:
            record["link"] = address(username, DeepLink(friend=record["code"]))
        if held.own_link is not None and held.own_link.told is not None:
            record["joined_at_least"] = held.own_link.told
