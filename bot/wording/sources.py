"""The links by which people come: the list, one of them, its poster."""

from collections.abc import Sequence

from bot.domain.disclosure import Shown
from bot.domain.organizer import Organizer, Right
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.source import Source
from bot.i18n.localizer import Localizer
from bot.telegram_io.link_buttons import OpenLink
from bot.telegram_io.report_buttons import NewSource, OpenGrowth, OpenSource, OpenSources, SourcePoster
from bot.wording.screen import Control, Copy, Press, Screen, screen
from bot.wording.shown import count_words, line_words
from bot.wording.titles import BUTTON_SHOWN, cut

SOURCES_SHOWN = 6
"""Sources on one screen."""


def sources_screen(
    localizer: Localizer, found: Sequence[tuple[Source, Shown]], *, page: int, actor: Organizer
) -> Screen:
    """Show a page of the links; each opens. What friends brought is told in total."""
    friends = [joined_by for source, joined_by in found if source.is_friends]
    found = [each for each in found if not each[0].is_friends]
    shown = found[page * SOURCES_SHOWN : (page + 1) * SOURCES_SHOWN]
    # Translators: title of the list of the campaign's named links.
    parts: list[RichText | str] = [bold(localizer.gettext("Links and posters"))]
    if found:
        # Translators: above the list of the campaign's named links, a button each.
        parts.append(localizer.gettext("Each shows how many joined through it, and nothing about them."))
    else:
        # Translators: where the campaign has no named link yet.
        parts.append(localizer.gettext("A link for each poster or page shows how many joined through it."))
    if friends:
        # Translators: in the list of the campaign's links: how many joined by the links of all supporters together.
        parts.append(
            localizer.gettext("Brought by friends: {count}.", count=count_words(localizer, friends[0]))
        )
    rows: list[list[Control]] = [
        [Press(_source_label(localizer, source, joined_by), OpenSource(source.id))]
        for source, joined_by in shown
    ]
    turns: list[Control] = []
    if page:
        # Translators: button; the page before, in a list of links.
        turns.append(Press(localizer.gettext("Newer"), OpenSources(page - 1)))
    if (page + 1) * SOURCES_SHOWN < len(found):
        # Translators: button; the next page of a list of links.
        turns.append(Press(localizer.gettext("Older"), OpenSources(page + 1)))
    rows.append(turns)
    # Translators: button; opens the pictures of how the list grows.
    growth = Press(localizer.gettext("Growth"), OpenGrowth())
    if actor.may(Right.COMPOSE):
        # Translators: button; makes a named link by which people come.
        rows.append([Press(localizer.gettext("New link"), NewSource()), growth])
    else:
        rows.append([growth])
    return screen(joined(parts), rows)


def _source_label(localizer: Localizer, source: Source, joined_by: Shown) -> str:
    count = count_words(localizer, joined_by)
    return line_words(localizer, cut(source.name, BUTTON_SHOWN - len(count) - 2), count)


def ask_source_name(localizer: Localizer) -> Screen:
    """Ask for the name of a new link."""
    # Translators: asks an organizer for the name of a link or poster; {command} is /cancel.
    return screen(
        localizer.gettext(
            "What is the link for? A poster, a page, an event: give it a short name. People who joined through it "
            "can read that name under Privacy. To leave it, send {command}.",
            command="/cancel",
        )
    )


def source_screen(localizer: Localizer, source: Source, joined_by: Shown, *, link: str | None) -> Screen:
    """Show one link, and how many joined by it."""
    lines = [
        # Translators: how many people joined by a link.
        localizer.gettext("Joined through it: {count}.", count=count_words(localizer, joined_by)),
        link_words(localizer, link),
    ]
    rows: list[list[Control]] = []
    if link is not None:
        # Translators: button; copies a link.
        copy = Copy(localizer.gettext("Copy the link"), link)
        # Translators: button; sends the link as a QR code to be printed.
        rows.append([copy, Press(localizer.gettext("QR code"), SourcePoster(source.id))])
        # Translators: button; chooses where a link into the chat leads, its language, and its QR code.
        rows.append([Press(localizer.gettext("Change where it leads"), OpenLink(source.link.payload))])
    # Translators: button; back to the list of the campaign's named links.
    rows.append([Press(localizer.gettext("All links"), OpenSources())])
    return screen(joined([bold(source.name), "\n".join(lines)]), rows)


def link_words(localizer: Localizer, link: str | None) -> str:
    """Return the link, or why there is none yet."""
    if link is None:
        # Translators: in the place of a link; the bot does not know its own name.
        return localizer.gettext("Telegram has not told this bot its name yet. Look again in a minute.")
    return link


def poster_caption(localizer: Localizer, source: Source, link: str) -> RichText:
    """Return what stands below the QR code."""
    # Translators: below the picture of a QR code for posters; {name} is what the link is for.
    return joined([bold(localizer.gettext("QR code: {name}", name=source.name)), link])
