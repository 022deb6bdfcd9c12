"""`content train`: the matcher of a content folder, from its phrasings."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.content import Content
from bot.errors import CampaignError
from bot.faq.encoder import open_encoder
from bot.faq.model import FILE
from bot.faq.ranking import Phrasing, phrasings

PATIENCE = 20.0
"""Seconds for a vector: nobody waits for an answer here."""


class TrainingUnavailable(CampaignError):
    """Training needs the extras “semantic” and “train”. Run `sh scripts/install --dev`."""


def train(folder: Path) -> str:
    """Write the folder's `matcher.npz`; return what it was trained from, in a sentence.

    Takes some minutes. Raises ContentInvalid where the content has gaps, TrainingUnavailable.
    """
    try:
        from bot.faq import training  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise TrainingUnavailable from error
    known = list(dict.fromkeys(phrasings(Content.load(folder))))
    model = training.train(known, asyncio.run(_vectors(known)))
    model.save(folder / FILE)
    return f"{len(known)} phrasings in {len(model.locales)} locales, {len(model.groups)} groups"


async def _vectors(known: list[Phrasing]) -> list[bytes]:
    found: list[bytes] = []
    async with open_encoder(patience=PATIENCE) as encoder:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for phrasing in progress.track(known, description="Reading the phrasings"):
                vector = await encoder.vector(phrasing.text) if encoder else None
                if vector is None:
                    raise TrainingUnavailable
                found.append(vector)
    return found
