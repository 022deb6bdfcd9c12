"""The part of `doctor` that reads what the running bot knows of itself: signs of life, troubles, open metrics."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.commands.output import Finding
from bot.config import Settings
from bot.domain.health import Episode, Sign, Trouble
from bot.telegram_io.connections import AnswerLost, NotWritten, Pool

ALIVE = timedelta(seconds=30)
"""A process of ours that was seen within this is taken to run now."""

SIGN_ALIVE = timedelta(minutes=2)
"""The same of signs, which come once a minute."""

SECONDS = 5.0
"""How long to wait for the answer at PUBLIC_URL."""

MENDS: Mapping[Trouble, str] = {
    Trouble.TOKEN_REFUSED: "Get the current token from BotFather, set BOT_TOKEN, restart.",
    Trouble.DEAF: "See *updates*, *token* and *network* here; then restart.",
    Trouble.SCHEDULER_DEAD: "Start it: campaign-bot run --role scheduler (`run` alone has one).",
    Trouble.BACKUP_OVERDUE: "Make one: campaign-bot backup",
    Trouble.DATABASE_FULL: "Make room on the disk.",
    Trouble.DATABASE_READ_ONLY: "See *permissions* and *disk* here.",
    Trouble.DATABASE_AWAY: "See *database* here.",
}


def is_hearing(workers: Mapping[str, datetime], signs: Mapping[Sign, datetime], *, now: datetime) -> bool:
    """Whether a bot of this campaign may be at the updates now: one holds something, or was brought some lately."""
    return any(now - at < ALIVE for at in workers.values()) or _is_fresh(signs, Sign.HEARD, now=now)


def _is_fresh(signs: Mapping[Sign, datetime], sign: Sign, *, now: datetime) -> bool:
    return sign in signs and now - signs[sign] < SIGN_ALIVE


def trouble_findings(
    episodes: Mapping[Trouble, Episode], signs: Mapping[Sign, datetime], *, now: datetime
) -> Iterator[Finding]:
    """Yield what the running bot has found wrong and is not over; of one that does not run, nothing is known."""
    if not any(_is_fresh(signs, sign, now=now) for sign in (Sign.HEARD, Sign.SCHEDULER)):
        return
    for episode in episodes.values():
        if episode.over_at is None:
            found = f"{episode.trouble.value}, since {episode.since:%Y-%m-%d %H:%M} UTC."
            yield Finding(subject="health", found=found, mend=MENDS[episode.trouble])


async def metrics_finding(settings: Settings) -> Finding | None:
    """Return what is found where anybody may read the metrics: a reverse proxy that does not say for whom it asks."""
    if settings.public_url is None:
        return None
    parts = urlsplit(settings.public_url)
    pool = Pool(f"{parts.scheme}://{parts.netloc}")
    try:
        async with asyncio.timeout(SECONDS):
            status, body = await pool.post(pool.head("/metrics", verb="GET"), b"", SECONDS)
    except (NotWritten, AnswerLost, OSError, ValueError):
        return None
    finally:
        await pool.close()
    if status != 200 or b"campaign_" not in body:  # noqa: PLR2004  # HTTP OK
        return None
    mend = "Have the reverse proxy say for whom it asks: proxy_set_header X-Forwarded-For $remote_addr;"
    return Finding(subject="metrics", found=f"anybody may read {settings.public_url}/metrics.", mend=mend)
