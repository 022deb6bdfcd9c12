"""`content check`: every gap in the campaign's words, before a supporter meets it."""

from pathlib import Path

from bot.content import Content
from bot.errors import ContentInvalid
from bot.faq.model import FILE, MatcherStale, load_model
from bot.faq.ranking import phrasings


def check(folder: Path, statement: Path | None) -> list[str]:
    """Return one line for each gap or mistake in the folder; none when the content is complete.

    With the statement's file, every quotation is also looked up in it.
    """
    try:
        text = statement.read_text(encoding="utf-8") if statement else None
    except (OSError, UnicodeDecodeError) as error:
        return [f"{statement}: cannot be read as UTF-8 text: {type(error).__name__}"]
    try:
        content = Content.load(folder, statement=text)
        load_model(folder, phrasings(content))
    except ContentInvalid as error:
        return error.problems
    except MatcherStale:
        return [f"{FILE}: was trained from other phrasings; run `campaign-bot content train`"]
    return []
