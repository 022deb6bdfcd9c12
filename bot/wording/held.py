"""What is kept about one person, as lines."""

from collections.abc import Sequence

from bot.domain.consent import Consent, ConsentEvent
from bot.domain.preferences import Preferences
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.domain.source import FRIENDS_NAME
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.i18n.localizer import Localizer
from bot.services.privacy import Held
from bot.services.sharing import OwnLink
from bot.telegram_io.supporter_buttons import AskErase, GetHeld
from bot.wording.joining import join_rows
from bot.wording.preferences import choice_lines
from bot.wording.screen import Press, Screen, screen
from bot.wording.team import role_name


def privacy_screen(localizer: Localizer, held: Held, notice: str) -> Screen:
    """Show what is kept about whoever asks, and the campaign's notice below it, folded: it is some screens long."""
    folded = styled(notice, "expandable_blockquote")
    # Translators: title of /privacy.
    text = joined([bold(localizer.gettext("Privacy")), held_text(localizer, held), folded])
    # Translators: button under /privacy; it sends what is kept about the person as a file.
    file = Press(localizer.gettext("Get it as a file"), GetHeld())
    # Translators: button under /privacy; it asks to confirm.
    erase = Press(localizer.gettext("Erase everything"), AskErase())
    return screen(text, [[file], [erase], *join_rows(localizer, held.subscriber)])


def held_text(localizer: Localizer, held: Held) -> RichText:
    """Return the card of what is kept about whoever asks."""
    lines = []
    if held.subscriber is not None:
        lines.append(_place(localizer, held.subscriber, held.consents))
        lines += _chosen(localizer, held)
    if held.source == FRIENDS_NAME:
        # Translators: in the list of what is kept about the person: a supporter had shared a link with them.
        came = localizer.gettext(
            "You first came through a link that a supporter shared. Whose it was is not kept."
        )
        lines.append(came)
    elif held.source is not None:
        # Translators: in the list of what is kept about the person; {name} is what the campaign calls the link or the
        # poster by which they came first.
        lines.append(
            localizer.gettext("You first came through the campaign’s link “{name}”.", name=held.source)
        )
    if held.locale is not None:
        lines.append(
            localizer.gettext("Language: {language}.", language=localizer.language_name(held.locale))
        )
    lines += _consents(localizer, held)
    if held.alerts:
        # Translators: in the list of what is kept about the person; {n} is a number of alerts.
        noted = localizer.ngettext(
            "{n} alert is recorded as sent to you.", "{n} alerts are recorded as sent to you.", held.alerts
        )
        lines.append(noted)
    lines += _own_link(localizer, held.own_link)
    lines += _thread(localizer, held)
    lines += _actions(localizer, held)
    lines += _team(localizer, held)
    if not lines:
        # Translators: under the title "Privacy", to somebody who never joined.
        return RichText(localizer.gettext("Nothing is kept about you now."))
    # Translators: title above the list of what the bot has about the person.
    return joined([bold(localizer.gettext("Kept about you")), *[f"• {line}" for line in lines]], "\n")


def _consents(localizer: Localizer, held: Held) -> list[str]:
    """Return what they agreed to and took back, and whether they are asked again."""
    lines = []
    for record in held.consents:
        day = localizer.date(record.day)
        if record.event is ConsentEvent.GIVEN:
            # Translators: in the list of what is kept about the person; {day} is a date.
            lines.append(localizer.gettext("You agreed to alerts on {day}.", day=day))
        elif record.event is ConsentEvent.LAPSED:
            # Translators: in the list of what is kept about the person: they were asked whether they still want the
            # alerts, and did not answer; {day} is a date.
            lines.append(localizer.gettext("That consent ended on {day}, as no answer came.", day=day))
        else:
            # Translators: in the list of what is kept about the person: they ended the alerts; {day} is a date.
            lines.append(localizer.gettext("You withdrew it on {day}.", day=day))
    if held.answer_until is not None:
        # Translators: in the list of what is kept about the person: they were asked whether they still want the alerts;
        # {day} is a date.
        asked = localizer.gettext(
            "You were asked whether you still want the alerts. Without an answer they end after {day}.",
            day=localizer.date(held.answer_until),
        )
        lines.append(asked)
    return lines


def _own_link(localizer: Localizer, own: OwnLink | None) -> list[str]:
    if own is None:
        return []
    if own.told is None:
        # Translators: in the list of what is kept about the person: the link by which they share the bot. How many
        # joined by it is not said while it is fewer than three.
        kept = localizer.gettext(
            "Your own link for sharing, encrypted, and how many joined through it. Who they are is not kept."
        )
        return [kept]
    # Translators: in the list of what is kept about the person: the link by which they share the bot; {n} is 3 or
    # more.
    kept = localizer.ngettext(
        "Your own link for sharing, encrypted. At least {n} person joined through it; who is not kept.",
        "Your own link for sharing, encrypted. At least {n} people joined through it; who is not kept.",
        own.told,
    )
    return [kept]


def _thread(localizer: Localizer, held: Held) -> list[str]:
    """Return what is kept of their conversation with a person of the campaign."""
    if held.thread is None:
        return []
    if not held.thread.is_open:
        # Translators: in the list of what is kept about the person: their conversation with a person of the campaign is
        # over. {n} is a number of messages.
        return [
            localizer.ngettext(
                "That you wrote {n} message to a person from the campaign today: not the words, and only until "
                "midnight (UTC).",
                "That you wrote {n} messages to a person from the campaign today: not the words, and only until "
                "midnight (UTC).",
                held.thread.sent,
            )
        ]
    # Translators: in the list of what is kept about the person: what they and a person of the campaign wrote to each
    # other, {n} messages.
    return [
        localizer.ngettext(
            "Your conversation with the campaign: {n} message, encrypted. It goes after 7 days without one.",
            "Your conversation with the campaign: {n} messages, encrypted. They go after 7 days without one.",
            len(held.thread.said),
        )
    ]


def _actions(localizer: Localizer, held: Held) -> list[str]:
    """Return what is kept of what they did about alerts, as they said."""
    lines = []
    if held.begun:
        # Translators: in the list of what is kept about the person; {n} is a number of alerts.
        begun = localizer.ngettext(
            "It is noted that you opened {n} action, so that you can be reminded.",
            "It is noted that you opened {n} actions, so that you can be reminded.",
            held.begun,
        )
        lines.append(begun)
    if held.said:
        # Translators: in the list of what is kept about the person; {n} is a number of alerts.
        said = localizer.ngettext(
            "You said how {n} alert went. You can take that back under the alert.",
            "You said how {n} alerts went. You can take that back under each alert.",
            held.said,
        )
        lines.append(said)
    if held.reported:
        # Translators: in the list of what is kept about the person; {n} is a number of answers to an alert's questions.
        reported = localizer.ngettext(
            "{n} report of yours is kept encrypted, until 30 days after an editor has decided.",
            "{n} reports of yours are kept encrypted, until 30 days after an editor has decided.",
            held.reported,
        )
        lines.append(reported)
    return lines


def _chosen(localizer: Localizer, held: Held) -> list[str]:
    """Return what they chose, of what is kept."""
    if held.subscriber is None:
        return []
    chosen = held.subscriber.preferences
    lines = [] if chosen == Preferences() else choice_lines(localizer, chosen, zone=None, now=None)
    if chosen.locality is not None:
        # Translators: in the settings; {place} is a place of the campaign's list.
        lines.append(localizer.gettext("Place: {place}.", place=held.place or chosen.locality))
    if held.waiting:
        # Translators: in the list of what is kept about the person; {n} alerts come with the next digest.
        waiting = localizer.ngettext(
            "{n} alert waits for your next digest.", "{n} alerts wait for your next digest.", held.waiting
        )
        lines.append(waiting)
    return lines


def _team(localizer: Localizer, held: Held) -> list[str]:
    """Return what is kept because they are, or were, an organizer."""
    lines = []
    if held.organizer is not None:
        role, number = role_name(localizer, held.organizer.role), str(held.organizer.id)
        # Translators: in the list of what is kept about an organizer: {role} on the team, and their {number} there.
        noted = localizer.gettext(
            "Your role in the campaign’s team: {role}. What you do there is noted under number {number}.",
            role=role,
            number=number,
        )
        lines.append(noted)
        if held.organizer.name is not None:
            # Translators: in the list of what is kept about an organizer: the {name} they chose.
            named = localizer.gettext(
                "The name you chose for the team: {name}. It is encrypted, and only the team sees it.",
                name=held.organizer.name,
            )
            lines.append(named)
    if held.notes:
        # Translators: in the list of what is kept about an organizer: {n} notes with alerts that they did not approve.
        notes = localizer.ngettext(
            "{n} note you wrote with an alert you returned. It is encrypted, and goes after a month.",
            "{n} notes you wrote with alerts you returned. They are encrypted, and go after a month.",
            held.notes,
        )
        lines.append(notes)
    if held.removed is not None:
        # Translators: in the list of what is kept about somebody who is not an organizer any more.
        was = localizer.gettext(
            "You were in the campaign’s team. What you did there is noted under number {number}.",
            number=str(held.removed),
        )
        lines.append(was)
    return lines


def _place(localizer: Localizer, subscriber: Subscriber, consents: Sequence[Consent]) -> str:
    day = localizer.date(subscriber.joined_on)
    match subscriber.state:
        case SubscriberState.ACTIVE:
            # Translators: in the list of what is kept about the person; {day} is a date.
            return localizer.gettext("On the list since {day}.", day=day)
        case SubscriberState.PAUSED if subscriber.paused_until is not None:
            until = localizer.date(subscriber.paused_until.date())
            # Translators: in the list of what is kept about the person; {day} and {until} are dates.
            return localizer.gettext("On the list since {day}; paused until {until}.", day=day, until=until)
        case SubscriberState.PAUSED:
            # Translators: as above, where they have paused the alerts.
            return localizer.gettext("On the list since {day}; paused.", day=day)
        case SubscriberState.BLOCKED:
            # Translators: as above, where they have blocked the bot, which ends the alerts.
            return localizer.gettext(
                "You had blocked this bot, so no alerts come; your dated consent is kept."
            )
        case _ if consents and consents[-1].event is ConsentEvent.LAPSED:
            # Translators: as above, where the alerts ended since they did not answer whether they still want them.
            return localizer.gettext(
                "You are not on the list any more; your dated consent is kept as a record."
            )
        case _:
            # Translators: as above, where they have left.
            return localizer.gettext("You have left the list; your dated consent is kept as a record.")
