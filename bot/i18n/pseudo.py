"""A pseudo-locale for rehearsals: what goes through the catalogs is seen to do so, in every language at once.

Each interface string is shown in ⟦…⟧ with accented letters, and about a third longer than its English: a text without
the brackets bypasses the catalogs, and a button that is cut off would be in some language. Catalogs stay as they are.
"""

import re
from dataclasses import replace
from gettext import NullTranslations

from bot.i18n.catalogs import Catalogs

GROWTH = 0.3
"""How much longer than its English a string becomes, as a share of it: the custom of pseudo-locales."""

_KEPT = re.compile(r"(\{[a-z][a-z0-9_]*\}|(?<!\S)/\w+)")
"""Places for values, and commands."""
_ACCENTED = str.maketrans("aceinosuyzACEINOSUYZ", "áçéíñóšúýžÁÇÉÍÑÓŠÚÝŽ")
_PADDING = " ~~~~"


def pseudo(catalogs: Catalogs) -> Catalogs:
    """Return the catalogs with every string altered."""
    words = {
        locale: replace(spoken, translations=_Altered(spoken.translations))
        for locale, spoken in catalogs.by_locale.items()
    }
    return replace(catalogs, by_locale=words)


def altered(text: str, *, english: str) -> str:
    """Alter one string. Places, commands, and letters other than Latin ones stay as they are.

    A translation that is longer than its English already grows by so much less, so that Telegram's limits hold.
    """
    parts = _KEPT.split(text)
    parts[::2] = [part.translate(_ACCENTED) for part in parts[::2]]
    missing = max(0, round(len(english) * (1 + GROWTH)) - len(text))
    padding = (_PADDING * missing)[:missing].rstrip()
    return f"⟦{''.join(parts)}{padding}⟧"


class _Altered(NullTranslations):
    """Translations that are altered as they are looked up."""

    def __init__(self, real: NullTranslations) -> None:
        super().__init__()
        self._real = real

    def gettext(self, message: str) -> str:
        return altered(self._real.gettext(message), english=message)

    def pgettext(self, context: str, message: str) -> str:
        return altered(self._real.pgettext(context, message), english=message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return altered(self._real.ngettext(msgid1, msgid2, n), english=msgid2)
