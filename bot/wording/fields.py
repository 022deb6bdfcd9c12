"""What an alert's action needs: asked for, and shown as it stands."""

from bot.domain.action_fields import (
    Field,
    FieldName,
    Position,
    fields_of,
    missing_fields,
    position,
    starts_at,
    value_of,
)
from bot.domain.alert import Alert
from bot.domain.field_values import zone_of
from bot.domain.links import shown_link
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer
from bot.telegram_io.compose_buttons import EditField, RemoveField, SkipField
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording.field_names import field_hint, field_name
from bot.wording.screen import Control, Press, Screen, in_rows, screen
from bot.wording.titles import cut

TEXT_SHOWN = 1400
"""UTF-16 units of a value that is shown beside another: twice so many fit into a message."""

VALUE_SHOWN = 60
"""Characters of a value where all are listed; the previews show them whole."""


def step_line(localizer: Localizer, step: Position) -> RichText:
    """Return where one is in the writing of a new alert."""
    # Translators: above a question to an organizer who writes an alert; this is the {number}th question of {of}.
    return styled(localizer.gettext("Step {number} of {of}", number=step.number, of=step.of), "italic")


def ask_field(
    localizer: Localizer,
    alert: Alert,
    field: Field,
    locale: str = "",
    *,
    walking: bool = False,
    why: str = "",
) -> Screen:
    """Ask for a field, and show what is there. `walking`: the other questions follow. `why`: what was said before."""
    value = value_of(alert, field, locale)
    parts: list[RichText | str] = [
        why,
        step_line(localizer, position(alert.kind, field.name)) if walking else "",
        bold(_named(localizer, field, locale)),
        field_hint(localizer, field.name),
    ]
    if value is not None:
        now = RichText(shown_value(localizer, alert, field, locale)).cut(TEXT_SHOWN)
        # Translators: above a value as it is now; the organizer may send another.
        parts += [styled(localizer.gettext("Now:"), "italic"), now]
    base = value_of(alert, field, alert.base) if field.per_locale and locale != alert.base else None
    if base is not None:
        # Translators: above the words that are to be translated; {language} is the language they are in.
        says = localizer.gettext("{language} says:", language=localizer.language_name(alert.base))
        parts += [styled(says, "italic"), RichText(base).cut(TEXT_SHOWN)]
    if walking:
        # Translators: under a question to an organizer; the commands {back} and {cancel} stay as they are.
        ways = localizer.gettext(
            "{back} shows the alert, {cancel} stops here.", back="/back", cancel="/cancel"
        )
        parts.append(ways)
    rows: list[list[Control]] = []
    if not field.required and walking:
        # Translators: button; goes on to the next question without an answer.
        rows.append([Press(localizer.gettext("Skip"), SkipField(alert.id, field.name, locale or None))])
    elif not field.required and value is not None:
        remove = RemoveField(alert.id, field.name, locale or None)
        # Translators: button; takes out what is there, such as the hours of a phone.
        rows.append([Press(localizer.gettext("Take it out"), remove)])
    return screen(joined(parts), [*rows, [_back(localizer, alert.id)]])


def field_refused(localizer: Localizer, alert_id: int, field: Field, locale: str, said: str) -> Screen:
    """Say why a value cannot be used; the same is awaited still."""
    text = joined([bold(_named(localizer, field, locale)), said])
    return screen(text, [[_back(localizer, alert_id)]])


def locale_buttons(localizer: Localizer, alert: Alert, locale: str) -> list[list[Control]]:
    """Return a button for each field that is words of this language; none before the language is written."""
    if locale not in alert.translations:
        return []
    own = fields_of(alert.kind, per_locale=True)
    return in_rows(
        [Press(field_name(localizer, each.name), EditField(alert.id, each.name, locale)) for each in own], 2
    )


def field_lines(localizer: Localizer, alert: Alert) -> list[str]:
    """Return the values that are there, a line each; of words, those of the alert's first language."""
    lines, begins = [], starts_at(alert)
    for field in fields_of(alert.kind):
        locale = alert.base if field.per_locale else ""
        # The moment is shown with its zone, and the link with the button that opens it.
        shown_elsewhere = field.name is FieldName.LINK or (
            field.name is FieldName.ZONE and begins is not None
        )
        if shown_elsewhere or value_of(alert, field, locale) is None:
            continue
        value = cut(" ".join(shown_value(localizer, alert, field, locale).split()), VALUE_SHOWN)
        # Translators: one thing that an alert's action needs; {name} is what it is called, such as Number.
        lines.append(
            localizer.gettext("{name}: {value}", name=field_name(localizer, field.name), value=value)
        )
    return lines


def missing_line(localizer: Localizer, alert: Alert) -> str:
    """Name what the action needs and has not, with the languages in which it is missing; empty for nothing."""
    languages: dict[FieldName, list[str]] = {}
    for field, locale in missing_fields(alert):
        languages.setdefault(field.name, []).extend([localizer.language_name(locale)] if locale else [])
    if not languages:
        return ""
    names = [
        f"{field_name(localizer, name)} ({localizer.list(spoken)})" if spoken else field_name(localizer, name)
        for name, spoken in languages.items()
    ]
    # Translators: to an organizer, about what an alert's action needs and has not; {names} is a list of these.
    return localizer.gettext("! Still missing: {names}", names=localizer.list(names))


def shown_value(localizer: Localizer, alert: Alert, field: Field, locale: str = "") -> str:
    """Return a value as organizers read it; empty where there is none."""
    value = value_of(alert, field, locale) or ""
    if value and field.name is FieldName.LINK:
        return shown_link(value)
    begins = starts_at(alert) if field.name is FieldName.STARTS_AT else None
    if begins is None:
        return value
    zone = alert.details.get(FieldName.ZONE)
    year = begins.astimezone(zone_of(zone)).year
    return f"{localizer.moment(begins, zone_of(zone))} ({zone or 'UTC'}, {year})"


def texts_with(localizer: Localizer, alert: Alert, locale: str) -> RichText:
    """Return what the action needs in words of one language, whole: what is approved is what is seen."""
    parts: list[RichText | str] = []
    for field in fields_of(alert.kind, per_locale=True):
        value = value_of(alert, field, locale)
        if value is not None:
            parts += [bold(_named(localizer, field, locale)), value]
    return joined(parts)


def _named(localizer: Localizer, field: Field, locale: str) -> str:
    name = field_name(localizer, field.name)
    if not locale:
        return name
    # Translators: title of a question for words; {name} is what they are for, such as Letter, {language} a language.
    return localizer.gettext("{name}: {language}", name=name, language=localizer.language_name(locale))


def _back(localizer: Localizer, alert_id: int) -> Press:
    # Translators: button; back to an alert's board.
    return Press(localizer.gettext("Back to the alert"), OpenAlert(alert_id))
