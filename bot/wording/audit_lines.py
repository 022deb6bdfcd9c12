"""One entry of the audit in words: who did what to what. Names and titles are those of today."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.alert import Alert
from bot.domain.audit import Entry, Event, Kept, SubjectKind
from bot.domain.organizer import Role
from bot.i18n.localizer import Localizer, gettext_noop
from bot.services.audit_log import Page
from bot.wording.team import name_of, role_name
from bot.wording.titles import NO_TITLE, title_of

TITLE_SHOWN = 24
"""Characters of an alert's title in a line."""

SENTENCES: Mapping[str, str] = {
    # Translators: these are lines of a list of who did what. {name} and {whom} are organizers, {alert} is an alert's
    # title in quotation marks, {role} a role on the team. Here: started to write an alert.
    Event.ALERT_BEGUN: gettext_noop("{name} began {alert}"),
    # Translators: changed the words, the link or anything else of an alert.
    Event.ALERT_EDITED: gettext_noop("{name} edited {alert}"),
    # Translators: made a draft of its own of an alert that was sent.
    Event.ALERT_COPIED: gettext_noop("{name} began {alert} from what was sent"),
    # Translators: deleted a draft.
    Event.ALERT_DISCARDED: gettext_noop("{name} deleted {alert}"),
    # Translators: asked colleagues to approve an alert.
    Event.ALERT_SUBMITTED: gettext_noop("{name} asked for the approval of {alert}"),
    # Translators: did not approve an alert, and wrote its authors why.
    Event.ALERT_RETURNED: gettext_noop("{name} returned {alert} with a note"),
    # Translators: sent an alert to all colleagues, as a test.
    Event.ALERT_TESTED: gettext_noop("{name} sent a test of {alert} to the team"),
    # Translators: said that they have read what the check of an alert warns of.
    Event.WARNINGS_SEEN: gettext_noop("{name} has seen what the check of {alert} warns of"),
    # Translators: said that an alert may be sent as it is.
    Event.ALERT_APPROVED: gettext_noop("{name} approved {alert}"),
    # Translators: something that {name} did, an edit or a change of the team, ended the approval of an alert.
    Event.APPROVAL_VOIDED: gettext_noop("{alert} needs approval again, because of {name}"),
    # Translators: typed the number of people, so that the alert goes out.
    Event.BROADCAST_QUEUED: gettext_noop("{name} sent {alert}"),
    # Translators: sent a correction of an alert.
    Event.BROADCAST_CORRECTS: gettext_noop("{name} sent the correction {alert}"),
    # Translators: had a sent alert deleted in every chat.
    Event.BROADCAST_RECALLS: gettext_noop("{name} recalled {alert}"),
    # Translators: had an alert sent again to people of whom it is not known whether they got it.
    Event.BROADCAST_RESENDS: gettext_noop("{name} sent {alert} again where it was unconfirmed"),
    # Translators: did not wait for the minute in which a sending can be undone.
    Event.BROADCAST_HURRIED: gettext_noop("{name} let {alert} start at once"),
    # Translators: the first messages of an alert are sent.
    Event.BROADCAST_STARTED: gettext_noop("{alert} began to go out"),
    # Translators: stopped a sending for a while.
    Event.BROADCAST_PAUSED: gettext_noop("{name} paused {alert}"),
    # Translators: let a sending go on.
    Event.BROADCAST_RESUMED: gettext_noop("{name} resumed {alert}"),
    # Translators: stopped a sending at once, with the command /halt.
    Event.BROADCAST_HALTED: gettext_noop("{name} halted {alert}"),
    # Translators: took a sending back before it began.
    Event.BROADCAST_UNDONE: gettext_noop("{name} undid the sending of {alert}"),
    # Translators: ended a sending that had begun.
    Event.BROADCAST_CANCELLED: gettext_noop("{name} cancelled the rest of {alert}"),
    # Translators: a sending was late; the people whose hour was past get nothing, by the decision of {name}.
    Event.BROADCAST_LEFT_OUT: gettext_noop("{name} left out people whose hour was past: {alert}"),
    # Translators: a sending has come to its end.
    Event.BROADCAST_FINISHED: gettext_noop("{alert} is finished"),
    # Translators: confirmed that an alert goes out again every week.
    Event.SERIES_BEGUN: gettext_noop("{name} let {alert} repeat"),
    # Translators: an alert that goes out every week was stopped, and goes on.
    Event.SERIES_RESUMED: gettext_noop("{name} let {alert} repeat again"),
    # Translators: an alert that went out every week does no more.
    Event.SERIES_ENDED: gettext_noop("{name} ended the repetition of {alert}"),
    # Translators: an alert that goes out every week did not this time, since its check found what has to be mended.
    Event.OCCURRENCE_BLOCKED: gettext_noop("The check of {alert} kept it from going out"),
    # Translators: gave an audience a name, to be used again.
    Event.SEGMENT_SAVED: gettext_noop("{name} saved an audience as a segment"),
    # Translators: renamed a segment, or changed whom it holds.
    Event.SEGMENT_CHANGED: gettext_noop("{name} changed a segment"),
    # Translators: a segment is a saved audience.
    Event.SEGMENT_REMOVED: gettext_noop("{name} removed a segment"),
    # Translators: made a link to the bot that tells how people came to it, say for a poster.
    Event.SOURCE_MADE: gettext_noop("{name} made a link to join through"),
    # Translators: decided that what a supporter reported may be seen by the team. {alert} asked for it.
    Event.SIGHTING_ACCEPTED: gettext_noop("{name} accepted a report to {alert}"),
    # Translators: decided that what a supporter reported is not used. {alert} asked for it.
    Event.SIGHTING_REJECTED: gettext_noop("{name} rejected a report to {alert}"),
    # Translators: made a one-time link into the team.
    Event.INVITED: gettext_noop("{name} invited somebody as {role}"),
    # Translators: a one-time link into the team can be used no more.
    Event.INVITATION_WITHDRAWN: gettext_noop("{name} withdrew an invitation"),
    # Translators: used a one-time link into the team.
    Event.JOINED: gettext_noop("{name} joined the team as {role}"),
    # Translators: the settings of the bot say who its first owners are.
    Event.OWNER_NAMED: gettext_noop("The bot’s settings made {whom} an owner"),
    # Translators: chose how the team calls them.
    Event.NAME_CHANGED: gettext_noop("{name} chose a name"),
    # Translators: changed the role of a colleague, which is {role} now.
    Event.ROLE_CHANGED: gettext_noop("{name} changed the role of {whom}: {role}"),
    # Translators: an owner without colleagues switched off that somebody else has to approve.
    Event.WORKS_ALONE: gettext_noop("{name} said that they work alone, and approve what they write"),
    # Translators: from here on somebody else has to approve again.
    Event.WORKS_ALONE_NO_MORE: gettext_noop("Nobody works alone any more, because of {name}"),
    # Translators: wrote back to somebody who had asked a person of the campaign something.
    Event.THREAD_ANSWERED: gettext_noop("{name} answered a question"),
    # Translators: ended, and thereby erased, a conversation with somebody who had asked a person something.
    Event.THREAD_CLOSED: gettext_noop("{name} closed a thread"),
    # Translators: people may ask a person of the campaign again.
    Event.THREADS_ON: gettext_noop("{name} switched on “Ask a person”"),
    # Translators: people may not ask a person of the campaign any more.
    Event.THREADS_OFF: gettext_noop("{name} switched off “Ask a person”"),
    # Translators: took a colleague off the team.
    Event.REMOVED: gettext_noop("{name} removed {whom} from the team"),
    # Translators: took themselves off the team.
    Event.LEFT: gettext_noop("{name} left the team"),
    # Translators: had erased what the bot kept about them.
    Event.ERASED: gettext_noop("{name} erased what was kept about them"),
    # Translators: the list and all else was taken from a backup; {number} is how often the bot was begun by now.
    Event.RESTORED: gettext_noop("{name} restored a backup (epoch {number})"),
    # Translators: the list and all else was moved from one database to another, in which the bot goes on from here.
    Event.MOVED: gettext_noop("{name} moved everything to another database"),
    # Translators: the bot's operator made a new secret key for the campaign; all that is kept is encrypted with it now.
    Event.KEYS_ROTATED: gettext_noop(
        "The campaign key was changed; everything is encrypted with the new one"
    ),
}
"""What each event reads like."""

BY_ITSELF: Mapping[str, str] = {
    # Translators: a line of a list of what was done: an alert that goes out every week goes out again.
    Event.BROADCAST_QUEUED: gettext_noop("{alert} goes out again, as it repeats"),
    # Translators: a line of a list of what was done: a sending stopped by itself, say after the first few.
    Event.BROADCAST_PAUSED: gettext_noop("{alert} paused by itself"),
    # Translators: a line of a list of what was done: the bot stopped a sending, say since Telegram refused its token.
    Event.BROADCAST_HALTED: gettext_noop("{alert} was halted by the bot"),
}
"""What reads otherwise where nobody of the team did it."""


def said(localizer: Localizer, page: Page, kept: Kept) -> str:
    """Return what was done, as a sentence without its end."""
    entry = kept.entry
    if entry is None:
        return NO_TITLE
    sentence = SENTENCES.get(entry.event)
    if entry.actor is None:
        sentence = BY_ITSELF.get(entry.event, sentence)
    name = _name(localizer, page, entry.actor)
    if sentence is None:
        # Translators: a line of a list of who did what, by another version of the bot; {event} is English.
        return localizer.gettext("{name}: {event}", name=name, event=entry.event)
    details: dict[str, Any] = {} if kept.details is None else json.loads(kept.details)
    about_organizer = entry.about is not None and entry.about.kind == SubjectKind.ORGANIZER
    return localizer.gettext(
        sentence,
        name=name,
        whom=_name(localizer, page, entry.about.id) if entry.about and about_organizer else NO_TITLE,
        alert=_alert(localizer, page, entry),
        role=_role(localizer, str(details.get("role"))),
        number=str(details.get("epoch", NO_TITLE)),
    )


def _name(localizer: Localizer, page: Page, organizer_id: int | None) -> str:
    if organizer_id is None:
        # Translators: in the place of an organizer's name, at the beginning of a line: the operator, or the bot itself.
        return localizer.gettext("Whoever runs the bot")
    member = page.members.get(organizer_id)
    if member is None:
        # Translators: in the place of an organizer's name; {number} tells them from the others.
        return localizer.gettext("somebody who has left ({number})", number=str(organizer_id))
    return name_of(localizer, member)


def _alert(localizer: Localizer, page: Page, entry: Entry) -> str:
    about = entry.about
    if about is None:
        return NO_TITLE
    found: Alert | None = None
    if about.kind == SubjectKind.ALERT:
        found = page.alerts.get(about.id)
    elif about.kind == SubjectKind.BROADCAST:
        found = page.sent.get(about.id)
    if found is None or not found.translations:
        # Translators: in the place of the title of an alert that has no words; {number} tells it from the others.
        return localizer.gettext("alert {number}", number=str(about.id if found is None else found.id))
    # Translators: the title of an alert in a line.
    return localizer.gettext("“{title}”", title=title_of(found, at_most=TITLE_SHOWN))


def _role(localizer: Localizer, role: str) -> str:
    try:
        return role_name(localizer, Role(role))
    except ValueError:  # erased with the other details
        return NO_TITLE
