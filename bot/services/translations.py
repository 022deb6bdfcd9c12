"""The translations of an alert: what changed in the base, and what readers get whose language is not up to date."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.alert import Alert, Translation
from bot.domain.choices import Choice
from bot.domain.organizer import Organizer, Right
from bot.domain.revision import words_in
from bot.domain.rich_text import RichText
from bot.domain.staleness import Standing, base_version, decided, open_to, standing, version_of
from bot.domain.word_diff import changed_words
from bot.services import alerts, reaching
from bot.services.team import authorize
from bot.store.store import Transaction


async def choose(
    tx: Transaction,
    alert_id: int,
    locale: str | None,
    choice: Choice,
    *,
    among: Collection[str],
    seen: str,
    actor: Organizer,
    now: datetime,
) -> Alert:
    """Decide what the readers of a locale get or, with None, those of all open ones that this can be decided of.

    `among`: the locales there are; one that nobody reads yet is decided of with the others. `seen`: the version of the
    base's words as they were shown. Where it was changed meanwhile, nothing is decided. The choice is an edit: whoever
    makes it is an author.
    Raises MayNotCompose, AlertMissing, AlertSent.
    """
    authorize(actor, Right.COMPOSE)
    alert = await alerts.unsent(tx, alert_id, actor=actor)
    if seen != base_version(alert):
        return alert
    locales: Collection[str] = [locale or ""]
    if locale is None:
        reach = await reaching.reach_of(tx, alert, actor=actor)
        locales = open_to(alert, choice, {*among, *reach.undecided})
    edited = decided(alert, locales, choice, by=actor.id)
    return await alerts.revise(tx, alert, edited, actor=actor, now=now)


async def base_changes(tx: Transaction, alert: Alert, locale: str, *, actor: Organizer) -> RichText:
    """Return which words of the base were changed since those of a locale were written.

    Empty where they are not older, where only formatting was changed, or where the words of then are not kept.
    """
    authorize(actor, Right.LOOK)
    if standing(alert, locale) is not Standing.STALE or alert.base not in alert.translations:
        return RichText("")
    then = await _base_at(tx, alert, alert.translations[locale].written_for)
    return RichText("") if then is None else changed_words(_said(then), _said(alert.translations[alert.base]))


async def chosen_by(tx: Transaction, alert: Alert, *, actor: Organizer) -> dict[str, Organizer]:
    """Return who decided about each locale, as far as they are on the team and it is known."""
    authorize(actor, Right.LOOK)
    team = {each.id: each for each in await tx.organizers.all()}
    made = {locale: team.get(chosen.by or 0) for locale, chosen in alert.choices.items()}
    return {locale: organizer for locale, organizer in made.items() if organizer is not None}


async def _base_at(tx: Transaction, alert: Alert, version: str | None) -> Translation | None:
    """Return the base's words in this version, if a revision has them."""
    for revision in reversed(await tx.alerts.revisions(alert.id)):
        words = words_in(revision.content, alert.base)
        if words is not None and version_of(words) == version:
            return words
    return None


def _said(words: Translation) -> str:
    parts = [words.title, words.body().text, words.button or ""]
    return "\n\n".join(part for part in parts if part)
