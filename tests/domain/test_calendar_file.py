"""Events as files for calendars: folded, escaped, in UTC; what is written is read back."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar_file import OCTETS, event_file

AT = datetime(2026, 12, 4, 18, tzinfo=timezone(timedelta(hours=1)))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=300)


def lines_of(made: str) -> list[str]:
    """Return the content lines, unfolded."""
    return made.replace("\r\n ", "").split("\r\n")[:-1]


def read(value: str) -> str:
    """Return a value of type TEXT as it was."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def test_an_event() -> None:
    """A file says when it begins in UTC, and what and where it is."""
    made = event_file(
        uid="alert-1", starts_at=AT, title="Come, all", place="Town hall; left", text="", now=NOW
    )
    assert lines_of(made) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//campaign-bot//alerts//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:alert-1",
        "DTSTAMP:20261123T120000Z",
        "DTSTART:20261204T170000Z",
        "SUMMARY:Come\\, all",
        "LOCATION:Town hall\\; left",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@given(title=TEXTS, place=TEXTS, text=TEXTS)
def test_read_back(title: str, place: str, text: str) -> None:
    """No line is longer than 75 octets, each ends in CRLF, and every text is read back as it was."""
    made = event_file(uid="u", starts_at=AT, title=title, place=place, text=text, now=NOW)
    assert made.endswith("\r\n")
    assert "\n" not in made.replace("\r\n", "")
    assert all(len(line.encode()) <= OCTETS for line in made.split("\r\n"))
    said = dict(line.split(":", 1) for line in lines_of(made))
    assert read(said["SUMMARY"]) == title
    assert read(said.get("LOCATION", "")) == place
    assert read(said.get("DESCRIPTION", "")) == text


def test_control_characters_go() -> None:
    """What a calendar could take for the end of its line does not reach it."""
    made = event_file(uid="u", starts_at=AT, title="a\r\nBEGIN:VALARM\x00\x0b", place="", text="", now=NOW)
    assert "SUMMARY:a\\nBEGIN:VALARM" in lines_of(made)
