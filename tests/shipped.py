"""The campaign's words as they are shipped, read once for all tests that only read them."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.config import ROOT
from bot.content import Content
from bot.faq.index import Index
from bot.faq.matcher import Matcher
from bot.faq.model import Trained, load_model
from bot.faq.ranking import Scorer
from bot.i18n.catalogs import Catalogs
from bot.wording.resources import Resources

CONTENT, LOCALES = ROOT / "content", ROOT / "locales"


@cache
def catalogs() -> Catalogs:
    """Return the interface in every language."""
    return Catalogs.load(LOCALES, default="en")


@cache
def content() -> Content:
    """Return what the campaign says."""
    return Content.load(CONTENT)


@cache
def learnt() -> Trained:
    """Return what was learnt from the content."""
    return load_model(CONTENT, content())


@cache
def index() -> Index:
    """Return every phrasing, ready to be matched by what was learnt."""
    return Index.build(content(), learnt().model)


@cache
def resources() -> Resources:
    """Return all of it; questions are matched by what was learnt, as where there is no encoder."""
    return Resources(content=content(), matcher=Matcher(index=index()), catalogs=catalogs())


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Let each bot that starts in this process have these; other folders are read as ever."""
    patch.setattr("bot.app.Catalogs", SimpleNamespace(load=catalogs_of))
    patch.setattr("bot.chat.Content", SimpleNamespace(load=content_of))
    patch.setattr("bot.faq.matcher.load_model", _learnt_of)
    patch.setattr("bot.faq.matcher.Index", SimpleNamespace(build=_index_of))


def catalogs_of(folder: Path, *, default: str) -> Catalogs:
    """Return the interface as it is in a folder: that which is shipped is read once."""
    own = (folder, default) == (LOCALES, "en")
    return catalogs() if own else Catalogs.load(folder, default=default)


def content_of(folder: Path) -> Content:
    """Return what stands in a folder: what is shipped is read once."""
    return content() if folder == CONTENT else Content.load(folder)


def _learnt_of(folder: Path, read: Content) -> Trained:
    return learnt() if read is content() else load_model(folder, read)


def _index_of(read: Content, scorer: Scorer | None = None) -> Index:
    own = read is content() and scorer is learnt().model
    return index() if own else Index.build(read, scorer)
