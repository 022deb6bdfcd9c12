"""`content check`: every gap in the campaign's words, before a supporter meets it."""

from datetime import date
from pathlib import Path

from bot.content import Content, teaching
from bot.content.loading import gather
from bot.faq.model import FILE, MatcherStale, load_model
from bot.faq.ranking import phrasings


def check(folder: Path, statement: Path | None, *, today: date) -> list[str]:
    """Return one line for each gap or mistake in the folder; none when the content is complete.

    With the statement's file, every quotation is also looked up in it. More is asked of content here than a bot
    needs to start (`teaching`), and the trained matcher is looked at last: whatever is mended may make it stale.
    """
    try:
        text = statement.read_text(encoding="utf-8") if statement else None
    except (OSError, UnicodeDecodeError) as error:
        return [f"{statement}: cannot be read as UTF-8 text: {type(error).__name__}"]
    found = gather(folder, statement=text)
    problems = [
        *found.problems,
        *teaching.about_phrasings(found),
        *teaching.about_numbers(found),
        *teaching.about_dates(found, today=today),
    ]
    if problems:
        return problems
    try:
        load_model(folder, phrasings(Content.load(folder)))
    except MatcherStale:
        return [f"{FILE}: was trained from other phrasings; run `campaign-bot content train`, some minutes"]
    return []
