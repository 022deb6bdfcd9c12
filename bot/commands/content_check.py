"""`content check`: every gap in the campaign's words, before a supporter meets it."""

from pathlib import Path

from bot.content.loading import gather


def check(folder: Path, statement: Path | None) -> list[str]:
    """Return one line for each gap or mistake in the folder; none when the content is complete.

    With the statement's file, every quotation is also looked up in it.
    """
    if statement is None:
        return gather(folder).problems
    try:
        text = statement.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [f"{statement}: cannot be read as UTF-8 text: {type(error).__name__}"]
    return gather(folder, statement=text).problems
