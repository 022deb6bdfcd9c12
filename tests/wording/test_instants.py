"""Moments are told by the clock of who reads them; a phone that cannot shows the words, with their zone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.config import ROOT
from bot.domain.alert import ActionKind
from bot.domain.bidi import FSI, PDI, RTL_MARK
from bot.domain.rich_text import Entity, RichText
from bot.i18n.catalogs import Catalogs
from bot.wording.alert_message import alert_text
from bot.wording.instants import until
from tests.making import draft

CATALOGS = Catalogs.load(ROOT / "locales", default="en")
AT = datetime(2026, 12, 4, 17, tzinfo=UTC)
INVISIBLE = str.maketrans("", "", FSI + PDI + RTL_MARK)


def covered(text: RichText, entity: Entity) -> str:
    """Return what an entity stands on."""
    units = text.text.encode("utf-16-le")[2 * entity.offset : 2 * (entity.offset + entity.length)]
    return units.decode("utf-16-le").translate(INVISIBLE)


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_a_deadline_by_the_readers_clock(locale: str) -> None:
    """The day, the hour and the zone are what phones show anew; the rest of the line stays."""
    words = CATALOGS.words(locale)
    line = until(AT, words)
    [entity] = line.entities
    assert entity.as_dict()["unix_time"] == AT.timestamp()
    assert covered(line, entity) == f"{words.moment(AT, UTC)} (UTC)".translate(INVISIBLE)
    assert line.text.translate(INVISIBLE).endswith("(UTC)")


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_a_moment_says_when_once(locale: str) -> None:
    """The card of a moment has one line with when it is and one that counts down."""
    words = CATALOGS.words(locale)
    details = {"zone": "Europe/Berlin", "starts_at": "2026-12-04T18:00"}
    text = alert_text(replace(draft(locales=[locale]), kind=ActionKind.MOMENT, details=details), words)
    when, countdown = (each for each in text.entities if each.type == "date_time")
    assert covered(text, when).endswith("(Europe/Berlin)")
    assert [dict(each.custom)["date_time_format"] for each in (when, countdown)] == ["wDT", "r"]
    lines = [line for line in text.text.splitlines() if "Europe/Berlin" in line]
    assert len(lines) == 2
