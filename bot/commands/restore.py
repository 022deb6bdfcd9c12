"""`campaign-bot restore`: a backup into an empty database."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.clock import system_clock
from bot.commands import output
from bot.commands.migrate import make_folder
from bot.commands.open_store import campaign_key
from bot.config import Settings
from bot.content import Content
from bot.privacy.age import read_identities
from bot.privacy.keyring import CampaignKey
from bot.privacy.own_process import close_to_others
from bot.services import backups
from bot.services.backups import Departing, Restored
from bot.services.restoring import let_go
from bot.store.database import open_database
from bot.store.departures import Departed, read_marks
from bot.store.store import Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, unreachable


def restore(settings: Settings, file: Path, identity: Path, erasures: Sequence[Path] = ()) -> Restored:
    """Fill the empty database at DATABASE_URL with a backup. `erasures`: files of marks of who went since.

    Raises KeyMissing, KeyInvalid, IdentityUnreadable, OSError, DatabaseUnreachable, and what `backups.restore` raises.
    """
    close_to_others()
    key = campaign_key(settings)
    identities = read_identities(identity)
    for each in (file, *erasures):
        with each.open("rb"):
            pass  # what is not there is said before anything is made
    make_folder(settings)
    return asyncio.run(_restore(settings, file, identities, key, _departing(settings, erasures)))


def _departing(settings: Settings, erasures: Sequence[Path]) -> Departing | None:
    if not erasures:
        return None
    content = Content.load(settings.content_folder)
    wording = content.consent(content.campaign.default)

    async def let_them_go(tx: Transaction, taken_at: datetime) -> Counter[Departed]:
        marks: dict[str, Departed] = {}
        for file in erasures:
            for mark, how in read_marks(file, since=taken_at.date()).items():
                if marks.get(mark) is not Departed.ERASED:
                    marks[mark] = how
        return await let_go(tx, marks, wording=wording, now=system_clock(), named_owners=settings.owner_ids)

    return let_them_go


async def _restore(
    settings: Settings, file: Path, identities: list[object], key: CampaignKey, departing: Departing | None
) -> Restored:
    database = open_database(settings.database_url, bulk=True)
    try:
        return await backups.restore(
            database, file, identities=identities, key=key, now=system_clock(), departures=departing
        )
    except TRANSIENT_DATABASE_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise unreachable(error) from error
    finally:
        await database.close()


def show(restored: Restored, *, as_json: bool) -> None:
    """Say what was restored, and what waits for a decision."""
    done = restored.resettled
    if as_json:
        output.show_json(
            {
                "rows": restored.rows,
                "taken_at": restored.taken_at,
                "epoch": done.epoch,
                "unknown": done.unknown,
                "paused": done.paused,
                "halted": done.halted,
                "erased": restored.gone[Departed.ERASED],
                "left": restored.gone[Departed.LEFT],
            }
        )
        return
    lines = [f"✓ restored: {restored.rows:,} rows, as of {restored.taken_at:%Y-%m-%d %H:%M} UTC"]
    if done.unknown:
        lines.append(f"! deliveries: of {done.unknown:,} nobody knows whether they were sent since")
    if done.paused or done.halted:
        lines.append(
            f"! waiting for an organizer: {done.paused} broadcasts, {done.halted} that repeat. Look at /schedule"
        )
    if restored.gone:
        gone = restored.gone
        lines.append(f"✓ gone since: {gone[Departed.ERASED]} erased, {gone[Departed.LEFT]} left")
    else:
        lines.append("! people: who left or was erased since is on the list again (see --erasures)")
    lines.append("! people: who joined since is not on the list")
    lines.append("! team: as it was then. Look at /team")
    lines.append("  Next: make sure that the installation of before has ended, then `campaign-bot run`.")
    output.show_lines(lines)
