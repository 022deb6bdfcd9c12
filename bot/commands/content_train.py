"""`content train`: the matcher of a content folder, from its phrasings."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot.content import Content
from bot.errors import CampaignError
from bot.faq import vectors
from bot.faq.classifiers import Vector
from bot.faq.encoder import load_network
from bot.faq.model import FILE
from bot.faq.names import Names
from bot.faq.ranking import phrasings


class TrainingUnavailable(CampaignError):
    """Training needs the extra “train”, and an encoder for this system. Run `sh scripts/install --dev`."""


def train(folder: Path) -> str:
    """Write the folder's `matcher.npz`; return what it was trained from, in a sentence.

    Takes some minutes, and less where few phrasings have changed. Raises ContentInvalid where the content has gaps,
    TrainingUnavailable.
    """
    try:
        from bot.faq import training  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise TrainingUnavailable from error
    content = Content.load(folder)
    known = list(dict.fromkeys(phrasings(content)))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        reading = progress.add_task("Reading the phrasings", total=len(known))
        progress.add_task("Learning from them", total=None)
        texts = [one.text for one in known]
        model = training.train(
            known, lambda: read(texts, lambda read: progress.advance(reading, read)), Names.of(content)
        )
    model.save(folder / FILE)
    return f"{len(known)} phrasings in {len(model.locales)} locales, {len(model.groups)} groups"


def read(texts: Sequence[str], done: Callable[[int], None]) -> Vector:
    """Return the vector of each text, a row each; `done` hears of how many more.

    Those of texts that an earlier training read are kept. Raises TrainingUnavailable.
    """
    network = load_network()
    if network is None:
        raise TrainingUnavailable
    return vectors.read(network, texts, done, kept_in=vectors.cache(), made_by=vectors.engine())
