"""The numbers in a question, and whether the answer has them: “which of the 47 cities …?” takes them for granted.

As with names, a number that no text of the entry carries keeps it from being given. One figure is none: people count on
their fingers. The year of the statement stands in every answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.content import Content

_NUMBER = re.compile(r"\d{1,3}(?:[.,’'٬\u00a0\u202f]\d{3})+(?!\d)|\d+")
"""With or without signs between the thousands, in the digits of any script."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The numbers that each entry carries, by its slug. `welcome_in` are entries that may be asked with any."""

    carried: Mapping[str, frozenset[int]]
    welcome_in: frozenset[str] = frozenset()

    @classmethod
    def of(cls, content: Content) -> Self:
        """Look into every entry: its question, its answer and its phrasings, in all locales."""
        carried: dict[str, set[int]] = {slug: set() for slug in content.entries}
        for slug in content.entries:
            for locale in content.locales:
                entry = content.entry(slug, locale)
                for text in (entry.question, entry.short, entry.more, *entry.phrasings):
                    carried[slug] |= numbers_in(text)
        welcome = (slug for slug in content.entries if content.entry(slug, content.campaign.default).any_name)
        return cls(
            carried={slug: frozenset(numbers) for slug, numbers in carried.items()},
            welcome_in=frozenset(welcome),
        )

    def foreign_to(self, slug: str, text: str) -> set[int]:
        """Return the numbers in a text that the entry does not carry."""
        if slug in self.welcome_in or slug not in self.carried:
            return set()
        return numbers_in(text) - self.carried[slug]

    def is_nowhere(self, number: int) -> bool:
        """Tell whether no entry carries the number: then the statement does not speak of it."""
        return not any(number in numbers for numbers in self.carried.values())


NONE = Numbers(carried={})
"""Those of an index that knows no entries."""


def numbers_in(text: str) -> set[int]:
    """Return the numbers of two figures or more."""
    found = ("".join(filter(str.isdigit, number)) for number in _NUMBER.findall(text))
    return {int(figures) for figures in found if len(figures) > 1}
