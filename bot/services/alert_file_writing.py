"""The alert file: an alert as one TOML document, written. `bot.services.alert_file` is the other way."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.action_fields import FieldName
from bot.domain.alert import Alert
from bot.domain.audience import Topic, of_topic
from bot.domain.field_values import LOCAL
from bot.domain.markup_writing import to_markup

_ESCAPED = re.compile(r'["\\\x00-\x09\x0b-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\r": "\\r"}
"""What stands for itself in no text of TOML, and how some of it is written."""


def write_alert_file(alert: Alert) -> str:
    """Return the alert as a file: the other way of `read_alert_file`. Only a topic is written of its audience."""
    head: dict[str, str] = {"kind": _string(alert.kind), "base": _string(alert.base)}
    topics = [term.topic for term in alert.audience.terms if isinstance(term, Topic)]
    if topics and of_topic(topics[0]) == alert.audience:
        head["topic"] = _string(topics[0])
    if alert.link is not None:
        head["link"] = _string(alert.link)
    if alert.deadline is not None:
        head["deadline"] = alert.deadline.astimezone(UTC).isoformat()
    if alert.urgent:
        head["urgent"] = "true"
    if not alert.reminds:
        head["reminds"] = "false"
    head |= {name: _detail(name, value) for name, value in alert.details.items()}
    parts = [_lines(head)]
    for locale in sorted(alert.translations, key=lambda each: (each != alert.base, each)):
        words = alert.translations[locale]
        said = {"title": words.title, "text": to_markup(words.body())}
        said |= {} if words.button is None else {"button": words.button}
        section = {name: _string(value) for name, value in {**said, **words.fields}.items()}
        parts.append(f"[{locale}]\n{_lines(section)}")
    return "\n".join(parts)


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def _detail(name: str, value: str) -> str:
    """Return a moment as TOML has them, and anything else as a text."""
    if name != FieldName.STARTS_AT:
        return _string(value)
    try:
        return datetime.strptime(value, LOCAL).isoformat()  # noqa: DTZ007  # its zone stands beside it
    except ValueError:
        return _string(value)


def _string(value: str) -> str:
    """Return a text as TOML has them (its specification, "String"); several lines as such."""
    escaped = _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", value)
    return f'"""\n{escaped}"""' if "\n" in value else f'"{escaped}"'
