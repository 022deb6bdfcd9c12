"""The gettext catalogs: read, checked, and one localizer for each.

A translation that is fuzzy or mistaken is left out: the default locale's text stands in for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import GNUTranslations, c2py
from io import BytesIO, StringIO
from pathlib import Path
from typing import Self

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.domain.localized import resolve_locale
from bot.domain.templates import form_mistakes, mistakes
from bot.errors import CampaignError
from bot.i18n.localizer import Localizer

CATALOG = Path("LC_MESSAGES", "bot.po")
"""Where a catalog lies in its locale's folder."""


_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s*)?"(\\.|[^"\\])*")?')
"""A line of a catalog. Babel's reader lets broken quotation marks pass."""


class CatalogUnreadable(CampaignError):
    """A catalog in locales/ cannot be read. Run `campaign-bot locales check` and mend what it names."""


class LocaleAbsent(CampaignError):
    """DEFAULT_LOCALE has no catalog in locales/. Choose one that is there, or add its folder."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Catalogs:
    """The interface in every language there is a folder for."""

    default: str
    by_locale: dict[str, Localizer] = field(repr=False)

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
        words = {default: Localizer(locale=default, cldr=cldr_locale(default), translations=base)}
        for locale, catalog in read.items():
            translations = _translations(catalog)
            translations.add_fallback(base)
            words[locale] = Localizer(locale=locale, cldr=cldr_locale(locale), translations=translations)
        return cls(default=default, by_locale=dict(sorted(words.items())))

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales there are, in alphabetical order."""
        return tuple(self.by_locale)

    def resolve(self, asked: str | None) -> str:
        """Return the locale that serves best for what Telegram or a person asked for."""
        return resolve_locale(asked, available=self.locales, default=self.default)

    def words(self, locale: str | None) -> Localizer:
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
