"""`content check`: every gap in the campaign's words, before a supporter meets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content import Content, teaching
from bot.content.gathered import Gathered
from bot.content.loading import gather
from bot.faq.model import FILE, MatcherUnreadable, load_model
from bot.i18n.openings import opening_of, openings_in

_TRAIN = "run `campaign-bot content train`, some minutes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What was found, one line each.

    `gaps` are to be mended; what is `older` than its source serves until it is made anew; `advice` says what would be
    better otherwise.
    """

    gaps: list[str]
    older: list[str]
    advice: list[str]


def about_openings(found: Gathered) -> Iterator[str]:
    """Yield the answers that do not stand alone: their first words confirm a question, or need it to be understood."""
    for entry in found.entries.values():
        opening = opening_of(entry.short, openings_in(entry.locale))
        if opening is not None:
            name = f"faq/{entry.slug}/{entry.locale}.md"
            yield f"{name}: begins its short answer with “{opening}”, which says nothing without the question"


def check(folder: Path, statement: Path | None, *, today: date) -> Checked:
    """Look at everything in the folder.

    With the statement's file, every quotation is also looked up in it. More is asked of content here than a bot
    needs to start (`teaching`), and the trained matcher is looked at last: whatever is mended may make it older.
    """
    try:
        text = statement.read_text(encoding="utf-8") if statement else None
    except (OSError, UnicodeDecodeError) as error:
        unread = f"{statement}: cannot be read as UTF-8 text: {type(error).__name__}"
        return Checked(gaps=[unread], older=[], advice=[])
    found = gather(folder, statement=text)
    gaps = [
        *found.problems,
        *found.flaws,
        *teaching.about_phrasings(found),
        *teaching.about_numbers(found),
        *teaching.about_dates(found, today=today),
        *about_openings(found),
    ]
    stale = []
    if not gaps:
        try:
            trained = load_model(folder, Content.load(folder))
        except MatcherUnreadable:
            gaps = [f"{FILE}: cannot be used; {_TRAIN}"]
        else:
            stale = [f"{FILE}: was trained from other words; {_TRAIN}"] if trained.is_older else []
    return Checked(gaps=gaps, older=[*found.older, *stale], advice=found.advice)
