"""Every screen that organizers and supporters see, in every locale: it can be said, and Telegram takes it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.reach import Reach, reach
from bot.domain.rich_text import MESSAGE_LIMIT
from bot.domain.subscriber import SubscriberState
from bot.i18n.catalogs import Catalogs
from bot.i18n.localizer import Localizer
from bot.services.broadcasts import Progress, ReachChanged, SentAlready
from bot.telegram_io.callbacks import BUTTONS, CALLBACK_BYTES
from bot.wording import approval, board, composing, confirmation, follow_ups, leaving
from bot.wording.alert_message import alert_screen
from bot.wording.chat import keyboard
from bot.wording.html import screen_html
from bot.wording.progress import Pace, progress_screen
from bot.wording.screen import Screen, screen
from tests.making import NOW

ROOT = Path(__file__).parents[2]
CATALOGS = Catalogs.load(ROOT / "locales", default="en")
LABEL_LENGTH = 64
"""Characters of a label that a phone shows in one row, at the very most."""

ALERT = Alert(
    id=10**18 - 1,
    author_id=1,
    kind=ActionKind.SIGN,
    base="en",
    link="https://example.org/petition",
    deadline=NOW + timedelta(days=3),
    translations={
        locale: Translation(locale=locale, title="T" * 80, text="<b>Text</b>\n" + "word " * 100)
        for locale in ("en", "ar")
    },
)
CORRECTION = replace(ALERT, corrects=7)


TALLY = Tally(audience=10_000, counts=dict.fromkeys(DeliveryState, 1_001))


def everybody() -> Reach:
    """Return a reach of many people in every locale, some left out."""
    by_locale = dict.fromkeys(CATALOGS.locales, 1000001)
    left_out = {SubscriberState.PAUSED: 41, SubscriberState.BLOCKED: 1}
    return reach(by_locale, base="en", written=ALERT.translations.keys(), left_out=left_out)


def progresses() -> Iterator[Progress]:
    """Yield every state of every kind of broadcast, with and without sends."""
    for kind in BroadcastKind:
        for status in BroadcastStatus:
            for because in (None, *StopReason):
                for started in (None, NOW - timedelta(hours=1)):
                    broadcast = Broadcast(
                        id=10**18 - 1,
                        alert_id=10**18 - 1,
                        follows=None if kind is BroadcastKind.SEND else 3,
                        audience=10_000,
                        kind=kind,
                        status=status,
                        stop_reason=because,
                        created_at=NOW,
                        starts_at=NOW + timedelta(seconds=40),
                        started_at=started,
                    )
                    yield Progress(broadcast=broadcast, tally=TALLY, out_of_reach=3)


def leaving_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen about leaving."""
    for state in (None, *SubscriberState):
        yield leaving.left_screen(localizer, state)
        yield leaving.ask_leaving(localizer, state)
    for paused in (True, False):
        yield screen(leaving.undone(localizer, paused=paused), [[leaving.leave_button(localizer)]])


def screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the organizers."""
    many, none = everybody(), reach({}, base="en", written=["en"], left_out={})
    for alert in (ALERT, CORRECTION, replace(ALERT, translations={}), replace(ALERT, link=None)):
        yield composing.kinds_screen(localizer, [alert, alert])
        yield board.sent_board(localizer, alert)
        for reached in (many, none):
            yield board.board_screen(localizer, alert, reached, CATALOGS.locales)
            yield approval.approval_screen(localizer, alert, reached, seen="f" * 32, paid=True)
            for canary in (True, False):
                yield confirmation.confirm_screen(localizer, alert, reached, canary=canary, paid=True)
        for sent in (True, False):
            yield approval.below_previews(localizer, alert, sent=sent)
            yield approval.approved_screen(localizer, alert, sends=sent)
        if alert.translations:
            yield alert_screen(alert, localizer, mark="again")
    for locale in CATALOGS.locales:
        yield composing.ask_words(localizer, locale)
    for kind in ActionKind:
        yield alert_screen(replace(ALERT, kind=kind), localizer)
    yield composing.kinds_screen(localizer, [])
    yield composing.ask_link(localizer, ALERT.id)
    yield follow_ups.ask_recall(localizer, ALERT.id, title="T" * 80)
    yield follow_ups.ask_resend(localizer, ALERT.id, title="T" * 80)
    for progress in progresses():
        pace = Pace(per_second=29.8)
        yield progress_screen(localizer, progress, title="T" * 80, now=NOW, pace=pace)
    sentences: list[Callable[[Localizer], str]] = [
        composing.nothing_to_cancel,
        composing.cancelled,
        approval.changed_since_seen,
        confirmation.confirmed,
        follow_ups.begun,
        follow_ups.left_as_it_is,
    ]
    yield from (screen(sentence(localizer)) for sentence in sentences)
    for error in (ReachChanged(5), SentAlready()):
        yield screen(confirmation.why_again(localizer, error))


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_every_screen_in_every_locale(locale: str) -> None:
    """Each says something, fits into a message, and has buttons that Telegram and a phone take."""
    localizer = CATALOGS.words(locale)
    for shown in (*screens(localizer), *leaving_screens(localizer)):
        assert shown.text.text.strip()
        assert len(shown.text) <= MESSAGE_LIMIT
        assert "{" not in shown.text.text
        for row in keyboard(shown):
            for each in row:
                assert 0 < len(each["text"]) <= LABEL_LENGTH, each
                assert len(each.get("callback_data", "").encode()) <= CALLBACK_BYTES
        assert screen_html(shown).startswith('<div class="text" dir="auto">')


def written_by_hand(source: str) -> list[int]:
    """Return the lines of a module where a string is a button's data, or is being made into some."""
    data = tuple(f"{name}:" for name in BUTTONS)
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(begins)), *_]) if begins.startswith(data):
                lines.append(node.lineno)
            case ast.Constant(value=str(text)) if text == "callback_data" or text.startswith(data):
                if text.partition(":")[2][:1] != " ":
                    lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "file",
    sorted((*ROOT.glob("bot/handlers/*.py"), *ROOT.glob("bot/wording/*.py"), *ROOT.glob("bot/jobs/*.py"))),
    ids=lambda file: f"{file.parent.name}/{file.stem}",
)
def test_no_button_is_written_by_hand(file: Path) -> None:
    """Callback data is made in one place, from values."""
    found = written_by_hand(file.read_text(encoding="utf-8"))
    assert len(found) == (file.name == "chat.py"), found


def test_a_button_written_by_hand_is_found() -> None:
    """The test above sees what it looks for."""
    assert written_by_hand('x = f"after:recall:{number}:yes"') != []
    assert written_by_hand('x = "faq:" + slug') != []
    assert written_by_hand('x = {"callback_data": y}') != []


def test_utc_is_what_alerts_say() -> None:
    """A deadline is said with its zone."""
    assert ALERT.deadline is not None
    assert ALERT.deadline.tzinfo is UTC
    assert "UTC" in alert_screen(ALERT, CATALOGS.words("en")).text.text
