"""What else can be done with a draft: it gets a picture, is copied, sent as a file, deleted."""

from bot.domain.action_fields import starts_at
from bot.domain.alert import ActionKind, Alert, TextTooLong
from bot.domain.picture import PICTURE_BODY_LIMIT
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.compose_buttons import (
    AsFile,
    Discard,
    DuplicateAlert,
    EditPicture,
    OpenMore,
    RemovePicture,
    SetReminds,
    SetUrgent,
)
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.titles import title_of


def more_button(localizer: Localizer, alert: Alert) -> Press:
    """Return the way to what is done less often."""
    # Translators: button; shows what else can be done with the alert.
    return Press(localizer.gettext("More …"), OpenMore(alert.id))


def more_screen(localizer: Localizer, alert: Alert) -> Screen:
    """Offer what is done less often with a draft."""
    # Translators: button; begins a new draft that says the same as this one.
    copied = Press(localizer.gettext("Make a copy"), DuplicateAlert(alert.id))
    # Translators: button; sends the alert as a file that can be changed and sent back.
    as_file = Press(localizer.gettext("As a file"), AsFile(alert.id))
    # Translators: button; the draft is deleted, after a question.
    delete = Press(localizer.gettext("Delete"), Discard(alert.id))
    # Translators: button; back to an alert's board.
    back = Press(localizer.gettext("Back to the alert"), OpenAlert(alert.id))
    rows: list[list[Control]] = [[copied, as_file], [delete, back]]
    if alert.corrects is None:
        # Translators: button; an organizer puts the alert's words under a picture, or takes it away.
        rows.insert(
            0, [Press(localizer.gettext("Picture"), EditPicture(alert.id)), _urgency(localizer, alert)]
        )
        if alert.kind is not ActionKind.MOMENT:
            rows.insert(1, [_reminding(localizer, alert)])
    lines: list[RichText | str] = [
        bold(title_of(alert)),
        urgent_line(localizer, alert),
        reminder_line(localizer, alert),
    ]
    return screen(joined(lines, "\n"), rows)


def _urgency(localizer: Localizer, alert: Alert) -> Press:
    if alert.urgent:
        # Translators: button; the alert does not go to people any more who want urgent alerts only.
        return Press(localizer.gettext("Not urgent"), SetUrgent(alert.id))
    # Translators: button; the alert also goes to people who want urgent alerts only.
    return Press(localizer.gettext("Urgent"), SetUrgent(alert.id, urgent=True))


def _reminding(localizer: Localizer, alert: Alert) -> Press:
    if alert.reminds:
        # Translators: button; people who began with this alert are not reminded any more.
        return Press(localizer.gettext("No reminders"), SetReminds(alert.id))
    # Translators: button; people who began with this alert and have not said how it went are reminded once.
    return Press(localizer.gettext("Remind those who began"), SetReminds(alert.id, reminds=True))


def reminder_line(localizer: Localizer, alert: Alert) -> str:
    """Say when an alert reminds, or that it does not; empty for a kind that never does, and for a correction."""
    if alert.kind is ActionKind.MOMENT or alert.corrects is not None:
        return ""
    if not alert.reminds:
        # Translators: a line of what a colleague approves.
        return localizer.gettext("Reminders: none.")
    if alert.kind is ActionKind.ATTEND:
        # Translators: a line of what a colleague approves; an alert about an event reminds who opened it.
        return localizer.gettext("Reminders to those who began: the day before, and an hour before.")
    if alert.kind is ActionKind.PLEDGE and starts_at(alert) is not None:
        # Translators: a line of what a colleague approves; who pledged, or opened the alert, is reminded at its time.
        return localizer.gettext("Reminder to those who began: at the time it starts.")
    if alert.deadline is not None:
        # Translators: a line of what a colleague approves; who began and has not said how it went is reminded once.
        return localizer.gettext(
            "Reminder to those who began: a day before the deadline, if it goes out two days before or earlier."
        )
    # Translators: a line of what a colleague approves; who began and has not said how it went is reminded once.
    return localizer.gettext("Reminder to those who began: after three days.")


def urgent_line(localizer: Localizer, alert: Alert) -> str:
    """Say that an alert is urgent; empty where it is not."""
    if not alert.urgent:
        return ""
    # Translators: a line of an organizer's board and of what a colleague approves.
    return localizer.gettext("Urgent: it also goes to people who want urgent alerts only.")


def ask_picture(localizer: Localizer, alert: Alert, *, why: str = "") -> Screen:
    """Ask for the picture of an alert. `why`: what was wrong when it was asked for before."""
    # Translators: an organizer is asked for the picture of an alert.
    head = bold(localizer.gettext("The picture"))
    # Translators: under it; {limit} and {longest} are numbers of characters, {limit} the greatest that fits.
    how = localizer.gettext(
        "Send one photo. What it shows should also be in the words: not everybody sees it. "
        "Under a picture {limit} characters fit in each language; the longest has {longest} now.",
        limit=PICTURE_BODY_LIMIT,
        longest=max((words.length() for words in alert.translations.values()), default=0),
    )
    rows: list[list[Control]] = []
    if alert.picture is not None:
        # Translators: button; the alert goes out without its picture.
        rows.append([Press(localizer.gettext("Take it out"), RemovePicture(alert.id))])
    # Translators: button; back to an alert's board.
    rows.append([Press(localizer.gettext("Back to the alert"), OpenAlert(alert.id))])
    return screen(joined([why, head, picture_line(localizer, alert), how]), rows)


def no_picture(localizer: Localizer, alert_id: int, said: str = "") -> Screen:
    """Say what is awaited, to whoever sent something else; or why a picture cannot be taken."""
    # Translators: an organizer sent something else where a picture of an alert is awaited.
    said = said or localizer.gettext("Send one picture, as a photo and not as a file.")
    # Translators: button; back to an alert's board.
    return screen(said, [[Press(localizer.gettext("Back to the alert"), OpenAlert(alert_id))]])


def too_long_for_picture(localizer: Localizer, error: TextTooLong) -> str:
    """Say which words do not fit under a picture."""
    # Translators: an organizer sent a picture for an alert; {language} is the language whose words are too long,
    # {length} and {limit} are numbers of characters.
    return localizer.gettext(
        "Under a picture {limit} characters fit; {language} has {length}. Shorten it first, then send the picture.",
        limit=error.limit,
        length=error.length,
        language=localizer.language_name(error.locale),
    )


def picture_line(localizer: Localizer, alert: Alert) -> str:
    """Say that an alert has a picture; empty where it has none."""
    if alert.picture is None:
        return ""
    # Translators: a line of an organizer's board; the alert has a picture of so many points: {width} × {height}.
    return localizer.gettext(
        "With a picture ({width} × {height})",
        width=str(alert.picture.width),
        height=str(alert.picture.height),
    )
