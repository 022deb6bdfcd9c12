"""Matching as the bot does it: the index, the trained model where the content has one, the encoder where it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.content import Content
from bot.domain.faq import Match
from bot.faq.encoder import PATIENCE, Encoder, open_encoder
from bot.faq.index import Index

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
        if self.encoder is None or self.index.knows(text):
            return self.index.match(text)
        return self.index.match(text, await self.encoder.vector(text))


@asynccontextmanager
async def open_matcher(
    content: Content, folder: Path, *, patience: float = PATIENCE
) -> AsyncIterator[Matcher]:
    """Keep a matcher for the content of this folder.

    `patience` is how many seconds a vector is waited for.

    A trained model that belongs to other phrasings serves as far as it can, which is said in the log; one that cannot
    be used is left alone: answers are worse then, not wrong.
    """
    from bot.faq.model import (  # noqa: PLC0415 -- numpy, for those who hear anybody
        MatcherUnreadable,
        Trained,
        load_model,
    )

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
