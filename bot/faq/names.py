"""The names in a question, and whether the answer has them: one that it does not carry keeps it from being given.

“When did Google divest?” is near to the answer about Microsoft in every letter and in meaning. What tells them apart is
a name, so names are looked at as such: those that the campaign lists, wherever a word begins with one (languages hang
endings on them) or, in Arabic and Hebrew, follows a prefix of one letter or two. A name that is listed with a capital
is an ordinary word, too, somewhere (“Shell”): where the question's language has the word, it counts only with a capital
within the sentence. So does what no list has and no entry (`written`).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from bot.content import Content
from bot.domain.faq import fold, folded_words
from bot.faq.clauses import runs
from bot.faq.written import NO_WORDS, Vocabulary, capitals

SPELLINGS = "="
"""Stands between spellings of one name, where a line of the list has several."""
LONGEST = 4
"""Words of a name."""
SHORTEST = 3
"""Letters of a name that a prefix is taken off for."""
ENDED_FROM = 5
"""Letters of a name from which a word may go on after it: with fewer, other words begin so."""
ENDING = 4
"""Letters a word may go on with after a name."""
PREMISES = "false-premises"
"""The subject, among those left open, of questions that take for granted what the statement does not say."""
FULL_OF_NAMES = {PREMISES, "other-companies"}
"""Subjects whose phrasings call names as people do, also in small letters: a word of theirs may be no other word."""
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_PREFIXES = "وبلكفا" + "והבלמכש"
"""Letters that Arabic and Hebrew write together with the word that follows: and, in, to, as, the …"""


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names that are looked for, each with the slugs of the entries that carry it in any language.

    They are folded, but for those that are listed with a capital: `word_in` has the locales in which such a one is a
    word. Spellings of one name are carried together.
    `welcome_in` are entries that any name may be asked with: whoever asks what to do says where they are.
    `vocabulary` is the words of all entries.
    """

    carried_by: Mapping[str, frozenset[str]]
    word_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    welcome_in: frozenset[str] = frozenset()
    vocabulary: Vocabulary = NO_WORDS

    @classmethod
    def of(cls, content: Content) -> Self:
        """Look every name up in every entry: its question, its answer and its phrasings, in all locales."""
        carried: dict[str, set[str]] = {}
        for spellings in _lines(content):
            together = next((carried[one] for one in spellings if one in carried), set())
            carried |= dict.fromkeys(spellings, together)
        known = cls(carried_by={name: frozenset() for name in carried})
        words = set[str]()
        for slug, _, text in _of_entries(content):
            words.update(*map(folded_words, _spelled(text)))
            for name in known.within(text):
                carried[name].add(slug)
        welcome = (slug for slug in content.entries if content.entry(slug, content.campaign.default).any_name)
        return cls(
            carried_by={name: frozenset(slugs) for name, slugs in carried.items()},
            word_in=_words_in(content, filter(_has_a_capital, carried)),
            welcome_in=frozenset(welcome),
            vocabulary=Vocabulary.of(words),
        )

    @classmethod
    def unpacked(cls, packed: bytes, vocabulary: Vocabulary) -> Self:
        """Return what was packed, with its vocabulary, which is kept apart."""
        carried, word_in, welcome = json.loads(packed)
        return cls(
            carried_by={name: frozenset(slugs) for name, slugs in carried.items()},
            word_in={name: frozenset(locales) for name, locales in word_in.items()},
            welcome_in=frozenset(welcome),
            vocabulary=vocabulary,
        )

    def packed(self) -> bytes:
        """Return these as JSON, but for the vocabulary; the same names make the same bytes."""
        carried = {name: sorted(slugs) for name, slugs in sorted(self.carried_by.items())}
        word_in = {name: sorted(locales) for name, locales in sorted(self.word_in.items())}
        return json.dumps([carried, word_in, sorted(self.welcome_in)], ensure_ascii=False).encode()

    def within(self, text: str, locale: str | None = None) -> set[str]:
        """Return the names in a text: also behind an apostrophe (“l’ONU”), or before one (“BM’nin”).

        `locale`: what it is plainly written in, if that is known. Where a name is no word of it, small letters do.
        """
        found = {
            name
            for one in _spelled(text)
            for run in runs(folded_words(one), LONGEST)
            for name in self._of_word(run)
        }
        for one in capitals(text):
            found |= {
                name
                for name in (one.word, one.word.capitalize())
                if name in self.carried_by and not (one.opens and self._is_word(name, locale))
            }
        if locale is not None:
            words = {word for one in _spelled(text) for word in folded_words(one)}
            small = {self._in_small[word] for word in words & self._in_small.keys()}
            found |= {name for name in small if not self._is_word(name, locale)}
        return found

    def foreign_to(self, slug: str, text: str, locale: str | None = None) -> set[str]:
        """Return the names in a text that the entry does not carry; `locale`: see `within`."""
        if slug in self.welcome_in:
            return set()
        return {name for name in self.within(text, locale) if slug not in self.carried_by[name]}

    def strange_to(self, slug: str, text: str) -> set[str]:
        """Return what is written as a name in a text, and is a word of no entry: ask of no language with such nouns."""
        return set() if slug in self.welcome_in else self.vocabulary.strange_names(text)

    def is_nowhere(self, name: str) -> bool:
        """Tell whether no entry carries the name: then the statement does not speak of it."""
        return not self.carried_by[name]

    @cached_property
    def _in_small(self) -> Mapping[str, str]:
        return {fold(name): name for name in self.word_in}

    def _is_word(self, name: str, locale: str | None) -> bool:
        return locale in self.word_in.get(name, ())

    def _of_word(self, word: str) -> Iterator[str]:
        for bare in without_prefixes(word):
            if bare in self.carried_by:
                yield bare
                return
            for length in range(max(ENDED_FROM, len(bare) - ENDING), len(bare)):
                if bare[:length] in self.carried_by:
                    yield bare[:length]
                    return


def listed(content: Content) -> set[str]:
    """Return every spelling of every name as it is looked for."""
    return {name for spellings in _lines(content) for name in spellings}


def _lines(content: Content) -> Iterator[list[str]]:
    return (
        [name for words in line.split(SPELLINGS) if (name := _sought(words.strip()))]
        for line in content.names
    )


def _of_entries(content: Content) -> Iterator[tuple[str, str, str]]:
    """Yield every text of every entry, with its slug and its locale."""
    for slug in content.entries:
        for locale in content.locales:
            entry = content.entry(slug, locale)
            for text in (entry.question, entry.short, entry.more, *entry.phrasings):
                yield slug, locale, text


def _words_in(content: Content, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the locales in which a name is an ordinary word, too: a text of theirs has it that is about no names."""
    found: dict[str, set[str]] = {name: set() for name in names}
    sought = {fold(name): name for name in found}
    for locale, texts in _texts(content).items():
        for text in texts:
            for word in sought.keys() & set(folded_words(text)):
                found[sought[word]].add(locale)
    return {name: frozenset(locales) for name, locales in found.items()}


def _texts(content: Content) -> Mapping[str, list[str]]:
    """Return the texts of each locale, but for those that call names."""
    texts: dict[str, list[str]] = defaultdict(list)
    for _, locale, text in _of_entries(content):
        texts[locale].append(text)
    for subject in content.unanswered:
        if subject.topic not in FULL_OF_NAMES:
            texts[subject.locale] += subject.phrasings
    for said in content.remarks:
        texts[said.locale] += said.phrasings
    return texts


def _has_a_capital(name: str) -> bool:
    return name[:1].isupper()


def _sought(words: str) -> str:
    return words if _has_a_capital(words) else fold(words)


def _spelled(text: str) -> set[str]:
    """Return a text as it stands, and with spaces for the apostrophes within words."""
    return {text, _APOSTROPHES.sub(" ", text)}


def without_prefixes(word: str) -> Iterator[str]:
    """Yield a word as it stands, and without the letters that Arabic and Hebrew may have put before it."""
    yield word
    for cut in (1, 2, 3):
        if len(word) - cut < SHORTEST or word[cut - 1] not in _PREFIXES:
            return
        yield word[cut:]
