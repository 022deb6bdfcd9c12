"""The loader: another campaign works, and every kind of gap is named."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from bot.commands.content_check import check
from bot.content import Content
from bot.errors import ContentInvalid
from tests.content.spoiling import EXAMPLE, Edit

TODAY = date(2026, 11, 23)


def test_another_campaign() -> None:
    """A folder with another campaign is complete without a change of code."""
    content = Content.load(EXAMPLE / "content")
    assert content.campaign.name("en") == "Open library"
    assert content.campaign.call("es").startswith("El barrio")
    assert content.campaign.why == "what"
    assert content.locales == ("es", "en")
    assert content.entries == ("what", "when")
    assert [(topic.slug, topic.entries) for topic in content.topics] == [("library", ("what", "when"))]
    assert content.topics[0].title("en") == "The library"
    assert content.statement("en").paragraphs[1] == "The council is asked to decide so before 30 April."
    assert check(EXAMPLE / "content", EXAMPLE / "statement.txt", today=TODAY).gaps == []


def test_translation_inherits() -> None:
    """A translation has paragraphs, quotations and topic from the default locale's page."""
    entry = Content.load(EXAMPLE / "content").entry("when", "en")
    assert (entry.locale, entry.paragraphs, entry.topic) == ("en", (2,), "library")
    assert entry.quotations == ("without further delay",)


def test_absent_locale_falls_back() -> None:
    """A locale that is not there gets the default one's words."""
    content = Content.load(EXAMPLE / "content")
    assert content.entry("what", "tr").locale == "es"
    assert content.consent("tr").locale == content.privacy("tr").locale == "es"
    assert content.campaign.run_by("tr") == "la asociación vecinal"
    assert content.topics[0].title("tr") == "La biblioteca"


def test_a_label_is_each_languages_own(folder: Path, edit: Edit) -> None:
    """A label stands on the button; without one the question does. A new one makes no translation older."""
    edit("faq/what/es.md", "question:", "label: Lo que pedimos\nquestion:")
    content = Content.load(folder)
    assert content.entry("what", "es").label == "Lo que pedimos"
    assert content.entry("what", "en").label == "What is asked?"
    assert content.older == content.flaws == 0


def test_what_a_phone_cuts_off(folder: Path, edit: Edit) -> None:
    """A long question without a label, and a long title, are gaps."""
    edit("faq/what/en.md", "What is asked?", "What is asked of the council?")
    edit("campaign.toml", "The library", "The library of the neighbourhood")
    cut_off = [
        "campaign.toml: topics.library.title in en: has a label of 32 letters, a button shows 28",
        "faq/what/en.md: has a question of 29 letters, a button shows 28: add a label",
    ]
    assert check(folder, None, today=TODAY).gaps == cut_off
    edit("faq/what/en.md", "question:", "label: What is asked?\nquestion:")
    assert check(folder, None, today=TODAY).gaps == cut_off[:1]


def test_wording_is_what_is_shown() -> None:
    """The consent's hash is of the text with its names filled in, each isolated."""
    wording = Content.load(EXAMPLE / "content").consent("en")
    assert wording.text == "I agree to receive alerts from \u2068Open library\u2069."
    assert (wording.version, wording.sha256) == ("3", hashlib.sha256(wording.text.encode()).hexdigest())


def test_broken_lines_are_joined() -> None:
    """A paragraph that an editor broke is one line again; list items stay apart."""
    content = Content.load(EXAMPLE / "content")
    assert content.entry("when", "es").short.endswith("delay», sin más demora.")
    assert content.entry("what", "en").more.endswith(
        "\n\n- It asks for the opening to be kept.\n- It asks for nothing else."
    )


# File, what stands there, what it is replaced by, and what the report then says.
SPOILED = [
    ("campaign.toml", 'en = "Open library"', "", "name: is missing in en"),
    ("campaign.toml", '"when"]', '"when", "why"]', "faq/why/es.md: is missing"),
    ("campaign.toml", '"what", "when"', '"what"', "faq/when: is not listed"),
    ("campaign.toml", '"what", "when"', '"what", "when", "what"', "entries: one is listed twice"),
    ("campaign.toml", 'default = "es"', 'default = "it"', "default it is not among them"),
    ("campaign.toml", "https://library.example/s", "http://library.example/s", "statement.copy_url"),
    ("campaign.toml", '[[topics]]\nslug = "library"', '[[topics]]\nslug = "books"', "no topic"),
    ("campaign.toml", "[name]", "[name", "not valid TOML"),
    ("faq/what/es.md", "biblioteca", "ludoteca", "faq/what/en.md: is older than es.md"),
    ("faq/what/es.md", "[1]", "[3]", "names paragraph 3, the statement has 2"),
    ("faq/what/es.md", "paragraphs: [1]\n", "", "names no paragraph"),
    ("faq/what/en.md", "Saturdays.", "Saturdays" + "!" * 500, "the limit is 500"),
    (
        "faq/what/en.md",
        "What is asked?",
        "What is asked" + "?" * 60,
        "a button has room for 64",
    ),
    (
        "faq/what/en.md",
        "question:",
        "label: " + "x" * 29 + "\nquestion:",
        "has a label of 29 letters, a button shows 28",
    ),
    ("faq/what/en.md", "It addresses the council.", "word " * 900, "UTF-16 units long"),
    ("consent/en.md", "{name}", "{name}{how_often}", "campaign.toml does not say"),
    (
        "campaign.toml",
        "[name]",
        '[how_often]\nes = "Dos por semana."\n\n[name]',
        "how_often: is missing in en",
    ),
    ("faq/what/en.md", "the council", "the \u2068council", "unbalanced isolate"),
    ("faq/what/en.md", "the council", "the \u202ecouncil", "override"),
    ("faq/what/en.md", "the council", "the **council**", "markup"),
    ("faq/what/en.md", "the council", "the “mighty council”", "not among its quotations"),
    ("faq/what/es.md", "topic:", "outdated_note: Ya no.\ntopic:", "faq/what/en.md: is older than es.md"),
    ("faq/what/en.md", "question:", "topic: library\nquestion:", "a translation has these"),
    ("faq/what/en.md", "question:", "outdated: 2024-04-30\nquestion:", "sets outdated: a translation has"),
    ("faq/what/en.md", "question:", "colour: red\nquestion:", "colour: extra inputs"),
    ("faq/what/en.md", "question:", "question: [", "not valid YAML"),
    ("faq/what/en.md", "---\nsource", "source", "does not begin with front matter"),
    ("faq/when/es.md", "without further delay", "with further delay", "not in the statement"),
    ("faq/when/es.md", "topic: library", "topic: hours", "has no topic of campaign.toml: hours"),
    ("statement/en.md", "2. The", "3. The", "is not a numbered list from 1 to 2"),
    ("statement/en.md", "Saturday opening", "“Saturday opening”", "which is not in the statement"),
    ("campaign.toml", "paragraphs = 2", "paragraphs = 3", "is 3, the statement has 2"),
    ("consent/en.md", "{name}", "{nome}", "none of {name}, {run_by}, {how_often}"),
    ("consent/en.md", '"3"', '"4"', "is version 4, es.md is 3"),
    ("consent/en.md", '"3"', '"3: new"', "version: string should match pattern"),
]


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda spoiled: spoiled[-1])
def test_gap_is_named(folder: Path, edit: Edit, spoiled: tuple[str, str, str, str]) -> None:
    """Each gap is one line that begins with the file it is in."""
    name, old, new, problem = spoiled
    edit(name, old, new)
    found = check(folder, EXAMPLE / "statement.txt", today=TODAY)
    problems = [*found.gaps, *found.older]
    assert any(problem in line for line in problems), problems
    assert all(line.split(":")[0].split("/")[0] in {*_tops(folder), "faq"} for line in problems)


def test_all_gaps_at_once(folder: Path) -> None:
    """Loading refuses with every gap, not only the first."""
    (folder / "privacy/en.md").unlink()
    (folder / "faq/what/en.md").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentInvalid) as refused:
        Content.load(folder)
    assert refused.value.problems == [
        "privacy/en.md: is missing",
        "faq/what/en.md: cannot be read as UTF-8 text: UnicodeDecodeError",
    ]


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is one clear line."""
    assert check(tmp_path / "nowhere", None, today=TODAY).gaps == ["campaign.toml: is missing"]
    assert "cannot be read" in check(EXAMPLE / "content", tmp_path / "nothing.txt", today=TODAY).gaps[0]


def test_unanswered_in_every_locale(folder: Path) -> None:
    """Where one locale says what the statement leaves open, every locale does."""
    (folder / "unanswered").mkdir()
    (folder / "unanswered/es.toml").write_text('figures = ["cuántos"]\n', encoding="utf-8")
    assert check(folder, None, today=TODAY).gaps == ["unanswered/en.toml: is missing"]


def _tops(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


STOPS = {
    "name: is missing in es",
    "faq/why/es.md: is missing",
    "default it is not among them",
    "statement.copy_url",
    "not valid TOML",
    "colour: extra inputs",
    "not valid YAML",
    "does not begin with front matter",
    "version: string should match pattern",
}
"""What of `SPOILED` cannot be read or shown: all else serves until it is mended."""


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda spoiled: spoiled[-1])
def test_only_what_cannot_be_read_stops_the_start(
    folder: Path, edit: Edit, spoiled: tuple[str, str, str, str]
) -> None:
    """A changed answer, phrasing or translation never keeps a bot from starting: the log counts what to mend."""
    name, old, new, problem = spoiled
    edit(name, old, new)
    if problem in STOPS:
        with pytest.raises(ContentInvalid):
            Content.load(folder)
        return
    content = Content.load(folder)
    statement_alone = "not in the statement", "the statement has 2", "is not in the statement"
    assert content.flaws or content.older or any(part in problem for part in statement_alone)
    for slug in content.entries:
        for locale in content.locales:
            assert content.entry(slug, locale).short


def test_older_translations_serve(folder: Path, edit: Edit) -> None:
    """After an answer has changed, its translation is served, marked as older, and `content check` is content."""
    edit("faq/what/es.md", "biblioteca", "ludoteca")
    found = check(folder, None, today=TODAY)
    assert found.gaps == []
    assert [line.split(";")[0] for line in found.older] == ["faq/what/en.md: is older than es.md"]
    content = Content.load(folder)
    assert content.older == 1
    assert content.entry("what", "en").locale == "en"
    assert content.entry("what", "en").is_older
    assert not content.entry("what", "es").is_older
    assert not content.entry("when", "en").is_older


def test_nobody_agrees_to_words_of_another_version(folder: Path, edit: Edit) -> None:
    """Where the words people agree to have a new version, an older translation gives way to the original."""
    edit("consent/es.md", '"3"', '"4"')
    content = Content.load(folder)
    assert (content.consent("en").locale, content.consent("en").version) == ("es", "4")
    assert check(folder, None, today=TODAY).gaps == []


def test_an_answer_too_long_for_a_message(folder: Path, edit: Edit) -> None:
    """An answer that no message has room for is given without its longer part."""
    edit("faq/what/en.md", "It addresses the council.", "word " * 900)
    entry = Content.load(folder).entry("what", "en")
    assert entry.more == ""
    assert entry.short


@pytest.mark.parametrize("contact", ["https://library.example/us", "us@library.example", "@open_library"])
def test_contact(folder: Path, edit: Edit, contact: str) -> None:
    """Where the campaign says how it is reached, the privacy notice says it after the name, isolated."""
    edit("campaign.toml", 'why = "what"', f'why = "what"\ncontact = "{contact}"')
    content = Content.load(folder)
    assert content.campaign.contact == contact
    assert f"the neighbourhood association\u2069 (\u2068{contact}\u2069)" in content.privacy("en").text
    assert contact not in content.consent("en").text


@pytest.mark.parametrize(
    "contact", ["", "write to us", "http://library.example", "@a", "us@", "a@b.example\nx"]
)
def test_no_contact(folder: Path, edit: Edit, contact: str) -> None:
    """What is none of an https address, a mail address and a handle is refused."""
    edit("campaign.toml", 'why = "what"', f'why = "what"\ncontact = """{contact}"""')
    assert [
        line for line in check(folder, None, today=TODAY).gaps if line.startswith("campaign.toml: contact")
    ]


def test_nobody_answers_for_it_yet(folder: Path, edit: Edit) -> None:
    """A name that is nobody's is named, and keeps no check from passing."""
    assert check(folder, None, today=TODAY).advice == []
    edit("campaign.toml", 'why = "what"', 'why = "what"\nrun_by_is_placeholder = true')
    found = check(folder, None, today=TODAY)
    assert found.gaps == []
    assert [line.split(";")[0] for line in found.advice] == [
        "campaign.toml: run_by: names nobody responsible"
    ]


def test_how_often(folder: Path, edit: Edit) -> None:
    """A campaign may say how often alerts come, in a sentence that the words of consent can take up."""
    assert Content.load(folder).campaign.how_often("en") is None
    edit("campaign.toml", "[name]", '[how_often]\nes = "Dos por semana."\nen = "Two a week."\n\n[name]')
    edit("consent/en.md", "{name}", "{name}. {how_often}")
    content = Content.load(folder)
    assert content.campaign.how_often("en") == "Two a week."
    assert content.campaign.how_often("tr") == "Dos por semana."
    assert "Two a week." in content.consent("en").text
