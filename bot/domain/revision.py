"""The revisions of an alert: each edit is kept as a whole, with who made it. None is ever changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.audience import audience_from_json
from bot.domain.choices import Choice, Choices, Chosen
from bot.domain.picture import picture_from
from bot.domain.rich_text import entity_from
from bot.domain.schedule import ON_CONFIRMATION, rule_as_json, rule_from_json

START = "start"
"""Where the rule for its start stands; it is not written where that is on confirmation, as it always was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The editor's message that the words of one locale were read from."""

    message_id: int
    locale: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What an alert said after one edit. They are numbered from 1; `editor_id` is None for one read from a file."""

    number: int
    content: Mapping[str, Any]
    editor_id: int | None
    at: datetime
    source: Source | None = None


def content_of(alert: Alert) -> dict[str, Any]:
    """Return what an alert says, to whom and when, as JSON takes it: all that an edit can change.

    What came later is written only where it says something: then older approvals stay good.
    """
    made: dict[str, Any] = {
        "kind": alert.kind.value,
        "base": alert.base,
        "audience": alert.audience.as_json(),
        "link": alert.link,
        "deadline": alert.deadline.astimezone(UTC).isoformat() if alert.deadline else None,
        "details": dict(alert.details),
        "translations": {
            locale: _words_as_json(words, alert.choices.get(locale))
            for locale, words in alert.translations.items()
        },
    }
    if alert.start != ON_CONFIRMATION:
        made[START] = rule_as_json(alert.start)
    if alert.picture is not None:
        made["picture"] = alert.picture.as_json()
    if alert.urgent:
        made["urgent"] = True
    if not alert.reminds:
        made["reminds"] = False
    if chosen := _choices_as_json(alert.choices):
        made["choices"] = chosen
    return made


def _choices_as_json(choices: Choices) -> dict[str, Any]:
    return {
        locale: {"choice": chosen.choice.value, "by": chosen.by, "for_base": chosen.for_base}
        for locale, chosen in choices.items()
        if not chosen.is_kept_with_words
    }


def _choices_from(content: Mapping[str, Any]) -> Choices:
    kept = {
        locale: Chosen(choice=Choice.AS_IT_IS, for_base=written["kept_for"])
        for locale, written in content["translations"].items()
        if "kept_for" in written
    }
    written = {
        locale: Chosen(choice=Choice(each["choice"]), by=each["by"], for_base=each["for_base"])
        for locale, each in content.get("choices", {}).items()
    }
    return {**kept, **written}


def _words_as_json(words: Translation, chosen: Chosen | None) -> dict[str, Any]:
    """Return words as JSON takes them."""
    made: dict[str, Any] = {"title": words.title, "text": words.text, "button": words.button}
    if words.entities is not None:
        made["entities"] = [entity.as_dict() for entity in words.entities]
    if words.fields:
        made["fields"] = dict(words.fields)
    kept_for = chosen.for_base if chosen is not None and chosen.is_kept_with_words else None
    versions = {"written_for": words.written_for, "kept_for": kept_for}
    return made | {name: version for name, version in versions.items() if version is not None}


def _words_from(locale: str, written: Mapping[str, Any]) -> Translation:
    entities = written.get("entities")
    read = None if entities is None else tuple(map(entity_from, entities))
    words = {name: value for name, value in written.items() if name != "kept_for"}
    return Translation(locale=locale, **{**words, "entities": read})


def words_in(content: Mapping[str, Any], locale: str) -> Translation | None:
    """Return the words that a revision has in one locale, if it has any."""
    written = content["translations"].get(locale)
    return None if written is None else _words_from(locale, written)


def alert_from(
    content: Mapping[str, Any], *, alert_id: int, author_id: int | None, corrects: int | None, revision: int
) -> Alert:
    """Return the alert that says this: the other way of `content_of`."""
    deadline = content["deadline"]
    return Alert(
        id=alert_id,
        author_id=author_id,
        revision=revision,
        kind=ActionKind(content["kind"]),
        base=content["base"],
        audience=audience_from_json(content["audience"]),
        link=content["link"],
        deadline=None if deadline is None else datetime.fromisoformat(deadline),
        details=content["details"],
        corrects=corrects,
        picture=picture_from(content.get("picture")),
        urgent=bool(content.get("urgent")),
        reminds=bool(content.get("reminds", True)),
        start=rule_from_json(content[START]) if START in content else ON_CONFIRMATION,
        translations={
            locale: _words_from(locale, content["translations"][locale])
            for locale in sorted(content["translations"])
        },
        choices=_choices_from(content),
    )
