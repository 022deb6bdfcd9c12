"""Strings with places for values, `{name}`: filling them, and what a translation may do with them.

Only plain names stand in braces: no attribute, index or conversion, so that a translation cannot reach
into what it is given. There is no way to write a literal brace, and no need for one.
"""

import re
from collections.abc import Mapping, Sequence

from bot.domain.bidi import is_balanced, isolate

COUNT = "n"
"""The place of the number that a plural depends on."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put each value, isolated, in its place. Raises KeyError when one is missing."""
    return _PLACE.sub(lambda place: isolate(values[place[1]]), template)


def places(template: str) -> frozenset[str]:
    """Return the names of the places in the template."""
    return frozenset(_PLACE.findall(template))


def has_loose_brace(template: str) -> bool:
    """Tell whether a brace is left that belongs to no place."""
    return any(brace in _PLACE.sub("", template) for brace in "{}")


def mistakes(source: str, translation: str, *, count_optional: bool = False) -> list[str]:
    """Return why the translation cannot stand for the source; empty when it can.

    `count_optional`: a plural form of one number only ("one person") may leave that number out.
    """
    found = []
    if not translation.strip():
        return ["is missing"]
    if has_loose_brace(translation):
        found.append("has a brace that is not a {place}")
    wanted, given = places(source), places(translation)
    found += [f"lacks {{{name}}}" for name in sorted(wanted - given) if name != COUNT or not count_optional]
    found += [f"has {{{name}}}, which the source has not" for name in sorted(given - wanted)]
    if not is_balanced(translation):
        found.append("has a direction mark without its counterpart")
    if _edges(source) != _edges(translation):
        found.append("begins or ends with other white space than the source")
    return found


def form_mistakes(source: str, forms: Sequence[str], *, exact: Sequence[bool]) -> list[str]:
    """Return why the plural forms cannot stand for the source's plural.

    `exact`: for each form of the language, whether it serves one number only.
    """
    if not any(forms):
        return ["is missing"]
    if len(forms) != len(exact):
        return [f"has {len(forms)} plural forms instead of {len(exact)}"]
    return [
        f"form {place} {mistake}"
        for place, (form, alone) in enumerate(zip(forms, exact, strict=True))
        for mistake in mistakes(source, form, count_optional=alone)
    ]


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
