"""The pseudo-locale: what it alters, and what it leaves alone."""

from pathlib import Path

import pytest

from bot.config import ROOT
from bot.domain.bidi import FSI, PDI
from bot.domain.templates import mistakes
from bot.i18n.catalogs import read_catalog
from bot.i18n.pseudo import altered, pseudo
from tests import shipped

REAL = shipped.catalogs()
CATALOGS = pseudo(REAL)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Stop", "⟦Štóp⟧"),
        ("Read the notice", "⟦Réád thé ñótíçé ~~~~⟧"),
        ("Send it to {name}", "⟦Šéñd ít tó {name} ~~~~⟧"),
        ("Type /stop to leave", "⟦Týpé /stop tó léávé ~~~~⟧"),
        ("الاشتراك", "⟦الاشتراك ~⟧"),
    ],
)
def test_altered(text: str, shown: str) -> None:
    """Letters get accents, and a third of the length is added; places, commands and other scripts are kept."""
    assert altered(text, english=text) == shown


def test_a_long_translation_grows_no_further() -> None:
    """Where a translation is a third longer than its English already, only the brackets are added."""
    assert altered("Schließen", english="Close") == "⟦Šçhlíéßéñ⟧"


@pytest.mark.parametrize("locale", REAL.locales)
def test_every_string_of_every_catalog(locale: str) -> None:
    """Each is bracketed once, with the places it had and room for what Telegram puts on a line."""
    words, template = CATALOGS.words(locale), read_catalog(ROOT / f"locales/{locale}/LC_MESSAGES/bot.po")
    for message in template:
        if message.id and isinstance(message.id, str):
            shown = (
                words.translations.pgettext(message.context, message.id)
                if message.context
                else words.translations.gettext(message.id)
            )
            assert (shown[0], shown[-1], shown.count("⟦")) == ("⟦", "⟧", 1)
            assert mistakes(message.id.strip(), shown) == []


def test_numbers_and_contexts() -> None:
    """Plural forms and contexts are looked up as ever; values are put in untouched, and isolated."""
    english = CATALOGS.words("en")
    assert english.ngettext("Reaches {n} person now", "Reaches {n} people now", 1).startswith(
        f"⟦Réáçhéš {FSI}1{PDI} pér"
    )
    assert english.ngettext("Reaches {n} person now", "Reaches {n} people now", 1204).startswith(
        f"⟦Réáçhéš {FSI}1,204{PDI} péóplé ñów"
    )
    assert english.language_name("ar") == REAL.words("en").language_name("ar")
    assert CATALOGS.resolve("ar-EG") == "ar"


def test_nothing_of_it_is_a_catalog() -> None:
    """There is no folder for it: nobody can choose it, and translators do not meet it."""
    assert CATALOGS.locales == REAL.locales
    assert not [path for path in Path(ROOT / "locales").rglob("*.po") if "⟦" in path.read_text("utf-8")]
