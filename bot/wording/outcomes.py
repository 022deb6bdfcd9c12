"""What is answered to who says what came of an action: thanks for what it was, the count, one next step, Undo."""

from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Outcome, opens_something
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.services.actions import Said
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.supporter_buttons import OpenSettings, OpenTopics
from bot.wording.alert_buttons import main_button, said_button, undo_button, undo_pledge_button
from bot.wording.screen import Control, Link, Press, Screen, screen


def thanks_screen(words: Localizer, said: Said, outcome: Outcome) -> Screen:
    """Return the answer to what was said."""
    title = bold(said.alert.words(words.locale).title)
    undo = undo_button(words, said.alert.id, here=True)
    match outcome:
        case Outcome.DONE:
            text = joined([title, f"{thanks_for(words, said.alert.kind)} {_count(words, said)}"])
            return screen(text, [[next_step(words, said.alert)], [undo]])
        case Outcome.COULD_NOT:
            # Translators: answer to somebody who could not do what an alert asks for.
            kind = words.gettext("Thank you for saying so. It stays here, should you find another moment.")
            return screen(joined([title, kind]), [[main_button(said.alert, words, here=True)], [undo]])
        case Outcome.NOT_FOR_ME:
            # Translators: answer to somebody who said that an action is nothing for them.
            kind = words.gettext(
                "Understood: you will hear no more about this one. You choose how often you hear from us."
            )
            # Translators: button; opens the settings, where alerts can be made fewer.
            fewer = Press(words.gettext("Fewer alerts"), OpenSettings())
            return screen(joined([title, kind]), [[fewer], [undo]])


def pledged_screen(words: Localizer, said: Said) -> Screen:
    """Return the answer to a pledge."""
    title = bold(said.alert.words(words.locale).title)
    # Translators: answer to somebody who pledged to do something.
    thanks = words.gettext("Thank you: you have pledged.")
    if said.count is None:
        count = _first(words)
    else:
        # Translators: after a pledge; {n} is how many people have.
        count = words.ngettext(
            "{n} person has pledged so far.", "{n} people have pledged so far.", said.count
        )
    # Translators: after a pledge; "I did it" is the button below.
    later = words.gettext("When you have kept it, tap “I did it”.")
    undo = undo_pledge_button(words, said.alert.id, here=True)
    did = said_button(words, said.alert.id, Outcome.DONE, here=True)
    return screen(joined([title, f"{thanks} {count}", later]), [*link_row(said.alert, words), [did], [undo]])


def link_row(alert: Alert, words: Localizer) -> list[list[Control]]:
    """Return the alert's page, if it has one, for a main button that does something else first."""
    return [[Link(main_button(alert, words).label, alert.link)]] if alert.link else []


def taken_back_screen(words: Localizer, alert: Alert) -> Screen:
    """Return the answer to Undo."""
    title = bold(alert.words(words.locale).title)
    # Translators: answer to Undo: what somebody said about an action is counted nowhere any more.
    text = words.gettext("Taken back: it is not counted anywhere. You can say it again at any time.")
    others = [said_button(words, alert.id, each, here=True) for each in Outcome if each is not Outcome.DONE]
    return screen(joined([title, text]), [[_done_anew(words, alert), *others]])


def _done_anew(words: Localizer, alert: Alert) -> Press:
    """Return the button with which it is done again: where that takes more than saying so, the main one."""
    if alert.kind in (ActionKind.REPORT, ActionKind.MOMENT) and opens_something(alert, words.locale):
        return main_button(alert, words, here=True)
    return said_button(words, alert.id, Outcome.DONE, here=True)


def pledge_taken_back_screen(words: Localizer, alert: Alert) -> Screen:
    """Return the answer to Undo after a pledge."""
    title = bold(alert.words(words.locale).title)
    # Translators: answer to Undo after a pledge.
    text = words.gettext("Taken back: your pledge is not counted anywhere.")
    return screen(joined([title, text]), [[main_button(alert, words, here=True)]])


def thanks_for(words: Localizer, kind: ActionKind) -> str:
    """Return the thanks for what it was."""
    match kind:
        case ActionKind.EMAIL:
            # Translators: thanks to somebody who says that they did what an alert asks for.
            return words.gettext("Thank you for writing.")
        case ActionKind.CALL:
            # Translators: thanks to somebody who says that they did what an alert asks for.
            return words.gettext("Thank you for calling.")
        case ActionKind.SIGN:
            # Translators: thanks to somebody who says that they did what an alert asks for.
            return words.gettext("Thank you for signing.")
        case ActionKind.SHARE:
            # Translators: thanks to somebody who says that they did what an alert asks for.
            return words.gettext("Thank you for passing it on.")
        case ActionKind.ATTEND:
            # Translators: thanks to somebody who says that they came to an event.
            return words.gettext("Thank you for coming.")
        case ActionKind.PLEDGE:
            # Translators: thanks to somebody who says that they kept what they had pledged.
            return words.gettext("Thank you for keeping your pledge.")
        case ActionKind.REPORT:
            # Translators: thanks to somebody who answered the campaign's questions.
            return words.gettext("Thank you for reporting.")
        case ActionKind.MOMENT:
            # Translators: thanks to somebody who did at a moment what everybody did.
            return words.gettext("Thank you for acting together.")


def _count(words: Localizer, said: Said) -> str:
    """Return how many say the same; where they are few, no number."""
    n = said.count
    if n is None:
        return _first(words)
    match said.alert.kind:
        case ActionKind.EMAIL:
            # Translators: after thanks; how many people say that they have done it.
            return words.ngettext(
                "{n} person says they have written.", "{n} people say they have written.", n
            )
        case ActionKind.CALL:
            # Translators: after thanks; how many people say that they have done it.
            return words.ngettext("{n} person says they have called.", "{n} people say they have called.", n)
        case ActionKind.SIGN:
            # Translators: after thanks; how many people say that they have done it.
            return words.ngettext("{n} person says they have signed.", "{n} people say they have signed.", n)
        case ActionKind.MOMENT:
            # Translators: after "You are counted."; how many people have acted at this moment so far.
            return words.ngettext("{n} person has acted so far.", "{n} people have acted so far.", n)
        case _:
            # Translators: after thanks; how many people say that they have done what was asked for.
            return words.ngettext("{n} person says they did it.", "{n} people say they did it.", n)


def _first(words: Localizer) -> str:
    # Translators: after thanks, where so few people have done something yet that no number is told.
    return words.gettext("You are among the first.")


def next_step(words: Localizer, alert: Alert) -> Press:
    """Return the one step after having done it: to share the alert or, where that was it, to know the reasons."""
    if alert.kind is ActionKind.SHARE:
        # Translators: button after somebody shared an alert; opens the campaign's questions and answers.
        return Press(words.gettext("Next: know the reasons"), OpenTopics())
    # Translators: button after somebody did what an alert asks for; it opens a link, to be passed on to a friend.
    return Press(words.gettext("Next: bring a friend"), ShareAlert(alert.id))
