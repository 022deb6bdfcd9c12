"""What is said around a review: where an alert stands, what changed since one looked, the note it came back with."""

from bot.domain.alert import ActionKind, Alert
from bot.domain.changes import Changes, Was, WordsChange
from bot.domain.links import shown_link
from bot.domain.organizer import Organizer
from bot.domain.review import NOTE_LENGTH, AlertState
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer
from bot.services.reviews import Standing
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.telegram_io.review_buttons import AskColleagues, Review
from bot.wording.action_kinds import kind_name
from bot.wording.screen import Press, Screen, screen
from bot.wording.team import name_of
from bot.wording.titles import cut, title_of
from bot.wording.working_alone import alone_line

CHANGE_SHOWN = 300
"""Characters of what changed in one language; the whole stands above it."""

LINK_SHOWN = 80
"""Characters of an address that was changed, which begins with its host."""

LANGUAGES_SHOWN = 3
"""Languages whose changes are shown word by word; the others are named."""

NOTE_SHOWN = 200
"""Characters of a note on an alert's board; its authors have it as a message of its own."""


def state_line(localizer: Localizer, state: AlertState) -> str:
    """Return where an alert stands."""
    match state:
        case AlertState.DRAFT:
            # Translators: where an alert stands; nobody was asked to approve it as it is.
            return localizer.gettext("Draft")
        case AlertState.IN_REVIEW:
            # Translators: where an alert stands; colleagues were asked to approve it.
            return localizer.gettext("In review")
        case AlertState.APPROVED:
            # Translators: where an alert stands; a colleague has approved it as it is.
            return localizer.gettext("Approved")


def standing_lines(localizer: Localizer, standing: Standing) -> str:
    """Return where an alert stands, with the note it last came back with."""
    lines = [state_line(localizer, standing.state)]
    if standing.returned and standing.state is AlertState.DRAFT:
        lines.append(_returned_line(localizer, standing))
    if standing.alone:
        lines.append(alone_line(localizer))
    return "\n".join(lines)


def submit_button(localizer: Localizer, alert: Alert) -> Press:
    """Return what puts an alert in review."""
    # Translators: button; everybody who may approve the alert is asked to look at it. One short word, if there is one.
    return Press(localizer.gettext("Submit"), AskColleagues(alert.id))


def board_button(localizer: Localizer, alert: Alert) -> Press:
    """Return the way to the alert's board, below what was told."""
    # Translators: button; opens an alert to write on it.
    return Press(localizer.gettext("Open the alert"), OpenAlert(alert.id))


def changed_lines(localizer: Localizer, changes: Changes | None) -> RichText | str:
    """Return what has changed since its reader last looked; empty where they look for the first time."""
    if changes is None:
        return ""
    if not changes:
        # Translators: to a colleague who looks at an alert once more before approving it.
        return localizer.gettext("Nothing has changed since you last looked.")
    shown, rest = changes.words[:LANGUAGES_SHOWN], changes.words[LANGUAGES_SHOWN:]
    lines: list[RichText | str] = [
        # Translators: above a list of changes in an alert, to a colleague who has looked at it before.
        bold(localizer.gettext("Changed since you last looked:")),
        *(_words_line(localizer, each) for each in shown),
    ]
    if rest:
        # Translators: in a list of changes; {languages} are languages whose words were changed.
        others = localizer.gettext(
            "Also changed: {languages}",
            languages=localizer.list([localizer.language_name(each.locale) for each in rest]),
        )
        lines.append(others)
    if changes.kind is not None:
        was, is_now = (kind_name(localizer, ActionKind(kind)) for kind in changes.kind)
        # Translators: in a list of changes; what an alert asks for was {before}, and is {after}.
        lines.append(localizer.gettext("What it asks for: {before} → {after}", before=was, after=is_now))
    if changes.link is not None:
        was, is_now = ("–" if link is None else cut(shown_link(link), LINK_SHOWN) for link in changes.link)
        # Translators: in a list of changes; the address of the main button was {before}, and is {after}.
        lines.append(localizer.gettext("Link: {before} → {after}", before=was, after=is_now))
    if changes.audience:
        # Translators: in a list of changes; other people will get the alert.
        lines.append(localizer.gettext("Whom it reaches has changed."))
    if changes.other:
        # Translators: in a list of changes; anything else about the alert, like its deadline.
        lines.append(localizer.gettext("Its details have changed."))
    return joined(lines, "\n")


def ask_note(localizer: Localizer, alert: Alert) -> str:
    """Ask what is to be changed."""
    # Translators: asks a colleague who does not approve an alert; {title} is its title, {command} is /cancel.
    return localizer.gettext(
        "What should be changed in “{title}”? Write it in one message: its authors get it. "
        "To leave it as it is, send {command}.",
        title=title_of(alert),
        command="/cancel",
    )


def note_refused(localizer: Localizer) -> str:
    """Say what a note is."""
    # Translators: a colleague sent something else than a short text, where a note to an alert's authors was asked for.
    return localizer.ngettext(
        "A note is a text of at most {n} character. Send it again.",
        "A note is a text of at most {n} characters. Send it again.",
        NOTE_LENGTH,
    )


def returned_screen(localizer: Localizer, told: int) -> str:
    """Say that it is a draft again, and how many know."""
    # Translators: a colleague has returned an alert with a note; {n} people have written it and get the note.
    return localizer.ngettext(
        "Returned: it is a draft again. {n} author has your note.",
        "Returned: it is a draft again. {n} authors have your note.",
        told,
    )


def return_told(localizer: Localizer, alert: Alert, *, by: Organizer, note: str) -> Screen:
    """Give an author the note."""
    name, title = name_of(localizer, by), title_of(alert)
    # Translators: to the authors of an alert; {name} did not approve it, {title} is its title; their note stands below.
    head = localizer.gettext("{name} has returned “{title}”:", name=name, title=title)
    return screen(joined([head, styled(note, "blockquote")]), [[board_button(localizer, alert)]])


def outdated_told(localizer: Localizer, alert: Alert, *, by: Organizer) -> Screen:
    """Tell who approved an alert that it was edited since."""
    name, title = name_of(localizer, by), title_of(alert)
    # Translators: to whoever has approved an alert; {name} has edited it since, {title} is its title.
    says = localizer.gettext(
        "{name} has changed “{title}”. Your approval no longer counts.", name=name, title=title
    )
    # Translators: button; shows an alert that is to be approved.
    return screen(says, [[Press(localizer.gettext("Look at it"), Review(alert.id))]])


def outdated_for_author(localizer: Localizer, alert: Alert, *, by: Organizer) -> Screen:
    """Tell an author that a colleague's edit ended the approval of their alert."""
    # Translators: to an author of an alert that was approved; {name} has edited it, or a saved audience that it uses;
    # {title} is its title.
    says = localizer.gettext(
        "{name} has changed “{title}”, or a segment it uses. It has to be approved again.",
        name=name_of(localizer, by),
        title=title_of(alert),
    )
    return screen(says, [[board_button(localizer, alert)]])


def outdated_here(localizer: Localizer, alert: Alert, *, approver: Organizer) -> Screen:
    """Tell the editor that their edit ended an approval."""
    name, title = name_of(localizer, approver), title_of(alert)
    # Translators: to an organizer who has edited an alert that {name} had approved; {title} is its title.
    says = localizer.gettext(
        "Your change ended the approval of “{title}” by {name}. It needs another one.", title=title, name=name
    )
    return screen(says)


def own_outdated(localizer: Localizer, alert: Alert) -> Screen:
    """Tell who edited what they had approved themselves."""
    # Translators: to an organizer who has edited an alert that they had approved; {title} is its title.
    says = localizer.gettext(
        "Your change ended your approval of “{title}”. It needs another one.", title=title_of(alert)
    )
    return screen(says)


def _returned_line(localizer: Localizer, standing: Standing) -> str:
    by = standing.returned_by
    # Translators: in the place of the name of a colleague who is not on the team any more.
    name = localizer.gettext("somebody") if by is None else name_of(localizer, by)
    if standing.note is None:
        # Translators: on an alert's board; {name} did not approve it.
        return localizer.gettext("Returned by {name}", name=name)
    note = cut(" ".join(standing.note.split()), NOTE_SHOWN)
    # Translators: on an alert's board; {name} did not approve it, and wrote {note}.
    return localizer.gettext("Returned by {name}: {note}", name=name, note=note)


def _words_line(localizer: Localizer, change: WordsChange) -> RichText:
    head = bold(localizer.language_name(change.locale))
    if not change.pieces:
        # Translators: after the name of a language, in a list of changes.
        return head + ": " + localizer.gettext("the formatting, or that it is sent as it is")
    line = head + ": "
    for piece in change.pieces:
        match piece.was:
            case Was.KEPT:
                line = line + piece.text + " "
            case Was.REMOVED:
                # The sign says it as well: not everybody sees, or hears, a line through a word.
                line = line + "−" + styled(piece.text, "strikethrough") + " "
            case Was.ADDED:
                line = line + "+" + styled(piece.text, "underline") + " "
    return line.cut(CHANGE_SHOWN)
