"""Questions: the menu by topic, the answers, and free text."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.deep_links import DeepLink
from bot.domain.faq import Match, SmallTalk, has_few_letters
from bot.domain.leaving import is_asked
from bot.domain.rich_text import bold, joined
from bot.handlers import going_on, small_talk, welcome
from bot.handlers.request import Request
from bot.i18n.leaving import may_be_leaving
from bot.services import subscriptions, threads
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Reply, answering, once
from bot.telegram_io.supporter_buttons import AnswerIn, Back, Language, OpenAnswer, OpenStatement, OpenTopics
from bot.telegram_io.updates import Kind
from bot.wording.answers import answer_text
from bot.wording.joining import join_rows, questions_button
from bot.wording.screen import Control, Link, Press, Screen, screen
from bot.wording.threads import ask_button

PAGE = 5
"""Questions on one page of a topic."""

FEW_WORDS = 3
"""A text of so many words and no question mark is no question, whichever is near."""


async def open_topics(request: Request, button: OpenTopics) -> list[Reply]:
    """Show the topics; with one chosen, a page of its questions."""
    if button.topic is None:
        return await topics(request)
    return await _page(request, button.topic, button.page)


async def topics(request: Request) -> list[Reply]:
    """Show the topics."""
    localizer, content = request.localizer, request.resources.content
    rows: list[list[Control]] = [
        [Press(topic.title(request.locale), OpenTopics(topic.slug))] for topic in content.topics
    ]
    # Translators: button in the menu of questions; opens the statement's digest, paragraph by paragraph.
    rows.append([Press(localizer.gettext("The statement, in short"), OpenStatement())])
    if await threads.is_askable(request.tx, request.chat_id):
        rows.append([ask_button(localizer)])
    text = joined(
        [
            # Translators: title of the menu of questions.
            bold(localizer.gettext("Questions and answers")),
            # Translators: under the title of the menu of questions.
            localizer.gettext("Choose a topic, or just write your question."),
        ]
    )
    return request.replace(await _with_a_way_in(request, screen(text, rows)))


async def answer(request: Request, button: OpenAnswer) -> list[Reply]:
    """Show one answer, short or whole."""
    if button.slug not in request.resources.content.entries:
        raise ButtonOutdated
    shown = _answer(request, button.slug, whole=button.more)
    return request.replace(await _with_a_way_in(request, shown))


async def arrive(request: Request, link: DeepLink) -> list[Reply] | None:
    """Show the answer, or the topic, that a link leads to; None where there is no such thing."""
    if link.answer in request.resources.content.entries:
        shown = _answer(request, link.answer, whole=False)
        return request.replace(await _with_a_way_in(request, shown, link))
    if any(topic.slug == link.topic for topic in request.resources.content.topics):
        return await _page(request, str(link.topic), 0, link)
    return None


async def why(request: Request) -> list[Reply]:
    """Answer the *Why?* of an alert below it; the alert itself stays."""
    shown = _answer(request, request.resources.content.campaign.why, whole=False)
    return request.reply(await _with_a_way_in(request, shown))


async def ask(request: Request, match: Match) -> list[Reply]:
    """Answer a question in the person's own words, or say honestly what the bot does not know.

    Only of a subject that is known to be open it says that the statement is silent; what it did not understand, it
    says so. Of an organizer, a word for stopping and what it did not understand is taken for what goes on, if anything.
    """
    said = SmallTalk.LEAVE if may_be_leaving(request.incoming.text) else match.small_talk
    is_understood = said not in (None, SmallTalk.NOT_A_QUESTION) or match.slug is not None or match.is_open
    hurried = said is SmallTalk.LEAVE or going_on.says_stop(request)
    going = await going_on.cards_for_team(request) if hurried or not is_understood else []
    if going and hurried and not _is_question(request, match, said):
        return going
    replies = await _answered(request, match, said)
    # Of a run of these, each is answered to an organizer who may mean what goes on.
    return [*(replace(each, once=False) for each in replies), *going] if going else replies


def _is_question(request: Request, match: Match, said: SmallTalk | None) -> bool:
    """Whether a text with a word for stopping plainly asks about the statement all the same."""
    text = request.incoming.text
    return said is None and match.slug is not None and (is_asked(text) or len(text.split()) > FEW_WORDS)


async def _answered(request: Request, match: Match, said: SmallTalk | None) -> list[Reply]:
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    is_mark = has_few_letters(request.incoming.text)
    if said is not None and not (said is SmallTalk.NOT_A_QUESTION and is_mark):
        asks = await small_talk.person_rows(request, said)
        replies = small_talk.reply(request, said, subscriber, asks=asks)
        replies = _answering(request, replies) if asks else replies
        return once(replies) if said is SmallTalk.NOT_A_QUESTION else replies
    if match.slug is not None:
        shown = _answer(request, match.slug, whole=False)
    elif match.is_open:
        shown = _left_open(request, match.near)
    elif is_mark:
        return await welcome.not_understood(request)
    else:
        shown = _unclear(request, match.near)
    is_understood = match.slug is not None or match.is_open
    asks = await _person_rows(request, match)
    rows = [
        *shown.rows,
        *asks,
        *_in_their_language(request, match.locale, match.slug),
        *join_rows(request.localizer, subscriber),
    ]
    replies = request.reply(screen(shown.text, rows))
    replies = _answering(request, replies) if asks else replies
    return replies if is_understood else once(replies)


async def _person_rows(request: Request, match: Match) -> list[list[Control]]:
    """Offer a person below what the bot could not answer; not where it may well be hatred or despair."""
    if match.slug is not None or match.near_urgent or request.incoming.kind is not Kind.TEXT:
        return []
    offered = await threads.is_askable(request.tx, request.chat_id)
    return [[ask_button(request.localizer)]] if offered else []


def _answering(request: Request, replies: list[Reply]) -> list[Reply]:
    """Let the answer stand below the question: the words to be passed on are taken from there, and kept nowhere."""
    return [*replies[:-1], answering(replies[-1], request.incoming.message_id)]


def nearest(request: Request, slugs: Sequence[str]) -> list[Reply]:
    """Show the questions that are nearest to what somebody wrote, to be chosen from."""
    known = [slug for slug in slugs if slug in request.resources.content.entries]
    return request.replace(_unclear(request, known))


def _left_open(request: Request, near: Sequence[str]) -> Screen:
    localizer = request.localizer
    # Translators: answer to a question that the statement does not answer, or that takes for granted what it does
    # not say (“why did the company apologise?”).
    said = localizer.gettext("That is not in the statement.")
    if not near:
        return screen(said, [[questions_button(request.localizer)]])
    # Translators: after “That is not in the statement.”; the questions are buttons below.
    closest = localizer.gettext("Closest to your question:")
    return screen(f"{said} {closest}", _rows_of(request, near))


def _unclear(request: Request, near: Sequence[str]) -> Screen:
    if not near:
        # Translators: answer to a question that the bot did not understand at all.
        said = request.localizer.gettext(
            "This bot did not understand that. Please write it in other words, or choose a question."
        )
        return screen(said, [[questions_button(request.localizer)]])
    # Translators: answer to a question that the bot did not understand; what may be meant is on the buttons below.
    said = request.localizer.gettext("This bot is not sure what you mean. Perhaps:")
    return screen(said, _rows_of(request, near))


def _rows_of(request: Request, slugs: Sequence[str]) -> list[list[Control]]:
    return [[_question_button(request, slug)] for slug in slugs]


async def _with_a_way_in(request: Request, shown: Screen, link: DeepLink | None = None) -> Screen:
    """Return the screen with the way onto the list at its end, for who is not on it. `link`: by which they came."""
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    return screen(shown.text, [*shown.rows, *join_rows(request.localizer, subscriber, link)])


def _in_their_language(request: Request, written: str | None, slug: str | None) -> list[list[Control]]:
    """Offer the same in the language a question was written in, in its own words."""
    catalogs = request.resources.catalogs
    if written is None or written == request.locale or written not in catalogs.locales:
        return []
    localizer = catalogs.words(written)
    # Translators: button for somebody who wrote in your language and is answered in another; {language} is yours.
    label = localizer.gettext("Continue in {language}", language=localizer.language_name(written))
    return [[Press(label, Language(written, Back.TOPICS) if slug is None else AnswerIn(written, slug))]]


async def _page(request: Request, slug: str, page: int, link: DeepLink | None = None) -> list[Reply]:
    localizer = request.localizer
    topic = next((topic for topic in request.resources.content.topics if topic.slug == slug), None)
    if topic is None:
        raise ButtonOutdated
    first = page * PAGE
    shown = topic.entries[first : first + PAGE]
    if not shown:
        raise ButtonOutdated
    rows: list[list[Control]] = [[_question_button(request, entry)] for entry in shown]
    turns: list[Control] = []
    if first:
        # Translators: button; the page before, in a list of questions.
        turns.append(Press(localizer.gettext("Back"), OpenTopics(slug, page - 1)))
    if first + PAGE < len(topic.entries):
        # Translators: button; the next page of a list of questions.
        turns.append(Press(localizer.gettext("More questions"), OpenTopics(slug, page + 1)))
    rows.append(turns)
    # Translators: button; back to the list of topics.
    rows.append([Press(localizer.gettext("All topics"), OpenTopics())])
    shown_page = screen(bold(topic.title(request.locale)), rows)
    return request.replace(await _with_a_way_in(request, shown_page, link))


def _question_button(request: Request, slug: str) -> Press:
    return Press(request.resources.content.entry(slug, request.locale).label, OpenAnswer(slug))


def _answer(request: Request, slug: str, *, whole: bool) -> Screen:
    localizer = request.localizer
    entry = request.resources.content.entry(slug, request.locale)
    text = answer_text(localizer, request.resources.content, entry, whole=whole)
    rows: list[list[Control]] = []
    if not whole and entry.more:
        # Translators: button under a short answer; shows the longer one.
        rows.append([Press(localizer.gettext("Read more"), OpenAnswer(slug, more=True))])
    if entry.note is not None:
        # Translators: button under the editors' note; opens its source on the web.
        rows.append([Link(localizer.gettext("The source"), entry.note.source)])
    elif whole:
        # Translators: button; opens the statement at its publisher's, on the web.
        rows.append(
            [Link(localizer.gettext("The whole statement"), request.resources.content.campaign.copy_url)]
        )
    # Translators: button under an answer; opens the list of topics.
    rows.append([Press(localizer.gettext("Ask something else"), OpenTopics())])
    return screen(text, rows)
