"""What a supporter is shown to share an alert or the bot: one card with a link of their own."""

from urllib.parse import quote, urlencode

from bot.domain.deep_links import DeepLink, address
from bot.domain.rich_text import RichText, bold, joined, utf16_length
from bot.i18n.localizer import Localizer
from bot.services.sharing import TOLD_FROM, OwnLink
from bot.telegram_io.sharing_buttons import BringFriend
from bot.wording.resources import Profile
from bot.wording.screen import Control, Copy, Link, OtherChat, Press, Screen, screen
from bot.wording.sources import link_words
from bot.wording.titles import cut

COPY_LIMIT = 256
"""Characters that a button copies (Bot API, CopyTextButton)."""

TEXT_LIMIT = 200
"""Characters of the text beside a shared link: the address in which it travels stays short enough for every app."""


TITLE_ROOM = 160
"""UTF-16 units of a sentence with an alert's title: with a link of the bot it can be copied as a whole."""


def bring_friend_button(localizer: Localizer) -> Press:
    """Return the button that offers to share the bot."""
    # Translators: button for a supporter; it shows ways to tell others about the bot. At most 28 characters.
    return Press(localizer.gettext("Bring a friend"), BringFriend())


def share_alert_screen(
    localizer: Localizer, profile: Profile, own: OwnLink, *, campaign: str, title: str, code: str
) -> Screen:
    """Offer ways to share an alert of a campaign.

    `code`: the one it is shared under; `title`: its title in their language.
    """
    # Translators: title of a card with ways to show an alert to others.
    head = localizer.gettext("Share the alert")
    link = DeepLink(friend=own.code, alert=code)
    said = alert_said(localizer, campaign, title)
    return _card(localizer, profile, own, head=head, said=said, link=link, query=DeepLink(alert=code).payload)


def alert_said(localizer: Localizer, campaign: str, title: str) -> str:
    """Return the sentence that goes with the link to an alert, in the words of who shares it; the title is cut."""

    def said(title: str) -> str:
        # Translators: the text that a supporter sends to somebody with a link to an alert; {campaign} is the campaign's
        # name, {title} the alert's title: “Ask your council”.
        return localizer.gettext(
            "Take part with the campaign “{campaign}”: {title}", campaign=campaign, title=title
        )

    room = TITLE_ROOM - utf16_length(said(""))
    title = " ".join(title.split())
    while utf16_length(title) > max(room, 1):
        title = cut(title, len(title) - 1)
    return said(title)


def bring_friend_screen(localizer: Localizer, profile: Profile, own: OwnLink, *, campaign: str) -> Screen:
    """Offer ways to share the bot."""
    # Translators: title of a card with ways to tell others about the bot.
    head = localizer.gettext("Bring a friend")
    # Translators: the text that a supporter sends to somebody with a link to this bot; {campaign} is its name.
    said = localizer.gettext(
        "{campaign}: alerts when there is something to do, and answers.", campaign=campaign
    )
    return _card(localizer, profile, own, head=head, said=said, link=DeepLink(friend=own.code), query="")


def not_shared_screen(localizer: Localizer) -> Screen:
    """Say that an alert is not shared, and what can be in its place."""
    # Translators: somebody wanted to share an alert that is over, was taken back or was for some people only; a button
    # to share the bot is below.
    said = localizer.gettext(
        "This alert is not for sharing: it is over, was taken back, or was for some people only. You can share the bot."
    )
    return screen(said, [[bring_friend_button(localizer)]])


def shared_alert_over(localizer: Localizer) -> str:
    """Say to who came by a link to an alert that it is there no more."""
    # Translators: to somebody on the list who opened a link to an alert that is over or was taken back.
    return localizer.gettext(
        "The alert that this link led to is over. When there is something to do, an alert comes here."
    )


def alert_waits(localizer: Localizer) -> str:
    """Say to who came by a link to an alert, and has not joined, how they get to see it."""
    # Translators: on the first screen, above the words one agrees to, for who was sent a link to an alert.
    return localizer.gettext("Somebody shared an alert with you. It comes here once you say yes.")


def _card(
    localizer: Localizer, profile: Profile, own: OwnLink, *, head: str, said: str, link: DeepLink, query: str
) -> Screen:
    if profile.username is None:
        return screen(joined([bold(head), link_words(localizer, None)]))
    where = address(profile.username, link)
    # Translators: on a card with ways to share: nothing is sent unless the person does it.
    own_terms = localizer.gettext(
        "Only if you like: nothing is posted for you, and nobody sees who came through your link."
    )
    text: list[RichText | str] = [
        bold(head),
        cut(said, TEXT_LIMIT),
        where,
        own_terms,
        joined_words(localizer, own),
    ]
    # Translators: button; opens Telegram's list of chats to send a link to one of them. At most 28 characters.
    rows: list[list[Control]] = [[Link(localizer.gettext("Send it to a chat"), share_address(said, where))]]
    # Translators: button; copies a text with a link, to be pasted anywhere. At most 28 characters.
    rows.append([Copy(localizer.gettext("Copy it"), copied(said, where))])
    if profile.has_inline:
        # Translators: button; lets a chat be chosen in which it is shown as a whole, with its words. At most 28
        # characters.
        rows.append([OtherChat(localizer.gettext("Show it in a chat"), query)])
    return screen(joined(text), rows)


def joined_words(localizer: Localizer, own: OwnLink) -> str:
    """Say how many joined by a link, where that tells nobody who."""
    if own.told is None:
        # Translators: on a supporter's card with their own link; {n} is 3.
        return localizer.gettext(
            "Once {n} people have joined through your link, this card says about how many.", n=TOLD_FROM
        )
    # Translators: on a supporter's card with their own link; {n} is 3, 5, 10, 20 and so on: told one by one, it would
    # tell who. It does not go down when one leaves.
    return localizer.ngettext(
        "At least {n} person has joined through your link.",
        "At least {n} people have joined through your link.",
        own.told,
    )


def share_address(said: str, where: str) -> str:
    """Return the address that opens Telegram's list of chats, with a link and a text."""
    return (
        f"https://t.me/share/url?{urlencode({'url': where, 'text': cut(said, TEXT_LIMIT)}, quote_via=quote)}"
    )


def copied(said: str, where: str) -> str:
    """Return a text and a link as they are copied; the text is cut until both fit."""
    room = COPY_LIMIT - utf16_length(where) - 1
    while utf16_length(said) > room:
        said = cut(said, len(said) - 1)
    return f"{said}\n{where}"
