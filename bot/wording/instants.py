"""When something begins, as each reader's phone shows it: by their own clock, and counting down.

Phones that cannot show what stands in full beneath: the day, the hour and the zone.
"""

from datetime import UTC, datetime

from bot.domain.action_fields import FieldName, starts_at
from bot.domain.alert import Alert
from bot.domain.bidi import isolate
from bot.domain.field_values import zone_of
from bot.domain.rich_text import Entity, RichText, joined, utf16_length
from bot.i18n.localizer import Localizer


def own_clock(alert: Alert, words: Localizer, form: str) -> RichText | str:
    """Return when it begins: in its own zone, and as the reader's phone shows it, with words where a phone does not."""
    begins = starts_at(alert)
    if begins is None:
        return ""
    zone = alert.details.get(FieldName.ZONE) or "UTC"
    moment = words.moment(begins, zone_of(zone))
    line = words.gettext("When: {moment} ({zone})", moment=moment, zone=zone)
    # Translators: {moment} is a date and time, {zone} the name of the time zone in which clocks show it.
    spelled = words.gettext("{moment} ({zone})", moment=moment, zone=zone)
    # Translators: before a date and time as the reader's own phone shows it.
    own = words.gettext("On your clock:")
    return joined([line, RichText(f"{own} ") + _date_time(spelled, int(begins.timestamp()), form)], "\n")


def until(deadline: datetime, words: Localizer) -> RichText:
    """Return until when there is time for an alert, by the clock of who reads it."""
    moment = words.moment(deadline, UTC)
    # Translators: in an alert, under its text, at the end of a line: phones show {moment} ({zone}) by their own clock.
    # {moment} is a date and time; {zone} the zone it is in.
    line = words.gettext("Until {moment} ({zone})", moment=moment, zone="UTC")
    return _by_own_clock(line, moment, int(deadline.timestamp()), "wDt")


def at_once(alert: Alert, words: Localizer) -> RichText | str:
    """Return when everybody acts, by the clock of who reads it, and what counts down until then."""
    begins = starts_at(alert)
    if begins is None:
        return ""
    zone = alert.details.get(FieldName.ZONE) or "UTC"
    moment = words.moment(begins, zone_of(zone))
    line = words.gettext("When: {moment} ({zone})", moment=moment, zone=zone)
    when = _by_own_clock(line, moment, int(begins.timestamp()), "wDT")
    return joined([when, _countdown(begins, zone, words)], "\n")


def _by_own_clock(line: str, moment: str, seconds: int, form: str) -> RichText:
    """Return a line that ends with a moment and its zone, for which phones show the moment by their own clock."""
    begins = line.index(isolate(moment))
    return RichText(line[:begins]) + _date_time(line[begins:], seconds, form)


def _countdown(begins: datetime, zone: str, words: Localizer) -> RichText:
    spelled = words.gettext("{moment} ({zone})", moment=words.moment(begins, zone_of(zone)), zone=zone)
    # Translators: before a moment that counts down on the reader's phone: "in 3 hours".
    begins_word = words.gettext("It begins:")
    return RichText(f"{begins_word} ") + _date_time(spelled, int(begins.timestamp()), "r")


def _date_time(spelled: str, seconds: int, form: str) -> RichText:
    """Return a moment that phones show in their own zone; `spelled` stands where they cannot (Bot API, date_time)."""
    custom = (("date_time_format", form), ("unix_time", seconds))
    entity = Entity(type="date_time", offset=0, length=utf16_length(spelled), custom=custom)
    return RichText(spelled, (entity,))
