"""The alert file."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.alert import ActionKind, TextMissing
from bot.domain.audience import of_topic
from bot.domain.links import LinkInvalid
from bot.domain.markup import MarkupInvalid
from bot.services import alert_file

FILE = """
kind = "attend"
base = "en"
link = "https://example.org/event"
place = "The square"
deadline = 2026-12-04T18:00:00+02:00
[en]
title = "Come"
text = "One <b>reason</b>."
button = "Take part"
[ar]
title = "تعالوا"
text = "سبب."
"""


def test_alert_file() -> None:
    """A file is read as the alert it describes."""
    alert = alert_file.read_alert_file(FILE)
    assert (alert.kind, alert.base, alert.audience) == (ActionKind.ATTEND, "en", of_topic("alerts"))
    assert alert.deadline == datetime(2026, 12, 4, 18, tzinfo=timezone(timedelta(hours=2)))
    assert alert.details == {"place": "The square"}
    assert set(alert.translations) == {"en", "ar"}
    assert alert.words("en").button == "Take part"
    local = alert_file.read_alert_file(FILE.replace("+02:00", ""))
    assert local.deadline == datetime(2026, 12, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("attend", "dance", alert_file.AlertFileInvalid),
        ("[en]", "[en", alert_file.AlertFileInvalid),
        ('base = "en"', 'base = "es"', alert_file.AlertFileInvalid),
        ('title = "Come"', "", alert_file.AlertFileInvalid),
        ('text = "One <b>reason</b>."', "text = 5", alert_file.AlertFileInvalid),
        ("2026-12-04T18:00:00+02:00", '"tomorrow"', alert_file.AlertFileInvalid),
        ("https", "http", LinkInvalid),
        ("</b>", "", MarkupInvalid),
        ('"Come"', '" "', TextMissing),
    ],
)
def test_alert_file_with_a_mistake(old: str, new: str, error: type[Exception]) -> None:
    """A mistake in a file is refused, with what is wrong."""
    assert old in FILE
    with pytest.raises(error):
        alert_file.read_alert_file(FILE.replace(old, new, 1))
