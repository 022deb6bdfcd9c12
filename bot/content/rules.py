"""What content must keep to: lengths that fit Telegram, isolates that close, quotations that are true.

Every rule takes texts and yields sentences without a subject; the loader puts the file's name in front.
"""

import re
from collections.abc import Iterable, Iterator

from bot.domain.labels import LABEL_LIMIT, is_too_long, label_width
from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length

SHORT_LIMIT = 500
"""Characters of an answer in the chat, so that it reads at a glance."""
QUESTION_LIMIT = 64
"""Characters of a question: it may stand on a button, and reads at a glance above its answer."""
QUOTATION_LIMIT = 12
"""Words in a quotation: the statement is quoted, never copied."""
FRAME = 512
"""UTF-16 units of a message kept free for what the bot puts around the campaign's words."""

_OPENERS = {
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
    "\u202a": "\u202c",
    "\u202b": "\u202c",
}
_OVERRIDES = {"\u202d", "\u202e"}
_ISOLATES = re.compile("[\u2066-\u2069\u202a-\u202e\u200e\u200f]")
_QUOTED = re.compile(r"“([^“”]*)”|«([^«»]*)»|„([^„“”]*)[“”]|\"([^\"]*)\"")
_MARKUP = re.compile(r"\*\*|`|\]\(|^#|^>|<[a-z/]", re.MULTILINE)


def quoted(text: str) -> list[str]:
    """Return what stands between quotation marks, of whatever script, without isolates."""
    bare = _ISOLATES.sub("", text)
    return [normal(next(filter(None, found.groups()), "")) for found in _QUOTED.finditer(bare)]


def normal(text: str) -> str:
    """Return the words as they are compared: one line, one case, no closing comma or full stop."""
    return " ".join(text.split()).rstrip(".,").casefold()


def about_form(texts: Iterable[str]) -> Iterator[str]:
    """Yield what would show wrongly in Telegram: stray markup, direction that leaks."""
    for text in texts:
        if not _balanced(text):
            yield f"has an unbalanced isolate or an override in “{text[:40]}…”"
        if (markup := _MARKUP.search(text)) is not None:
            yield f"has markup that would show as it is: {markup[0]!r}; write plain paragraphs"


def about_room(texts: Iterable[str]) -> Iterator[str]:
    """Yield that texts which are shown in one message are too long for it together."""
    together = sum(utf16_length(text) + 2 for text in texts)
    if together > MESSAGE_LIMIT - FRAME:
        yield f"is {together} UTF-16 units long, Telegram leaves room for {MESSAGE_LIMIT - FRAME}"


def about_entry(question: str, short: str) -> Iterator[str]:
    """Yield what is too long for a button or for the chat."""
    if len(question) > QUESTION_LIMIT:
        yield f"has a question of {len(question)} characters, a button has room for {QUESTION_LIMIT}"
    if len(short) > SHORT_LIMIT:
        yield f"has a short answer of {len(short)} characters, the limit is {SHORT_LIMIT}"


def about_label(label: str) -> Iterator[str]:
    """Yield that a phone cuts the label off."""
    if is_too_long(label):
        yield f"has a label of {label_width(label)} letters, a button shows {LABEL_LIMIT}"


def about_unlabelled(question: str) -> Iterator[str]:
    """Yield that a phone cuts the question off, which stands on the button of an answer without a label."""
    if is_too_long(question):
        yield f"has a question of {label_width(question)} letters, a button shows {LABEL_LIMIT}: add a label"


def about_paragraphs(cited: Iterable[int], *, there_are: int, is_note: bool) -> Iterator[str]:
    """Yield paragraphs that do not exist, and answers that name none."""
    cited = tuple(cited)
    if not cited and not is_note:
        yield "names no paragraph of the statement; an answer of the editors' own needs a note"
    if cited and is_note:
        yield "is an editors' note and names paragraphs of the statement; it can only be one of the two"
    for number in cited:
        if not 1 <= number <= there_are:
            yield f"names paragraph {number}, the statement has {there_are}"


def about_quotations(declared: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """Yield quoted words that the default locale's page does not declare, and quotations that are long."""
    known = {normal(quotation) for quotation in declared}
    for quotation in sorted(known):
        if len(quotation.split()) > QUOTATION_LIMIT:
            yield f"quotes more than {QUOTATION_LIMIT} words: “{quotation[:40]}…”"
    for text in texts:
        for words in quoted(text):
            if words not in known:
                yield f"has “{words}” in quotation marks, which is not among its quotations"


def about_verbatim(declared: Iterable[str], statement: str) -> Iterator[str]:
    """Yield quotations that the statement does not contain."""
    whole = normal(statement)
    for quotation in declared:
        if normal(quotation) not in whole:
            yield f"quotes “{quotation}”, which is not in the statement"


def about_length(statement: str, *, there_are: int) -> Iterator[str]:
    """Yield that the statement has another number of paragraphs after its title than the campaign says."""
    counted = len(re.split(r"\n\s*\n", statement.strip())) - 1
    if counted != there_are:
        yield f"statement.paragraphs: is {there_are}, the statement has {counted}"


def _balanced(text: str) -> bool:
    open_ones: list[str] = []
    for character in text:
        if character in _OVERRIDES:
            return False
        if character in _OPENERS:
            open_ones.append(_OPENERS[character])
        elif character in "\u2069\u202c" and (not open_ones or open_ones.pop() != character):
            return False
    return not open_ones
