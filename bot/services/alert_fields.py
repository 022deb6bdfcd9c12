"""What an alert's action needs beside its words: set one field at a time, each an edit like any other."""

from datetime import datetime

from bot.domain.action_fields import Field, FieldName, field_of, read_value
from bot.domain.alert import Alert, TranslationMissing
from bot.domain.organizer import Organizer, Right
from bot.domain.staleness import field_version, with_field
from bot.errors import CampaignError
from bot.services.alerts import WordsChanged, revise, unsent
from bot.services.team import authorize
from bot.store.store import Transaction


class FieldNotAsked(CampaignError):
    """The alert asks for another kind of action by now, which needs nothing of this kind."""


class FieldRequired(CampaignError):
    """The action cannot do without this: it can be replaced, not taken out."""


def asked(alert: Alert, name: FieldName, locale: str = "") -> Field:
    """Return a field that the alert's kind has; of one that is words, its language has to be written.

    Raises FieldNotAsked, TranslationMissing.
    """
    field = field_of(alert.kind, name)
    if field is None or field.per_locale is not bool(locale):
        raise FieldNotAsked
    if locale and locale not in alert.translations:
        raise TranslationMissing
    return field


async def set_field(
    tx: Transaction,
    alert_id: int,
    name: FieldName,
    written: str | None,
    *,
    actor: Organizer,
    now: datetime,
    locale: str = "",
    over: str | None = None,
) -> Alert:
    """Set a field to what was written, or take it out.

    `over`: the version of its value that the organizer saw, empty where there was none; None where they are not asked
    about that. Raises MayNotCompose, AlertMissing, AlertSent, FieldNotAsked, FieldRequired, FieldInvalid, LinkInvalid,
    PersonLinked, TranslationMissing, WordsChanged.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    field = asked(alert, name, locale)
    if written is None and field.required:
        raise FieldRequired
    value = None if written is None else read_value(alert, field, written, now=now)
    edited = with_field(alert, field, value, locale)
    if edited != alert and over not in (None, field_version(alert, field, locale)):
        raise WordsChanged
    return await revise(tx, alert, edited, actor=actor, now=now)
