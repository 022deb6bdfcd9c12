"""The buttons that anybody is shown. How they are written: `callbacks`."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.telegram_io.callbacks import Button, LinkWord, Locale, Page, Slug, Version

_MARK = 4
"""Digits of a topic's hash that tell it from the campaign's other ones."""

TOPIC_MARKS_LENGTH = 40
"""Room for ten topics beside the rest of the callback data."""

TopicMarks = Annotated[str, TOPIC_MARKS_LENGTH]


@dataclass(frozen=True, slots=True)
class Start(Button, wire="start"):
    """Show the first screen."""


@dataclass(frozen=True, slots=True)
class Join(Button, wire="join"):
    """The explicit yes to this version of the consent wording, of who came by this link.

    Nothing is stored about who came and did not say yes: the link is kept in the button until then. Buttons of before
    carry the bare code of a source.
    """

    version: Version
    link: LinkWord | None = None


@dataclass(frozen=True, slots=True)
class Help(Button, wire="help"):
    """Show what the bot can do."""


@dataclass(frozen=True, slots=True)
class OpenTopics(Button, wire="faq"):
    """Show the topics of the questions; with one named, a page of its questions."""

    topic: Slug | None = None
    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenAnswer(Button, wire="answer"):
    """Show an answer, short or whole."""

    slug: Slug
    more: bool = False


@dataclass(frozen=True, slots=True)
class Why(Button, wire="why"):
    """Answer the *Why?* under an alert."""


@dataclass(frozen=True, slots=True)
class OpenStatement(Button, wire="statement"):
    """Show the statement's digest, from the paragraph after this many."""

    skipped: Page = 0


@dataclass(frozen=True, slots=True)
class OpenSettings(Button, wire="settings"):
    """Show what can be changed."""


class Back(StrEnum):
    """Where to go on after a choice; without one, to the settings."""

    FIRST_SCREEN = "start"
    TOPICS = "faq"


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Button, wire="languages"):
    """Offer the languages, to go on in the one chosen."""

    back: Back | None = None


@dataclass(frozen=True, slots=True)
class Language(Button, wire="language"):
    """Speak this language for good, and go on in it; without one, offer them."""

    locale: Locale | None = None
    back: Back | None = None


@dataclass(frozen=True, slots=True)
class LanguageThenJoin(Button, wire="languages:from"):
    """Offer the languages to who came by this link and has not joined."""

    link: LinkWord


@dataclass(frozen=True, slots=True)
class JoinIn(Button, wire="language:from"):
    """Speak this language for good, and show the first screen to who came by this link."""

    link: LinkWord
    locale: Locale


@dataclass(frozen=True, slots=True)
class AnswerIn(Button, wire="in"):
    """Speak this language for good, and show the answer in it."""

    locale: Locale
    slug: Slug


@dataclass(frozen=True, slots=True)
class Pause(Button, wire="pause"):
    """Get no alerts for now."""


@dataclass(frozen=True, slots=True)
class Resume(Button, wire="resume"):
    """Get alerts again."""


@dataclass(frozen=True, slots=True)
class Leave(Button, wire="leave"):
    """Get no alerts any more, at once."""


@dataclass(frozen=True, slots=True)
class UndoLeaving(Button, wire="leave:undo"):
    """Be on the list as before leaving, with the alerts paused where they were."""

    paused: bool = False


@dataclass(frozen=True, slots=True)
class UndoLeavingTopics(Button, wire="leave:back"):
    """The same, for who had chosen other topics than the first: nothing is stored of them once somebody has left.

    `marks`: theirs, four digits each.
    """

    marks: TopicMarks
    paused: bool = False

    def topics_of(self, known: Collection[str]) -> frozenset[str]:
        """Return which of the campaign's topics they had."""
        return frozenset(topic for topic in known if _mark(topic) in _each(self.marks))


def topic_marks(topics: Collection[str]) -> str:
    """Return the marks of topics, of as many as a button has room for."""
    return "".join(sorted(_mark(topic) for topic in topics))[:TOPIC_MARKS_LENGTH]


def _mark(topic: str) -> str:
    return hashlib.sha256(topic.encode()).hexdigest()[:_MARK]


def _each(marks: str) -> frozenset[str]:
    return frozenset(marks[at : at + _MARK] for at in range(0, len(marks), _MARK))


@dataclass(frozen=True, slots=True)
class OpenPrivacy(Button, wire="privacy"):
    """Show what is kept about a person."""


@dataclass(frozen=True, slots=True)
class GetHeld(Button, wire="privacy:file"):
    """Send what is kept about a person, as a file."""


@dataclass(frozen=True, slots=True)
class AskErase(Button, wire="erase"):
    """Ask before everything about a person is erased."""


@dataclass(frozen=True, slots=True)
class Erase(Button, wire="erase:yes"):
    """Erase everything about a person."""
