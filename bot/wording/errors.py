"""Expected errors as one sentence in the person's language, saying what to do next."""

from datetime import UTC

from bot.domain.alert import TextLinkInvalid, TextMissing, TextTooLong, TranslationMissing
from bot.domain.field_values import FieldInvalid
from bot.domain.links import LinkInvalid
from bot.domain.markup import MarkupInvalid
from bot.domain.private_links import PersonLinked
from bot.domain.source import NAME_LENGTH as SOURCE_NAME_LENGTH
from bot.errors import CampaignError, TooMuchAtOnce
from bot.i18n.localizer import Localizer
from bot.services.alert_fields import FieldNotAsked, FieldRequired
from bot.services.alerts import AlertGoingOut, AlertMissing, AlertSent, WordsChanged, WordsNewer
from bot.services.approvals import ColleagueNeeded, NobodyElse, StillCooling
from bot.services.broadcast_progress import BroadcastOver
from bot.services.broadcasts import NobodyToReach, NotApproved, Recalled
from bot.services.checks import CheckBlocked, WarningsUnseen
from bot.services.follow_ups import AlreadyFollowedUp, NothingToFollowUp, RecallTooLate
from bot.services.growth import SourceMissing, SourceNameInvalid
from bot.services.membership import LastOwner
from bot.services.pictures import PictureStays
from bot.services.preferences import ChoiceInvalid
from bot.services.reports import ReportMissing
from bot.services.team import (
    NAME_LENGTH,
    InvitationInvalid,
    MayNotApprove,
    MayNotCompose,
    MayNotManage,
    MemberMissing,
    NameInvalid,
    NotAnOrganizer,
)
from bot.services.team_tests import TeamJustTested
from bot.services.working_alone import AloneTooSoon, NotAlone
from bot.telegram_io.callbacks import ButtonOutdated
from bot.wording.action_notices import action_notice
from bot.wording.audience_errors import audience_apology
from bot.wording.cooling import cools_for_you
from bot.wording.field_errors import field_flaw
from bot.wording.thread_errors import thread_apology
from bot.wording.time_errors import about_time

LINK_SHOWN = 60
"""Characters of an address that is refused; whoever wrote it knows the rest."""

TAG_SHOWN = 32
"""Characters of a broken tag that are repeated; whoever wrote it knows the rest."""


def apology(error: Exception, words: Localizer) -> str:
    """Return the sentence for an error; for an unexpected one, a general one."""
    match error:
        case NotAnOrganizer():
            # Translators: somebody tried what only organizers can do.
            return words.gettext(
                "Only organizers of the campaign can do this. If you are one, ask your team for an invitation."
            )
        case MayNotCompose():
            # Translators: an organizer whose role is to look on or to approve tried to write or send an alert.
            return words.gettext(
                "Your role does not include writing and sending alerts. Ask an owner of the campaign."
            )
        case MayNotApprove():
            # Translators: an organizer whose role is to look on or to write tried to approve an alert.
            return words.gettext("Your role does not include approving alerts. Ask an owner or an approver.")
        case TooMuchAtOnce():
            # Translators: somebody sent a great many messages or taps within a minute. {command} is /stop.
            return words.gettext(
                "That was a lot at once, and not all of it was read. This bot answers again in a minute. "
                "{command} always works.",
                command="/stop",
            )
        case ButtonOutdated() | ChoiceInvalid():
            # Translators: the button belongs to something that is not there any more.
            return words.gettext(
                "This button is out of date. Send {command} to see what you can do.", command="/help"
            )
        case NobodyElse():
            # Translators: an organizer tried to send an alert, and there is nobody on the team who could approve it.
            # {command} is /team.
            return words.gettext(
                "Nobody else on the team may approve it yet. An owner can invite somebody, or say that they work "
                "alone: {command}.",
                command="/team",
            )
        case ColleagueNeeded():
            # Translators: an organizer tried to send an alert that nobody else has approved.
            return words.gettext("A colleague has to approve it first. After that you can send it.")
        case _:
            return _about_team(error, words)


def _about_team(error: Exception, words: Localizer) -> str:
    match error:
        case AloneTooSoon():
            # Translators: an owner wanted to send alerts without a colleague who approves them, soon after one was
            # removed or given another role; {moment} is a date and time, {zone} its zone, {command} is /team.
            return words.gettext(
                "Somebody who could approve no longer can. From {moment} ({zone}) on you can say that you work "
                "alone. To approve sooner, invite somebody: {command}.",
                moment=words.moment(error.begins, UTC),
                zone="UTC",
                command="/team",
            )
        case NotAlone():
            # Translators: an owner wanted to send alerts without a colleague who approves them, and there is one.
            return words.gettext("Somebody else on the team may approve: what you write, they approve.")
        case StillCooling():
            return cools_for_you(words, error.left)
        case MayNotManage():
            # Translators: an organizer who is no owner tried to invite or remove somebody.
            return words.gettext("Only owners invite people to the team, change roles or remove somebody.")
        case LastOwner():
            # Translators: the only owner tried to leave the team or to take another role.
            return words.gettext("A campaign has at least one owner. Make somebody else an owner first.")
        case MemberMissing():
            # Translators: an owner wanted to change something about somebody who is not an organizer any more.
            return words.gettext("This person is not on the team any more.")
        case NameInvalid():
            # Translators: an organizer chose a name for the team; {limit} is a number of characters.
            return words.gettext("A name has one line and at most {limit} characters.", limit=NAME_LENGTH)
        case InvitationInvalid():
            # Translators: somebody opened a one-time link into the team that cannot be used.
            return words.gettext(
                "This invitation was used already, has expired or was withdrawn. Ask an owner for a new one."
            )
        case _:
            return _about_growth(error, words)


def _about_growth(error: Exception, words: Localizer) -> str:
    match error:
        case SourceNameInvalid():
            # Translators: an organizer gave a link by which people come a name; {limit} is a number of characters.
            return words.gettext(
                "The name of a link has one line and at most {limit} characters.", limit=SOURCE_NAME_LENGTH
            )
        case SourceMissing():
            # Translators: a button of a link by which people come, which cannot be shown.
            return words.gettext("There is no such link. To see them all, send {command}.", command="/growth")
        case ReportMissing():
            # Translators: a button of a report of something that was never sent; {command} is /report.
            return words.gettext(
                "Nothing of this was sent. To see what was, send {command}.", command="/report"
            )
        case _:
            return _about_alert(error, words)


def _about_alert(error: Exception, words: Localizer) -> str:
    match error:
        case LinkInvalid():
            # Translators: an organizer sent something that is no address.
            return words.gettext(
                "This address cannot be used. Send a full one that begins with {scheme}.", scheme="https://"
            )
        case TextMissing():
            # Translators: an organizer sent an alert of one line only.
            return words.gettext(
                "A title alone is not enough. Send both in one message: the title in the first line, the text below."
            )
        case TextTooLong():
            # Translators: {length} and {limit} are numbers of characters.
            return words.gettext(
                "Too long: it has {length} characters, and {limit} fit. Shorten it and send it again.",
                length=error.length,
                limit=error.limit,
            )
        case MarkupInvalid():
            # Translators: {tag} is a piece of HTML like <b>; {line} and {column} are numbers that say where it stands.
            return words.gettext(
                "The tag {tag} in line {line}, place {column} is not closed, not opened or not known. "
                "Fix it and send it again.",
                tag=f"<{error.tag[:TAG_SHOWN]}>",
                line=error.line,
                column=error.column,
            )
        case PersonLinked():
            # Translators: an organizer linked an alert's words to one person; {link} is that link.
            return words.gettext(
                "This links to one person: {link}. Alerts point at institutions, not at people. "
                "Take the link out and send the text again.",
                link=error.link[:LINK_SHOWN],
            )
        case AlertGoingOut():
            # Translators: an organizer tried to change an alert that is queued or going out; {command} is /alerts.
            return words.gettext(
                "It is queued or going out, and stays as it is. To undo or stop that, send {command}.",
                command="/alerts",
            )
        case AlertSent():
            # Translators: an organizer tried to change or send an alert that was sent before; {command} is /new.
            return words.gettext(
                "This alert has gone out: it stays as it is, and nobody gets it twice. "
                "To begin a new one, send {command}.",
                command="/new",
            )
        case TranslationMissing():
            # Translators: an alert cannot be approved or sent without words in the language others are translated from.
            return words.gettext(
                "The alert has no words yet in its first language. Write those, then send it."
            )
        case AlertMissing():
            # Translators: the alert was removed; {command} is /new.
            return words.gettext(
                "This alert is no longer here. To begin a new one, send {command}.", command="/new"
            )
        case _:
            return _about_words(error, words)


def _about_words(error: Exception, words: Localizer) -> str:
    match error:
        case FieldInvalid():
            return field_flaw(error, words)
        case PictureStays():
            # Translators: an organizer tried to change the picture of a corrected alert.
            return words.gettext("A correction changes the words alone: the picture stays as it was sent.")
        case FieldNotAsked():
            # Translators: an organizer tapped a button for something that the alert does not need any more.
            return words.gettext("The alert now asks for something else, and does not need this.")
        case FieldRequired():
            # Translators: an organizer tried to take out what an alert's action cannot do without.
            return words.gettext("The action needs this: send another in its place.")
        case TextLinkInvalid():
            # Translators: an organizer linked words to an address like tel:… or mailto:…, which Telegram refuses.
            return words.gettext(
                "Telegram does not allow a link to {link} in a text. Write the number or the address out, and send "
                "it again.",
                link=error.url[:LINK_SHOWN],
            )
        case CheckBlocked():
            # Translators: an alert was to be approved or sent; what its check calls "block" has to be mended first.
            return words.gettext(
                "Nothing was done: the check stops it. Fix what it shows, then approve and send it."
            )
        case WarningsUnseen():
            # Translators: an alert was to be approved; somebody has to tap "I have seen this" below its warnings first.
            return words.gettext(
                "Nothing was done: nobody has acknowledged the warnings yet. Look at them first."
            )
        case TeamJustTested():
            # Translators: an organizer sent an alert to the whole team as a test for the second time within a minute.
            return words.gettext("The team got a test of this less than a minute ago. Wait a little.")
        case _:
            return _about_changes(error, words)


def _about_changes(error: Exception, words: Localizer) -> str:
    match error:
        case WordsChanged():
            # Translators: an organizer sent words of an alert that a colleague has changed meanwhile; they are shown.
            return words.gettext(
                "These words have changed since you were asked. Nothing was saved: look at them, and send yours "
                "again if they still fit."
            )
        case WordsNewer():
            # Translators: an organizer edited a message from which words of an alert came that were replaced since.
            return words.gettext(
                "Newer words have replaced these: your edit changes nothing. Open the alert to change them."
            )
        case _:
            return _about_broadcast(error, words)


def _about_broadcast(error: Exception, words: Localizer) -> str:
    match error:
        case NobodyToReach():
            # Translators: an organizer tried to send an alert to an empty audience.
            return words.gettext(
                "Nobody would receive it: no one is subscribed now. Share the bot’s link, then send it."
            )
        case NotApproved():
            # Translators: the alert was edited after its approval.
            return words.gettext(
                "It has changed since it was approved. Open the alert and choose to send it again."
            )
        case Recalled():
            # Translators: an organizer tried to correct, or to send again, what was recalled.
            return words.gettext("It was recalled: it can no longer be sent or changed.")
        case RecallTooLate():
            # Translators: an organizer tried to delete an alert sent more than 48 hours ago.
            return words.gettext("It is too late: Telegram deletes messages for 48 hours only.")
        case AlreadyFollowedUp():
            # Translators: an organizer asked for a recall or a resend that was begun already; {command} is /alerts.
            return words.gettext(
                "That has already begun. To see how it is going, send {command}.", command="/alerts"
            )
        case NothingToFollowUp():
            # Translators: an organizer tried to recall, correct or resend where nothing was sent.
            return words.gettext("There is nothing to do: nothing of this was sent, or nothing is unknown.")
        case BroadcastOver():
            # Translators: a button of a broadcast that has ended.
            return words.gettext("This broadcast has ended; nothing is left to change.")
        case _ if said := (
            about_time(error, words)
            or audience_apology(error, words)
            or thread_apology(error, words)
            or action_notice(error, words)
        ):
            return said
        case CampaignError() | _:
            # Translators: something unexpected went wrong; the person can try again.
            return words.gettext("Something went wrong here, and nothing was changed. Please try again.")
