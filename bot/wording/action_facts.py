"""What the readers of an alert need for its action, in a few short lines under the text."""

from bot.domain.action_fields import FieldName, field_of, starts_at, value_for
from bot.domain.alert import Alert
from bot.domain.field_values import zone_of
from bot.i18n.localizer import Localizer


def fact_lines(alert: Alert, words: Localizer) -> list[str]:
    """Return whom to write to or call, when and where; nothing of what is not said."""
    address, phone = _value(alert, FieldName.ADDRESS, words), _value(alert, FieldName.PHONE, words)
    target, hours = _value(alert, FieldName.TARGET, words), _value(alert, FieldName.HOURS, words)
    place = _value(alert, FieldName.PLACE, words)
    lines = []
    if address or phone:
        whom = [each for each in (target, address or phone) if each]
        # Translators: in an alert, under its text: whom to write to or call. {whom} is an institution with its mail
        # address or its phone number.
        lines.append(words.gettext("To: {whom}", whom=words.apposed(whom)))
    if hours:
        # Translators: in an alert, under a phone number; {hours} is when somebody picks up.
        lines.append(words.gettext("Hours: {hours}", hours=hours))
    begins = starts_at(alert) if field_of(alert.kind, FieldName.STARTS_AT) else None
    if begins is not None:
        zone = alert.details.get(FieldName.ZONE) or "UTC"
        # Translators: in an alert, under its text. {moment} is a date and time; {zone} the zone it is in.
        lines.append(
            words.gettext("When: {moment} ({zone})", moment=words.moment(begins, zone_of(zone)), zone=zone)
        )
    if place:
        # Translators: in an alert, under its text; {place} is where people meet.
        lines.append(words.gettext("Where: {place}", place=place))
    return lines


def _value(alert: Alert, name: FieldName, words: Localizer) -> str | None:
    field = field_of(alert.kind, name)
    return None if field is None else value_for(alert, field, words.locale)
