"""The saved segments: the list, a name, taking one away."""

from collections.abc import Sequence

from bot.domain.audience_edit import Whose
from bot.domain.rich_text import bold, joined
from bot.domain.segment import NAME_LENGTH, Segment
from bot.i18n.localizer import Localizer
from bot.services.audiences import Built
from bot.telegram_io.audience_buttons import OpenAudience, OpenSegments, RemoveSegment, RenameSegment
from bot.telegram_io.organizer_buttons import Answer
from bot.wording.audience_builder import segments_button
from bot.wording.board import back_button
from bot.wording.pages import page_turns
from bot.wording.screen import Control, Press, Screen, screen

PAGE = 6
"""Segments on one screen."""


def segments_screen(localizer: Localizer, segments: Sequence[Segment], *, page: int, why: str = "") -> Screen:
    """Show a page of the saved segments; each opens. `why`: what was done, or refused."""
    shown = segments[page * PAGE :][:PAGE]
    rows: list[list[Control]] = [[Press(each.name, OpenAudience(Whose.SEGMENT, each.id))] for each in shown]
    turns = page_turns(localizer, page, count=len(segments), each=PAGE, to=OpenSegments)
    # Translators: button; begins a saved audience.
    new = Press(localizer.gettext("New segment"), RenameSegment())
    # Translators: title of the list of saved audiences.
    title = bold(localizer.gettext("Segments"))
    # Translators: in the list of saved audiences; what one is for.
    says = localizer.gettext("An audience with a name, to be used in any alert.")
    return screen(joined([why, title, says]), [*rows, turns, [new]])


def ask_segment_name(localizer: Localizer, *, alert_id: int | None = None, why: str = "") -> Screen:
    """Ask for a segment's name; `why`: what was wrong with the last one."""
    # Translators: asks an organizer what a saved audience is called; {limit} is a number of characters.
    says = localizer.gettext(
        "What is the segment called? Type a name of at most {limit} characters.", limit=NAME_LENGTH
    )
    back = segments_button(localizer) if alert_id is None else back_button(localizer, alert_id)
    return screen(joined([why, says]), [[back]])


def saved(localizer: Localizer, segment: Segment) -> str:
    """Say that an audience was saved."""
    # Translators: an organizer has saved an alert’s audience under a name.
    return localizer.gettext("Saved as “{name}”. The alert stays as it is.", name=segment.name)


def ask_remove(localizer: Localizer, built: Built) -> Screen:
    """Ask whether to take a segment away, and say what becomes of the alerts that use it."""
    # Translators: asks an organizer whether to take a saved audience away.
    question = bold(localizer.gettext("Remove the segment “{name}”?", name=built.name))
    says = ""
    if built.in_use:
        # Translators: {n} alerts that are not sent yet are for a saved audience that is about to be taken away.
        says = localizer.ngettext(
            "{n} alert waiting to go out uses it: it cannot be sent until its audience is chosen again.",
            "{n} alerts waiting to go out use it: they cannot be sent until their audience is chosen again.",
            built.in_use,
        )
    # Translators: button; takes a saved audience away.
    yes = Press(localizer.gettext("Remove it"), RemoveSegment(built.subject.id, Answer.YES))
    # Translators: button; a saved audience stays.
    no = Press(localizer.gettext("Keep it"), RemoveSegment(built.subject.id, Answer.NO))
    return screen(joined([question, says]), [[yes, no]])


def removed(localizer: Localizer, name: str, *, alerts: int) -> str:
    """Say that a segment was taken away, and how many alerts wait for another."""
    # Translators: an organizer has taken a saved audience away.
    says = localizer.gettext("“{name}” was removed.", name=name)
    if not alerts:
        return says
    # Translators: {n} alerts that are not sent yet were for a saved audience that was taken away.
    waiting = localizer.ngettext(
        "{n} alert needs another audience.", "{n} alerts need another audience.", alerts
    )
    return f"{says} {waiting}"
