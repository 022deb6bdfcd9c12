"""The buttons with which an alert is written. How they are written on the wire: `callbacks`."""

from dataclasses import dataclass

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.telegram_io.callbacks import Button, Locale, WordsHash
from bot.telegram_io.organizer_buttons import Answer


@dataclass(frozen=True, slots=True)
class NewAlert(Button, wire="new"):
    """Begin an alert."""


@dataclass(frozen=True, slots=True)
class ChooseKind(Button, wire="kind"):
    """Begin an alert that asks for this kind of action."""

    kind: ActionKind


@dataclass(frozen=True, slots=True)
class NoLink(Button, wire="nolink"):
    """Go on with an alert that has no link."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class EditLink(Button, wire="link"):
    """Ask for another address of an alert's main button."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class UseLink(Button, wire="uselink"):
    """Take the address that was offered in the place of one that cannot be used."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class EditKind(Button, wire="rekind"):
    """Offer the kinds of actions for an alert; with one named, let the alert ask for it."""

    alert_id: int
    kind: ActionKind | None = None


@dataclass(frozen=True, slots=True)
class OpenFields(Button, wire="fields"):
    """Show an alert's kind, its link, what else its action needs, and what of it is there."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class EditField(Button, wire="field"):
    """Ask for one thing that an alert's action needs, in this locale where it is words."""

    alert_id: int
    name: FieldName
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class SkipField(Button, wire="skip"):
    """Go on without answering what was asked for."""

    alert_id: int
    name: FieldName
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class RemoveField(Button, wire="unset"):
    """Take out what an alert has and its action can do without."""

    alert_id: int
    name: FieldName
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class EditPicture(Button, wire="picture"):
    """Ask for the picture of an alert."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class RemovePicture(Button, wire="nopicture"):
    """Let an alert go out without a picture."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class OpenMore(Button, wire="more"):
    """Show what else can be done with a draft."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class SetReminds(Button, wire="reminds"):
    """Let an alert remind who began, or not any more."""

    alert_id: int
    reminds: bool = False


@dataclass(frozen=True, slots=True)
class SetUrgent(Button, wire="urgent"):
    """Let an alert go to who wants urgent alerts only as well, or not any more."""

    alert_id: int
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DuplicateAlert(Button, wire="copy"):
    """Begin a new draft that says what this alert says."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class AsFile(Button, wire="file"):
    """Send an alert as one document."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class KeepWords(Button, wire="keep"):
    """Let older words be sent as they are, in this locale or in all, beside this version of the base's words."""

    alert_id: int
    seen: WordsHash
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class TakeLiterally(Button, wire="literal"):
    """Take the text that was refused for its tags as it is written."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class UseText(Button, wire="use"):
    """Take the text that was sent to an open board, by this message, for the alert's words in this locale."""

    alert_id: int
    locale: Locale
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class WasQuestion(Button, wire="asked"):
    """Answer the text that was sent to an open board, by this message, as a question."""

    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class WriteWords(Button, wire="words"):
    """Write an alert's words in this locale."""

    alert_id: int
    locale: Locale


@dataclass(frozen=True, slots=True)
class Discard(Button, wire="discard"):
    """Ask whether to delete a draft; with the answer, do it or leave it."""

    alert_id: int
    answer: Answer | None = None
