"""Asking for what an alert's action needs, one field a message."""

from bot.domain.action_fields import Field
from bot.domain.alert import Alert
from bot.domain.staleness import field_version, link_version
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AwaitField, AwaitLink
from bot.telegram_io.replies import Reply
from bot.wording.composing import ask_link
from bot.wording.fields import ask_field


async def ask_for_link(request: Request, alert: Alert, *, why: str = "") -> list[Reply]:
    """Ask for what the main button opens. Of an address that lacks only https:// the whole will be offered."""
    await save_state(request, AwaitLink(alert_id=alert.id, over=link_version(alert)))
    return request.replace(ask_link(request.localizer, alert, why=why))


def question(alert: Alert, field: Field, locale: str = "", *, walking: bool = False) -> AwaitField:
    """Return the question for a field, with the version of its value that is shown with it."""
    return AwaitField(
        alert_id=alert.id,
        name=field.name.value,
        locale=locale,
        walking=walking,
        over=field_version(alert, field, locale),
    )


async def ask(
    request: Request, alert: Alert, field: Field, state: AwaitField, *, why: str = ""
) -> list[Reply]:
    """Ask for a field, and show what is there. `why`: what was wrong when it was asked for before."""
    await save_state(request, state)
    shown = ask_field(request.localizer, alert, field, state.locale, walking=state.walking, why=why)
    return request.replace(shown)
