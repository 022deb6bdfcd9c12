"""The longest words under a picture, with everything that follows them, fit into Telegram's captions."""

from dataclasses import replace

import pytest

from bot.domain.action_fields import FieldName, fields_of, with_value
from bot.domain.alert import ActionKind
from bot.domain.picture import CAPTION_LIMIT, PICTURE_BODY_LIMIT, Picture
from bot.wording.alert_message import alert_screen
from bot.wording.confirmation import only_to_you
from tests import shipped
from tests.making import NOW, draft

CATALOGS = shipped.catalogs()
LONGEST = {
    FieldName.PHONE: "+123456789012345",
    FieldName.ZONE: "America/Argentina/ComodRivadavia",
    FieldName.STARTS_AT: "2027-11-24T18:00",
}


@pytest.mark.parametrize("locale", CATALOGS.locales)
@pytest.mark.parametrize("kind", ActionKind)
def test_captions_fit(kind: ActionKind, locale: str) -> None:
    """Whatever the kind needs, with a deadline and a mark above, in each language."""
    words = CATALOGS.words(locale)
    alert = replace(draft(locales=(locale,)), base=locale, kind=kind, deadline=NOW)
    said = replace(alert.translations[locale], title="T", text="x" * (PICTURE_BODY_LIMIT - 2))
    picture = Picture(file_id="p", width=1, height=1)
    alert = replace(alert, translations={locale: said}, picture=picture)
    alert.require_room()
    for field in fields_of(kind):
        if field.name is not FieldName.LINK:
            value = LONGEST.get(field.name, "x" * field.limit)
            alert = with_value(alert, field, value, locale)
    marks = [
        words.gettext("Sent again, in case it did not arrive:"),
        only_to_you(words),
    ]
    for mark in marks:
        assert len(alert_screen(alert, words, mark=mark).text) <= CAPTION_LIMIT
