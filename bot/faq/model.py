"""The trained matcher: a classifier of letters and one of meaning, in one small file.

Both give every group a probability; the two are multiplied, so that a group has to look *and* mean alike. Without
a sentence vector the letters decide alone. Trained by `training`, read and used with numpy only.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from bot.content import Content
from bot.domain.faq import URGENT, SmallTalk
from bot.faq.classifiers import Buckets, Layered, Linear, Vector, log_odds, log_softmax
from bot.faq.exact import Exact, hashed
from bot.faq.grams import grams, shares
from bot.faq.names import Names, listed
from bot.faq.ranking import (
    Phrasing,
    Ranking,
    folded,
    group_of,
    has_false_premise,
    is_entry,
    phrasings,
    remark,
)
from bot.faq.urgency import GUARDED
from bot.faq.written import Vocabulary

FILE = "matcher.npz"
"""Where a campaign's trained matcher lies in its content folder."""
METHOD = 6
"""Of the features and the training; another number makes every file trained before stale."""
# The thresholds are from `python -m bench thresholds`: cross-validation on the phrasings, which are unlike on purpose.
SURE, DOUBT = 2.75, 0.1
"""The least log-odds of an entry at which letters and meaning together answer with it, and how much of the evidence
for a false premise is taken off before. That is mostly negative: a plain question is answered the sooner.

Of the phrasings of entries, held back, as many are answered rightly as at a probability of 0.86 without; of those with
a false premise a fourth fewer (10.6 % against 14.4 %, both where it is 0.87).
"""
SURE_BY_LETTERS = 0.0
"""The same where there are only the letters, whose evidence for a false premise is too little to be weighed."""
USUAL = (1.9 - SURE) / DOUBT
"""The evidence where no phrasings tell what a false premise is: entries answer from log-odds of 1.9 on, 0.87."""
SURE_OF_OTHERS = 0.0
"""The least log-odds of what the statement leaves open, or of small talk: nothing is claimed in answer to them."""
MAY_BE_ANSWERED = 0.1
"""An entry's probability from which a question may be its, though an open subject is nearer."""
PLAIN_LOCALE, PLAIN_WORDS = 0.85, 3
"""The least probability at which a text's language is acted on, and the fewest words: “ciao” is said in many."""


class MatcherUnreadable(Exception):
    """The file of the trained matcher cannot be read, or was made by another method."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Model:
    """What training found. `mean` is that of all sentence vectors: what they have in common says nothing.

    The groups say what a text is about. Whether it is an order to the bot, hatred or despair is another matter:
    classifiers of their own tell everything else (class 0) from each of `GUARDED`. One more tells subjects left
    open (0), and nothing else, from each of `URGENT`. Two have learnt nothing but the entries' phrasings (class 0) and
    those with a false premise (1), which are near to each other on purpose.
    """

    trained_from: str
    names: Names
    exact: Exact
    groups: tuple[str, ...]
    locales: tuple[str, ...]
    rarities: Vector
    mean: Vector
    letters: Linear
    tongues: Linear
    letters_guarded: Linear
    meaning: Layered
    meaning_guarded: Layered
    meaning_urgent: Layered
    letters_premise: Linear
    meaning_premise: Layered

    def known(self, folded: str) -> str | None:
        """Return the group of a text that is a phrasing as it stands, or None."""
        found = self.exact.find(folded)
        return None if found is None else self.groups[found]

    def rank(self, folded: str, vector: bytes | None) -> Ranking:
        """Rank the groups by probability. Never raises, whatever the text."""
        buckets, counted = grams(folded)
        values = shares(buckets, counted, self.rarities)
        chances = self.letters.chances(buckets, values)
        guarded = log_odds(self.letters_guarded.chances(buckets, values))
        premise = log_odds(self.letters_premise.chances(buckets, values))
        against: dict[SmallTalk, float] = {}
        meant = _direction(vector, self.mean)
        if meant is not None:
            chances = log_softmax(chances + self.meaning.chances(meant))
            guarded = guarded + log_odds(self.meaning_guarded.chances(meant))
            premise = premise + log_odds(self.meaning_premise.chances(meant))
            agreed = np.minimum(log_odds(self.meaning_urgent.chances(meant)), 0)[1:]
            against = dict(zip(URGENT, agreed.tolist(), strict=True))
        likely = np.exp(chances)
        order = np.argsort(-likely, kind="stable")
        groups = [(float(likely[at]), self.groups[at]) for at in order]
        return Ranking(
            groups=groups,
            near_entry=any(chance >= MAY_BE_ANSWERED for chance, group in groups if is_entry(group)),
            sure=self._is_sure(order[0], log_odds(chances), float(premise[1]), by_letters=meant is None),
            premise=float(premise[1]),
            evidence=self._evidence(log_odds(chances), guarded[1:]),
            against=against,
            locale=self._locale(buckets, values) if len(folded.split()) >= PLAIN_WORDS else None,
        )

    def _is_sure(self, best: int, odds: Vector, premise: float, *, by_letters: bool) -> bool:
        """Tell whether the best group is near enough to be acted on, for what speaks for a false premise."""
        group = self.groups[best]
        if remark(group) in URGENT:
            return False  # evidence alone says so: nobody is accused of hatred for a near subject
        if not is_entry(group):
            return float(odds[best]) >= SURE_OF_OTHERS
        if by_letters:
            return float(odds[best]) >= SURE_BY_LETTERS
        weighed = premise if any(map(has_false_premise, self.groups)) else USUAL
        return float(odds[best]) - DOUBT * weighed >= SURE

    def _evidence(self, among: Vector, guarded: Vector) -> dict[SmallTalk, float]:
        """Return how much speaks for each of `GUARDED`: the log-odds it has among the groups, and by itself."""
        own = zip(GUARDED, guarded, strict=True)
        return {
            kind: float(odds + among[self.groups.index(group_of(kind))])
            for kind, odds in own
            if group_of(kind) in self.groups
        }

    def _locale(self, buckets: Buckets, values: Vector) -> str | None:
        likely = np.exp(self.tongues.chances(buckets, values))
        best = int(likely.argmax())
        return self.locales[best] if likely[best] >= PLAIN_LOCALE else None

    def serving(self, known: Sequence[Phrasing]) -> Self | None:
        """Return the model as it serves other phrasings than it was trained from: each is known as it stands.

        Groups that are gone are left out. None where there are answers or open subjects it has never seen: it would
        take what is asked of them for something else. New kinds of small talk are known by their phrasings alone.
        """
        texts = folded(known)
        there = set(texts.values())
        kept = [at for at, group in enumerate(self.groups) if group in there]
        unseen = sorted(there.difference(self.groups))
        if not kept or any(remark(group) is None for group in unseen):
            return None
        groups = (*(self.groups[at] for at in kept), *unseen)
        return replace(
            self,
            exact=Exact.of(texts, groups),
            groups=groups,
            letters=self.letters.only(kept),
            meaning=self.meaning.only(kept),
        )

    def save(self, path: Path) -> None:
        """Write the file; the same model makes the same bytes."""
        named: dict[str, Any] = {
            "names": np.frombuffer(
                json.dumps([METHOD, self.trained_from, self.groups, self.locales]).encode(), dtype=np.uint8
            ),
            "carried": np.frombuffer(self.names.packed(), dtype=np.uint8),
            "vocabulary": self.names.vocabulary.hashes,
            "rarities": self.rarities,
            "mean": self.mean,
        }
        for name, kind in _PARTS.items():
            part = getattr(self, name)
            named |= {f"{name}_{field.name}": getattr(part, field.name) for field in fields(kind)}
        for name in _IN_16_BITS:
            named[name] = named[name].astype(np.float16)
        np.savez_compressed(path, **named)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file. Raises MatcherUnreadable for one that was made by another method, or cannot be read."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                method, trained_from, groups, locales = json.loads(bytes(kept["names"]))
                if method != METHOD:
                    raise MatcherUnreadable
                return cls(
                    trained_from=trained_from,
                    names=Names.unpacked(bytes(kept["carried"]), Vocabulary(hashes=kept["vocabulary"])),
                    groups=tuple(groups),
                    locales=tuple(locales),
                    rarities=_numbers(kept, "rarities"),
                    **{name: _part(kept, name, kind) for name, kind in _PARTS.items()},
                    mean=_numbers(kept, "mean"),
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise MatcherUnreadable from error


def fingerprint(known: Iterable[Phrasing], names: Iterable[str]) -> str:
    """Return 16 hex digits that change whenever anything does that a matcher is trained from."""
    # Of hashes: lines of all phrasings side by side would take 15 MiB, part of which Python keeps.
    lines = (f"{one.group}\x1f{one.locale}\x1f{one.text}" for one in known)
    hashes = np.sort(np.fromiter((hashed(line) for line in lines), np.uint64))
    trained = hashlib.sha256(hashes.astype("<u8").tobytes())
    trained.update("\x1e".join([str(METHOD), *sorted(names)]).encode())
    return trained.hexdigest()[:16]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Trained:
    """What a content folder has of a trained matcher, as far as it serves; `is_older`: trained from other words."""

    model: Model | None
    is_older: bool = False


def load_model(folder: Path, content: Content) -> Trained:
    """Return the trained matcher of the folder that the content is from.

    Raises MatcherUnreadable.
    """
    path = folder / FILE
    if not path.exists():
        return Trained(model=None)
    model = Model.load(path)
    if model.trained_from == fingerprint(phrasings(content), listed(content)):
        return Trained(model=model)
    return Trained(model=model.serving(list(phrasings(content))), is_older=True)


def centred(vectors: Vector, mean: Vector) -> Vector:
    """Return the vectors' directions as seen from their mean, one row each, each of length 1."""
    away = vectors - mean
    length = np.sqrt(np.square(away).sum(axis=-1, keepdims=True))
    directions: Vector = away / np.maximum(length, 1e-9)
    return directions


def _direction(vector: bytes | None, mean: Vector) -> Vector | None:
    if vector is None or len(vector) != mean.nbytes:
        return None
    values = np.frombuffer(vector, dtype=np.float32)
    return centred(values, mean) if np.isfinite(values).all() else None


_PARTS: dict[str, Any] = {
    "exact": Exact,
    "letters": Linear,
    "tongues": Linear,
    "letters_guarded": Linear,
    "meaning": Layered,
    "meaning_guarded": Layered,
    "meaning_urgent": Layered,
    "letters_premise": Linear,
    "meaning_premise": Layered,
}
"""The parts of a model that are saved field by field."""
_IN_16_BITS = (
    "rarities",
    "mean",
    *(
        f"{name}_{layer}"
        for name in ("meaning", "meaning_guarded", "meaning_urgent", "meaning_premise")
        for layer in ("inner", "outer")
    ),
)
"""The numbers that the file keeps half of."""


def _part(kept: Any, name: str, kind: Any) -> Any:
    return kind(**{field.name: _numbers(kept, f"{name}_{field.name}") for field in fields(kind)})


def _numbers(kept: Any, name: str) -> Any:
    return kept[name].astype(np.float32) if name in _IN_16_BITS else kept[name]
