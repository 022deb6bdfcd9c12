"""Writing an alert: kind → link → words → board, one step a message; what is written is kept at once."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.markup import MarkupInvalid
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.handlers.arguments import ButtonOutdated, number
from bot.handlers.request import Request
from bot.services import alerts, team
from bot.telegram_io.incoming import as_markup, is_formatted
from bot.telegram_io.replies import Keyboard, Reply, button


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Where an organizer stands: `at` link, words or confirm, with the alert and, for words, the locale.

    For confirm: `careful`, the first few are to go alone; `again`, the same was sent today and they know.
    """

    at: str
    alert_id: int
    locale: str = ""
    careful: bool = False
    again: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is saved."""
        return asdict(self)


async def new(request: Request) -> list[Reply]:
    """Begin, by the kind of action."""
    await team.require_composer(request.tx, request.chat_id)
    await request.tx.conversations.end(request.chat_id)
    words = request.words
    kinds = [button(kind_name(request, kind), f"kind:{kind}") for kind in ActionKind]
    rows: Keyboard = [kinds[at : at + 2] for at in range(0, len(kinds), 2)]
    # Translators: an organizer begins an alert; the buttons below name kinds of actions.
    return request.show(bold(words.gettext("What does the alert ask people to do?")), rows)


async def choose_kind(request: Request) -> list[Reply]:
    """Begin the draft, and ask for the link."""
    author = await team.require_composer(request.tx, request.chat_id)
    if request.incoming.argument not in set(ActionKind):
        raise ButtonOutdated
    kind = ActionKind(request.incoming.argument)
    alert = await alerts.draft(request.tx, author, kind, base=request.locale, now=request.now)
    await _go(request, Step(at="link", alert_id=alert.id))
    words = request.words
    text = joined(
        [
            # Translators: an organizer writes an alert; asks for the address its main button opens.
            bold(words.gettext("Where should the main button lead?")),
            # Translators: under it; {scheme} is how an address begins, {command} is /cancel.
            words.gettext(
                "Send the full address, beginning with {scheme}. To stop here, send {command}.",
                scheme="https://",
                command="/cancel",
            ),
        ]
    )
    # Translators: button; the alert gets no link.
    return request.show(text, [[button(words.gettext("No link"), f"nolink:{alert.id}")]])


async def no_link(request: Request) -> list[Reply]:
    """Go on without a link."""
    await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.set_link(request.tx, number(request.incoming.argument), None)
    return await _after_link(request, alert)


async def write_locale(request: Request) -> list[Reply]:
    """Ask for the words of one locale."""
    await team.require_composer(request.tx, request.chat_id)
    alert_id, _, locale = request.incoming.argument.partition(":")
    alert = await alerts.unsent(request.tx, number(alert_id))
    if locale not in request.voice.catalogs.locales:
        raise ButtonOutdated
    return await _ask_words(request, alert, locale)


async def take_link(request: Request, step: Step) -> list[Reply]:
    """Take the address that was sent."""
    await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.set_link(request.tx, step.alert_id, request.incoming.text)
    return await _after_link(request, alert)


async def take_words(request: Request, step: Step) -> list[Reply]:
    """Take title and text that were sent, and show the board."""
    await team.require_composer(request.tx, request.chat_id)
    title, _, text = request.incoming.text.partition("\n")
    text_starts = len(title) + 1 + len(text) - len(text.lstrip())
    written = Translation(
        locale=step.locale,
        title=title.strip() if is_formatted(request.incoming) else alerts.without_markup(title).strip(),
        text=as_markup(request.incoming, start=text_starts).rstrip(),
    )
    try:
        alert = await alerts.write(request.tx, step.alert_id, written)
    except MarkupInvalid as error:
        # They look for it in the message they sent, where the title is the first line.
        above = request.incoming.text.count("\n", 0, text_starts)
        raise MarkupInvalid(line=error.line + above, column=error.column, tag=error.tag) from error
    await request.tx.conversations.end(request.chat_id)
    return await show_board(request, alert)


async def board(request: Request) -> list[Reply]:
    """Show where the alert stands."""
    await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.get(request.tx, number(request.incoming.argument))
    return await show_board(request, alert)


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow; what is written stays a draft."""
    words = request.words
    if await request.tx.conversations.step(request.chat_id) is None:
        # Translators: answer to /cancel, where nothing was begun; {command} is /help.
        idle = words.gettext("There is nothing to cancel. {command} shows what you can do.", command="/help")
        return request.say(idle)
    await request.tx.conversations.end(request.chat_id)
    # Translators: answer to /cancel, in the middle of writing or sending an alert.
    return request.say(words.gettext("Stopped. Nothing was sent, and what you wrote is kept as a draft."))


async def show_board(request: Request, alert: Alert) -> list[Reply]:
    """Show the alert's translations, whom it reaches, and what can be done next."""
    words = request.words
    reach = await alerts.reach_of(request.tx, alert)
    base = alert.translations.get(alert.base)
    lines = [_translation_line(request, alert, reach, locale) for locale in request.voice.catalogs.locales]
    text = joined(
        [
            # Translators: title of an organizer's board for one alert; {title} is the alert's own title.
            bold(words.gettext("Alert: {title}", title=base.title if base else "…")),
            "\n".join(lines),
            reach_line(request, reach),
        ]
    )
    rows: Keyboard = [
        [button(words.language_name(locale), f"words:{alert.id}:{locale}")]
        for locale in request.voice.catalogs.locales
    ]
    if base is not None:
        rows.append(
            [
                # Translators: button; shows an alert as its readers will see it.
                button(words.gettext("Preview"), f"preview:{alert.id}"),
                # Translators: button; goes on to confirm the sending of an alert.
                button(words.gettext("Send …"), f"send:{alert.id}"),
            ]
        )
    return request.show(text, rows)


def reach_line(request: Request, reach: Reach) -> RichText:
    """Return the number it reaches; always on the screen."""
    # Translators: on an organizer's board; {n} people would receive the alert now.
    return bold(request.words.ngettext("Reaches {n} person now", "Reaches {n} people now", reach.total))


def kind_name(request: Request, kind: ActionKind) -> str:
    """Return what an organizer calls this kind of action."""
    words = request.words
    match kind:
        case ActionKind.EMAIL:
            # Translators: a kind of action, on a button for organizers: writing an email.
            return words.pgettext("kind", "Write an email")
        case ActionKind.CALL:
            # Translators: a kind of action, on a button for organizers: making a phone call.
            return words.pgettext("kind", "Make a call")
        case ActionKind.SIGN:
            # Translators: a kind of action, on a button for organizers: signing a petition.
            return words.pgettext("kind", "Sign a petition")
        case ActionKind.SHARE:
            # Translators: a kind of action, on a button for organizers: sharing something.
            return words.pgettext("kind", "Share something")
        case ActionKind.ATTEND:
            # Translators: a kind of action, on a button for organizers: coming to an event.
            return words.pgettext("kind", "Come to an event")
        case ActionKind.PLEDGE:
            # Translators: a kind of action, on a button for organizers: making a pledge.
            return words.pgettext("kind", "Make a pledge")
        case ActionKind.REPORT:
            # Translators: a kind of action, on a button for organizers: reporting where the technology is used.
            return words.pgettext("kind", "Report where it is used")
        case ActionKind.MOMENT:
            # Translators: a kind of action, on a button for organizers: everybody doing one thing at one time.
            return words.pgettext("kind", "Act at the same time")


async def _after_link(request: Request, alert: Alert) -> list[Reply]:
    if alert.translations:
        return await show_board(request, alert)
    return await _ask_words(request, alert, alert.base)


async def _ask_words(request: Request, alert: Alert, locale: str) -> list[Reply]:
    await _go(request, Step(at="words", alert_id=alert.id, locale=locale))
    words = request.words
    text = joined(
        [
            # Translators: an organizer is asked for an alert's words; {language} is a language's name.
            bold(words.gettext("The words: {language}", language=words.language_name(locale))),
            # Translators: under it; how to send the words of an alert.
            words.gettext(
                "Send one message: the title in the first line, the text below. Bold, italics and links are kept. "
                "One ask, one reason: about 500 characters are read to the end."
            ),
        ]
    )
    return request.show(text)


def _translation_line(request: Request, alert: Alert, reach: Reach, locale: str) -> str:
    words = request.words
    name = words.language_name(locale)
    people = reach.by_locale.get(locale, 0)
    if locale in alert.translations:
        # Translators: a line of the board: the words in this language are written; {n} people read it.
        return words.ngettext(
            "✓ {language}: written, {n} person", "✓ {language}: written, {n} people", people, language=name
        )
    # Translators: a line of the board: no words in this language; {n} people will get the language {base} instead.
    return words.ngettext(
        "– {language}: missing, {n} person gets {base}",
        "– {language}: missing, {n} people get {base}",
        people,
        language=name,
        base=words.language_name(alert.base),
    )


async def _go(request: Request, step: Step) -> None:
    await request.tx.conversations.save(request.chat_id, step.as_dict(), now=request.now)
