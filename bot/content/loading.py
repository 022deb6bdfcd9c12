"""From a folder of files to the words of a campaign, with every gap found in one go."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.content import rules
from bot.content.files import (
    AnyPage,
    AnyShape,
    CampaignShape,
    DigestPage,
    EntryPage,
    Page,
    SmallTalkShape,
    UnansweredShape,
    Unreadable,
    VersionedPage,
    numbered,
    read_page,
    read_toml,
)
from bot.content.words import Campaign, Digest, EditorsNote, Entry, Notice, Remark, Topic, Unanswered, Wording
from bot.domain.faq import SmallTalk

FSI, PDI = "\u2068", "\u2069"


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What a folder holds, as far as it could be read, and the problems, each beginning with its file."""

    problems: list[str] = field(default_factory=list)
    campaign: Campaign | None = None
    locales: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    wordings: dict[str, Wording] = field(default_factory=dict)
    digests: dict[str, Digest] = field(default_factory=dict)
    unanswered: list[Unanswered] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def gather(folder: Path, *, statement: str | None = None) -> Gathered:
    """Read everything in the folder; with the statement's text, quotations are looked up in it too."""
    gathered = Gathered()
    try:
        shape = read_toml(folder / "campaign.toml", CampaignShape)
    except Unreadable as unreadable:
        gathered.problems = [f"campaign.toml: {problem}" for problem in unreadable.args]
        return gathered
    _Reading(folder=folder, shape=shape, statement=statement, gathered=gathered).everything()
    return gathered


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """One pass through a folder."""

    folder: Path
    shape: CampaignShape
    statement: str | None
    gathered: Gathered

    def everything(self) -> None:
        """Fill `gathered`."""
        shape, gathered = self.shape, self.gathered
        self._report("campaign.toml", _about_campaign(shape))
        if self.statement is not None:
            there_are = shape.statement.paragraphs
            self._report("campaign.toml", rules.about_length(self.statement, there_are=there_are))
        gathered.locales = shape.locales
        gathered.campaign = _campaign(shape)
        for locale, page in self._pages("privacy", VersionedPage):
            text = self._filled(page, locale, folder="privacy")
            gathered.notices[locale] = Notice(version=page.version, locale=locale, text=text)
        for locale, page in self._pages("consent", VersionedPage):
            text = self._filled(page, locale, folder="consent")
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            gathered.wordings[locale] = Wording(version=page.version, locale=locale, text=text, sha256=sha256)
        for locale, digest in self._pages("statement", DigestPage):
            self._report(f"statement/{locale}.md", self._about_digest(digest))
            items = tuple(numbered(digest.body).values())
            gathered.digests[locale] = Digest(
                locale=locale, title=digest.title, date=digest.date, paragraphs=items
            )
        for slug in shape.entries:
            self._entry(slug)
        self._unanswered()
        self._small_talk()
        self._unlisted()
        gathered.topics = tuple(self._topics())

    def _pages(self, folder: str, kind: type[AnyPage]) -> Iterator[tuple[str, AnyPage]]:
        """Yield a page for each locale that has one, the default locale's first; report the others."""
        default = self.shape.default
        original: AnyPage | None = None
        for locale in (default, *(one for one in self.shape.locales if one != default)):
            name = f"{folder}/{locale}.md"
            try:
                page = read_page(self.folder / name, kind)
            except Unreadable as unreadable:
                self._report(name, unreadable.args)
                continue
            self._report(name, rules.about_form(page.words()))
            if locale == default:
                original = page
            elif original is not None:
                self._report(name, _about_translation(page, original, default))
            yield locale, page

    def _entry(self, slug: str) -> None:
        folder = f"faq/{slug}"
        original: EntryPage | None = None
        for locale, page in self._pages(folder, EntryPage):
            name = f"{folder}/{locale}.md"
            if locale == self.shape.default:
                original = page
                self._report(name, self._about_original(page))
            elif original is None:
                continue
            else:
                self._report(name, _about_inherited(page))
            self._report(name, rules.about_entry(page.question, page.short))
            self._report(name, rules.about_quotations(original.quotations, page.words()))
            note = original.note
            self.gathered.entries[slug, locale] = Entry(
                slug=slug,
                locale=locale,
                topic=original.topic or "",
                question=page.question,
                short=page.short,
                more=page.body,
                paragraphs=original.paragraphs,
                quotations=original.quotations,
                phrasings=page.phrasings,
                note=EditorsNote(date=note.date, source=note.source) if note else None,
                outdated=original.outdated,
                outdated_note=page.outdated_note or "",
            )

    def _about_original(self, page: EntryPage) -> Iterator[str]:
        known = {topic.slug for topic in self.shape.topics}
        if page.topic not in known:
            yield f"has no topic of campaign.toml: {page.topic or 'none given'}"
        yield from rules.about_paragraphs(
            page.paragraphs, there_are=self.shape.statement.paragraphs, is_note=page.note is not None
        )
        if self.statement is not None:
            yield from rules.about_verbatim(page.quotations, self.statement)

    def _about_digest(self, page: DigestPage) -> Iterator[str]:
        items = numbered(page.body)
        expected = list(range(1, self.shape.statement.paragraphs + 1))
        if list(items) != expected or len(page.body.splitlines()) != len(items):
            yield f"is not a numbered list from 1 to {expected[-1]} and nothing else"
        if self.statement is not None:
            yield from rules.about_verbatim(rules.quoted(page.body), self.statement)

    def _filled(self, page: Page, locale: str, *, folder: str) -> str:
        """Put the campaign's names where a page leaves room for them, isolated from its direction."""
        shape, text = self.shape, page.body
        for place, names in (("{name}", shape.name), ("{run_by}", shape.run_by)):
            text = text.replace(place, FSI + names.get(locale, names.get(shape.default, "")) + PDI)
        if "{" in text or "}" in text:
            self._report(f"{folder}/{locale}.md", ["has a place in {} that is neither {name} nor {run_by}"])
        return text

    def _topics(self) -> Iterator[Topic]:
        default = self.shape.default
        at = {slug: self.gathered.entries.get((slug, default)) for slug in self.shape.entries}
        for topic in self.shape.topics:
            under = tuple(slug for slug, entry in at.items() if entry and entry.topic == topic.slug)
            if not under:
                self._report("campaign.toml", [f"topics: no entry has the topic {topic.slug}"])
            yield Topic(slug=topic.slug, default=default, titles=topic.title, entries=under)

    def _unanswered(self) -> None:
        """Read what the statement leaves open."""
        for locale, shape in self._tables("unanswered", UnansweredShape):
            self.gathered.figures += shape.figures
            self.gathered.unanswered += [
                Unanswered(topic=topic, locale=locale, phrasings=phrasings)
                for topic, phrasings in shape.topics.items()
            ]

    def _small_talk(self) -> None:
        """Read what is no question."""
        for locale, shape in self._tables("smalltalk", SmallTalkShape):
            self.gathered.remarks += [
                Remark(kind=kind, locale=locale, phrasings=getattr(shape, kind.value)) for kind in SmallTalk
            ]

    def _tables(self, folder: str, kind: type[AnyShape]) -> Iterator[tuple[str, AnyShape]]:
        """Yield a table for every locale; none where the campaign has no such folder. Report the missing ones."""
        if not (self.folder / folder).exists():
            return
        for locale in self.shape.locales:
            name = f"{folder}/{locale}.toml"
            try:
                yield locale, read_toml(self.folder / name, kind)
            except Unreadable as unreadable:
                self._report(name, unreadable.args)

    def _unlisted(self) -> None:
        there = {path.name for path in self.folder.glob("faq/*") if path.is_dir()}
        for slug in sorted(there - set(self.shape.entries)):
            self._report(f"faq/{slug}", ["is not listed in campaign.toml's entries"])

    def _report(self, name: str, problems: Iterable[str]) -> None:
        self.gathered.problems += [f"{name}: {problem}" for problem in problems]


def _campaign(shape: CampaignShape) -> Campaign:
    return Campaign(
        default=shape.default,
        published=date.fromisoformat(f"{shape.statement.published}-01"),
        statement_title=shape.statement.title,
        statement_url=shape.statement.url,
        copy_url=shape.statement.copy_url,
        names=shape.name,
        run_bys=shape.run_by,
        calls=shape.call,
        why=shape.why,
    )


def _about_campaign(shape: CampaignShape) -> Iterator[str]:
    if shape.default not in shape.locales:
        yield f"locales: the default {shape.default} is not among them"
    for field_name, listed in (("locales", shape.locales), ("entries", shape.entries)):
        if len(set(listed)) < len(listed):
            yield f"{field_name}: one is listed twice"
    if shape.why not in shape.entries:
        yield f"why: {shape.why} is not among the entries"
    tables: list[tuple[str, Mapping[str, str]]] = [
        ("name", shape.name),
        ("run_by", shape.run_by),
        ("call", shape.call),
    ]
    tables += [(f"topics.{topic.slug}.title", topic.title) for topic in shape.topics]
    for table, words in tables:
        missing = [locale for locale in shape.locales if locale not in words]
        if missing:
            yield f"{table}: is missing in {', '.join(missing)}"


def _about_translation(page: AnyPage, original: AnyPage, default: str) -> Iterator[str]:
    current = original.fingerprint()
    if page.source_sha != current:
        yield f"is older than {default}.md; bring it up to date, then set source_sha: {current}"
    if (
        isinstance(page, VersionedPage)
        and isinstance(original, VersionedPage)
        and page.version != original.version
    ):
        yield f"is version {page.version}, {default}.md is {original.version}"


def _about_inherited(page: EntryPage) -> Iterator[str]:
    given = [key for key in ("topic", "paragraphs", "quotations", "note", "outdated") if getattr(page, key)]
    if given:
        yield f"sets {', '.join(given)}: a translation has these from the default locale"
