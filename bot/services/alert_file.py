"""The alert file: an alert as one TOML document, read. `bot.services.alert_file_writing` is the other way."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from bot.domain.action_fields import FIELDS, FieldName, fields_of
from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert, Translation
from bot.domain.audience import of_topic
from bot.domain.field_values import LOCAL, instant, one_line, zone_name, zone_of
from bot.domain.links import checked_link
from bot.domain.staleness import written_together
from bot.errors import CampaignError
from bot.services.file_places import Place, end_of, place_in_message, place_of

TOP = frozenset({"kind", "base", "topic", "link", "deadline", "urgent", "reminds"}) | frozenset(FieldName)
"""What may stand above the sections."""

TOPIC_LIMIT = 64

_FIELDS = {field.name: field for fields in FIELDS.values() for field in fields}

_NAME = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_NESTED = re.compile(rf"^[ \t]*+\[?+\[?+[ \t]*+(?:{_NAME}[ \t]*+\.[ \t]*+){{16}}", re.MULTILINE)
"""A name of a great many parts: Python reads it in a time that grows with their square. An alert's have one."""


class AlertFileInvalid(CampaignError):
    """The alert file cannot be used. `why`: what is wrong; `line` and `column` say where, from 1; 0 where unknown."""

    def __init__(self, why: CampaignError, place: Place | None = None) -> None:
        self.why = why
        self.line, self.column = (0, 0) if place is None else (place.line, place.column)
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        super().__init__(f"The alert file cannot be used: {where}{why}")


class NotToml(CampaignError):
    """This is no TOML."""


class NotText(CampaignError):
    """This is no text in UTF-8."""


class LocaleUnknown(CampaignError):
    """The bot does not speak this language: `locale`."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        super().__init__(f"The bot does not speak [{locale}].")


class KindUnknown(CampaignError):
    """`kind` is none of the kinds of actions."""


class KeyUnknown(CampaignError):
    """The alert file knows no such key: `key`."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"The alert file knows no key `{key}`.")


class TextExpected(CampaignError):
    """`key` must be a text in quotation marks."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"`{key}` must be a text in quotation marks.")


class MomentExpected(CampaignError):
    """`key` must be a date and time."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"`{key}` must be a date and time, such as 2026-12-04T18:00:00Z.")


class TrueOrFalseExpected(CampaignError):
    """`key` must be true or false."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"`{key}` must be true or false, without quotation marks.")


class BaseMissing(CampaignError):
    """There are no words in the base locale: write a section [`locale`]."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        super().__init__(f"The alert file has no words in its base locale: write a section [{locale}].")


def text_of(content: bytes) -> str:
    """Return a file's text; the mark at its beginning that some editors write is none of it.

    Raises AlertFileInvalid.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        raise AlertFileInvalid(NotText(), end_of(before)) from error


def read_alert_file(text: str, *, strict: bool = False, locales: Collection[str] = ()) -> Alert:
    """Read an alert file (TOML), checked as if it had been written in the chat.

    `strict`: a key that is not known is a mistake. Otherwise it is passed over, as a later version may know it.
    `locales`: those that there may be, where they are known.
    Raises AlertFileInvalid, with the place.
    """
    written = _parsed(text)
    reader = _Reader(text, written, strict=strict)
    for locale in locales and reader.sections:
        if locale not in locales:
            raise AlertFileInvalid(LocaleUnknown(locale), place_of(text, locale, ""))
    return reader.alert()


def _parsed(text: str) -> dict[str, Any]:
    if nested := _NESTED.search(text):
        raise AlertFileInvalid(
            NotToml("A name has too many parts."),
            Place(line=text.count("\n", 0, nested.start()) + 1, column=1),
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AlertFileInvalid(
            NotToml(f"This is no TOML: {error}."), place_in_message(error, text)
        ) from error
    except (RecursionError, ValueError) as error:  # brackets without end; a number of thousands of digits
        raise AlertFileInvalid(NotToml("This is no TOML that can be read.")) from error


class _Reader:
    """Reads a document into an alert; whatever is wrong is raised with its place."""

    def __init__(self, text: str, written: Mapping[str, Any], *, strict: bool) -> None:
        self._text = text
        self._written = written
        self._strict = strict
        self.sections = {name: each for name, each in written.items() if isinstance(each, dict)}

    def alert(self) -> Alert:
        """Return the whole."""
        with self._at("", "kind"):
            kind = self._kind()
        base = self._text_of("", "base", self._written) or "en"
        with self._at("", "link"):
            link = self._text_of("", "link", self._written)
            link = None if link is None else checked_link(link)
        if base not in self.sections:
            raise AlertFileInvalid(BaseMissing(base), place_of(self._text, "", "base"))
        self._refuse_unknown("", self._written.keys() - self.sections.keys(), TOP)
        alert = Alert(
            id=0,
            author_id=None,
            kind=kind,
            base=base,
            audience=of_topic(self._topic()),
            link=link,
            deadline=self._deadline(),
            urgent=self._whether("urgent", without=False),
            reminds=self._whether("reminds", without=True),
            details=self._details(kind),
            translations={name: self._words(kind, base, name, each) for name, each in self.sections.items()},
        )
        return written_together(alert)

    def _kind(self) -> ActionKind:
        try:
            return ActionKind(self._written.get("kind", ""))
        except ValueError as error:
            raise KindUnknown from error

    def _topic(self) -> str:
        topic = self._text_of("", "topic", self._written)
        with self._at("", "topic"):
            return one_line(topic, TOPIC_LIMIT) if topic else DEFAULT_TOPIC

    def _deadline(self) -> datetime | None:
        deadline = self._written.get("deadline")
        if deadline is None:
            return None
        with self._at("", "deadline"):
            if not isinstance(deadline, datetime):
                raise MomentExpected("deadline")
            deadline = deadline.replace(tzinfo=deadline.tzinfo or UTC)
            _require_reachable(deadline.isoformat(), None, "deadline")
        return deadline

    def _whether(self, name: str, *, without: bool) -> bool:
        said = self._written.get(name, without)
        with self._at("", name):
            if not isinstance(said, bool):
                raise TrueOrFalseExpected(name)
        return said

    def _details(self, kind: ActionKind) -> dict[str, str]:
        """Return what the action needs beside link and words; what its kind does not ask for stays."""
        per_locale = {field.name for field in fields_of(kind, per_locale=True)}
        details: dict[str, str] = {}
        for name in FieldName:
            if name not in self._written or name is FieldName.LINK or name in per_locale:
                continue
            with self._at("", name):
                if name is FieldName.STARTS_AT:
                    details |= self._starts_at()
                    continue
                value, read = self._text_of("", name, self._written) or "", _FIELDS[name].read
                details[name] = value if read is None else read(value)
        return details

    def _starts_at(self) -> dict[str, str]:
        """Return when it begins, as the clocks of its zone show it; without a zone, in UTC."""
        written, zone = self._written[FieldName.STARTS_AT], self._written.get(FieldName.ZONE)
        try:
            begins = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
        except ValueError as error:
            raise MomentExpected(FieldName.STARTS_AT) from error
        zone = zone_name(zone) if isinstance(zone, str) else None
        _require_reachable(begins.isoformat(), zone, FieldName.STARTS_AT)
        if begins.tzinfo is not None:
            zone = zone or "UTC"
            begins = begins.astimezone(zone_of(zone))
        known = {} if zone is None else {FieldName.ZONE.value: zone}
        return {FieldName.STARTS_AT.value: begins.strftime(LOCAL), **known}

    def _words(self, kind: ActionKind, base: str, locale: str, words: Mapping[str, Any]) -> Translation:
        own = fields_of(kind, per_locale=True)
        self._refuse_unknown(locale, words, {"title", "text", "button", *(field.name for field in own)})
        fields: dict[str, str] = {}
        for field in own:
            section, at = (locale, words) if field.name in words or locale != base else ("", self._written)
            with self._at(section, field.name):
                value = self._text_of(section, field.name, at)
                if value is not None and field.read is not None:
                    fields[field.name.value] = field.read(value)
        title, text = (self._text_of(locale, key, words) for key in ("title", "text"))
        button = self._text_of(locale, "button", words)
        made = Translation(locale=locale, title=title or "", text=text or "", button=button, fields=fields)
        with self._at(locale, "text" if (title or "").strip() else "title"):
            return made.checked()

    def _text_of(self, section: str, key: str, at: Mapping[str, Any]) -> str | None:
        value = at.get(key)
        if value is None or isinstance(value, str):
            return value
        raise AlertFileInvalid(TextExpected(key), place_of(self._text, section, key))

    def _refuse_unknown(self, section: str, keys: Iterable[str], known: Collection[str]) -> None:
        for key in sorted(keys):
            if self._strict and key not in known:
                raise AlertFileInvalid(KeyUnknown(key), place_of(self._text, section, key))

    @contextmanager
    def _at(self, section: str, key: str) -> Iterator[None]:
        """Say of what is wrong inside that it is wrong with this key."""
        try:
            yield
        except AlertFileInvalid:
            raise
        except CampaignError as error:
            raise AlertFileInvalid(error, place_of(self._text, section, key)) from error


def _require_reachable(written: str, zone: str | None, key: str) -> None:
    """Look whether a moment has its place in every zone's calendar.

    Raises MomentExpected.
    """
    try:
        reached = instant(written, zone).year
    except ValueError as error:
        raise MomentExpected(key) from error
    if not 1900 < reached < 9999:  # noqa: PLR2004  # years of four digits, with room for any zone
        raise MomentExpected(key)
