"""What is asked of who reports something, and how editors and their team read it."""

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.domain.sighting import SightingState
from bot.i18n.localizer import Localizer
from bot.services.actions import Said
from bot.services.sightings import Shown
from bot.telegram_io.action_buttons import DecideSighting, EndSighting, OpenAccepted, OpenQueue
from bot.wording.alert_buttons import undo_button
from bot.wording.outcomes import link_row, next_step, thanks_for
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.titles import title_of


def question_screen(
    words: Localizer, alert: Alert, questions: Sequence[str], *, at: int, why: str = ""
) -> Screen:
    """Ask a question, the first with what becomes of the answers; `why`: what was wrong with the last one."""
    # Translators: above a question that a supporter answers; {number} of {of} questions.
    place = words.gettext("Question {number} of {of}", number=at + 1, of=len(questions))
    parts: list[RichText | str] = [why, styled(place, "italic"), bold(questions[at])]
    if at == 0:
        # Translators: under the first of three questions to a supporter. They are asked to name no private person.
        kept = words.gettext(
            "Answer in a message. Please do not name private individuals. Editors of the campaign read it before "
            "anybody else; they do not see who you are. It is kept encrypted, and erased 30 days after they have "
            "decided, or when you erase everything."
        )
        parts.append(kept)
    # Translators: button under a question; ends it, and nothing of the answers is kept.
    end = Press(words.gettext("Do not report"), EndSighting(alert.id))
    return screen(joined(parts), [[end]])


def given_screen(words: Localizer, said: Said) -> Screen:
    """Thank who reported, and offer one next step: the alert's page, else to share it."""
    # Translators: after somebody answered the campaign's questions.
    next_ = words.gettext("An editor reads it next.")
    title = bold(said.alert.words(words.locale).title)
    text = joined([title, f"{thanks_for(words, said.alert.kind)} {next_}"])
    step = link_row(said.alert, words) or [[next_step(words, said.alert)]]
    return screen(text, [*step, [undo_button(words, said.alert.id, here=True)]])


def ended(words: Localizer) -> str:
    """Say that nothing was kept."""
    # Translators: somebody ended the campaign's questions without answering all of them.
    return words.gettext("Stopped: nothing of it is kept.")


def reports_wait(words: Localizer) -> Screen:
    """Tell editors that reports wait, without what is in them."""
    # Translators: to editors, at most once an hour: a supporter has reported something, and nobody has read it yet.
    said = words.gettext("A supporter’s report waits for an editor.")
    # Translators: button; shows what supporters reported and editors have not decided about.
    return screen(said, [[Press(words.gettext("Read the reports"), OpenQueue())]])


def queue_screen(words: Localizer, shown: Shown | None, questions: Sequence[str]) -> Screen:
    """Show an editor what waits, one at a time."""
    # Translators: button; opens the list of what supporters reported and editors accepted.
    accepted = Press(words.gettext("Accepted reports"), OpenAccepted())
    if shown is None:
        # Translators: to an editor: no report of a supporter waits for a decision.
        return screen(words.gettext("No report is waiting."), [[accepted]])
    number = shown.sighting.id
    # Translators: button of an editor; the team may read what a supporter reported.
    accept = Press(words.gettext("Accept"), DecideSighting(number, SightingState.ACCEPTED))
    # Translators: button of an editor; what a supporter reported is not used.
    reject = Press(words.gettext("Reject"), DecideSighting(number, SightingState.REJECTED))
    # Translators: title of a report of a supporter that waits for an editor's decision.
    head = words.gettext("Waiting for a decision")
    rows: list[list[Control]] = [[accept, reject], _turns(words, shown, OpenQueue), [accepted]]
    return screen(_sighting(words, head, shown, questions), rows)


def accepted_screen(
    words: Localizer, shown: Shown | None, questions: Sequence[str], *, waiting: int
) -> Screen:
    """Show what was accepted, one at a time."""
    rows: list[list[Control]] = []
    if waiting:
        # Translators: button; opens the reports of supporters that wait for an editor; {n} is how many.
        label = words.ngettext("{n} is waiting", "{n} are waiting", waiting)
        rows.append([Press(label, OpenQueue())])
    if shown is None:
        # Translators: there is no report of a supporter that an editor has accepted.
        return screen(words.gettext("No report has been accepted."), rows)
    # Translators: title of a report of a supporter that an editor has accepted.
    head = words.gettext("Accepted")
    return screen(_sighting(words, head, shown, questions), [_turns(words, shown, OpenAccepted), *rows])


def _sighting(words: Localizer, head: str, shown: Shown, questions: Sequence[str]) -> RichText:
    # Translators: under the title of a report of a supporter: the {number} of so many, about an alert of this {title}.
    place = words.gettext(
        "{number} of {of} · {title}", number=shown.number, of=shown.of, title=title_of(shown.alert)
    )
    parts: list[RichText | str] = [bold(head), place]
    for at, answer in enumerate(shown.sighting.answers):
        asked = bold(questions[at]) if at < len(questions) else RichText("")
        # As it stands, so that no link in it can be tapped.
        parts.append(joined([asked, styled(answer, "pre")], "\n"))
    return joined(parts)


def _turns(words: Localizer, shown: Shown, opens: type[OpenQueue] | type[OpenAccepted]) -> list[Control]:
    at, turns = shown.number - 1, list[Control]()
    if at:
        # Translators: button; the report before this one.
        turns.append(Press(words.gettext("Previous"), opens(at - 1)))
    if shown.number < shown.of:
        # Translators: button; the report after this one.
        turns.append(Press(words.gettext("Next"), opens(at + 1)))
    return turns
