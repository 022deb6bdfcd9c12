"""An event as calendars read it: a file of one VEVENT (RFC 5545), in UTC; calendars show their reader's zone."""

from datetime import UTC, datetime

OCTETS = 75
"""Of a line at the most, without its break (RFC 5545, 3.1)."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def event_file(*, uid: str, starts_at: datetime, title: str, place: str, text: str, now: datetime) -> str:
    """Return the file. An end is not known, so none is said: it is a moment (RFC 5545, 3.6.1)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//campaign-bot//alerts//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(starts_at)}",
        f"SUMMARY:{_text(title)}",
        *([f"LOCATION:{_text(place)}"] if place else []),
        *([f"DESCRIPTION:{_text(text)}"] if text else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _text(value: str) -> str:
    """Return a value of type TEXT (RFC 5545, 3.3.11), without other control characters."""
    clean = "".join(each for each in value if each >= " " or each in "\n\t")
    return clean.translate(_ESCAPES)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """Return the line broken so that no part has more octets than may be; no character is broken."""
    parts, octets = [""], 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > OCTETS:
            parts.append("")
            octets = 1  # the space that a folded line begins with
        parts[-1] += letter
        octets += size
    return "\r\n ".join(parts)
