"""How far a translation has come, on a copy of the example campaign that is being translated."""

from datetime import date
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.content.coverage import Coverage, PageState, survey
from bot.errors import ContentInvalid
from tests.content.spoiling import Edit


def at(folder: Path, locale: str) -> Coverage:
    """Return what there is of one locale."""
    (found,) = (each for each in survey(folder).locales if each.locale == locale)
    return found


def test_the_campaign_is_complete() -> None:
    """Every locale of the campaign has every page, made from the page it translates."""
    found = survey(ROOT / "content")
    for locale in found.locales:
        assert locale.listed
        assert set(locale.entries.values()) == {PageState.CURRENT}
        assert {locale.statement, locale.privacy, locale.consent} == {PageState.CURRENT}
        assert locale.problems == []


def test_figures(folder: Path) -> None:
    """Counted are the different phrasings of each answer, the subjects left open, and small talk by kind."""
    (folder / "smalltalk").mkdir()
    (folder / "smalltalk/en.toml").write_text(
        'greeting = ["hi", "hello"]\nthanks = ["ta"]\n', encoding="utf-8"
    )
    (folder / "unanswered").mkdir()
    (folder / "unanswered/en.toml").write_text("[topics]\ncost = ['price']\n", encoding="utf-8")
    english = at(folder, "en")
    assert (english.phrasings, english.least, english.median) == ({"what": 12, "when": 12}, 12, 12)
    assert (english.unanswered, english.small_talk, english.least_small_talk) == (
        1,
        {"greeting": 2, "thanks": 1},
        1,
    )
    spanish = at(folder, "es")
    assert (spanish.unanswered, spanish.least_small_talk) == (0, 0)


def test_stale(folder: Path, edit: Edit) -> None:
    """A translation of an older page is stale; what it was made from never is."""
    edit("faq/what/es.md", "biblioteca", "ludoteca")
    english, spanish = at(folder, "en"), at(folder, "es")
    assert english.entries == {"what": PageState.STALE, "when": PageState.CURRENT}
    assert english.count(PageState.STALE) == 1
    assert spanish.entries == {"what": PageState.CURRENT, "when": PageState.CURRENT}


def test_a_locale_that_grows_in_peace(folder: Path) -> None:
    """Pages of a locale that campaign.toml does not list yet are looked at, after those it does."""
    (folder / "faq/when/pt_BR.md").write_text((folder / "faq/when/en.md").read_text("utf-8"), "utf-8")
    (folder / "consent/pt_BR.md").write_text((folder / "consent/en.md").read_text("utf-8"), "utf-8")
    (folder / "NOTES.md").write_text("not a locale", "utf-8")
    assert [each.locale for each in survey(folder).locales] == ["es", "en", "pt_BR"]
    found = at(folder, "pt_BR")
    assert not found.listed
    assert found.entries == {"what": PageState.MISSING, "when": PageState.CURRENT}
    assert (found.consent, found.privacy) == (PageState.CURRENT, PageState.MISSING)


def test_broken_pages(folder: Path, edit: Edit) -> None:
    """A file that cannot be read is said, with its mistake; a translation of it has nothing to be current to."""
    edit("faq/what/es.md", "question:", "question: [")
    (folder / "smalltalk").mkdir()
    (folder / "smalltalk/en.toml").write_text("greeting = 3", encoding="utf-8")
    english, spanish = at(folder, "en"), at(folder, "es")
    assert (spanish.entries["what"], english.entries["what"]) == (PageState.BROKEN, PageState.STALE)
    assert spanish.problems[0].startswith("faq/what/es.md: front matter is not valid YAML")
    assert english.problems == ["smalltalk/en.toml: greeting: input should be a valid tuple"]


def test_outdated(folder: Path, edit: Edit) -> None:
    """Answers that the default locale marks as outdated are named with the day."""
    edit("faq/when/es.md", "topic:", "outdated: 2024-05-01\ntopic:")
    assert survey(folder).outdated == {"when": date(2024, 5, 1)}


def test_nothing_to_go_by(tmp_path: Path) -> None:
    """Without a campaign.toml there is nothing to count."""
    with pytest.raises(ContentInvalid):
        survey(tmp_path)
