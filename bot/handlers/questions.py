"""Questions: the menu by topic, the answers, and free text."""

from bot.content import Entry
from bot.domain.faq import Match
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.handlers import small_talk
from bot.handlers.request import Request
from bot.telegram_io.callbacks import ButtonOutdated, number
from bot.telegram_io.replies import Keyboard, Reply, button, link

PAGE = 5
"""Questions on one page of a topic."""


async def topics(request: Request) -> list[Reply]:
    """Show the topics; with one chosen, a page of its questions."""
    topic, _, page = request.incoming.argument.partition(":")
    if request.incoming.kind == "button" and topic:
        return _page(request, topic, page or "0")
    words, content = request.words, request.resources.content
    rows: Keyboard = [[button(topic.title(request.locale), f"faq:{topic.slug}")] for topic in content.topics]
    # Translators: button in the menu of questions; opens the statement's digest, paragraph by paragraph.
    rows.append([button(words.gettext("The statement, in short"), "statement")])
    text = joined(
        [
            # Translators: title of the menu of questions.
            bold(words.gettext("Questions and answers")),
            # Translators: under the title of the menu of questions.
            words.gettext("Choose a topic, or just write your question."),
        ]
    )
    return request.replace(text, rows)


async def answer(request: Request) -> list[Reply]:
    """Show one answer, short or whole."""
    slug, _, part = request.incoming.argument.partition(":")
    if slug not in request.resources.content.entries:
        raise ButtonOutdated
    text, keyboard = _answer(request, slug, whole=part == "more")
    return request.replace(text, keyboard)


async def why(request: Request) -> list[Reply]:
    """Answer the *Why?* of an alert below it; the alert itself stays."""
    text, keyboard = _answer(request, request.resources.content.campaign.why, whole=False)
    return request.reply(text, keyboard)


def ask(request: Request, match: Match) -> list[Reply]:
    """Answer a question in the person's own words, or say honestly that the statement does not."""
    if match.small_talk is not None:
        return small_talk.reply(request, match.small_talk)
    if match.slug is not None:
        text, rows = _answer(request, match.slug, whole=False)
    else:
        # Translators: answer to a question that the statement does not answer; the nearest ones are buttons below.
        text = RichText(request.words.gettext("The statement doesn’t say. Closest to your question:"))
        rows = [[_question_button(request, slug)] for slug in match.suggestions]
    return request.reply(text, [*rows, *_in_their_language(request, match.locale)])


def _in_their_language(request: Request, written: str | None) -> Keyboard:
    """Offer to go on in the language a question was written in, in its own words."""
    catalogs = request.resources.catalogs
    if written is None or written == request.locale or written not in catalogs.locales:
        return []
    words = catalogs.words(written)
    # Translators: button for somebody who wrote in your language and is answered in another; {language} is yours.
    label = words.gettext("Continue in {language}", language=words.language_name(written))
    return [[button(label, f"language:{written}")]]


def _page(request: Request, slug: str, page: str) -> list[Reply]:
    words = request.words
    topic = next((topic for topic in request.resources.content.topics if topic.slug == slug), None)
    if topic is None:
        raise ButtonOutdated
    first = number(page) * PAGE
    shown = topic.entries[first : first + PAGE]
    if not shown:
        raise ButtonOutdated
    rows: Keyboard = [[_question_button(request, entry)] for entry in shown]
    turns = []
    if first:
        # Translators: button; the page before, in a list of questions.
        turns.append(button(words.gettext("Back"), f"faq:{slug}:{int(page) - 1}"))
    if first + PAGE < len(topic.entries):
        # Translators: button; the next page of a list of questions.
        turns.append(button(words.gettext("More questions"), f"faq:{slug}:{int(page) + 1}"))
    if turns:
        rows.append(turns)
    # Translators: button; back to the list of topics.
    rows.append([button(words.gettext("All topics"), "faq")])
    return request.replace(bold(topic.title(request.locale)), rows)


def _question_button(request: Request, slug: str) -> dict[str, str]:
    return button(request.resources.content.entry(slug, request.locale).question, f"answer:{slug}")


def _answer(request: Request, slug: str, *, whole: bool) -> tuple[RichText, Keyboard]:
    words = request.words
    entry = request.resources.content.entry(slug, request.locale)
    said = entry.more if whole else entry.short
    text = joined([bold(entry.question), *_outdated(request, entry), said, _source(request, entry)])
    rows: Keyboard = []
    if not whole and entry.more:
        # Translators: button under a short answer; shows the longer one.
        rows.append([button(words.gettext("Read more"), f"answer:{slug}:more")])
    if entry.note is not None:
        # Translators: button under the editors' note; opens its source on the web.
        rows.append([link(words.gettext("The source"), entry.note.source)])
    elif whole:
        # Translators: button; opens the statement at its publisher's, on the web.
        rows.append([link(words.gettext("The whole statement"), request.resources.content.campaign.copy_url)])
    # Translators: button under an answer; opens the list of topics.
    rows.append([button(words.gettext("Ask something else"), "faq")])
    return text, rows


def _outdated(request: Request, entry: Entry) -> list[RichText]:
    """Warn of an answer that the editors no longer stand by as it is, with their note."""
    if entry.outdated is None:
        return []
    # Translators: above an answer that no longer holds; {date} is a day. The editors' own note may follow.
    said = request.words.gettext(
        "Marked as outdated by the editors on {date}.", date=request.words.date(entry.outdated)
    )
    return [styled(f"{said} {entry.outdated_note}" if entry.outdated_note else said, "italic")]


def _source(request: Request, entry: Entry) -> RichText:
    words = request.words
    if entry.note is not None:
        # Translators: below an answer that is the editors' own; {date} is a day.
        said = words.gettext(
            "Editors’ note of {date}: not from the statement.", date=words.date(entry.note.date)
        )
        return styled(said, "italic")
    first, *more = entry.paragraphs
    if not more:
        # Translators: below an answer; {number} is the number of a paragraph of the statement.
        return styled(words.gettext("From the statement, paragraph {number}.", number=first), "italic")
    # Translators: below an answer; {numbers} is a list of paragraph numbers, such as “1, 3 and 4”.
    said = words.gettext("From the statement, paragraphs {numbers}.", numbers=words.numbers(entry.paragraphs))
    return styled(said, "italic")
