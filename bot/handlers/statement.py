"""The statement, paragraph by paragraph in the campaign's own words, with a link to its publisher."""

from bot.domain.rich_text import bold, joined, styled
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import OpenStatement, OpenTopics
from bot.wording.answers import older_mark
from bot.wording.joining import join_rows
from bot.wording.screen import Control, Link, Press, screen

PAGE = 4
"""Paragraphs on one screen of a phone."""


async def statement(request: Request, button: OpenStatement) -> list[Reply]:
    """Show a page of the digest."""
    localizer, content = request.localizer, request.resources.content
    digest = content.statement(request.locale)
    first = button.skipped
    shown = digest.paragraphs[first : first + PAGE]
    if not shown or first % PAGE:
        raise ButtonOutdated
    # Translators: title of the statement's digest; {title} is the statement's title, {date} its month.
    title = localizer.gettext("{title} ({date})", title=digest.title, date=digest.date)
    # Translators: under the title of the statement's digest.
    note = localizer.gettext("What the statement says, paragraph by paragraph, in our words.")
    numbered = [f"{localizer.number(first + at)}. {paragraph}" for at, paragraph in enumerate(shown, start=1)]
    mark = older_mark(localizer, content, is_older=digest.is_older)
    text = joined([bold(title), styled(note, "italic"), *mark, *numbered])
    rows: list[list[Control]] = []
    turns: list[Control] = []
    if first:
        # Translators: button; the page before, in the statement's digest.
        turns.append(Press(localizer.gettext("Back"), OpenStatement(first - PAGE)))
    if first + PAGE < len(digest.paragraphs):
        # Translators: button; the next page of the statement's digest.
        turns.append(Press(localizer.gettext("Read on"), OpenStatement(first + PAGE)))
    rows.append(turns)
    # Translators: button; opens the statement at its publisher's, on the web.
    rows.append([Link(localizer.gettext("The whole statement"), content.campaign.copy_url)])
    # Translators: button; back to the list of topics.
    rows.append([Press(localizer.gettext("All topics"), OpenTopics())])
    rows += join_rows(localizer, await subscriptions.find(request.tx, request.chat_id))
    return request.replace(screen(text, rows))
