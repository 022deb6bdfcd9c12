"""What is asked in any chat after the bot's name: answers, and the alert that goes round."""

from collections.abc import Sequence
from datetime import datetime

from bot.content import Content
from bot.domain.deep_links import deep_link_in
from bot.domain.faq import URGENT, Match, fold
from bot.services import sharing, subscriptions
from bot.services.sharing import CodeMissing, Shareable
from bot.store.store import Transaction
from bot.telegram_io.inline import InlineQuery, answer_inline
from bot.telegram_io.replies import Reply
from bot.wording import inline as wording
from bot.wording.inline import Wanted
from bot.wording.resources import Resources

FEW_LETTERS = 3
"""A word of fewer letters begins too many others to find anything by."""


class InlineAnswers:
    """Answers inline queries, in the language of who asks. Whoever is not on the list may ask, too."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def consider(self, query: InlineQuery) -> Match | None:
        """Return what a query asks; None of an empty one, and of one that names an alert."""
        text = query.query.strip()
        if not text or deep_link_in(text) is not None:
            return None
        return await self._resources.matcher.match(text)

    async def answer(
        self, tx: Transaction, query: InlineQuery, match: Match | None, *, now: datetime
    ) -> Reply | None:
        """Return the answer; None where the alert that goes round has no code yet."""
        catalogs = self._resources.catalogs
        chosen = await subscriptions.language(tx, query.sender.id)
        localizer = catalogs.words(chosen or catalogs.resolve(query.sender.language_code))
        own = await sharing.known_link(tx, query.sender.id)
        try:
            alert = await self._alert(tx, query, now=now)
        except CodeMissing:
            return None
        content = self._resources.content
        wanted = _wanted(match, content.entries, holding(content, localizer.locale, query.query))
        articles = wording.articles(localizer, self._resources, wanted, alert=alert, own=own)
        above, start = wording.chat_button(localizer)
        return answer_inline(query.id, articles, button=above, start_parameter=start)

    async def prepare(self, tx: Transaction, *, now: datetime) -> None:
        """Give the alert that goes round its code."""
        await sharing.going_round(tx, now=now, limit=1)

    async def _alert(self, tx: Transaction, query: InlineQuery, *, now: datetime) -> Shareable | None:
        """Return the alert that a query names, or else the one that goes round."""
        link = deep_link_in(query.query.strip())
        named = None if link is None or link.alert is None else await sharing.named(tx, link.alert, now=now)
        return named or await sharing.current(tx, now=now)


def holding(content: Content, locale: str, text: str) -> list[str]:
    """Return the entries that have the words that somebody typed, the last one perhaps not to its end.

    First those that have them in the question, then those in the answer: of a few letters no matcher can be sure.
    """
    asked = fold(text).split()
    if not asked or max(map(len, asked)) < FEW_LETTERS:
        return []
    entries = [content.entry(slug, locale) for slug in content.entries]
    in_question = [_holds(entry.question, asked) for entry in entries]
    in_answer = [_holds(entry.short, asked) for entry in entries]
    return [
        slug
        for which in (in_question, in_answer)
        for slug, is_so in zip(content.entries, which, strict=True)
        if is_so
    ]


def _holds(text: str, asked: Sequence[str]) -> bool:
    words = fold(text).split()
    return all(any(word.startswith(each) for word in words) for each in asked)


def _wanted(match: Match | None, entries: tuple[str, ...], found: Sequence[str]) -> Wanted:
    """Return what is offered: of an empty query everything; else the answer, what has its words, what is near."""
    if match is None:
        return Wanted(slugs=entries, alert_first=True)
    if match.small_talk in URGENT:
        return Wanted(slugs=(), shares=False)
    answer = [] if match.slug is None else [match.slug]
    near = match.near if match.small_talk is None else ()
    slugs = tuple(dict.fromkeys([*answer, *found, *near]))
    return Wanted(slugs=slugs, alert_first=not slugs)
