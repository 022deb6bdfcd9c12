"""The statement, paragraph by paragraph in the campaign's own words, with a link to its publisher."""

from bot.domain.rich_text import bold, joined, styled
from bot.handlers.request import Request
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Keyboard, Reply, button, link

PAGE = 4
"""Paragraphs on one screen of a phone."""


async def statement(request: Request) -> list[Reply]:
    """Show a page of the digest."""
    words, content = request.words, request.resources.content
    digest = content.statement(request.locale)
    first = _first(request.incoming.argument)
    shown = digest.paragraphs[first : first + PAGE]
    if not shown:
        raise ButtonOutdated
    # Translators: title of the statement's digest; {title} is the statement's title, {date} its month.
    title = words.gettext("{title} ({date})", title=digest.title, date=digest.date)
    # Translators: under the title of the statement's digest.
    note = words.gettext("What the statement says, paragraph by paragraph, in our words.")
    numbered = [f"{words.number(first + at)}. {paragraph}" for at, paragraph in enumerate(shown, start=1)]
    text = joined([bold(title), styled(note, "italic"), *numbered])
    rows: Keyboard = []
    turns = []
    if first:
        # Translators: button; the page before, in the statement's digest.
        turns.append(button(words.gettext("Back"), f"statement:{first - PAGE}"))
    if first + PAGE < len(digest.paragraphs):
        # Translators: button; the next page of the statement's digest.
        turns.append(button(words.gettext("Read on"), f"statement:{first + PAGE}"))
    if turns:
        rows.append(turns)
    # Translators: button; opens the statement at its publisher's, on the web.
    rows.append([link(words.gettext("The whole statement"), content.campaign.copy_url)])
    # Translators: button; back to the list of topics.
    rows.append([button(words.gettext("All topics"), "faq")])
    return request.replace(text, rows)


def _first(argument: str) -> int:
    """Return where a page begins.

    Raises ButtonOutdated.
    """
    if not argument:
        return 0
    if not (argument.isascii() and argument.isdigit() and len(argument) <= PAGE) or int(argument) % PAGE:
        raise ButtonOutdated
    return int(argument)
