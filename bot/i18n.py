"""The interface in each language: gettext catalogs, and dates, numbers and lists as CLDR has them.

Every value put into a string is isolated (U+2068…U+2069), so that a handle or a link in a right-to-left
sentence neither moves its neighbours nor is moved. Digits are Latin in every locale.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from gettext import GNUTranslations, NullTranslations, c2py
from io import BytesIO, StringIO
from pathlib import Path
from typing import Self

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_datetime_format
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent

from bot.domain.bidi import isolate
from bot.domain.localized import resolve_locale
from bot.domain.templates import COUNT, fill, form_mistakes, mistakes
from bot.errors import CampaignError

CATALOG = Path("LC_MESSAGES", "bot.po")
"""Where a catalog lies in its locale's folder."""

Value = str | int | float
"""What a string can be given; numbers are written as the locale writes them."""

_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s*)?"(\\.|[^"\\])*")?')
"""A line of a catalog. Babel's reader lets broken quotation marks pass."""

_LATIN = "latn"


class CatalogUnreadable(CampaignError):
    """A catalog in locales/ cannot be read. Run `campaign-bot locales check` and mend what it names."""


class LocaleAbsent(CampaignError):
    """DEFAULT_LOCALE has no catalog in locales/. Choose one that is there, or add its folder."""


def gettext_noop(msgid: str) -> str:
    """Mark a string for the catalogs where it is listed; `Words.gettext` translates it where it is shown."""
    return msgid


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Words:
    """What the bot says, in one locale."""

    locale: str
    cldr: Locale = field(repr=False)
    translations: NullTranslations = field(repr=False)

    @property
    def rtl(self) -> bool:
        """Whether the language is written from right to left."""
        return self.cldr.character_order == "right-to-left"

    def gettext(self, msgid: str, /, **values: Value) -> str:
        """Return the string in this locale, its `{places}` filled."""
        return self._filled(self.translations.gettext(msgid), values)

    def pgettext(self, context: str, msgid: str, /, **values: Value) -> str:
        """Return the string as it is said in this context, where English has one word for two."""
        return self._filled(self.translations.pgettext(context, msgid), values)

    def ngettext(self, singular: str, plural: str, n: int, /, **values: Value) -> str:
        """Return the form for the number n, which also fills the place `{n}`."""
        return self._filled(self.translations.ngettext(singular, plural, n), {COUNT: n, **values})

    def number(self, n: float) -> str:
        """Write a number: 1,204 or 29.8."""
        return format_decimal(n, locale=self.cldr, numbering_system=_LATIN)

    def percent(self, share: float) -> str:
        """Write a share of 1 as a percentage with at most one decimal: 0.177 is 17.7%."""
        return format_percent(
            round(share, 3), locale=self.cldr, decimal_quantization=False, numbering_system=_LATIN
        )

    def date(self, day: date) -> str:
        """Write a day: 4 December 2026."""
        return format_date(day, format="long", locale=self.cldr)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Write an aware time as clocks in the zone show it, without the year: Fri, 4 Dec, 18:00."""
        local = at.astimezone(zone)
        day, hour = (format_skeleton(parts, local, locale=self.cldr) for parts in ("MMMEd", "Hm"))
        return str(get_datetime_format("medium", locale=self.cldr)).format(hour, day)

    def list(self, items: Sequence[str]) -> str:
        """Join the items, each isolated, as a sentence does: a, b and c."""
        return format_list([isolate(item) for item in items], locale=self.cldr)

    def numbers(self, ns: Sequence[int]) -> str:
        """Join numbers as a sentence does: 1, 3 and 4. Digits disturb no direction, so none is isolated."""
        return format_list([self.number(n) for n in ns], locale=self.cldr)

    def language_name(self, locale: str) -> str:
        """Return what the speakers of a language call it (العربية), whatever locale this is."""
        try:
            name = Locale.parse(locale).get_display_name() or locale
        except (ValueError, UnknownLocaleError):
            return locale
        return name[:1].upper() + name[1:]

    def _filled(self, template: str, values: dict[str, Value]) -> str:
        return fill(
            template,
            {name: value if isinstance(value, str) else self.number(value) for name, value in values.items()},
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Catalogs:
    """The interface in every language there is a folder for."""

    default: str
    by_locale: dict[str, Words] = field(repr=False)

    @classmethod
    def load(cls, folder: Path, *, default: str) -> Self:
        """Read `folder/<locale>/LC_MESSAGES/bot.po` of every locale.

        A translation that is fuzzy or mistaken is left out: the default locale's text stands in for it.
        Raises CatalogUnreadable and LocaleAbsent.
        """
        read = {path.parts[-3]: read_catalog(path) for path in sorted(folder.glob(f"*/{CATALOG}"))}
        if default not in read:
            raise LocaleAbsent
        base = _translations(read.pop(default))
        words = {default: Words(locale=default, cldr=cldr_locale(default), translations=base)}
        for locale, catalog in read.items():
            translations = _translations(catalog)
            translations.add_fallback(base)
            words[locale] = Words(locale=locale, cldr=cldr_locale(locale), translations=translations)
        return cls(default=default, by_locale=dict(sorted(words.items())))

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales there are, in alphabetical order."""
        return tuple(self.by_locale)

    def resolve(self, asked: str | None) -> str:
        """Return the locale that serves best for what Telegram or a person asked for."""
        return resolve_locale(asked, available=self.locales, default=self.default)

    def words(self, locale: str | None) -> Words:
        """Return the words of this locale, or of the one that serves best in its place."""
        found = self.by_locale.get(locale) if locale else None
        return found or self.by_locale[self.resolve(locale)]


def cldr_locale(locale: str) -> Locale:
    """Return the locale whose dates and numbers are used. Raises CatalogUnreadable for an unknown one.

    A language without a region is read in many: its variant for the world (001) is taken where CLDR has one.
    """
    try:
        named = Locale.parse(locale)
    except (ValueError, UnknownLocaleError):
        raise CatalogUnreadable(f"locales/{locale}: no language has this code. Rename the folder.") from None
    try:
        return named if named.territory else Locale.parse(f"{locale}_001", resolve_likely_subtags=False)
    except UnknownLocaleError:
        return named


def exact_forms(catalog: Catalog) -> list[bool]:
    """Tell for each plural form of the catalog's language whether it serves one number only."""
    form_of = c2py(catalog.plural_expr)
    served = [form_of(n) for n in range(200)]
    return [served.count(form) == 1 for form in range(catalog.num_plurals)]


def message_mistakes(message: Message, *, exact: Sequence[bool]) -> list[str]:
    """Return why the message's translation cannot be shown; empty when it can."""
    translated = message.string or ""
    if isinstance(message.id, str):
        return mistakes(message.id, translated if isinstance(translated, str) else translated[0])
    forms = (translated,) if isinstance(translated, str) else translated
    return form_mistakes(message.id[1], forms, exact=exact)


def read_catalog(path: Path) -> Catalog:
    """Read `<locale>/LC_MESSAGES/bot.po`. Raises CatalogUnreadable."""
    try:
        text = path.read_text(encoding="utf-8")
        broken = next((line for line in text.split("\n") if not _LINE.fullmatch(line.strip())), None)
        if broken is not None:
            raise CatalogUnreadable(f"{path}: this line is not gettext's: {broken}")
        catalog = read_po(StringIO(text), locale=cldr_locale(path.parts[-3]), abort_invalid=True)
        catalog.charset = "utf-8"  # whatever the header says
        exact_forms(catalog)  # proves that the plural rule can be evaluated
    except (OSError, ValueError, LookupError, ArithmeticError, PoFileError) as error:
        raise CatalogUnreadable(f"{path}: {error}") from error
    return catalog


def _translations(catalog: Catalog) -> GNUTranslations:
    """Compile what can be shown of the catalog."""
    exact = exact_forms(catalog)
    for message in list(catalog):
        if message.id and message_mistakes(message, exact=exact):
            catalog.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
