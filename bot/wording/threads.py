"""Asking a person of the campaign, as who asks sees it."""

import hashlib
from collections.abc import Sequence

from bot.domain.rich_text import RichText, bold, joined, styled
from bot.domain.thread import KEPT, Said, Side, Thread
from bot.i18n.localizer import Localizer
from bot.telegram_io.thread_buttons import AskPerson, CloseOwn, KeepBack, PassOn, StopWriting, WriteBack
from bot.wording.joining import questions_button
from bot.wording.screen import Press, Screen, screen

SHOWN = 3000
"""UTF-16 units of a thread that one message shows; the newest words are what is shown."""

HASH_LENGTH = 16
"""Digits of the hash by which a yes is known to be to the words that were shown."""


def ask_button(localizer: Localizer) -> Press:
    """Return the button to a person of the campaign."""
    # Translators: button below what the bot could not answer, and in /help. A person of the campaign may be asked.
    # At most 28 characters.
    return Press(localizer.gettext("Ask a person"), AskPerson())


def seen_words(words: str) -> str:
    """Return what tells these words from others."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


def pass_on_card(localizer: Localizer, words: str) -> Screen:
    """Show what would be passed on, and ask for the yes."""
    text = joined(
        [
            # Translators: title; a question that the bot could not answer may be passed on to a person of the campaign.
            bold(localizer.gettext("Pass this on to a person?")),
            styled(words, "blockquote"),
            # Translators: under the words of a question; what a person of the campaign gets to see.
            localizer.gettext(
                "What is passed on: these words, and your language. Nothing says who you are, so leave out names and "
                "numbers that would."
            ),
            _how_long(localizer),
        ]
    )
    return screen(
        text,
        [
            # Translators: button; the yes to passing the words above on. At most 28 characters.
            [Press(localizer.gettext("Yes, pass it on"), PassOn(seen_words(words)))],
            [_keep_back(localizer)],
        ],
    )


def _how_long(localizer: Localizer) -> str:
    # Translators: what becomes of words that are passed on to a person of the campaign; {n} is a number of days.
    return localizer.ngettext(
        "Somebody from the campaign reads them and answers here. They are kept encrypted, and erased when either of "
        "you closes the conversation, or after {n} day without a message.",
        "Somebody from the campaign reads them and answers here. They are kept encrypted, and erased when either of "
        "you closes the conversation, or after {n} days without a message.",
        KEPT.days,
    )


def _keep_back(localizer: Localizer) -> Press:
    # Translators: button; nothing is passed on to a person of the campaign. At most 28 characters.
    return Press(localizer.gettext("No, pass nothing on"), KeepBack())


def ask_question(localizer: Localizer) -> Screen:
    """Ask for the question, where none is known yet."""
    text = joined(
        [
            # Translators: title; somebody wants to ask a person of the campaign.
            bold(localizer.gettext("Ask a person")),
            # Translators: under the title above; the person is to write their question now.
            localizer.gettext(
                "Write your question now, in one message. You see it once more before anything is passed on."
            ),
        ]
    )
    return screen(text, [[_keep_back(localizer)]])


def kept_back(localizer: Localizer) -> Screen:
    """Say that nothing was passed on."""
    # Translators: after somebody decided not to pass their question on to a person.
    return screen(localizer.gettext("Nothing was passed on."), [[questions_button(localizer)]])


def passed_on(localizer: Localizer, thread: Thread) -> Screen:
    """Say that the question is with the campaign."""
    text = joined(
        [
            # Translators: title; a question was passed on to a person of the campaign.
            bold(localizer.gettext("Passed on.")),
            # Translators: under the title above.
            localizer.gettext(
                "A person from the campaign will answer here; that can take a while. What else you write to this bot "
                "stays with the bot, unless you tap a button to write more."
            ),
        ]
    )
    # Translators: button; what is written next goes to a person of the campaign. At most 28 characters.
    more = Press(localizer.gettext("Write more"), WriteBack(thread.id))
    return screen(text, [[more, _close(localizer, thread)]])


def own_thread(localizer: Localizer, thread: Thread) -> Screen:
    """Show somebody their conversation."""
    # Translators: title above what was written to and from a person of the campaign.
    parts: list[RichText | str] = [bold(localizer.gettext("Your conversation with the campaign"))]
    parts += said_lines(thread.said, you=Side.PERSON, localizer=localizer)
    if thread.waits_since is not None:
        # Translators: below a question that was passed on to a person.
        parts.append(localizer.gettext("The answer will come here."))
    return screen(joined(parts), _rows(localizer, thread))


def said_lines(said: Sequence[Said], *, you: Side, localizer: Localizer) -> list[RichText | str]:
    """Return messages of both sides, as many of the newest as a message has room for."""
    lines: list[RichText | str] = []
    room = SHOWN
    for each in reversed(said):
        words = styled(each.text, "blockquote")
        if len(words) > room:
            words = words.cut(max(room, 1))
        lines.insert(0, joined([_whose(localizer, each.by, you), words], "\n"))
        room -= len(words)
        if room <= 1:
            break
    return lines


def _whose(localizer: Localizer, by: Side, you: Side) -> str:
    if by is you:
        # Translators: above a message in a conversation: whoever reads this wrote it.
        return localizer.gettext("You:")
    if by is Side.CAMPAIGN:
        # Translators: above a message in a conversation: a person of the campaign wrote it, who is not named.
        return localizer.gettext("The campaign:")
    # Translators: above a message in a conversation: whoever asked wrote it, whom nobody can name.
    return localizer.gettext("Who asks:")


def answered(localizer: Localizer, thread: Thread) -> Screen:
    """Show who asked the answer that has just come."""
    text = joined(
        [
            # Translators: title above the answer of a person of the campaign.
            bold(localizer.gettext("The campaign answers")),
            styled(thread.said[-1].text, "blockquote"),
        ]
    )
    return screen(text, _rows(localizer, thread))


def _rows(localizer: Localizer, thread: Thread) -> list[list[Press]]:
    # Translators: button below an answer; what is written next goes to a person of the campaign. At most 28 characters.
    return [[Press(localizer.gettext("Write back"), WriteBack(thread.id)), _close(localizer, thread)]]


def _close(localizer: Localizer, thread: Thread) -> Press:
    # Translators: button; ends a conversation with the campaign, which is erased. At most 28 characters.
    return Press(localizer.gettext("Close and erase"), CloseOwn(thread.id))


def writing(localizer: Localizer) -> Screen:
    """Say that the next texts go to the campaign."""
    # Translators: after tapping “Write back”; “Done” is the button below.
    said = localizer.gettext(
        "Write now. Each text you send goes to a person from the campaign until you tap Done, or for an hour."
    )
    return screen(said, [[_done(localizer)]])


def written(localizer: Localizer, thread: Thread) -> Screen:
    """Say that one more text was passed on, and that the next one will be."""
    # Translators: below a text that was passed on to a person of the campaign; so is the next one. “Done” is a button.
    said = localizer.gettext("Passed on. The next text goes there, too, until you tap Done.")
    return screen(said, [[_done(localizer), _close(localizer, thread)]])


def _done(localizer: Localizer) -> Press:
    # Translators: button; what is written from here on does not go to a person any more. At most 28 characters.
    return Press(localizer.gettext("Done"), StopWriting())


def done(localizer: Localizer, thread: Thread | None) -> Screen:
    """Say that the next texts are the bot's again."""
    # Translators: after tapping “Done”: texts are not passed on to a person of the campaign any more.
    said = localizer.gettext("Done. What you write now stays with the bot.")
    return screen(said, [] if thread is None else _rows(localizer, thread))


def only_text(localizer: Localizer) -> Screen:
    """Say that pictures and the like are not passed on."""
    # Translators: to somebody who sent a picture, a voice message or a file to a person of the campaign.
    said = localizer.gettext("Only text is passed on; this was not. Write it, or tap Done.")
    return screen(said, [[_done(localizer)]])


def closed_by_you(localizer: Localizer) -> Screen:
    """Say that their conversation is erased."""
    return screen(closed_line(localizer), [[questions_button(localizer)]])


def closed_line(localizer: Localizer) -> str:
    """Return the sentence that their conversation is erased."""
    # Translators: to somebody who has ended a conversation with a person of the campaign.
    return localizer.gettext("Your conversation with the campaign is closed and erased.")


def closed_by_campaign(localizer: Localizer) -> Screen:
    """Say that the campaign has ended the conversation."""
    # Translators: to somebody who had asked a person of the campaign; that person has ended it.
    said = localizer.gettext("The campaign has closed this conversation. It is erased.")
    return screen(said, [[ask_button(localizer)], [questions_button(localizer)]])
