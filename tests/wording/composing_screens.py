"""Every screen about what an action needs, about pictures, copies and files; `test_screens` looks at each."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.action_fields import FieldName, fields_of, with_value
from bot.domain.alert import ActionKind, Alert, TextTooLong, TranslationMissing
from bot.domain.field_values import FieldInvalid, Flaw
from bot.domain.organizer import Organizer, Role
from bot.domain.picture import Picture
from bot.i18n.localizer import Localizer
from bot.services.alert_fields import FieldNotAsked, FieldRequired
from bot.services.alert_file import (
    AlertFileInvalid,
    BaseMissing,
    KeyUnknown,
    KindUnknown,
    LocaleUnknown,
    MomentExpected,
    NotText,
    NotToml,
    TextExpected,
    TrueOrFalseExpected,
)
from bot.services.co_writing import Writer
from bot.services.file_places import Place
from bot.services.pictures import PictureStays
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording import action_kinds, alert_files, details, drafts, fields
from bot.wording.alert_message import alert_screen
from bot.wording.co_writing import writing_lines
from bot.wording.errors import apology
from bot.wording.lengths import length_line
from bot.wording.screen import Press, Screen, screen
from tests.making import NOW

VALUES = {
    FieldName.PHONE: "+442079460000",
    FieldName.ZONE: "America/Argentina/ComodRivadavia",
    FieldName.STARTS_AT: "2027-11-24T18:00",
    FieldName.LINK: "https://example.org/" + "x" * 500,
}
PLACE = Place(line=1204, column=120)


def full(alert: Alert, kind: ActionKind) -> Alert:
    """Return an alert of this kind with all that it needs, at its longest, and a picture."""
    made = replace(alert, kind=kind, picture=Picture(file_id="p", width=10_000, height=10_000))
    for field in fields_of(kind):
        for locale in alert.translations if field.per_locale else ("",):
            made = with_value(made, field, VALUES.get(field.name, "x" * field.limit), locale)
    return made


def composing_screens(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    """Yield every one of them."""
    yield from _of_kinds(localizer, alert)
    yield from _sentences(localizer, alert)


def _of_kinds(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    for kind in ActionKind:
        for each in (replace(alert, kind=kind), full(alert, kind)):
            yield details.details_screen(localizer, each)
            yield drafts.more_screen(localizer, each)
            yield drafts.more_screen(localizer, replace(each, urgent=True))
            yield drafts.ask_picture(localizer, each)
            yield screen(action_kinds.action_lines(localizer, each))
            yield alert_screen(each, localizer)
            for field in fields_of(kind):
                for locale in ("en", "ar") if field.per_locale else ("",):
                    yield fields.ask_field(localizer, each, field, locale)
                    yield fields.ask_field(localizer, each, field, locale, walking=True)
                    yield fields.field_refused(localizer, each.id, field, locale, "No.")
            for locale in each.translations:
                yield screen(length_line(localizer, each, locale))
                if (texts := fields.texts_with(localizer, each, locale)).text:
                    yield screen(texts, [[Press("Back", OpenAlert(each.id))]])


def _sentences(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    flaws = [FieldInvalid(flaw, length=5000, limit=80) for flaw in Flaw]
    for error in (*flaws, FieldNotAsked(), FieldRequired(), PictureStays()):
        yield screen(apology(error, localizer))
    yield drafts.no_picture(localizer, alert.id)
    too_long = TextTooLong(length=3000, limit=600, locale="ar")
    yield drafts.no_picture(localizer, alert.id, drafts.too_long_for_picture(localizer, too_long))
    writers = [
        Writer(organizer=Organizer(id=1, role=Role.EDITOR, since=NOW.date(), name=name), locale="ar")
        for name in (None, "N" * 40)
    ]
    yield screen("\n".join(writing_lines(localizer, writers)))
    for sentence in (alert_files.taken, alert_files.copied, alert_files.not_fetched):
        yield screen(sentence(localizer))
    yield screen(alert_files.caption(localizer, alert))
    whys = [
        *(NotToml(), NotText(), KindUnknown(), KeyUnknown("k" * 90), TextExpected("title")),
        *(
            MomentExpected("deadline"),
            TrueOrFalseExpected("urgent"),
            BaseMissing("en"),
            LocaleUnknown("x" * 90),
            TranslationMissing(),
        ),
    ]
    for why in whys:
        yield screen(alert_files.refused(localizer, AlertFileInvalid(why, PLACE)))
        yield screen(alert_files.refused(localizer, AlertFileInvalid(why)))
