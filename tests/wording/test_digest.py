"""A digest fits into one message, whatever its alerts say."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import MOST, Digest, in_order, is_over
from bot.domain.rich_text import utf16_length
from bot.telegram_io.action_buttons import Act, ReadAlert
from bot.wording.digest import cut, digest_screen, prepare_digest
from bot.wording.screen import Press
from tests import shipped
from tests.making import NOW, draft, words

CATALOGS = shipped.catalogs()
MESSAGE_LENGTH = 4096
"""UTF-16 units of a message (Bot API, sendMessage)."""


@given(st.text(), st.integers(2, 200))
def test_cut(text: str, room: int) -> None:
    """What is cut fits, says so, and is the beginning; what fits is left as it is, in one line."""
    line, shown = " ".join(text.split()), cut(text, room)
    assert utf16_length(shown) <= room
    assert shown == line or (shown.endswith("…") and line.startswith(shown[:-1]))
    assert utf16_length(line) > room or shown == line


def test_the_longest() -> None:
    """As many alerts as fit, of the longest titles and texts, with deadlines, are below a message's length anywhere."""
    long = replace(words(), title="𝒯" * 200 + " x", text="𝓌" * 1500)
    alerts = [replace(draft(), id=10**17 + n, translations={"en": long}, deadline=NOW) for n in range(MOST)]
    for locale in CATALOGS.locales:
        made = digest_screen(Digest(alerts=alerts, more=1_000), CATALOGS.words(locale))
        assert utf16_length(made.text.text) <= MESSAGE_LENGTH


def test_by_deadline() -> None:
    """What ends first stands first, what never ends last; what is over is in none."""
    ends = {1: NOW, 2: None, 3: NOW.replace(hour=3), 4: None}
    alerts = [replace(draft(), id=number, deadline=deadline) for number, deadline in ends.items()]
    assert [alert.id for alert in in_order(alerts)] == [3, 1, 2, 4]
    assert [alert.id for alert in alerts if is_over(alert, now=NOW)] == [1, 3]


def test_what_was_recalled() -> None:
    """It is struck out by its title, says so, and has neither its words nor buttons; the others stay as they are."""
    alerts = [replace(draft(), id=number) for number in (1, 2)]
    said = Digest(alerts=alerts, struck=frozenset({1}), is_change=True)
    made = digest_screen(said, CATALOGS.words("en"))
    [struck] = [each for each in made.text.entities if each.type == "strikethrough"]
    assert made.text.text[struck.offset : struck.offset + struck.length] == alerts[0].words("en").title
    assert "The campaign has taken this alert back" in made.text.text
    assert made.text.text.count(alerts[0].words("en").body().text) == 1
    does = [press.does for row in made.rows for press in row if isinstance(press, Press)]
    assert does == [Act(2), ReadAlert(2)]
    prepared = prepare_digest(said, CATALOGS.words("en"), paid=True)
    assert prepared.method == "editMessageText"
    assert b"disable_notification" not in prepared.rest
    assert b"allow_paid_broadcast" not in prepared.rest
