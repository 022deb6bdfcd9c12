"""Links to one person, which no alert holds: everybody would be sent to them."""

import re

from bot.domain.rich_text import RichText
from bot.errors import CampaignError

ONE_PERSON = re.compile(
    r"""
    \btg:/{0,2}(?:user|openmessage|contact)\b[^\s]*      # by their id
    | \btg:/{0,2}resolve/?\?(?:[^\s]*&)?phone=[^\s]*      # by their number
    | \b(?:t|telegram)\.(?:me|dog)/\+[0-9]{7,15}(?![\w-]) # as well; an invitation into a group has letters in it
    """,
    re.IGNORECASE | re.VERBOSE,
)

MENTION = "text_mention"
"""The kind of entity by which an app links a name to somebody without a username."""


class PersonLinked(CampaignError):
    """The text links to one person: `link`. Take the link out."""

    def __init__(self, link: str) -> None:
        self.link = link
        super().__init__(f"The text links to one person ({link}). Take the link out.")


def refuse_links_to_people(text: RichText) -> None:
    """Check that nobody is linked to, in the formatting or in the words.

    Raises PersonLinked.
    """
    for link in (text.text, *(entity.url for entity in text.entities if entity.url)):
        if found := ONE_PERSON.search(link):
            raise PersonLinked(found[0])
    for entity in text.entities:
        if entity.type == MENTION:
            raise PersonLinked(text.units(entity.offset, entity.length))
