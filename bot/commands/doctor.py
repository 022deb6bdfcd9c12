"""`campaign-bot doctor`: everything the bot needs, looked at; each failure comes with its mend."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bot.clock import system_clock
from bot.commands.doctor_backup import backup_finding
from bot.commands.doctor_database import database_trouble, postgres_findings
from bot.commands.doctor_disk import disk_finding, room_finding
from bot.commands.doctor_health import is_hearing, metrics_finding, trouble_findings
from bot.commands.doctor_machine import (
    files_finding,
    is_a_bot,
    memory_finding,
    permission_findings,
    port_finding,
)
from bot.commands.doctor_telegram import telegram_findings
from bot.commands.open_store import campaign_key, opened
from bot.commands.output import Finding
from bot.config import Settings
from bot.content import Content
from bot.domain.health import Trouble
from bot.errors import CampaignError
from bot.faq.encoder import is_installed, load_network
from bot.i18n.catalogs import Catalogs
from bot.web.access import metrics_token

OTHERS = 0o077
"""The permissions of everybody but a file's owner."""


def examine(settings: Settings, *, env_file: Path = Path(".env")) -> list[Finding]:
    """Look at everything; never raises for what is wrong, and changes nothing."""
    findings = [*_files(settings, env_file), *_machine(settings)]
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


def _machine(settings: Settings) -> Iterator[Finding]:
    """Look at the disk and what may be written there, memory, the port, open files."""
    database = settings.sqlite_file
    if database is not None:
        yield from filter(None, (disk_finding(database), room_finding(database)))
        yield from permission_findings(database)
    yield from filter(None, (memory_finding(encoder=is_installed()), files_finding()))
    yield port_finding(settings.port)


def _private(subject: str, file: Path) -> Finding:
    if file.stat().st_mode & OTHERS:
        return Finding(subject=subject, found=f"others can read {file}.", mend=f"Run: chmod 600 {file}")
    return Finding(subject=subject, found=f"{file}, private")


async def _database_and_telegram(settings: Settings, *, now: datetime) -> list[Finding]:
    try:
        async with opened(settings) as store:
            pooling = await postgres_findings(store)
            is_changing = bool(store.keys.ring.previous)
            async with store.reading() as tx:
                seen = await tx.workers.last_seen()
                signs, episodes = await tx.health.signs(now=now), await tx.health.episodes()
                wrong = {one.broadcast_id for one in await tx.counts.differences()}
                wrong |= set(await tx.digest_counts.differences())
                standing = await tx.installation.standing()
    except CampaignError as error:
        found = [database_trouble(error)]
        hears = False
    else:
        kind = "PostgreSQL" if settings.sqlite_file is None else str(settings.sqlite_file)
        database = Finding(subject="database", found=f"{kind}, up to date, made with this key")
        found = [database, *pooling, _counts(wrong), backup_finding(settings, standing, now=now)]
        if is_changing:
            mend = "Run `campaign-bot keys rotate`: it goes on where it stopped. The bot works meanwhile."
            says = "the change of the key has begun and not come to its end."
            found.append(Finding(subject="keys", found=says, mend=mend, warns=True))
        found += trouble_findings(episodes, signs, now=now)
        # One that has just begun has left no sign yet; one that is deaf is not at the updates.
        begins = Trouble.DEAF not in episodes and is_a_bot(settings.port)
        hears = begins or is_hearing(seen, signs, now=now)
    exposed = await metrics_finding(settings)
    return [*found, *await telegram_findings(settings, bot_runs=hears), *([exposed] if exposed else [])]


def metrics_token_of(settings: Settings) -> str:
    """Return the token of `/metrics`.

    Raises KeyMissing, KeyInvalid.
    """
    return metrics_token(campaign_key(settings))


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
