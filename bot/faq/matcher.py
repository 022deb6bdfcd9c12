"""Matching as the bot does it: the index, the trained model where the content has one, the encoder where it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.content import Content
from bot.domain.faq import QUESTION_LIMIT, URGENT, Match, SmallTalk
from bot.faq.clauses import clauses
from bot.faq.encoder import PATIENCE, Encoder, open_encoder
from bot.faq.index import Index
from bot.faq.model import MatcherUnreadable, Trained, load_model

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Matcher:
    """Finds what a text asks; with an encoder by its meaning too, without one by its letters alone."""

    index: Index
    encoder: Encoder | None = None

    async def start(self) -> None:
        """Be ready for the first text."""
        if self.encoder is not None:
            await self.encoder.start()

    async def match(self, text: str) -> Match:
        """Find what the text asks, in whatever language. Never raises, whatever the text."""
        if self.index.knows(text) and len(text) <= QUESTION_LIMIT:
            return self.index.match(text)
        match = self.index.match(text, await self._vector(text))
        urgent = None if match.small_talk in URGENT else await self._urgent_within(text)
        return (
            match if urgent is None else replace(match, slug=None, near=(), small_talk=urgent, is_open=False)
        )

    async def _urgent_within(self, text: str) -> SmallTalk | None:
        """Return hostility or distress that stands beside something else, or beyond what is read of a question."""
        said = self.index.said_within(text)
        if said is not None:
            return said
        for clause in clauses(text):
            if self.index.may_be_urgent(clause):
                urgent = self.index.urgent(clause, await self._vector(clause))
                if urgent is not None:
                    return urgent
        return None

    async def _vector(self, text: str) -> bytes | None:
        return await self.encoder.vector(text) if self.encoder is not None else None


@asynccontextmanager
async def open_matcher(
    content: Content, folder: Path, *, patience: float = PATIENCE
) -> AsyncIterator[Matcher]:
    """Keep a matcher for the content of this folder.

    `patience` is how many seconds a vector is waited for.

    A trained model that belongs to other words serves as far as it can, which is said in the log; one that cannot
    be used is left alone: fewer questions are answered then.
    """
    try:
        trained = load_model(folder, content)
    except MatcherUnreadable:
        trained = Trained(model=None, is_older=True)
    if trained.is_older:
        log.warning("matcher_stale", serves=trained.model is not None, mend="campaign-bot content train")
    model = trained.model
    if model is None:
        yield Matcher(index=Index.build(content))
        return
    async with open_encoder(patience=patience) as encoder:
        yield Matcher(index=Index.build(content, model), encoder=encoder)
