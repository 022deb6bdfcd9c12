"""Catalogs and words, on a small folder of their own."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI, is_balanced
from bot.i18n.catalogs import CATALOG, Catalogs, CatalogUnreadable, LocaleAbsent
from bot.i18n.localizer import Localizer, gettext_noop

ENGLISH = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\n"

msgid "Stop"
msgstr "Stop it"

msgid "Pause"
msgstr "Pause"

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "{n} person"
msgstr[1] "{n} people"
"""

ARABIC = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
"n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\n"

msgid "Hello {name}, see {link}"
msgstr "مرحبًا {name}، انظر {link}"

msgctxt "verb"
msgid "Open"
msgstr "فتح"

msgctxt "state"
msgid "Open"
msgstr "مفتوح"

msgid "Bye {name}"
msgstr "وداعًا {name.__class__}"

#, fuzzy
msgid "Pause"
msgstr "قديم"

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "لا أحد"
msgstr[1] "شخص واحد"
msgstr[2] "شخصان"
msgstr[3] "{n} أشخاص"
msgstr[4] "{n} شخصًا"
msgstr[5] "{n} شخص"
"""


def written(folder: Path, **catalogs: str) -> Path:
    for locale, text in catalogs.items():
        path = folder / locale / CATALOG
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Catalogs:
    folder = written(tmp_path_factory.mktemp("locales"), en=ENGLISH, ar=ARABIC, es=ENGLISH, pt_BR=ENGLISH)
    return Catalogs.load(folder, default="en")


@pytest.fixture(scope="module")
def arabic(catalogs: Catalogs) -> Localizer:
    return catalogs.words("ar")


def test_a_folder_is_a_locale(catalogs: Catalogs) -> None:
    """No list of locales stands anywhere else."""
    assert catalogs.locales == ("ar", "en", "es", "pt_BR")


def test_words_are_found_by_what_was_asked(catalogs: Catalogs) -> None:
    assert catalogs.words("pt-br").locale == "pt_BR"
    assert catalogs.words("xx").locale == "en"
    assert catalogs.words(None).locale == "en"
    assert catalogs.words("ar") is catalogs.words("ar")


def test_direction(catalogs: Catalogs, arabic: Localizer) -> None:
    assert arabic.rtl
    assert not catalogs.words("es").rtl


def test_values_are_isolated(arabic: Localizer) -> None:
    said = arabic.gettext("Hello {name}, see {link}", name="Ana", link="https://example.org/a")
    assert said == f"مرحبًا {FSI}Ana{PDI}، انظر {FSI}https://example.org/a{PDI}"


@given(name=st.text(), link=st.text())
def test_isolates_are_balanced_for_any_value(arabic: Localizer, name: str, link: str) -> None:
    assert is_balanced(arabic.gettext("Hello {name}, see {link}", name=name, link=link))


def test_context_tells_two_meanings_apart(arabic: Localizer) -> None:
    assert (arabic.pgettext("verb", "Open"), arabic.pgettext("state", "Open")) == ("فتح", "مفتوح")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "لا أحد"),
        (1, "شخص واحد"),
        (2, "شخصان"),
        (3, f"{FSI}3{PDI} أشخاص"),
        (11, f"{FSI}11{PDI} شخصًا"),
        (100, f"{FSI}100{PDI} شخص"),
        (1204, f"{FSI}1,204{PDI} أشخاص"),
    ],
)
def test_arabic_has_six_forms(arabic: Localizer, n: int, said: str) -> None:
    """The number fills `{n}` in the form that its language asks for."""
    assert arabic.ngettext("{n} person", "{n} people", n) == said


def test_the_default_locale_stands_in(arabic: Localizer) -> None:
    """Missing, fuzzy and mistaken translations fall back to the default's text, then to the source."""
    assert arabic.gettext("Stop") == "Stop it"
    assert arabic.gettext("Pause") == "Pause"
    assert arabic.gettext("Bye {name}", name="x") == f"Bye {FSI}x{PDI}"
    assert arabic.gettext(gettext_noop("In no catalog")) == "In no catalog"
    assert arabic.ngettext("{n} dog", "{n} dogs", 1) == f"{FSI}1{PDI} dog"


def test_digits_are_latin_everywhere(tmp_path: Path) -> None:
    """Also in locales whose own numbering is another, such as Persian and Egyptian Arabic."""
    loaded = Catalogs.load(written(tmp_path, fa="", ar_EG="", mr=""), default="fa")
    at = datetime(2026, 12, 4, 17, 30, tzinfo=UTC)
    for locale in loaded.locales:
        words = loaded.words(locale)
        texts = [words.number(1234567.5), words.percent(0.177), words.date(at), words.moment(at, UTC)]
        digits = {char for text in texts for char in text if char.isdigit()}
        assert digits
        assert all(digit.isascii() for digit in digits)


def test_numbers(catalogs: Catalogs) -> None:
    english, spanish = catalogs.words("en"), catalogs.words("es")
    assert (english.number(1204), spanish.number(1204567)) == ("1,204", "1.204.567")
    assert (english.number(29.8), spanish.number(29.8)) == ("29.8", "29,8")
    assert (english.percent(0.177), spanish.percent(0.177)) == ("17.7%", "17,7\xa0%")
    assert english.percent(1) == "100%"
    assert english.percent(1 / 3) == "33.3%"


def test_days_and_moments(catalogs: Catalogs, arabic: Localizer) -> None:
    """A moment is told as clocks in the reader's zone show it, on 24 hours."""
    at = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)
    assert catalogs.words("en").date(date(2026, 12, 4)) == "4 December 2026"
    assert catalogs.words("es").date(date(2026, 12, 4)) == "4 de diciembre de 2026"
    assert catalogs.words("en").moment(at, ZoneInfo("Europe/Madrid")) == "Fri, 4 Dec, 18:00"
    assert arabic.moment(at, ZoneInfo("Asia/Hebron")) == "الجمعة، 4 ديسمبر، 19:00"


def test_lists(catalogs: Catalogs, arabic: Localizer) -> None:
    assert catalogs.words("en").list(["a", "b"]) == f"{FSI}a{PDI} and {FSI}b{PDI}"
    assert arabic.list(["a", "b"]) == f"{FSI}a{PDI} و{FSI}b{PDI}"
    assert arabic.list([]) == ""
    assert arabic.numbers([1, 3, 4]) == "1 و3 و4"


@pytest.mark.parametrize(
    ("locale", "name"),
    [("ar", "العربية"), ("es", "Español"), ("pt_BR", "Português (Brasil)"), ("he", "עברית"), ("?", "?")],
)
def test_a_language_is_called_as_its_speakers_do(arabic: Localizer, locale: str, name: str) -> None:
    assert arabic.language_name(locale) == name


def test_the_default_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(LocaleAbsent):
        Catalogs.load(written(tmp_path, ar=ARABIC), default="en")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        'msgid "a\nmsgstr "b"\n',
        'msgid "a"\nmsgid "b"\nmsgstr "c"\n',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n%0;\\n"\n',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__;\\n"\n',
        'msgid ""\nmsgstr "Plural-Forms: nplurals=x; plural=n;\\n"\n',
    ],
)
def test_a_broken_catalog_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogUnreadable, match=r"bot\.po"):
        Catalogs.load(written(tmp_path, en=ENGLISH, es=text), default="en")


def test_a_catalog_is_utf_8_whatever_it_says(tmp_path: Path) -> None:
    text = ARABIC.replace("charset=utf-8", "charset=iso-8859-1")
    arabic = Catalogs.load(written(tmp_path, ar=text), default="ar").words("ar")
    assert arabic.pgettext("verb", "Open") == "فتح"


def test_a_folder_that_is_no_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnreadable, match="klingonese"):
        Catalogs.load(written(tmp_path, en=ENGLISH, klingonese=ENGLISH), default="en")
