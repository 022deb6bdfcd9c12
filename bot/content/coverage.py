"""How far each locale's words have come, those that grow in peace included. Nothing is refused here."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.content.files import (
    AnyPage,
    AnyShape,
    CampaignShape,
    DigestPage,
    EntryPage,
    LocaleCode,
    SmallTalkShape,
    SuspectShape,
    UnansweredShape,
    Unreadable,
    VersionedPage,
    read_page,
    read_toml,
)
from bot.domain.faq import fold
from bot.errors import ContentInvalid

_LOCALE: TypeAdapter[str] = TypeAdapter(LocaleCode)


class PageState(StrEnum):
    """How a page stands to the default locale's: made from it, from an older one; or not there, not readable."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    BROKEN = "broken"


@dataclass(kw_only=True, slots=True)
class Coverage:
    """What one locale has. `listed`: in campaign.toml, so that the bot speaks it.

    `phrasings` are the different ones of each answer, `small_talk` the number of them by kind, `unanswered` the
    number of subjects, `suspect` that of words by list; `problems` says what cannot be read, each beginning with
    its file.
    """

    locale: str
    listed: bool
    entries: dict[str, PageState] = field(default_factory=dict)
    statement: PageState = PageState.MISSING
    privacy: PageState = PageState.MISSING
    consent: PageState = PageState.MISSING
    phrasings: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0
    small_talk: dict[str, int] = field(default_factory=dict)
    suspect: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, *states: PageState) -> int:
        """Return how many answers are in one of these states."""
        return sum(each in states for each in self.entries.values())

    @property
    def least(self) -> int:
        """The fewest phrasings of an answer; 0 without an answer."""
        return min(self.phrasings.values(), default=0)

    @property
    def median(self) -> float:
        """The median of phrasings per answer; 0 without an answer."""
        return statistics.median(self.phrasings.values()) if self.phrasings else 0

    @property
    def least_small_talk(self) -> int:
        """The fewest phrasings of a kind that has any; 0 without one."""
        return min(self.small_talk.values(), default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """Every locale, those of campaign.toml first, in its order; and the answers marked as outdated, since when."""

    locales: tuple[Coverage, ...]
    outdated: dict[str, date]


def survey(folder: Path) -> Survey:
    """Look at every page there is, of whatever locale.

    Raises ContentInvalid where there is no campaign.toml to go by.
    """
    try:
        shape = read_toml(folder / "campaign.toml", CampaignShape)
    except Unreadable as unreadable:
        raise ContentInvalid(
            [f"{folder / 'campaign.toml'}: {problem}" for problem in unreadable.args]
        ) from None
    looked = _Looking(folder=folder, default=shape.default)
    there = {
        path.stem for path in (*folder.glob("**/*.md"), *folder.glob("*/*.toml")) if _is_locale(path.stem)
    }
    locales = (*shape.locales, *sorted(there - set(shape.locales)))
    return Survey(
        locales=tuple(looked.at(locale, shape.entries, listed=locale in shape.locales) for locale in locales),
        outdated=dict(looked.outdated(shape.entries)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looking:
    """A walk through a folder, one locale after the other."""

    folder: Path
    default: str

    def at(self, locale: str, slugs: tuple[str, ...], *, listed: bool) -> Coverage:
        """Return what there is in this locale."""
        found = Coverage(locale=locale, listed=listed)
        found.statement, _ = self._page("statement", DigestPage, found)
        found.privacy, _ = self._page("privacy", VersionedPage, found)
        found.consent, _ = self._page("consent", VersionedPage, found)
        for slug in slugs:
            found.entries[slug], page = self._page(f"faq/{slug}", EntryPage, found)
            if page is not None:
                found.phrasings[slug] = len({fold(text) for text in page.phrasings})
        unanswered = self._table("unanswered", UnansweredShape, found)
        found.unanswered = len(unanswered.topics) if unanswered else 0
        said = self._table("smalltalk", SmallTalkShape, found)
        found.small_talk = {kind: len(texts) for kind, texts in said or () if texts}
        words = self._table("suspect", SuspectShape, found)
        found.suspect = {name: len(each) for name, each in words or () if each}
        return found

    def outdated(self, slugs: tuple[str, ...]) -> Iterator[tuple[str, date]]:
        """Yield the answers that the default locale's page marks as outdated."""
        for slug in slugs:
            page = self._original(f"faq/{slug}", EntryPage)
            if page is not None and page.outdated is not None:
                yield slug, page.outdated

    def _page(self, name: str, kind: type[AnyPage], found: Coverage) -> tuple[PageState, AnyPage | None]:
        path = self.folder / name / f"{found.locale}.md"
        if not path.exists():
            return PageState.MISSING, None
        try:
            page = read_page(path, kind)
        except Unreadable as unreadable:
            found.problems += [f"{name}/{found.locale}.md: {problem}" for problem in unreadable.args]
            return PageState.BROKEN, None
        original = page if found.locale == self.default else self._original(name, kind)
        current = original is page or (original and page.source_sha == original.fingerprint())
        return PageState.CURRENT if current else PageState.STALE, page

    def _original(self, name: str, kind: type[AnyPage]) -> AnyPage | None:
        try:
            return read_page(self.folder / name / f"{self.default}.md", kind)
        except Unreadable:
            return None  # which its own locale's coverage tells

    def _table(self, name: str, kind: type[AnyShape], found: Coverage) -> AnyShape | None:
        path = self.folder / name / f"{found.locale}.toml"
        if not path.exists():
            return None
        try:
            return read_toml(path, kind)
        except Unreadable as unreadable:
            found.problems += [f"{name}/{found.locale}.toml: {problem}" for problem in unreadable.args]
            return None


def _is_locale(name: str) -> bool:
    try:
        _LOCALE.validate_python(name)
    except ValidationError:
        return False
    return True
