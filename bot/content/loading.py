"""From a folder of files to the words of a campaign, with everything that is wrong found in one go."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import rules
from bot.content.campaign import (
    about_campaign,
    about_choices,
    about_run_by,
    about_titles,
    beyond_use,
    campaign_of,
)
from bot.content.files import (
    AnyPage,
    AnyShape,
    CampaignShape,
    DigestPage,
    EntryPage,
    Page,
    SmallTalkShape,
    SuspectShape,
    UnansweredShape,
    Unreadable,
    VersionedPage,
    numbered,
    read_page,
    read_toml,
)
from bot.content.gathered import Gathered
from bot.content.words import (
    Consents,
    Digest,
    EditorsNote,
    Entry,
    Notice,
    Remark,
    Suspect,
    Topic,
    Unanswered,
    Wording,
)
from bot.domain.faq import SmallTalk

FSI, PDI = "\u2068", "\u2069"

HOW_OFTEN = "{how_often}"
"""Where a page says how often alerts come, in the sentence of campaign.toml."""


def gather(folder: Path, *, statement: str | None = None) -> Gathered:
    """Read everything in the folder; with the statement's text, quotations are looked up in it too."""
    gathered = Gathered()
    try:
        shape = read_toml(folder / "campaign.toml", CampaignShape)
    except Unreadable as unreadable:
        gathered.report("campaign.toml", unreadable.args)
        return gathered
    _Reading(folder=folder, shape=shape, statement=statement, gathered=gathered).everything()
    return gathered


def read_consents(folder: Path) -> Consents:
    """Read what people agree to, and nothing else.

    Raises Unreadable.
    """
    shape = read_toml(folder / "campaign.toml", CampaignShape)
    gathered = Gathered()
    _Reading(folder=folder, shape=shape, statement=None, gathered=gathered).consents()
    if shape.default not in gathered.wordings:
        raise Unreadable(*gathered.problems)
    return Consents(wordings=gathered.wordings, default=shape.default, rule=campaign_of(shape).renewal)


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
        gathered.report("campaign.toml", beyond_use(shape))
        gathered.note("campaign.toml", about_campaign(shape))
        gathered.advise("campaign.toml", about_run_by(shape))
        gathered.note("campaign.toml", about_titles(shape))
        gathered.note("campaign.toml", about_choices(shape))
        if self.statement is not None:
            there_are = shape.statement.paragraphs
            gathered.note("campaign.toml", rules.about_length(self.statement, there_are=there_are))
        gathered.locales = shape.locales
        gathered.campaign = campaign_of(shape)
        for locale, page, _ in self._of_one_version("privacy"):
            text = self._filled(page, locale, folder="privacy")
            gathered.notices[locale] = Notice(version=page.version, locale=locale, text=text)
        self.consents()
        for locale, digest, is_older in self._pages("statement", DigestPage):
            gathered.note(f"statement/{locale}.md", self._about_digest(digest))
            items = tuple(numbered(digest.body).values())
            if not items:
                gathered.report(f"statement/{locale}.md", ["has no numbered paragraph"])
            gathered.digests[locale] = Digest(
                locale=locale, title=digest.title, date=digest.date, paragraphs=items, is_older=is_older
            )
        for slug in shape.entries:
            self._entry(slug)
        self._unanswered()
        self._small_talk()
        self._unlisted()
        gathered.topics = tuple(self._topics())

    def consents(self) -> None:
        """Read what people agree to."""
        for locale, page, _ in self._of_one_version("consent"):
            text = self._filled(page, locale, folder="consent")
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            wording = Wording(version=page.version, locale=locale, text=text, sha256=sha256)
            self.gathered.wordings[locale] = wording

    def _of_one_version(self, folder: str) -> Iterator[tuple[str, VersionedPage, bool]]:
        """Yield the pages of the default locale's version: of what another version says, nobody is told any more."""
        current = ""
        for locale, page, is_older in self._pages(folder, VersionedPage):
            current = page.version if locale == self.shape.default else current or page.version
            if page.version == current:
                yield locale, page, is_older
            else:
                default = self.shape.default
                self.gathered.age(
                    f"{folder}/{locale}.md", f"is version {page.version}, {default}.md is {current}"
                )

    def _pages(self, folder: str, kind: type[AnyPage]) -> Iterator[tuple[str, AnyPage, bool]]:
        """Yield a page for each locale that has one, and whether it is older than the default locale's, which is first.

        Report the pages that cannot be read or shown.
        """
        default = self.shape.default
        original: AnyPage | None = None
        for locale in (default, *(one for one in self.shape.locales if one != default)):
            name = f"{folder}/{locale}.md"
            try:
                page = read_page(self.folder / name, kind)
            except Unreadable as unreadable:
                self.gathered.report(name, unreadable.args)
                continue
            self.gathered.note(name, rules.about_form(page.words()))
            self.gathered.report(name, rules.about_room(page.shown_whole()))
            current = page.source_sha if original is None else original.fingerprint()
            is_older = locale != default and page.source_sha != current
            if locale == default:
                original = page
            elif is_older:
                self.gathered.age(
                    name, f"is older than {default}.md; bring it up to date, then set source_sha: {current}"
                )
            yield locale, page, is_older

    def _entry(self, slug: str) -> None:
        folder = f"faq/{slug}"
        original: EntryPage | None = None
        for locale, page, is_older in self._pages(folder, EntryPage):
            name = f"{folder}/{locale}.md"
            if locale == self.shape.default:
                original = page
                self.gathered.note(name, self._about_original(page))
            elif original is None:
                continue
            else:
                self.gathered.note(name, _about_inherited(page))
            self.gathered.note(name, rules.about_entry(page.question, page.short))
            self._label(name, page)
            self.gathered.note(
                name, rules.about_quotations(original.quotations, (*page.words(), page.label or ""))
            )
            note = original.note
            too_long = list(rules.about_room((page.question, page.body, page.outdated_note or "")))
            self.gathered.note(name, too_long)
            self.gathered.entries[slug, locale] = Entry(
                slug=slug,
                locale=locale,
                topic=original.topic or "",
                question=page.question,
                label=page.label or page.question,
                short=page.short,
                more="" if too_long else page.body,
                paragraphs=original.paragraphs,
                quotations=original.quotations,
                phrasings=page.phrasings,
                note=EditorsNote(date=note.date, source=note.source) if note else None,
                outdated=original.outdated,
                any_name=original.any_name,
                outdated_note=page.outdated_note or "",
                is_older=is_older,
            )

    def _label(self, name: str, page: EntryPage) -> None:
        """Look at what stands on the button: a label is made for it, a question may be too long."""
        if page.label is not None:
            self.gathered.note(name, rules.about_form([page.label]))
            self.gathered.note(name, rules.about_label(page.label))
        else:
            self.gathered.note(name, rules.about_unlabelled(page.question))

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
        """Put the campaign's names where a page leaves room for them, isolated from its direction.

        The privacy notice says where whoever runs the bot is reached, too.
        """
        shape, text = self.shape, page.body
        if folder == "privacy" and shape.contact is not None:
            text = text.replace("{run_by}", f"{{run_by}} ({FSI}{shape.contact}{PDI})", 1)
        for place, names in (("{name}", shape.name), ("{run_by}", shape.run_by)):
            text = text.replace(place, FSI + names.get(locale, names.get(shape.default, "")) + PDI)
        if HOW_OFTEN in text:
            often = shape.how_often.get(locale, shape.how_often.get(shape.default, ""))
            text = text.replace(HOW_OFTEN, often)
            if not often:
                self.gathered.note(
                    f"{folder}/{locale}.md", [f"has {HOW_OFTEN}, which campaign.toml does not say"]
                )
        if "{" in text or "}" in text:
            self.gathered.note(
                f"{folder}/{locale}.md", ["has a place in {} that is none of {name}, {run_by}, {how_often}"]
            )
        return text

    def _topics(self) -> Iterator[Topic]:
        default = self.shape.default
        at = {slug: self.gathered.entries.get((slug, default)) for slug in self.shape.entries}
        for topic in self.shape.topics:
            under = tuple(slug for slug, entry in at.items() if entry and entry.topic == topic.slug)
            if not under:
                self.gathered.note("campaign.toml", [f"topics: no entry has the topic {topic.slug}"])
                continue
            yield Topic(slug=topic.slug, default=default, titles=topic.title, entries=under)

    def _unanswered(self) -> None:
        """Read what the statement leaves open."""
        for locale, shape in self._tables("unanswered", UnansweredShape):
            self.gathered.figures += shape.figures
            self.gathered.names += shape.names
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
        for _, words in self._tables("suspect", SuspectShape):
            self.gathered.suspect += Suspect(**dict(words))

    def _tables(self, folder: str, kind: type[AnyShape]) -> Iterator[tuple[str, AnyShape]]:
        """Yield a table for every locale; none where the campaign has no such folder. Report the missing ones."""
        if not (self.folder / folder).exists():
            return
        for locale in self.shape.locales:
            name = f"{folder}/{locale}.toml"
            try:
                yield locale, read_toml(self.folder / name, kind)
            except Unreadable as unreadable:
                self.gathered.report(name, unreadable.args)

    def _unlisted(self) -> None:
        there = {path.name for path in self.folder.glob("faq/*") if path.is_dir()}
        for slug in sorted(there - set(self.shape.entries)):
            self.gathered.note(f"faq/{slug}", ["is not listed in campaign.toml's entries"])


_INHERITED = ("topic", "paragraphs", "quotations", "note", "outdated", "any_name")


def _about_inherited(page: EntryPage) -> Iterator[str]:
    given = [key for key in _INHERITED if getattr(page, key)]
    if given:
        yield f"sets {', '.join(given)}: a translation has these from the default locale"
