"""`locales extract|update|check`: the catalogs kept in step with the strings in the sources.

What is written depends on the sources and translations alone: no dates, no line numbers, file order.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from gettext import c2py
from io import BytesIO
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from babel.plural import to_gettext

from bot.domain.faq import fold
from bot.domain.labels import LABEL_LIMIT, label_width
from bot.domain.leaving import LONGEST, is_asked, leaving_form
from bot.domain.rich_text import utf16_length
from bot.i18n.catalogs import (
    CATALOG,
    CatalogUnreadable,
    cldr_locale,
    exact_forms,
    message_mistakes,
    read_catalog,
)
from bot.i18n.leaving import FILE as LEAVE_LIST
from bot.i18n.leaving import LeaveList
from bot.i18n.lines import read_lines
from bot.i18n.openings import FILE as OPENINGS
from bot.i18n.sources import collect, source_problems

FOLDER = Path("locales")
TEMPLATE = FOLDER / "bot.pot"

SOURCE = "en"
"""The language of the strings in the sources. Its catalog repeats them, and may word them better."""

LEAST_WORDS = 15
"""Words for leaving that a language needs: with fewer, people are not let go who say it in so many words."""

LEAST_OPENINGS = 10
"""Openings that a language needs: yes, no, because, until, that, they, it, and their like."""

_HEADER_COMMENT = "# The interface of the campaign bot. How to translate it: docs/translating.md"
_WIDTH = 100
_PLURAL_TAGS = ("zero", "one", "two", "few", "many", "other")
_BUTTON = re.compile(r"^(button|the main button of|a button under)\b|, on a button\b", re.IGNORECASE)
"""How a translators' comment says that a string is a button's label."""
_LIMIT = re.compile(r"\b[Aa]t most (\d+) characters\b")
"""How a translators' comment states Telegram's limit for a string, in UTF-16 units."""


def extract(root: Path) -> Path:
    """Collect the strings of the sources below root into locales/bot.pot. Returns its path."""
    return _write_template(root, collect(root))


def update(root: Path) -> list[Path]:
    """Bring the template and every catalog up to date with the sources; returns the files written.

    A folder without a catalog gets one. A translation whose source changed is kept, marked fuzzy; one
    whose source is gone is dropped.
    """
    template = collect(root)
    written = [_write_template(root, template)]
    for locale in _locales(root):
        path = root / FOLDER / locale / CATALOG
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(_header(locale, _plural_forms(locale)), encoding="utf-8")
        catalog = read_catalog(path)
        catalog.update(deepcopy(template), no_fuzzy_matching=locale == SOURCE)
        if locale == SOURCE:
            _repeat_sources(catalog)
        path.write_bytes(_written(locale, catalog))
        written.append(path)
    return written


def check(root: Path) -> list[str]:
    """Look at strings, template, catalogs and the lists of words beside them; return what is to be mended."""
    template = collect(root)
    problems = source_problems(root, template)
    path = root / TEMPLATE
    if not path.exists() or path.read_bytes() != _written(None, template):
        problems.append(f"{TEMPLATE}: is not what the sources have. Run `campaign-bot locales update`")
    locales = _locales(root)
    if SOURCE not in locales:
        problems.append(f"{FOLDER / SOURCE}: is missing")
    problems += chain.from_iterable(_catalog_problems(root, name, template) for name in locales)
    problems += chain.from_iterable(_leave_problems(root, name) for name in locales)
    problems += chain.from_iterable(_openings_problems(root, name) for name in locales)
    problems += chain.from_iterable(cut_off_buttons(root, name, template) for name in locales)
    return problems


def cut_off_buttons(root: Path, locale: str, template: Catalog) -> Iterator[str]:
    """Yield the buttons of the locale that a phone cuts off. What cannot be read is told elsewhere."""
    shown = FOLDER / locale / CATALOG
    try:
        catalog = read_catalog(root / shown)
    except CatalogUnreadable:
        return
    for message in filter(_is_button, template):
        translated = catalog.get(message.id, message.context)
        widest = max(map(label_width, _texts(translated.string if translated else None)), default=0)
        if widest > LABEL_LIMIT:
            yield f"{shown}: “{_named(message)}” is {widest} letters on a button, which shows {LABEL_LIMIT}"


def _locales(root: Path) -> list[str]:
    return sorted(path.name for path in (root / FOLDER).iterdir() if path.is_dir())


def _catalog_problems(root: Path, locale: str, template: Catalog) -> list[str]:
    shown = FOLDER / locale / CATALOG
    try:
        catalog = read_catalog(root / shown)
    except CatalogUnreadable as error:
        return [f"{shown}: cannot be read: {error}"]
    problems = []
    if not _counts_as_cldr(locale, catalog):
        problems.append(f"{shown}: Plural-Forms is not CLDR's, which is: {_plural_forms(locale)}")
    exact = exact_forms(catalog)
    for message in template:
        if message.id:
            translated = catalog.get(message.id, message.context)
            problems += [
                f"{shown}: “{_named(message)}” {problem}"
                for problem in _translation_problems(message, translated, exact)
            ]
    used = {(message.id, message.context) for message in template}
    unused = [message for message in catalog if (message.id, message.context) not in used]
    problems += [
        f"{shown}: “{_named(message)}” is used nowhere" for message in (*unused, *catalog.obsolete.values())
    ]
    return problems


def _leave_problems(root: Path, locale: str) -> list[str]:
    """Return what is wrong with the list of what people write to leave."""
    shown = FOLDER / locale / LEAVE_LIST
    try:
        listed = LeaveList.read(root / shown)
    except (OSError, UnicodeDecodeError) as error:
        return [f"{shown}: cannot be read: {type(error).__name__}"]
    problems = [
        f"{shown}: “{word}” is nothing that can be known again"
        for word in (*listed.words, *listed.courtesies)
        if not leaving_form(word) or is_asked(word) or len(word) > LONGEST
    ]
    forms = {leaving_form(word) for word in listed.words}
    if len(forms) < LEAST_WORDS:
        problems.append(f"{shown}: has {len(forms)} different words; {LEAST_WORDS} are the least")
    return problems


def _openings_problems(root: Path, locale: str) -> list[str]:
    """Return what is wrong with the list of how no answer may begin."""
    shown = FOLDER / locale / OPENINGS
    try:
        listed = read_lines(root / shown)
    except (OSError, UnicodeDecodeError) as error:
        return [f"{shown}: cannot be read: {type(error).__name__}"]
    problems = [
        f"{shown}: “{words}” is nothing that can be known again" for words in listed if not fold(words)
    ]
    count = len({fold(words) for words in listed})
    if count < LEAST_OPENINGS:
        problems.append(f"{shown}: has {count} different openings; {LEAST_OPENINGS} are the least")
    return problems


def _plural_forms(locale: str) -> str:
    """Return CLDR's rule for the language as gettext writes it."""
    rule = to_gettext(cldr_locale(locale).plural_form)
    return re.sub(r"\be\b", "0", rule)  # e: the exponent of compact numbers; we write them out


def _counts_as_cldr(locale: str, catalog: Catalog) -> bool:
    """Tell whether the catalog has CLDR's plural forms, in CLDR's order, however the rule is put."""
    rule = cldr_locale(locale).plural_form
    order = [tag for tag in _PLURAL_TAGS if tag in {*rule.tags, "other"}]
    form_of = c2py(catalog.plural_expr)
    numbers = (*range(200), 1000, 1001, 10**6, 10**6 + 1)
    return catalog.num_plurals == len(order) and all(form_of(n) == order.index(rule(n)) for n in numbers)


def _translation_problems(source: Message, translated: Message | None, exact: list[bool]) -> list[str]:
    if translated is None:
        return ["is missing"]
    if translated.fuzzy:
        return ["is fuzzy: translate its changed source, remove the mark"]
    limits = _limits(source)
    longest = max(map(utf16_length, _texts(translated.string)), default=0)
    return message_mistakes(translated, exact=exact) + [
        f"is {longest} characters long; at most {limit} fit" for limit in limits if longest > limit
    ]


def _limits(message: Message) -> list[int]:
    return [int(limit) for comment in message.auto_comments for limit in _LIMIT.findall(comment)]


def _is_button(message: Message) -> bool:
    """Tell by what the comments tell translators whether the string stands on a button."""
    return any(_BUTTON.search(comment) for comment in message.auto_comments)


def _flag(message: Message) -> None:
    """Tell translators' tools what the comments tell translators, as far as they have flags for it."""
    # Babel takes “17 % of” for a python-format; what an older comment said may be there still.
    kept = {flag for flag in message.flags if flag != "python-format" and not flag.startswith("max-length:")}
    message.flags = kept | {f"max-length:{limit}" for limit in _limits(message)}


def _texts(either: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (either,) if isinstance(either, str) else tuple(either or ())


def _named(message: Message) -> str:
    return _texts(message.id)[0]


def _repeat_sources(catalog: Catalog) -> None:
    for message in catalog:
        if message.id and not any(_texts(message.string)):
            message.string = message.id


def _write_template(root: Path, template: Catalog) -> Path:
    path = root / TEMPLATE
    path.write_bytes(_written(None, template))
    return path


def _written(locale: str | None, catalog: Catalog) -> bytes:
    """Return the file: of a locale, or the template's."""
    for message in catalog:
        _flag(message)
    body = BytesIO()
    write_po(
        body,
        catalog,
        width=_WIDTH,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return (_header(locale, catalog.plural_forms).encode() + body.getvalue()).rstrip() + b"\n"


def _header(locale: str | None, plural_forms: str) -> str:
    """Return the header, without the dates and names Babel would put there."""
    fields = ["Project-Id-Version: campaign-bot"]
    if locale:
        fields.append(f"Language: {locale}")
    fields += [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    if locale:
        fields.append(f"Plural-Forms: {plural_forms.rstrip(';')};")
    lines = [_HEADER_COMMENT, 'msgid ""', 'msgstr ""', *(f'"{text}\\n"' for text in fields)]
    return "\n".join(lines) + "\n\n"
