"""An answer of the FAQ as a text: what it says, how it stands, and where that is from."""

from bot.content import Content, Entry
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer


def answer_text(localizer: Localizer, content: Content, entry: Entry, *, whole: bool = False) -> RichText:
    """Return the short answer, or the whole one, with its question and its source."""
    warnings = [*_outdated(localizer, entry), *older_mark(localizer, content, is_older=entry.is_older)]
    said = entry.more if whole else entry.short
    return joined([bold(entry.question), *warnings, said, *_source(localizer, entry)])


def _outdated(localizer: Localizer, entry: Entry) -> list[RichText]:
    """Warn of an answer that the editors no longer stand by as it is, with their note."""
    if entry.outdated is None:
        return []
    # Translators: above an answer that no longer holds; {date} is a day. The editors' own note may follow.
    said = localizer.gettext(
        "Marked as outdated by the editors on {date}.", date=localizer.date(entry.outdated)
    )
    return [styled(f"{said} {entry.outdated_note}" if entry.outdated_note else said, "italic")]


def older_mark(localizer: Localizer, content: Content, *, is_older: bool) -> list[RichText]:
    """Say of a translation that its original has changed since."""
    if not is_older:
        return []
    # Translators: above a text of the campaign that is a translation; {language} is the original's.
    said = localizer.gettext(
        "This translation is older than the text in {language}.",
        language=localizer.language_name(content.campaign.default),
    )
    return [styled(said, "italic")]


def _source(localizer: Localizer, entry: Entry) -> list[RichText]:
    if entry.note is not None:
        # Translators: below an answer that is the editors' own; {date} is a day.
        said = localizer.gettext(
            "Editors’ note of {date}: not from the statement.", date=localizer.date(entry.note.date)
        )
        return [styled(said, "italic")]
    if not entry.paragraphs:
        return []
    first, *more = entry.paragraphs
    if not more:
        # Translators: below an answer; {number} is the number of a paragraph of the statement.
        said = localizer.gettext("From the statement, paragraph {number}.", number=first)
        return [styled(said, "italic")]
    # Translators: below an answer; {numbers} is a list of paragraph numbers, such as “1, 3 and 4”.
    said = localizer.gettext(
        "From the statement, paragraphs {numbers}.", numbers=localizer.numbers(entry.paragraphs)
    )
    return [styled(said, "italic")]
