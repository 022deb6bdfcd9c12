"""Which of the languages there are fits the language asked for."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

_TAG = re.compile(r"[a-z]{2,8}(_[a-z0-9]{1,8})*")
_LONGEST_TAG = 64
"""Characters. Real tags stay below 36 (RFC 5646, 4.4.1); the rest is junk."""

_ALIASES = {
    "arb": "ar",
    "cmn": "zh",
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "no": "nb",
    "tl": "fil",
}
"""Codes of the same language, old or narrower → the code of today (CLDR, supplementalMetadata)."""

_NEXT_BEST = {"nn": "nb"}
"""A language its readers also read, where theirs is missing (CLDR, languageMatching)."""

_SCRIPTS = {("zh", "hk"): "hant", ("zh", "mo"): "hant", ("zh", "tw"): "hant", ("zh", ""): "hans"}
"""Script understood where a tag names none, for languages written in several (CLDR, likelySubtags)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tag:
    """A locale name taken apart; lower case, empty where not named."""

    language: str
    script: str = ""
    territory: str = ""


def resolve_locale(asked: str | None, *, available: Collection[str], default: str) -> str:
    """Return the available locale that serves best, as it is spelled there, or the default.

    Understands `pt-BR`, `pt_br`, `iw`, `zh-Hant-TW`, `es_ES.UTF-8` and Telegram's `language_code`.
    The same language in another region is taken only where there is just one. Never raises.
    """
    return _resolve((asked or "")[:_LONGEST_TAG], tuple(sorted(available)), default)


@lru_cache(maxsize=1024)
def _resolve(asked: str, available: tuple[str, ...], default: str) -> str:
    wanted = _parse(asked)
    if wanted is None:
        return default
    known = {name: tag for name in available if (tag := _parse(name)) is not None}
    for tag in (wanted, _Tag(language=_NEXT_BEST.get(wanted.language, ""))):
        found = _closest(tag, known)
        if found is not None:
            return found
    return default


def _closest(wanted: _Tag, known: dict[str, _Tag]) -> str | None:
    """Return the name that is exact, else of the bare language, else the only one of its kind."""
    relatives = {name: tag for name, tag in known.items() if tag.language == wanted.language}
    same_script = {name: tag for name, tag in relatives.items() if _script(tag) == _script(wanted)}
    for name, tag in same_script.items():
        if tag.territory == wanted.territory:
            return name
    for name, tag in same_script.items():
        if not tag.territory:
            return name
    for alike in (same_script, relatives):
        if len(alike) == 1:
            return next(iter(alike))
    return None


def _script(tag: _Tag) -> str:
    likely = _SCRIPTS.get((tag.language, tag.territory)) or _SCRIPTS.get((tag.language, ""), "")
    return tag.script or likely


@lru_cache(maxsize=256)
def _parse(name: str) -> _Tag | None:
    """Take the name apart; None for what is not a language tag."""
    bare = name.strip()[:_LONGEST_TAG].partition(".")[0].partition("@")[0]
    bare = bare.replace("-", "_").lower()
    if not _TAG.fullmatch(bare):
        return None
    language, *rest = bare.split("_")
    script = next((part for part in rest[:1] if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 - ISO 15924
    after = rest[1:] if script else rest
    territory = next((part for part in after[:1] if re.fullmatch(r"[a-z]{2}|[0-9]{3}", part)), "")
    return _Tag(language=_ALIASES.get(language, language), script=script, territory=territory)
