"""`campaign-bot doctor`: everything the bot needs, looked at; each failure comes with its mend."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.clock import system_clock
from bot.commands.doctor_backup import backup_finding
from bot.commands.doctor_disk import disk_finding
from bot.commands.doctor_telegram import telegram_findings
from bot.commands.open_store import opened
from bot.commands.output import Finding
from bot.config import Settings
from bot.content import Content
from bot.errors import CampaignError
from bot.faq.encoder import load_network
from bot.i18n.catalogs import Catalogs
from bot.store.schema import workers

OTHERS = 0o077
"""The permissions of everybody but a file's owner."""

WORKER_ALIVE = timedelta(seconds=30)
"""A process of ours that was seen within this is taken to run now."""


def examine(settings: Settings, *, env_file: Path = Path(".env")) -> list[Finding]:
    """Look at everything; never raises for what is wrong, and changes nothing."""
    findings = [*_files(settings, env_file)]
    if settings.sqlite_file is not None and (disk := disk_finding(settings.sqlite_file)):
        findings.append(disk)
    findings += asyncio.run(_database_and_telegram(settings, now=system_clock()))
    findings += _content(settings)
    findings.append(_questions())
    findings.append(_loads("locales", lambda: _locales(settings)))
    return findings


def _files(settings: Settings, env_file: Path) -> Iterator[Finding]:
    if env_file.exists():
        yield _private("settings", env_file)
    file = settings.campaign_key_file
    if file is None:
        yield Finding(subject="key", found="in the environment")
    elif not file.is_file():
        mend = "Put the key file of this campaign there; for a new campaign, run `campaign-bot init`."
        yield Finding(subject="key", found=f"{file} is not there.", mend=mend)
    elif settings.sqlite_file is not None and settings.sqlite_file.parent.resolve() in file.resolve().parents:
        mend = "Move it elsewhere and set CAMPAIGN_KEY_FILE: who copies the folder would have both."
        yield Finding(subject="key", found=f"{file} lies beside the database.", mend=mend)
    else:
        yield _private("key", file)


def _private(subject: str, file: Path) -> Finding:
    if file.stat().st_mode & OTHERS:
        return Finding(subject=subject, found=f"others can read {file}.", mend=f"Run: chmod 600 {file}")
    return Finding(subject=subject, found=f"{file}, private")


async def _database_and_telegram(settings: Settings, *, now: datetime) -> list[Finding]:
    try:
        async with opened(settings) as store, store.database.reading() as connection:
            seen = sa.select(workers.c.id).where(workers.c.seen_at > now - WORKER_ALIVE)
            running = bool((await connection.execute(seen)).first())
            is_changing = bool(store.keys.ring.previous)
            async with store.reading() as tx:
                wrong = {one.broadcast_id for one in await tx.counts.differences()}
                wrong |= set(await tx.digest_counts.differences())
                standing = await tx.installation.standing()
    except CampaignError as error:
        found = [_wrong("database", error)]
        running = False
    else:
        kind = "PostgreSQL" if settings.sqlite_file is None else str(settings.sqlite_file)
        database = Finding(subject="database", found=f"{kind}, up to date, made with this key")
        found = [database, _counts(wrong), backup_finding(settings, standing, now=now)]
        if is_changing:
            mend = "Run `campaign-bot keys rotate`: it goes on where it stopped. The bot works meanwhile."
            says = "the change of the key has begun and not come to its end."
            found.append(Finding(subject="keys", found=says, mend=mend, warns=True))
    return [*found, *await telegram_findings(settings, bot_runs=running)]


def _counts(wrong: set[int]) -> Finding:
    """Say whether the counts of the broadcasts are what their deliveries say, and those in digests."""
    if not wrong:
        return Finding(subject="counts", found="as the deliveries say")
    which = ", ".join(map(str, sorted(wrong)))
    mend = "Nothing is sent twice or left out by that; only the numbers shown are wrong. Please report it."
    return Finding(subject="counts", found=f"not what the deliveries of broadcast {which} say.", mend=mend)


def _loads(subject: str, load: Callable[[], str]) -> Finding:
    try:
        return Finding(subject=subject, found=load())
    except CampaignError as error:
        return _wrong(subject, error)


def _content(settings: Settings) -> Iterator[Finding]:
    """Look at the campaign's words, and whether they say who answers for the bot."""
    try:
        content = Content.load(settings.content_folder)
    except CampaignError as error:
        yield _wrong("content", error)
        return
    found = f"{len(content.entries)} answers in {', '.join(content.locales)}"
    if content.flaws or content.older:
        found += f"; to look at with `campaign-bot content check`: {content.flaws + content.older}"
    yield Finding(subject="content", found=found)
    file = settings.content_folder / "campaign.toml"
    if content.campaign.run_by_is_placeholder:
        mend = f"Put your group's name into {file}, and remove run_by_is_placeholder."
        yield Finding(subject="run_by", found="names nobody responsible.", mend=mend, warns=True)
    if not content.campaign.contact:
        mend = f"Set contact in {file}: an https address, a mail address or a @handle."
        yield Finding(subject="contact", found="people are told no way to reach you.", mend=mend, warns=True)


def _questions() -> Finding:
    """Say what questions are understood by here."""
    try:
        there = load_network() is not None
    except Exception:  # noqa: BLE001 -- whatever another package raises
        mend = "Install the bot anew: the encoder’s file or onnxruntime is damaged."
        return Finding(subject="questions", found="understood by their letters alone.", mend=mend, warns=True)
    if there:
        return Finding(subject="questions", found="understood by their letters and their meaning")
    mend = "More of them are answered on Linux on x86-64, where the encoder comes with the bot."
    return Finding(subject="questions", found="understood by their letters alone.", mend=mend, warns=True)


def _locales(settings: Settings) -> str:
    return ", ".join(Catalogs.load(settings.locales_folder, default=settings.default_locale).locales)


def _wrong(subject: str, error: CampaignError) -> Finding:
    """Split an error's sentences into what is wrong and what mends it."""
    found, _, mend = str(error).partition(". ")
    return Finding(subject=subject, found=f"{found}.", mend=mend or "See docs/operating.md.")
