"""The content files: `campaign.toml`, and Markdown under YAML front matter; read here, judged in `rules`."""

import datetime as dt
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Link = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Short enough for Telegram's 64 bytes of callback data, with room for what the button does."""
Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]
"""What the button of the explicit yes carries: a figure or a date, without spaces or colons."""
Contact = Annotated[
    str, StringConstraints(pattern=r"^(https://\S+|[^\s@]+@[^\s@]+\.[^\s@]+|@[A-Za-z][A-Za-z0-9_]{3,31})$")
]
"""Where people reach whoever runs the bot: a web address, a mail address or a handle in Telegram."""
LocaleCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Za-z]{2,4})*$")]

_FRONT = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_ITEM = re.compile(r"^(?:- |\d+\. )")
# The C loader where libyaml is there. A *base* loader takes every scalar as text: a phrasing such as `no`
# stays what its author typed, and pydantic turns figures and dates into what they are.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatementShape(_Shape):
    """The `[statement]` table of `campaign.toml`."""

    title: Line
    published: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    paragraphs: int = Field(gt=0, le=99)
    url: Link
    copy_url: Link


class TopicShape(_Shape):
    """One `[[topics]]` table of `campaign.toml`."""

    slug: Slug
    title: dict[LocaleCode, Line]


class PlaceShape(_Shape):
    """One `[[localities]]` table of `campaign.toml`."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
    name: dict[LocaleCode, Line]


class AlertTopicShape(_Shape):
    """One `[[alert_topics]]` table of `campaign.toml`. The button of the yes carries its slug."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,12}$")]
    name: dict[LocaleCode, Line]


class HoursShape(_Shape):
    """The `[hours]` table of `campaign.toml`: hours of a day."""

    begin: int = Field(ge=0, le=23, default=9)
    end: int = Field(ge=0, le=23, default=21)


class ConsentShape(_Shape):
    """The `[consent]` table of `campaign.toml`: how long a yes holds, and how long people have to answer."""

    renew_after_days: int = Field(ge=90, le=3650, default=730)
    days_to_answer: int = Field(ge=14, le=365, default=30)


class CampaignShape(_Shape):
    """The whole of `campaign.toml`."""

    default: LocaleCode
    locales: tuple[LocaleCode, ...] = Field(min_length=1)
    entries: tuple[Slug, ...] = Field(min_length=1)
    name: dict[LocaleCode, Line]
    run_by: dict[LocaleCode, Line]
    run_by_is_placeholder: bool = False
    contact: Contact | None = None
    zone: Line = "UTC"
    answers_distress: bool = False
    call: dict[LocaleCode, Line]
    about: dict[LocaleCode, Line] = {}
    how_often: dict[LocaleCode, Line] = {}
    alerts_a_week: Annotated[int, Field(ge=1)] | None = None
    why: Slug
    statement: StatementShape
    topics: tuple[TopicShape, ...] = Field(min_length=1)
    hours: HoursShape = HoursShape()
    consent: ConsentShape = ConsentShape()
    localities: tuple[PlaceShape, ...] = ()
    alert_topics: tuple[AlertTopicShape, ...] = ()


class NoteShape(_Shape):
    """What marks an answer as an editors' note: the day its source was published, and the source."""

    date: dt.date
    source: Link


class Page(_Shape):
    """A Markdown file: its front matter, and below it the body, as paragraphs without soft line breaks.

    `source_sha` is the fingerprint of the default locale's page that a translation was made from.
    """

    body: Prose
    source_sha: Line | None = None

    def fingerprint(self) -> str:
        """Return 16 hex digits that change whenever the words a translator works from do."""
        return hashlib.sha256("\x1f".join(self.words()).encode()).hexdigest()[:16]

    def words(self) -> tuple[str, ...]:
        """Return every text of the page that is shown."""
        return (self.body,)

    def shown_whole(self) -> tuple[str, ...]:
        """Return what of it must go into one message."""
        return self.words()


class EntryPage(Page):
    """`faq/<slug>/<locale>.md`. What a translation leaves out, it has from the default locale's page.

    Only its `label` it never has from there: a language whose question is short needs none.
    """

    question: Line
    label: Line | None = None
    any_name: bool = False
    short: Prose
    phrasings: tuple[Line, ...] = ()
    topic: Slug | None = None
    paragraphs: tuple[int, ...] = ()
    quotations: tuple[Line, ...] = ()
    note: NoteShape | None = None
    outdated: dt.date | None = None
    outdated_note: Line | None = None

    def words(self) -> tuple[str, ...]:
        """Return every text of the page that is shown."""
        noted = (self.outdated_note,) if self.outdated_note else ()
        return (self.question, self.short, self.body, *noted)

    def shown_whole(self) -> tuple[str, ...]:
        """Return what of it must go into one message; the longer answer has one of its own."""
        return (self.question, self.short, self.outdated_note or "")


class VersionedPage(Page):
    """`privacy/<locale>.md` and `consent/<locale>.md`."""

    version: Version


class DigestPage(Page):
    """`statement/<locale>.md`: one numbered item for each paragraph of the statement."""

    title: Line
    date: Line

    def words(self) -> tuple[str, ...]:
        """Return every text of the page that is shown."""
        return (self.title, self.date, self.body)


class UnansweredShape(_Shape):
    """`unanswered/<locale>.toml`: words that ask for a figure, names, and phrasings by subject."""

    figures: tuple[Line, ...] = ()
    names: tuple[Line, ...] = ()
    topics: dict[Slug, tuple[Line, ...]] = {}


class SmallTalkShape(_Shape):
    """`smalltalk/<locale>.toml`: phrasings of what is no question to the statement, by kind."""

    greeting: tuple[Line, ...] = ()
    thanks: tuple[Line, ...] = ()
    farewell: tuple[Line, ...] = ()
    insult: tuple[Line, ...] = ()
    instruction: tuple[Line, ...] = ()
    leave: tuple[Line, ...] = ()
    privacy: tuple[Line, ...] = ()
    bot: tuple[Line, ...] = ()
    frequency: tuple[Line, ...] = ()
    distress: tuple[Line, ...] = ()
    hostility: tuple[Line, ...] = ()
    persons: tuple[Line, ...] = ()
    not_a_question: tuple[Line, ...] = ()


class SuspectShape(_Shape):
    """`suspect/<locale>.toml`: words with which nothing is answered by an entry; a `*` ends one that goes on."""

    alone: tuple[Line, ...] = ()
    peoples: tuple[Line, ...] = ()
    contempt: tuple[Line, ...] = ()


AnyShape = TypeVar("AnyShape", bound=BaseModel)
AnyPage = TypeVar("AnyPage", bound=Page)


class Unreadable(Exception):
    """A content file cannot be used. Its arguments are the problems, one line each."""


def read_toml(path: Path, shape: type[AnyShape]) -> AnyShape:
    """Read one TOML file.

    Raises Unreadable with every line that is wrong.
    """
    try:
        return shape.model_validate(tomllib.loads(_read(path)))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"is not valid TOML: {error}") from error
    except ValidationError as error:
        raise Unreadable(*_sentences(error)) from error


def read_page(path: Path, shape: type[AnyPage]) -> AnyPage:
    """Read one Markdown file with its front matter.

    Raises Unreadable with everything that is wrong with its form.
    """
    parts = _FRONT.match(_read(path))
    if parts is None:
        raise Unreadable("does not begin with front matter between two lines of ---")
    try:
        front = yaml.load(parts[1], Loader=_LOADER)  # noqa: S506 -- a base loader: it makes text, lists and maps only
    except yaml.YAMLError as error:
        raise Unreadable(f"front matter is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(front, dict):
        raise Unreadable("front matter holds no fields")
    if isinstance(front.get("short"), str):
        front["short"] = unwrapped(front["short"])
    try:
        return shape.model_validate({**front, "body": unwrapped(parts[2])})
    except ValidationError as error:
        raise Unreadable(*_sentences(error)) from error


def unwrapped(text: str) -> str:
    """Join broken lines: a paragraph ends at an empty line, a list item where the next begins."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in block.splitlines():
            if lines and not _ITEM.match(line):
                lines[-1] += " " + line.strip()
            else:
                lines.append(line.strip())
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def numbered(body: str) -> dict[int, str]:
    """Return the items of a numbered list by their number; the last one counts where a number repeats."""
    items = (re.match(r"(\d+)\. (.*)", line) for line in body.splitlines())
    return {int(item[1]): item[2] for item in items if item}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except FileNotFoundError as error:
        raise Unreadable("is missing") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"cannot be read as UTF-8 text: {type(error).__name__}") from error


def _sentences(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg'].lower()}" for e in error.errors()]
