"""The campaign's words as the bot reads them: plain values, one locale each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from bot.domain.consent import AFTER_TWO_YEARS, RenewalRule
from bot.domain.faq import SmallTalk
from bot.domain.preferences import AT_NIGHT, QuietHours


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """What `campaign.toml` says of the campaign itself.

    `published` is the month of the statement (its day is always 1); `default` is the locale the others are
    translated from, and the one people get where theirs is absent; `why` is the slug of the entry that answers
    an alert's *Why?*. `contact` is where people reach whoever runs the bot, empty where the campaign does not say;
    `run_by_is_placeholder` says that the names of `run_bys` are nobody's yet. `zone` is the IANA name of the time zone
    that organizers plan in, and that people without one of their own have. `answers_distress`: who is in distress may
    be offered to write to a person of the campaign, who can be there for them. `alerts_a_week`: the number that
    `frequencies` speak of, where one is given. `quiet`: the hours in which the bot sends nothing of its own accord to
    people who chose none. `renewal`: when a yes is to be renewed. `localities`, `alert_topics`: what people can choose,
    by slug.
    """

    default: str
    published: date
    statement_title: str
    statement_url: str
    copy_url: str
    names: Mapping[str, str]
    run_bys: Mapping[str, str]
    calls: Mapping[str, str]
    why: str
    abouts: Mapping[str, str] = field(default_factory=dict)
    frequencies: Mapping[str, str] = field(default_factory=dict)
    alerts_a_week: int | None = None
    contact: str = ""
    run_by_is_placeholder: bool = False
    zone: str = "UTC"
    answers_distress: bool = False
    quiet: QuietHours = AT_NIGHT
    renewal: RenewalRule = AFTER_TWO_YEARS
    localities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alert_topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def place(self, slug: str, locale: str) -> str:
        """Return what a place is called; of one that is not on the list any more, its slug."""
        return self._named(self.localities.get(slug), locale) or slug

    def places(self, locale: str) -> dict[str, str]:
        """Return what every place is called, by its slug, in the order of the list."""
        return {slug: self.place(slug, locale) for slug in self.localities}

    def alert_topic(self, slug: str, locale: str) -> str:
        """Return what a topic of alerts is called."""
        return self._named(self.alert_topics.get(slug), locale) or slug

    def topics(self, locale: str) -> dict[str, str]:
        """Return what every topic of alerts is called, by its slug, in the order of the list."""
        return {slug: self.alert_topic(slug, locale) for slug in self.alert_topics}

    def _named(self, names: Mapping[str, str] | None, locale: str) -> str | None:
        return None if names is None else names.get(locale, names.get(self.default))

    def name(self, locale: str) -> str:
        """Return the campaign's name."""
        return self.names.get(locale, self.names[self.default])

    def run_by(self, locale: str) -> str:
        """Return who runs this bot, as a phrase that can follow “is run by”."""
        return self.run_bys.get(locale, self.run_bys[self.default])

    def call(self, locale: str) -> str:
        """Return what the campaign asks for, in one sentence."""
        return self.calls.get(locale, self.calls[self.default])

    def about(self, locale: str) -> str | None:
        """Return what the bot is and whose it is not, for who asks, where the campaign says."""
        return self.abouts.get(locale, self.abouts.get(self.default))

    def how_often(self, locale: str) -> str | None:
        """Return how often alerts come, in a sentence, where the campaign says."""
        return self.frequencies.get(locale, self.frequencies.get(self.default))


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A heading of the FAQ menu and the slugs under it, in order."""

    slug: str
    default: str
    titles: Mapping[str, str]
    entries: tuple[str, ...]

    def title(self, locale: str) -> str:
        """Return the heading."""
        return self.titles.get(locale, self.titles[self.default])


@dataclass(frozen=True, kw_only=True, slots=True)
class EditorsNote:
    """Marks an answer as the editors' own, not the statement's: when it was published, and where."""

    date: date
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One answered question in one locale.

    `short` is for the chat (500 characters at most), `more` is the longer answer behind “Read more”; both
    are plain paragraphs without markup. `paragraphs` are the statement's, numbered from 1 after its title,
    and empty for an editors' `note`. `quotations` are verbatim from the statement, in its own language.
    `label` stands on its button: a short form of the question, or the question itself.
    `any_name`: whoever asks this may name whom or what they like, such as the city that they are a councillor of.
    `outdated` is the day on which the editors marked the answer so, `outdated_note` what they say about it.
    `is_older`: a translation whose original has changed since it was made.
    """

    slug: str
    locale: str
    topic: str
    question: str
    label: str
    short: str
    more: str
    paragraphs: tuple[int, ...]
    quotations: tuple[str, ...]
    phrasings: tuple[str, ...]
    note: EditorsNote | None = None
    outdated: date | None = None
    outdated_note: str = ""
    any_name: bool = False
    is_older: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """A subject the statement leaves open, and how people ask about it in one locale."""

    topic: str
    locale: str
    phrasings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """How people say in one locale what is no question to the statement."""

    kind: SmallTalk
    locale: str
    phrasings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """Words with which nothing is answered by an entry: `alone`, or a name of `peoples` beside one of `contempt`."""

    alone: tuple[str, ...] = ()
    peoples: tuple[str, ...] = ()
    contempt: tuple[str, ...] = ()

    def __add__(self, other: Self) -> Self:
        """Return the words of two locales together."""
        return type(self)(
            alone=self.alone + other.alone,
            peoples=self.peoples + other.peoples,
            contempt=self.contempt + other.contempt,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """The privacy notice and the version of its wording."""

    version: str
    locale: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What a person agrees to, exactly as shown; `sha256` (hex) is of the text in UTF-8."""

    version: str
    locale: str
    text: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Consents:
    """What people agree to, by locale, and when a yes to it is to be renewed. An absent locale has the default's."""

    wordings: Mapping[str, Wording]
    default: str
    rule: RenewalRule

    @property
    def version(self) -> str:
        """Which words these are, in every language."""
        return self.wording(self.default).version

    def wording(self, locale: str) -> Wording:
        """Return the words in a language."""
        return self.wordings.get(locale, self.wordings[self.default])


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What the statement says, paragraph by paragraph, in our own words. `date` is written out.

    `is_older`: a translation whose original has changed since it was made.
    """

    locale: str
    title: str
    date: str
    paragraphs: tuple[str, ...]
    is_older: bool = False
