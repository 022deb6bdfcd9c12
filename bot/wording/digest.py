"""A digest: several alerts in one message, each with its deadline and its buttons, whoever reads it."""

import orjson

from bot.delivery.sender import Prepared
from bot.domain.alert import Alert
from bot.domain.digest import Digest, ends_at
from bot.domain.outcome import opens_something
from bot.domain.rich_text import RichText, bold, joined, styled, utf16_length
from bot.i18n.localizer import Localizer
from bot.services.actions import ActionRecalled
from bot.telegram_io.action_buttons import ReadAlert
from bot.wording.action_notices import action_notice
from bot.wording.alert_buttons import main_button
from bot.wording.chat import parameters
from bot.wording.footer import footer
from bot.wording.instants import until
from bot.wording.screen import Control, Press, Screen, screen

TITLE_ROOM, TEXT_ROOM, LABEL_ROOM = 100, 240, 40
"""UTF-16 units for an alert's title, the beginning of its text, and its button's label. All of it is one tap away.

Eight alerts with their deadlines stay below the 4096 of a message."""


def digest_screen(digest: Digest, words: Localizer) -> Screen:
    """Return the digest; what was recalled since is struck out, and has no buttons."""
    # Translators: the first line of a message that brings several alerts at once, daily or weekly.
    head = bold(words.gettext("Your alerts"))
    numbered = list(enumerate(digest.alerts, start=1))
    parts: list[RichText | str] = [head]
    parts += [
        _struck(alert, words, n) if alert.id in digest.struck else _part(alert, words, n)
        for n, alert in numbered
    ]
    if digest.more:
        # Translators: at the end of a message with several alerts; {n} more did not fit into it.
        left = words.ngettext(
            "{n} more comes with your next digest.", "{n} more come with your next digest.", digest.more
        )
        parts.append(left)
    parts.append(footer(words))
    return screen(
        joined(parts), [_row(alert, words, n) for n, alert in numbered if alert.id not in digest.struck]
    )


def prepare_digest(digest: Digest, words: Localizer, *, paid: bool) -> Prepared:
    """Return what is sent to each reader of this locale for whom just this waits, without a sound; or the change."""
    sent = parameters(digest_screen(digest, words), words)
    if digest.is_change:
        return Prepared(method="editMessageText", rest=b"," + orjson.dumps(sent)[1:])
    sent |= {"disable_notification": True}
    if paid:
        sent["allow_paid_broadcast"] = True
    return Prepared(method="sendMessage", rest=b"," + orjson.dumps(sent)[1:])


def cut(text: str, room: int) -> str:
    """Return the beginning of a text in one line, of so many UTF-16 units at most, cut between words if it can be."""
    line = " ".join(text.split())
    if utf16_length(line) <= room:
        return line
    while utf16_length(line) > room - 1:
        line = line[: max(len(line) - max((utf16_length(line) - room + 1) // 2, 1), 0)]
    whole = line.rsplit(" ", 1)[0]
    return (whole if len(whole) > len(line) // 2 else line).rstrip() + "…"


def _part(alert: Alert, words: Localizer, number: int) -> RichText:
    said = alert.words(words.locale)
    lines: list[RichText | str] = [
        bold(f"{number}. {cut(said.title, TITLE_ROOM)}"),
        cut(said.body().text, TEXT_ROOM),
    ]
    ends = ends_at(alert)
    if ends is not None:
        lines.append(until(ends, words))
    return joined(lines, "\n")


def _struck(alert: Alert, words: Localizer, number: int) -> RichText:
    title = cut(alert.words(words.locale).title, TITLE_ROOM)
    return joined(
        [RichText(f"{number}. ") + styled(title, "strikethrough"), action_notice(ActionRecalled(), words)],
        "\n",
    )


def _row(alert: Alert, words: Localizer, number: int) -> list[Control]:
    # Translators: a button in a message with several alerts; {number} is which of them: shows all of its words.
    read = Press(words.gettext("{number}. Read", number=number), ReadAlert(alert.id))
    if not opens_something(alert, words.locale):
        return [read]
    main = main_button(alert, words)
    return [Press(f"{number}. {cut(main.label, LABEL_ROOM)}", main.does), read]
