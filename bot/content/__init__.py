"""The campaign's words: loaded once from a folder. What can be shown is shown; nothing is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from bot.content.loading import gather
from bot.content.words import (
    Campaign,
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
from bot.errors import ContentInvalid

__all__ = [
    "Campaign",
    "Consents",
    "Content",
    "Digest",
    "EditorsNote",
    "Entry",
    "Notice",
    "Remark",
    "Suspect",
    "Topic",
    "Unanswered",
    "Wording",
]

Words = TypeVar("Words")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Everything the campaign says, in all its locales. An absent locale gets the default one's words.

    `locales`, `topics` and `entries` (slugs) are in the order of `campaign.toml`. `unanswered` is what the
    statement leaves open; `figures` are words that ask for one, which it does not contain; `names` are those that an
    answer has to carry where a question has one; `remarks` are how people say what is no question to it; with a word of
    `suspect` nothing is answered. `flaws` and `older` count what `content check` names.
    """

    campaign: Campaign
    locales: tuple[str, ...]
    topics: tuple[Topic, ...]
    entries: tuple[str, ...]
    answers: Mapping[tuple[str, str], Entry]
    notices: Mapping[str, Notice]
    consents: Consents
    digests: Mapping[str, Digest]
    unanswered: tuple[Unanswered, ...]
    figures: tuple[str, ...]
    names: tuple[str, ...]
    remarks: tuple[Remark, ...]
    suspect: Suspect
    flaws: int = 0
    older: int = 0

    @classmethod
    def load(cls, folder: Path, *, statement: str | None = None) -> Self:
        """Read the folder; with the statement's text, check its quotations too.

        Raises ContentInvalid with every file that is missing or cannot be used, one line each.
        """
        found = gather(folder, statement=statement)
        if found.problems or found.campaign is None:
            raise ContentInvalid(found.problems)
        return cls(
            campaign=found.campaign,
            locales=found.locales,
            topics=found.topics,
            entries=tuple(slug for slug, locale in found.entries if locale == found.campaign.default),
            answers=found.entries,
            notices=found.notices,
            consents=Consents(
                wordings=found.wordings,
                default=found.campaign.default,
                rule=found.campaign.renewal,
            ),
            digests=found.digests,
            unanswered=tuple(found.unanswered),
            figures=tuple(found.figures),
            names=tuple(dict.fromkeys(found.names)),
            remarks=tuple(found.remarks),
            suspect=found.suspect,
            flaws=len(found.flaws),
            older=len(found.older),
        )

    def entry(self, slug: str, locale: str) -> Entry:
        """Return the answer to one question. Raises KeyError for a slug that is not among `entries`."""
        return self.answers.get((slug, locale)) or self.answers[slug, self.campaign.default]

    def privacy(self, locale: str) -> Notice:
        """Return what is kept about people, and how it goes."""
        return self._in(self.notices, locale)

    def consent(self, locale: str) -> Wording:
        """Return the words a person agrees to when joining."""
        return self.consents.wording(locale)

    def statement(self, locale: str) -> Digest:
        """Return what the statement says, paragraph by paragraph."""
        return self._in(self.digests, locale)

    def _in(self, words: Mapping[str, Words], locale: str) -> Words:
        return words.get(locale, words[self.campaign.default])
