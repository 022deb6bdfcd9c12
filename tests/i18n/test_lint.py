"""`locales extract|update|check`, on a project of three files; and the project's own catalogs."""

import shutil
from pathlib import Path

import pytest

from bot.i18n.catalogs import CATALOG, Catalogs
from bot.i18n.lint import TEMPLATE, check, extract, update

ROOT = Path(__file__).parents[2]

PYPROJECT = """
[[tool.babel.mappings]]
method = "python"
pattern = "bot/**.py"
"""

SOURCE = '''
def shown(words):
    """Say three things."""
    return [
        # Translators: The button below an alert. At most 12 characters.
        words.gettext("Stop"),
        # Translators: The first line of the greeting,
        # above the buttons.
        words.gettext("Hello {name}", name="Ana"),
        # Translators: How many an alert reaches: 17 % of all, say.
        words.ngettext("{n} person", "{n} people", 3),
    ]
'''

SPANISH_CATALOG = f"locales/es/{CATALOG}"
SPANISH = {
    'msgid "Stop"': 'msgstr "Salir"',
    'msgid "Hello {name}"': 'msgstr "Hola, {name}"',
    'msgid_plural "{n} people"': 'msgstr[0] "una"\nmsgstr[1] "{n} de personas"\nmsgstr[2] "{n} personas"',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose Spanish is complete."""
    (tmp_path / "bot" / "handlers").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "bot" / "handlers" / "start.py").write_text(SOURCE)
    for locale in ("en", "es"):
        _folder(tmp_path, locale)
    update(tmp_path)
    catalog = tmp_path / "locales" / "es" / CATALOG
    text = catalog.read_text()
    for source, translation in SPANISH.items():
        before, after = text.split(source + "\n")
        text = before + source + "\n" + translation + "\n\n" + after.partition("\n\n")[2]
    catalog.write_text(text)
    return tmp_path


def _folder(root: Path, locale: str) -> None:
    """Begin a language, with its list of words for leaving, and of how no answer begins."""
    folder = root / "locales" / locale
    folder.mkdir(parents=True)
    (folder / "leave.txt").write_text("".join(f"leave {letter}\n" for letter in "abcdefghijklmnop"))
    (folder / "openings.txt").write_text("".join(f"{letter}{letter}\n" for letter in "abcdefghijklmnop"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_complete_project_has_no_problems(project: Path) -> None:
    assert check(project) == []


def test_what_is_written_depends_on_the_strings_alone(project: Path) -> None:
    """No dates, no line numbers: writing again, or moving a line, changes no byte."""
    paths = update(project)
    before = {path: path.read_bytes() for path in paths}
    source = project / "bot" / "handlers" / "start.py"
    source.write_text("\n\n" + source.read_text())
    assert update(project) == paths
    assert {path: path.read_bytes() for path in paths} == before
    assert check(project) == []


def test_the_template_says_where_a_string_is_seen(project: Path) -> None:
    text = extract(project).read_text()
    assert "#. The first line of the greeting,\n#. above the buttons.\n#: bot/handlers/start.py\n" in text
    assert "python-format" not in text


def test_limits_are_flags(project: Path) -> None:
    """Weblate and its like count for the translator: each limit of a comment is a flag, in every catalog."""
    source, catalog = project / "bot" / "handlers" / "start.py", project / "locales" / "es" / CATALOG
    assert '#, max-length:12\nmsgid "Stop"' in extract(project).read_text()
    assert '#, max-length:12\nmsgid "Stop"\nmsgstr "Salir"' in catalog.read_text()
    change(source, "12 characters", "9 characters")
    update(project)
    assert [line for line in catalog.read_text().splitlines() if "max-" in line] == ["#, max-length:9"]


def test_a_new_locale_is_a_new_folder(project: Path) -> None:
    """`update` writes its catalog, with CLDR's plural forms, and the bot offers it."""
    _folder(project, "ar")
    update(project)
    assert "nplurals=6" in (project / "locales" / "ar" / CATALOG).read_text()
    assert [problem for problem in check(project) if "Plural-Forms" in problem] == []
    assert Catalogs.load(project / "locales", default="en").locales == ("ar", "en", "es")


def test_only_the_source_language_repeats_the_sources(project: Path) -> None:
    _folder(project, "fr")
    update(project)
    assert 'msgid "Stop"\nmsgstr ""\n' in (project / "locales" / "fr" / CATALOG).read_text()
    assert 'msgid "Stop"\nmsgstr "Stop"\n' in (project / "locales" / "en" / CATALOG).read_text()


def test_a_changed_source_makes_its_translation_fuzzy(project: Path) -> None:
    """The old translation stays as a hint; what is gone goes."""
    source = project / "bot" / "handlers" / "start.py"
    change(source, '"Hello {name}"', '"Hello, {name}!"')
    change(source, '"Stop"', '"Leave"')
    problems = check(project)
    assert f"{TEMPLATE}: is not what the sources have. Run `campaign-bot locales update`" in problems
    assert f"{SPANISH_CATALOG}: “Hello, {{name}}!” is missing" in problems
    assert f"{SPANISH_CATALOG}: “Hello {{name}}” is used nowhere" in problems
    update(project)
    assert check(project) == [
        f"{SPANISH_CATALOG}: “Leave” is missing",
        f"{SPANISH_CATALOG}: “Hello, {{name}}!” is fuzzy: translate its changed source, remove the mark",
    ]
    assert "Salir" not in (project / "locales" / "es" / CATALOG).read_text()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Salir"', '""', "“Stop” is missing"),
        ('"Salir"', '"Salir de la lista"', "“Stop” is 17 characters long; at most 12 fit"),
        ('"Salir"', '"Salir {now}"', "“Stop” has {now}, which the source has not"),
        ('"Salir"', '"\u2068Salir"', "“Stop” has a direction mark without its counterpart"),
        ("Hola, {name}", "Hola", "“Hello {name}” lacks {name}"),
        ("Hola, {name}", "Hola, {name.x}", "“Hello {name}” has a brace that is not a {place}"),
        ("{n} personas", "personas", "“{n} person” form 2 lacks {n}"),
        ('msgstr[2] "{n} personas"', "", "“{n} person” form 2 is missing"),
        ("nplurals=3", "nplurals=2", "cannot be read: "),
        ("n%1000000==0", "n%1000==0", "Plural-Forms is not CLDR's"),
        ('msgstr "Salir"', 'msgstr "Salir', "cannot be read: "),
        ('msgid "Stop"', 'msgid "Go"', "“Go” is used nowhere"),
        ('msgid "Stop"\nmsgstr "Salir"', '#~ msgid "Stop"\n#~ msgstr "Salir"', "“Stop” is used nowhere"),
    ],
)
def test_a_gap_in_a_catalog_is_a_problem(project: Path, old: str, new: str, problem: str) -> None:
    catalog = project / "locales" / "es" / CATALOG
    rule = "(n==1 ? 0 : n!=0 && n%1000000==0 ? 1 : 2);\\n"
    written = catalog.read_text().partition("plural=")[2].partition('"')[0]
    change(catalog, written, rule)
    assert check(project) == []
    change(catalog, old, new)
    assert any(f"es/{CATALOG}: {problem}" in found for found in check(project))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "# Translators: The button below an alert. At most 12 characters.",
            "",
            "“Stop” has no `# Translators:`",
        ),
        ('name="Ana"', "", "gettext is not given what its string has places for: name"),
        ('name="Ana"', 'name="Ana", age=3', "gettext is not given what its string has places for: name"),
        ('"Hello {name}"', 'f"Hello {words}"', "gettext is given a string put together; use {places}"),
        ("Hello {name}", "Hello {name} {", "has a brace that is not a {place}"),
    ],
)
def test_a_mistake_in_the_sources_is_a_problem(project: Path, old: str, new: str, problem: str) -> None:
    change(project / "bot" / "handlers" / "start.py", old, new)
    assert any(found.startswith("bot/handlers/start.py") and problem in found for found in check(project))


def test_buttons_are_measured(project: Path) -> None:
    """A button that a phone cuts off is a gap; other strings may be long."""
    change(
        project / "bot" / "handlers" / "start.py",
        "The button below an alert. At most 12",
        "button. At most 99",
    )
    update(project)
    change(project / SPANISH_CATALOG, "Salir", "Salir ahora mismo de la lista")
    change(project / SPANISH_CATALOG, "Hola, {name}", "Hola de parte de toda la campaña, {name}")
    assert check(project) == [f"{SPANISH_CATALOG}: “Stop” is 29 letters on a button, which shows 28"]


def test_a_missing_catalog_is_a_problem(project: Path) -> None:
    (project / "locales" / "es" / CATALOG).unlink()
    shutil.rmtree(project / "locales" / "en")
    problems = check(project)
    assert "locales/en: is missing" in problems
    assert any(problem.startswith(f"locales/es/{CATALOG}: cannot be read") for problem in problems)


def test_the_interface_is_complete() -> None:
    """Every string of the bot is in every catalog, sound, and seen to be so."""
    assert check(ROOT) == []


def test_every_catalog_loads_whole() -> None:
    """What `check` passes, the bot shows: nothing is left out on loading."""
    catalogs = Catalogs.load(ROOT / "locales", default="en")
    assert set(catalogs.locales) == {"en", "ar", "es", "fr", "de", "it", "pt_BR", "tr", "he"}
    assert [locale for locale in catalogs.locales if catalogs.words(locale).rtl] == ["ar", "he"]
