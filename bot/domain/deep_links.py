"""Links into the chat: one grammar for what follows `?start=`.

A link is up to three parts, in this order and joined by hyphens: where somebody comes from (a source, a friend), the
language they read, and where it leads. Each part is a letter, `_` and a word: a code that was drawn at random and tells
nothing, or a word of a closed list. What is not written just so is no such link.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from enum import StrEnum

PAYLOAD_LIMIT = 64
"""Characters that follow `?start=` (Telegram, deep linking): letters, digits, `_` and `-`."""

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of codes: nothing that is taken for something else on a poster."""

CODE_LENGTH = 8

_CODE = rf"[{ALPHABET}]{{{CODE_LENGTH}}}"
_SLUG = r"[a-z0-9][a-z0-9-]{0,39}"

GRAMMAR = re.compile(
    rf"""
    (?: s_(?P<source>{_CODE}) | f_(?P<friend>{_CODE}) )?
    (?: (?:^|(?<=.)-) l_(?P<locale>[a-z]{{2,3}}(?:_[A-Za-z]{{2,4}})*) )?
    (?: (?:^|(?<=.)-) (?: t_(?P<topic>{_SLUG}) | a_(?P<answer>{_SLUG}) | w_(?P<alert>{_CODE}) ) )?
    """,
    re.ASCII | re.VERBOSE,
)


class Leads(StrEnum):
    """Where a link leads; a link with none of these leads to the first screen."""

    TOPIC = "topic"
    ANSWER = "answer"
    ALERT = "alert"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeepLink:
    """What a link says. At most one of `source` and `friend`, and at most one of `topic`, `answer` and `alert`.

    `source`: the code of a named link. `friend`: a supporter's own code. `topic`: of the questions, or of alerts.
    `alert`: the code under which an alert is shared.
    """

    source: str | None = None
    friend: str | None = None
    locale: str | None = None
    topic: str | None = None
    answer: str | None = None
    alert: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return all(getattr(self, field.name) is None for field in fields(self))

    @property
    def leads(self) -> Leads | None:
        """Where it leads, but for the first screen."""
        return next((where for where in Leads if getattr(self, where.value)), None)

    @property
    def payload(self) -> str:
        """What follows `?start=`.

        Raises ValueError where it cannot be written: two origins or goals, a word that is none, more than fits.
        """
        written = "-".join(
            f"{letter}_{word}"
            for letter, name in _LETTERS.items()
            if (word := getattr(self, name)) is not None
        )
        if len(written) > PAYLOAD_LIMIT or deep_link_in(written) != (None if self.is_empty else self):
            raise ValueError(f"no link can be written of {self}")
        return written

    def until_joined(self, *, about: Collection[str] = ()) -> "DeepLink":
        """Return what is carried from screen to screen until the yes: the origin, and what waits for it.

        That is an alert, or a topic of alerts: of those that `about` names. The language is chosen by then, and topics
        of questions and answers are read without a yes.
        """
        topic = self.topic if self.topic in about else None
        return replace(self, locale=None, topic=topic, answer=None)


_LETTERS = {"s": "source", "f": "friend", "l": "locale", "t": "topic", "a": "answer", "w": "alert"}
"""The letters, in the order in which parts are written."""


def deep_link_in(payload: str) -> DeepLink | None:
    """Return what a link carried; None where it is none of ours."""
    if not payload or len(payload) > PAYLOAD_LIMIT:
        return None
    found = GRAMMAR.fullmatch(payload)
    return None if found is None else DeepLink(**found.groupdict())


def carried(word: str | None) -> DeepLink:
    """Return what a button carries of a link. Buttons of before carry the bare code of a source."""
    if word is None:
        return DeepLink()
    if re.fullmatch(_CODE, word, re.ASCII):
        return DeepLink(source=word)
    return deep_link_in(word) or DeepLink()


def address(username: str, link: DeepLink) -> str:
    """Return the whole address of a link into the bot's chat."""
    payload = link.payload
    return f"https://t.me/{username}?start={payload}" if payload else f"https://t.me/{username}"
