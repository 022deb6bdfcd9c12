"""How much of a label a button shows on a phone."""

import re
import unicodedata

LABEL_LIMIT = 28
"""Letters that a button of its own row shows on a narrow phone; the rest of a longer label is cut off."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def label_width(label: str) -> int:
    """Return the letters of a label that take up room: no marks above letters, no direction characters.

    A place for a value counts as its name: `{language}` as eight letters, `{n}` as one.
    """
    shown = unicodedata.normalize("NFC", _PLACE.sub(r"\1", label))
    return sum(unicodedata.category(character) not in ("Mn", "Me", "Cf") for character in shown)


def is_too_long(label: str) -> bool:
    """Tell whether a phone cuts the label off."""
    return label_width(label) > LABEL_LIMIT
