"""The buttons of reports, of growth and of links. How they are written: `callbacks`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.growth import GrowthBy
from bot.telegram_io.callbacks import Button, Page


class ResultsBy(StrEnum):
    """What the results of a broadcast are shown by."""

    LOCALE = "locale"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class OpenResultsList(Button, wire="results:list"):
    """Show of which broadcasts there are reports."""


@dataclass(frozen=True, slots=True)
class OpenResults(Button, wire="results"):
    """Show what came of a broadcast, in all or by something, a page at a time."""

    broadcast_id: int
    by: ResultsBy | None = None
    page: Page = 0


@dataclass(frozen=True, slots=True)
class ReportPicture(Button, wire="results:picture"):
    """Send what came of a broadcast as a picture."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class ReportTable(Button, wire="results:csv"):
    """Send what came of a broadcast as a table."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class OpenGrowth(Button, wire="growth"):
    """Send a picture of how the list grows: of the weeks before, or of the groups that follow, a page at a time."""

    by: GrowthBy = GrowthBy.WEEK
    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenSources(Button, wire="sources"):
    """Show a page of the links by which people come."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class NewSource(Button, wire="source:new"):
    """Ask for the name of a new link."""


@dataclass(frozen=True, slots=True)
class OpenSource(Button, wire="source"):
    """Show one link, and how many joined by it."""

    source_id: int


@dataclass(frozen=True, slots=True)
class SourcePoster(Button, wire="source:qr"):
    """Send a link as a QR code."""

    source_id: int
