"""Inline mode: the articles that are offered in any chat, each a message that stands alone there."""

from dataclasses import dataclass

from bot.content import Content, Entry
from bot.domain.deep_links import DeepLink, address
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.sharing import OwnLink, Shareable
from bot.telegram_io.inline import BUTTON_LIMIT, RESULTS_LIMIT, Article
from bot.telegram_io.replies import Keyboard
from bot.wording.alert_message import shared_text
from bot.wording.answers import answer_text
from bot.wording.main_button import main_label
from bot.wording.resources import Resources
from bot.wording.titles import cut

ABOUT_SHOWN = 100
"""Characters below a result's title; phones show two lines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a query asks for. `slugs`: answers, best first; `shares`: whether the alert and the bot are offered, too."""

    slugs: tuple[str, ...]
    alert_first: bool = False
    shares: bool = True


def articles(
    localizer: Localizer,
    resources: Resources,
    wanted: Wanted,
    *,
    alert: Shareable | None,
    own: OwnLink | None,
) -> list[Article]:
    """Return the results. `own`: the link of who asks; the alert and the bot are shared by it, answers by none."""
    content, username = resources.content, resources.profile.username
    friend = None if own is None else own.code
    shared: list[Article] = []
    if wanted.shares:
        shared += [] if alert is None else [_alert(localizer, alert, username, friend)]
        shared.append(_invitation(localizer, content, username, friend))
    room = RESULTS_LIMIT - len(shared)
    answers = [
        _answer(localizer, content, content.entry(slug, localizer.locale), slug, username)
        for slug in wanted.slugs[:room]
    ]
    return [*shared, *answers] if wanted.alert_first else [*answers, *shared]


def chat_button(localizer: Localizer) -> tuple[str, str]:
    """Return the button above the results, which opens the bot's chat, and what its link carries."""
    # Translators: button above what the bot offers in other chats; opens the chat with the bot. At most 64 characters.
    label = localizer.gettext("Open the chat with this bot")
    return cut(label, BUTTON_LIMIT), DeepLink(locale=localizer.locale).payload


def _answer(localizer: Localizer, content: Content, entry: Entry, slug: str, username: str | None) -> Article:
    # Translators: button under an answer that somebody showed in another chat; opens the bot there.
    label = localizer.gettext("Read more")
    return Article(
        id=DeepLink(answer=slug).payload,
        title=entry.question,
        about=cut(" ".join(entry.short.split()), ABOUT_SHOWN),
        text=answer_text(localizer, content, entry),
        keyboard=_link(label, username, DeepLink(answer=slug)),
    )


def _alert(localizer: Localizer, shared: Shareable, username: str | None, friend: str | None) -> Article:
    alert = shared.alert
    words = alert.words(localizer.locale)
    # Translators: button under an alert that somebody showed in another chat; opens the bot, which asks for a yes.
    label = localizer.gettext("Get the alerts")
    rows: Keyboard = []
    if alert.link:
        rows.append([{"text": words.button or main_label(localizer, alert.kind), "url": alert.link}])
    rows += _link(label, username, DeepLink(friend=friend, alert=shared.code)) or []
    return Article(
        id=DeepLink(alert=shared.code).payload,
        title=" ".join(words.title.split()),
        # Translators: below the title of an alert that can be shown in another chat.
        about=localizer.gettext("Show this alert here"),
        text=shared_text(alert, localizer),
        keyboard=rows or None,
    )


def _invitation(localizer: Localizer, content: Content, username: str | None, friend: str | None) -> Article:
    campaign = content.campaign
    name = campaign.name(localizer.locale)
    # Translators: button under an alert that somebody showed in another chat; opens the bot, which asks for a yes.
    label = localizer.gettext("Get the alerts")
    return Article(
        id="bot",
        # Translators: title of a result in inline mode: a message about the bot, to be shown in another chat.
        title=localizer.gettext("Show this bot here"),
        about=name,
        text=joined([bold(name), RichText(campaign.call(localizer.locale))]),
        keyboard=_link(label, username, DeepLink(friend=friend)),
    )


def _link(label: str, username: str | None, link: DeepLink) -> Keyboard | None:
    return None if username is None else [[{"text": label, "url": address(username, link)}]]
