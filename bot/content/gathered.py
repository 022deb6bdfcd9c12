"""What was found in a folder of the campaign's words, and what is wrong with it.

Three things are told apart. A *problem* is what cannot be shown: a file that is missing or cannot be read. A *flaw* is
what should be mended and can be shown until then. What is *older* is a translation whose original has changed since;
*advice* is what would be better otherwise. Only a problem keeps a bot from starting.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.content.words import (
    Campaign,
    Digest,
    Entry,
    Notice,
    Remark,
    Suspect,
    Topic,
    Unanswered,
    Wording,
)


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What a folder holds, as far as it could be read, and what is wrong, each line beginning with its file."""

    problems: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    campaign: Campaign | None = None
    locales: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    wordings: dict[str, Wording] = field(default_factory=dict)
    digests: dict[str, Digest] = field(default_factory=dict)
    unanswered: list[Unanswered] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    suspect: Suspect = field(default_factory=Suspect)

    def report(self, name: str, problems: Iterable[str]) -> None:
        """Take down what cannot be shown of a file."""
        self.problems += [f"{name}: {problem}" for problem in problems]

    def note(self, name: str, flaws: Iterable[str]) -> None:
        """Take down what should be mended in a file."""
        self.flaws += [f"{name}: {flaw}" for flaw in flaws]

    def advise(self, name: str, advice: Iterable[str]) -> None:
        """Take down what would be better otherwise."""
        self.advice += [f"{name}: {each}" for each in advice]

    def age(self, name: str, how: str) -> None:
        """Take down that a file is older than its original."""
        self.older.append(f"{name}: {how}")
