"""The buttons under an alert: the main one, what came of it, and the reasons."""

from collections.abc import Sequence

from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Outcome, opens_something
from bot.i18n.localizer import Localizer
from bot.telegram_io.action_buttons import (
    Act,
    FewerOutcomes,
    MoreOutcomes,
    SayOutcome,
    UndoOutcome,
    UndoPledge,
)
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.supporter_buttons import Why
from bot.wording.main_button import main_label
from bot.wording.screen import Control, Press


def alert_rows(alert: Alert, words: Localizer, *, extra: Sequence[Press] = ()) -> list[list[Control]]:
    """Return the rows under an alert; `extra` stands before *More*.

    An alert that asks to be shared is shared by its main button.
    """
    # Translators: a button under an alert; it opens the campaign's answers.
    why = Press(words.gettext("Why?"), Why())
    did = said_button(words, alert.id, Outcome.DONE)
    # Translators: a button under an alert; it opens a link, to be passed on to a friend.
    share = (
        [Press(words.gettext("Share"), ShareAlert(alert.id))] if alert.kind is not ActionKind.SHARE else []
    )
    # Translators: a button under an alert; it opens more that can be said: "Couldn't", "Not for me".
    more = Press(words.pgettext("an alert", "More"), MoreOutcomes(alert.id))
    # At a moment the main button itself says so; of a report it is the answers that count.
    says_it = alert.kind in (ActionKind.MOMENT, ActionKind.REPORT) and opens_something(alert, words.locale)
    said = [] if says_it else [did]
    # Two in a row: three are cut in some languages.
    return [*_main_row(alert, words), [*said, *share], [why, *extra, more]]


def more_rows(
    alert: Alert, words: Localizer, *, said: Outcome | None, has_pledged: bool = False
) -> list[list[Control]]:
    """Return the rows in their place: what else can be said or, where something was said, how to take it back.

    So it is with a pledge of which nothing more was said.
    """
    # Translators: a button under an alert; back to its first buttons.
    back = Press(words.pgettext("an alert", "Back"), FewerOutcomes(alert.id))
    if said is not None:
        return [*_main_row(alert, words), [undo_button(words, alert.id)], [back]]
    others = [said_button(words, alert.id, each) for each in (Outcome.COULD_NOT, Outcome.NOT_FOR_ME)]
    undo = [undo_pledge_button(words, alert.id)] if has_pledged else []
    return [*_main_row(alert, words), [*others], [*undo, back]]


def said_button(words: Localizer, alert_id: int, outcome: Outcome, *, here: bool = False) -> Press:
    """Return the button with which this is said."""
    return Press(outcome_label(words, outcome), SayOutcome(alert_id, outcome, here))


def undo_button(words: Localizer, alert_id: int, *, here: bool = False) -> Press:
    """Return the button with which what was said is taken back."""
    # Translators: a button; takes back what somebody said about an action, everywhere it was counted.
    return Press(words.gettext("Undo"), UndoOutcome(alert_id, here))


def undo_pledge_button(words: Localizer, alert_id: int, *, here: bool = False) -> Press:
    """Return the button with which a pledge is taken back."""
    # Translators: a button; takes a pledge back.
    return Press(words.gettext("Undo"), UndoPledge(alert_id, here))


def main_button(alert: Alert, words: Localizer, *, here: bool = False) -> Press:
    """Return the main button, with its author's words where there are any."""
    label = alert.words(words.locale).button or main_label(words, alert.kind)
    return Press(label, Act(alert.id, here))


def outcome_label(words: Localizer, outcome: Outcome) -> str:
    """Return what somebody says with a button."""
    match outcome:
        case Outcome.DONE:
            # Translators: a button under an alert: somebody says that they did what it asks for.
            return words.gettext("I did it")
        case Outcome.COULD_NOT:
            # Translators: a button under an alert: somebody says that they tried, or would have, and could not.
            return words.gettext("Couldn’t")
        case Outcome.NOT_FOR_ME:
            # Translators: a button under an alert: somebody says that this action is nothing for them.
            return words.gettext("Not for me")


def _main_row(alert: Alert, words: Localizer) -> list[list[Control]]:
    return [[main_button(alert, words)]] if opens_something(alert, words.locale) else []
