"""The longest words, with everything that follows them, fit into Telegram's messages and captions."""

import re
from dataclasses import replace

import pytest

from bot.domain.action_fields import FieldName, fields_of, with_value
from bot.domain.alert import BODY_LIMIT, ActionKind
from bot.domain.bidi import is_balanced, isolate
from bot.domain.picture import CAPTION_LIMIT, PICTURE_BODY_LIMIT, Picture
from bot.domain.rich_text import MESSAGE_LIMIT
from bot.wording.alert_message import alert_screen
from bot.wording.confirmation import only_to_you
from bot.wording.footer import footer
from tests import shipped
from tests.making import NOW, draft

CATALOGS = shipped.catalogs()
LONGEST = {
    FieldName.PHONE: "+123456789012345",
    FieldName.ZONE: "America/Argentina/ComodRivadavia",
    FieldName.STARTS_AT: "2027-11-24T18:00",
}


PICTURE = Picture(file_id="p", width=1, height=1)


@pytest.mark.parametrize(
    ("picture", "body_limit", "limit"),
    [(PICTURE, PICTURE_BODY_LIMIT, CAPTION_LIMIT), (None, BODY_LIMIT, MESSAGE_LIMIT)],
    ids=["caption", "message"],
)
@pytest.mark.parametrize("locale", CATALOGS.locales)
@pytest.mark.parametrize("kind", ActionKind)
def test_everything_fits(
    kind: ActionKind, locale: str, picture: Picture | None, body_limit: int, limit: int
) -> None:
    """Whatever the kind needs, with a deadline and a mark above, in each language."""
    words = CATALOGS.words(locale)
    alert = replace(draft(locales=(locale,)), base=locale, kind=kind, deadline=NOW)
    said = replace(alert.translations[locale], title="T", text="x" * (body_limit - 2))
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
        assert len(alert_screen(alert, words, mark=mark).text) <= limit


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_the_footer(locale: str) -> None:
    """Fewer stands before none, and each command by itself, also among words that are read from the right."""
    line = footer(CATALOGS.words(locale))
    assert is_balanced(line.text)
    assert re.findall(r"/\w+", line.text) == ["/settings", "/stop"]
    assert line.text.count(isolate("/settings")) == line.text.count(isolate("/stop")) == 1
