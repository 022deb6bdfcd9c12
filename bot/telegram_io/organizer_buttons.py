"""The buttons that organizers are shown. How they are written: `callbacks`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.domain.organizer import Role
from bot.telegram_io.callbacks import Button, Hash, Locale, Page, WordsHash


class Verb(StrEnum):
    """What can be done with a broadcast under way."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    LEAVE = "leave"
    """Do not send any more what was slept through."""


class Answer(StrEnum):
    """An answer to what was asked before something is done."""

    YES = "yes"
    NO = "no"


class Shelf(StrEnum):
    """A part of the list of alerts."""

    NOW = "now"
    DRAFTS = "drafts"
    SENT = "sent"


class Switch(StrEnum):
    """What a switch is to be set to, or that this is asked about."""

    ASK = "ask"
    ON = "on"
    OFF = "off"


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
    """Show what an alert's action needs, and what of it is there."""

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
class OpenAlert(Button, wire="alert"):
    """Show an alert's board; `below`, in a message of its own, since a job edits the one with the button."""

    alert_id: int
    below: bool = False


@dataclass(frozen=True, slots=True)
class Preview(Button, wire="preview"):
    """Show an alert as its readers will see it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Approve(Button, wire="approve"):
    """Approve an alert whose hash begins like this: what is approved is what was shown."""

    alert_id: int
    seen: Hash


@dataclass(frozen=True, slots=True)
class AskToSend(Button, wire="send"):
    """Show the number of people an alert reaches, to be typed."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class CanaryFirst(Button, wire="careful"):
    """Ask for the number, with the first few to go alone."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Move(Button, wire="broadcast"):
    """Start, pause, resume or cancel a broadcast."""

    verb: Verb
    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Correct(Button, wire="after:correct"):
    """Begin a corrected version of what was sent."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Recall(Button, wire="after:recall"):
    """Ask for the number of chats to delete what was sent from; with a no, leave it."""

    broadcast_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Resend(Button, wire="after:resend"):
    """Ask whether to send again to those of whom nothing is known; with the answer, do it or leave it."""

    broadcast_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class CopyAlert(Button, wire="after:copy"):
    """Begin a new alert with the words of one that was sent."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Halt(Button, wire="halt"):
    """Stop everything that is queued or goes out."""


@dataclass(frozen=True, slots=True)
class OpenAlerts(Button, wire="alerts"):
    """Show what is going on, the drafts or what was sent, a page at a time."""

    shelf: Shelf = Shelf.NOW
    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenReport(Button, wire="report"):
    """Show where a broadcast stands now."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Discard(Button, wire="discard"):
    """Ask whether to delete a draft; with the answer, do it or leave it."""

    alert_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class SendToMe(Button, wire="tome"):
    """Send an alert to the organizer alone, as its readers would get it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class AskColleagues(Button, wire="ask"):
    """Ask those who may approve an alert to look at it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Review(Button, wire="review"):
    """Show an alert to somebody who may approve it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class OpenTeam(Button, wire="team"):
    """Show who is on the team."""


@dataclass(frozen=True, slots=True)
class NameMe(Button, wire="name"):
    """Ask an organizer by what name the team knows them."""


@dataclass(frozen=True, slots=True)
class Invite(Button, wire="invite"):
    """Ask in which role somebody is invited; with the role, make the link."""

    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Revoke(Button, wire="revoke"):
    """Withdraw an invitation, by the beginning of its code's hash."""

    mark: Hash


@dataclass(frozen=True, slots=True)
class OpenMember(Button, wire="member"):
    """Show one organizer and what can be changed about them."""

    organizer_id: int


@dataclass(frozen=True, slots=True)
class ChangeRole(Button, wire="role"):
    """Give an organizer this role."""

    organizer_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class RemoveMember(Button, wire="remove"):
    """Ask whether to take an organizer off the team; with the answer, do it or leave it."""

    organizer_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class LeaveTeam(Button, wire="quit"):
    """Ask whether an organizer wants to give up their role; with the answer, do it or leave it."""

    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class OpenAudit(Button, wire="audit"):
    """Show who did what when: the newest entries, or those before a number."""

    before: int = 0


@dataclass(frozen=True, slots=True)
class AskCheckpoint(Button, wire="checkpoint"):
    """Ask for a checkpoint, to compare the audit with."""


@dataclass(frozen=True, slots=True)
class ReturnAlert(Button, wire="return"):
    """Ask for the note with which an alert whose hash begins like this is returned to its authors."""

    alert_id: int
    seen: Hash


@dataclass(frozen=True, slots=True)
class WorkAlone(Button, wire="alone"):
    """Ask whether an owner works alone, or set that on or off; on the way to an alert, go on to it."""

    to: Switch
    alert_id: int | None = None
