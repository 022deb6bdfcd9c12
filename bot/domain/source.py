"""Where people come from: an opaque code in a link, which says nothing about anybody."""

import re
from dataclasses import dataclass

PREFIX = "s_"
"""By this a source is told from anything else that a link into the chat carries."""

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is taken for something else on a poster."""

CODE_LENGTH = 8

NAME_LENGTH = 40
"""Characters of a source's name."""

_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A named link: `code` is what it carries."""

    id: int
    code: str
    name: str

    @property
    def payload(self) -> str:
        """What follows `?start=` in its link."""
        return PREFIX + self.code


def code_in(payload: str) -> str | None:
    """Return the code that a link carried; None where it is no source's."""
    code = payload.removeprefix(PREFIX)
    return code if payload.startswith(PREFIX) and _CODE.fullmatch(code) else None
