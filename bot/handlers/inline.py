"""What is asked in any chat after the bot's name: answers, and the alert that goes round."""

from datetime import datetime

from bot.domain.deep_links import deep_link_in
from bot.domain.faq import URGENT, Match
from bot.services import sharing, subscriptions
from bot.services.sharing import CodeMissing, Shareable
from bot.store.store import Transaction
from bot.telegram_io.inline import InlineQuery, answer_inline
from bot.telegram_io.replies import Reply
from bot.wording import inline as wording
from bot.wording.inline import Wanted
from bot.wording.resources import Resources


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
        wanted = _wanted(match, self._resources.content.entries)
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


def _wanted(match: Match | None, entries: tuple[str, ...]) -> Wanted:
    """Return what is offered: of an empty query everything, of a question its answer and what is near."""
    if match is None:
        return Wanted(slugs=entries, alert_first=True)
    if match.small_talk in URGENT:
        return Wanted(slugs=(), shares=False)
    if match.small_talk is not None:
        return Wanted(slugs=(), alert_first=True)
    found = [] if match.slug is None else [match.slug]
    return Wanted(slugs=tuple(dict.fromkeys([*found, *match.near])))
