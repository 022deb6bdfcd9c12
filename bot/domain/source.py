"""Where people come from: an opaque code in a link, which says nothing about anybody."""

from dataclasses import dataclass

from bot.domain.deep_links import DeepLink

NAME_LENGTH = 40
"""Characters of a source's name."""

FRIENDS = "friends"
"""The code of the one source that stands for all supporters' own links. No link carries it."""

FRIENDS_NAME = " friends"
"""What that source is called in the database; no organizer can type it, since names are stripped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A named link: `code` is what it carries."""

    id: int
    code: str
    name: str

    @property
    def is_friends(self) -> bool:
        """Whether it stands for all supporters' own links."""
        return self.code == FRIENDS

    @property
    def link(self) -> DeepLink:
        """The link that it is."""
        return DeepLink(source=self.code)
