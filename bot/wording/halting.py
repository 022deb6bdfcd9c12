"""Words said in a hurry: what is going on, each with what stops it, and what /halt has stopped."""

from collections.abc import Sequence

from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Organizer
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.broadcast_progress import Progress
from bot.telegram_io.broadcast_buttons import Halt, Move, Verb
from bot.telegram_io.organizer_buttons import OpenAlerts, OpenReport
from bot.wording.broadcast_status import counted, headline
from bot.wording.progress import cancel_button
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.team import name_of

COMMANDS = ("halt", "cancel", "stop")
"""The commands' names, without the slash."""


def what_should_stop(localizer: Localizer, *, is_member: bool = False) -> str:
    """Say that something goes on, before it is shown; `is_member`: they receive alerts, and may mean those."""
    # Translators: an organizer said stop or /cancel while alerts go out; each is shown below with its buttons.
    said = localizer.gettext("This is under way. What should stop?")
    if not is_member:
        return said
    # Translators: after the sentence before, to an organizer who receives alerts as well; {command} is /stop.
    yourself = localizer.gettext("To get no more alerts yourself, send {command}.", command="/stop")
    return f"{said}\n\n{yourself}"


def stopping_words(localizer: Localizer) -> tuple[str, ...]:
    """Return what an organizer may write in the place of a button or a command that stops something."""
    # Translators: button under a broadcast.
    pause = localizer.gettext("Pause")
    # Translators: button under a sending that has not started yet; nothing is sent.
    undo = localizer.gettext("Undo")
    # Translators: button under a broadcast; what was not sent yet never will be.
    cancel = localizer.gettext("Cancel")
    return (pause, undo, cancel, halt_button(localizer).label, *COMMANDS)


def stopping_screen(localizer: Localizer, progress: Progress, *, title: str, steers: bool) -> Screen:
    """Show one broadcast with what stops it, and nothing that lets it go on."""
    broadcast = progress.broadcast
    parts: list[RichText | str] = [bold(headline(localizer, progress, title))]
    if broadcast.started_at is not None:
        parts.append(counted(localizer, progress))
    rows: list[list[Control]] = []
    if steers and broadcast.status is BroadcastStatus.SENDING:
        # Translators: button under a broadcast.
        pause = Press(localizer.gettext("Pause"), Move(Verb.PAUSE, broadcast.id))
        rows.append([pause, cancel_button(localizer, broadcast)])
    elif steers:
        rows.append([cancel_button(localizer, broadcast), report_button(localizer, broadcast.id)])
    return screen(joined(parts), rows)


def halt_button(localizer: Localizer) -> Press:
    """Return what stops everything."""
    # Translators: button; everything that is queued or goes out stops at once.
    return Press(localizer.gettext("Halt everything"), Halt())


def report_button(localizer: Localizer, broadcast_id: int) -> Press:
    """Return the way to a broadcast's report."""
    # Translators: button; shows how far a sending is, or what came of it.
    return Press(localizer.gettext("Open the report"), OpenReport(broadcast_id))


def halted_screen(localizer: Localizer, stopped: Sequence[tuple[Progress, str]]) -> Screen:
    """Say what /halt has stopped, each by its title."""
    if not stopped:
        # Translators: answer to /halt, where there was nothing to stop.
        return screen(localizer.gettext("Nothing is queued and nothing is going out."), [[_all(localizer)]])
    # Translators: answer to /halt; the alerts that were stopped follow, a line each.
    head = bold(localizer.gettext("Everything is stopped:"))
    # Translators: after the list of what /halt has stopped; {command} is /alerts.
    after = localizer.gettext("Each goes on only when somebody resumes it: {command}.", command="/alerts")
    return screen(joined([head, _titles(localizer, stopped), after]), [[_all(localizer)]])


def halt_told(localizer: Localizer, stopped: Sequence[tuple[Progress, str]], *, by: Organizer) -> Screen:
    """Tell a colleague who has stopped what."""
    # Translators: to the other organizers; {name} is an organizer, {command} is /halt. The alerts follow, a line each.
    head = localizer.gettext(
        "{name} has stopped everything with {command}:", name=name_of(localizer, by), command="/halt"
    )
    return screen(joined([bold(head), _titles(localizer, stopped)]), [[_all(localizer)]])


def _titles(localizer: Localizer, stopped: Sequence[tuple[Progress, str]]) -> str:
    return "\n".join(headline(localizer, progress, title) for progress, title in stopped)


def _all(localizer: Localizer) -> Press:
    # Translators: button; opens the list of what goes out, of drafts and of what was sent.
    return Press(localizer.gettext("All alerts"), OpenAlerts())
