"""Deciding what readers get whose language is missing, or older than the base."""

from bot.domain.alert import Alert
from bot.domain.choices import Choice
from bot.handlers.board import show_board
from bot.handlers.request import Request
from bot.services import alerts, reaching, translations
from bot.telegram_io.check_buttons import Choose, Decide
from bot.telegram_io.compose_buttons import KeepWords
from bot.telegram_io.replies import Reply
from bot.wording.deciding import decide_all_screen, decide_screen


async def decide(request: Request, button: Decide) -> list[Reply]:
    """Ask about one language, with what was changed since its words were written; or about all that are open."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if button.locale is not None:
        return await _ask(request, alert, button.locale)
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    if not reach.undecided and not reach.waiting:
        return await show_board(request, alert)
    return request.replace(decide_all_screen(request.localizer, alert, reach))


async def choose(request: Request, button: Choose) -> list[Reply]:
    """Decide, and go on to what is still open; show it anew where the base was changed meanwhile."""
    return await _choose(request, button)


async def keep(request: Request, button: KeepWords) -> list[Reply]:
    """Let older words be sent as they are."""
    return await _choose(
        request, Choose(button.alert_id, choice=Choice.AS_IT_IS, seen=button.seen, locale=button.locale)
    )


async def _choose(request: Request, chosen: Choose) -> list[Reply]:
    alert = await translations.choose(
        request.tx,
        chosen.alert_id,
        chosen.locale,
        chosen.choice,
        among=request.resources.catalogs.locales,
        seen=chosen.seen,
        actor=request.actor,
        now=request.now,
    )
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    if len(reach.undecided) > 1:
        return request.replace(decide_all_screen(request.localizer, alert, reach))
    return await show_board(request, alert)


async def _ask(request: Request, alert: Alert, locale: str) -> list[Reply]:
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    changes = await translations.base_changes(request.tx, alert, locale, actor=request.actor)
    by = await translations.chosen_by(request.tx, alert, actor=request.actor)
    return request.replace(
        decide_screen(request.localizer, alert, reach, locale, changes=changes, by=by.get(locale))
    )
