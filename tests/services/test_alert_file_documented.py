"""`docs/alert-file.md` says what the code does."""

import re

from bot.config import ROOT
from bot.domain.action_fields import FIELDS
from bot.domain.alert import ActionKind
from bot.services.alert_file import read_alert_file

PAGE = (ROOT / "docs" / "alert-file.md").read_text(encoding="utf-8")


def test_the_example_is_an_alert() -> None:
    """The file shown is read as it stands, with everything its kind needs."""
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    alert = read_alert_file(found[1], strict=True, locales=("en", "es"))
    assert alert.kind is ActionKind.EMAIL
    assert set(alert.translations) == {"en", "es"}


def test_the_table_of_fields() -> None:
    """Each kind stands there with just its fields, in order, and which of them are words."""
    rows = dict(re.findall(r"^\| (`.*?`) \| (.*?) \|$", PAGE, re.MULTILINE))
    listed = {name: needs for names, needs in rows.items() for name in re.findall(r"`(\w+)`", names)}
    assert set(listed) == set(ActionKind)
    for kind, fields in FIELDS.items():
        shown = [
            f"`{field.name}`" + "*" * field.per_locale + " (optional)" * (not field.required)
            for field in fields
        ]
        assert listed[kind] == ", ".join(shown)
