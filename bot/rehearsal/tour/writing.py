"""What the editor of a tour does: writes the alert, builds segments, chooses for whom it is and at whose hour."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import LocalHour
from bot.rehearsal.tour.play import ALERT, Play

TRANSLATIONS = 2
"""Languages into which the alert is translated; readers of the others get the first one's words."""

REVIEW_SECONDS = 18.0
"""So long two people need, at Telegram's message a second, from the choice of an hour to the number that is typed."""

SHARE = 10
"""Percent of everybody, drawn at random, that the third segment is."""

ALL_BUT, TRANSLATED, DRAWN = "All but one language", "Reads a translation", f"{SHARE} percent"
"""What the team calls its three segments."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The alert as it is written. `locales`: in which it has words; `without`: whose readers are left out."""

    locales: tuple[str, ...]
    without: str

    @property
    def mended(self) -> str:
        """The locale in which a word is wrong at first."""
        return self.locales[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Who is to get the alert, and when: chat ids with the instant at which it is the chosen hour for them."""

    due: dict[int, datetime]

    @property
    def last(self) -> datetime:
        """When the hour of the last zone comes."""
        return max(self.due.values())


def draft(play: Play) -> Draft:
    """Return what is going to be written: in the editor's language first."""
    own = play.locale(play.team.editor.chat_id)
    others = [locale for locale in play.content.locales if locale != own]
    return Draft(locales=(own, *others[:TRANSLATIONS]), without=others[-1])


async def compose(play: Play, written: Draft) -> None:
    """Write the alert in one language and translate it, with a slip in the last one; decide about the others."""
    editor = play.team.editor
    done = play.watch.stage("Writing the alert", len(written.locales))
    await editor.say("/new", shows="kind:")
    await editor.press("kind:sign", shows="nolink:")
    await editor.press("nolink:")
    base, *others = written.locales
    await editor.say(words(play, base), shows="words:")
    done()
    for locale in others:
        await editor.press("words:", end=f":{locale}")
        slip = locale == written.mended
        if slip:
            # The board after it counts who has no words in their language, and is shown once.
            await play.joined.wait()
        await editor.say(words(play, locale, slip=slip), shows="words:")
        done()
    rest = len(play.content.locales) - len(written.locales)
    if rest:
        await editor.press("decide:", shows="choose:")
        await editor.press("choose:1:base:", shows="words:")
    play.note(
        "alert",
        f"The editor wrote the alert in {len(written.locales)} languages; readers of {rest} others get it in {base}",
        languages=len(written.locales),
        served_by_base=rest,
    )


def words(play: Play, locale: str, *, slip: bool = False) -> str:
    """Return the alert's words in one language; with a slip its first word stands there twice."""
    entry = play.content.entry(ALERT, locale)
    first = f"{first_word(play, locale)} " if slip else ""
    return f"{entry.question}\n{first}{entry.short}"


def first_word(play: Play, locale: str) -> str:
    """Return the word that a slip of the editor doubles."""
    return play.content.entry(ALERT, locale).short.split()[0]


async def build_main_segment(play: Play, written: Draft) -> None:
    """Build the segment that the alert is for, and let it be for that: everybody but the readers of one language."""
    editor = play.team.editor
    await _begin_segment(play, ALL_BUT)
    await editor.press("whom:add:s:", shows="whom:add:s:1:locales")
    await editor.press("whom:add:s:1:locales", shows="whom:reads:s:1:")
    await editor.press("whom:reads:s:1:", end=f":{written.without}", shows="whom:reads:s:1:")
    await editor.press("whom:s:1", shows="whom:term:s:1:")
    await editor.press("whom:term:s:1:", end=":2", shows="whom:not:s:1:")
    await editor.press("whom:not:s:1:", shows="whom:term:s:1:")
    await editor.press("whom:a:1", shows="whom:add:a:1:segment")
    await editor.press("whom:add:a:1:segment", shows="whom:is:a:1:")
    await editor.press("whom:is:a:1:", end=":segment:1", shows="whom:term:a:1:")


async def build_others(play: Play, written: Draft) -> None:
    """Build two segments more: the readers of the translations, and some people drawn at random."""
    editor = play.team.editor
    await _begin_segment(play, TRANSLATED)
    await editor.press("whom:add:s:2", shows="whom:add:s:2:locales")
    await editor.press("whom:add:s:2:locales", shows="whom:reads:s:2:")
    for locale in written.locales[1:]:
        await editor.press("whom:reads:s:2:", end=f":{locale}", shows="whom:reads:s:2:")
    await editor.press("whom:s:2", shows="whom:term:s:2:")
    await _begin_segment(play, DRAWN)
    await editor.press("whom:add:s:3", shows="whom:add:s:3:sample")
    await editor.press("whom:add:s:3:sample", shows="whom:is:s:3:")
    await editor.press("whom:is:s:3:", end=f":sample:{SHARE}", shows="whom:term:s:3:")
    listed = await editor.say("/segments", shows="whom:s:3")
    names = (ALL_BUT, TRANSLATED, DRAWN)
    labels = [button["text"] for button in listed.buttons()]
    if missing := [name for name in names if not any(name in label for label in labels)]:
        play.problems.append(f"The list of segments does not show what was built: {', '.join(missing)}.")
    play.note(
        "segments",
        f"The editor built {len(names)} segments by buttons; the alert is for one of them",
        built=len(names),
    )


async def choose_hour(play: Play, readers: Collection[int]) -> Audience:
    """Let the alert go out at an hour of each person's zone, and at once to whose hour is past.

    The hour is the next full minute, as it is in the zone that is furthest behind among these people: so everybody
    else's is past, and nobody waits for longer than that.
    """
    editor, now = play.team.editor, datetime.fromtimestamp(play.world.now(), UTC)
    zones = {play.zone(chat_id) for chat_id in readers}
    hour = next_hour(zones, zone=play.campaign_zone, now=now + timedelta(seconds=REVIEW_SECONDS))
    await editor.press("alert:1", shows="when:1")
    await editor.press("when:1", shows="when:1:local")
    await editor.press("when:1:local")
    await editor.say(f"{hour.day} {hour.hour:%H:%M}", shows="late:1:send_now")
    await editor.press("late:1:send_now", shows="ask:1")
    return Audience(due={chat_id: hour.instant(play.zone(chat_id)) for chat_id in readers})


def next_hour(zones: Collection[str], *, zone: str, now: datetime) -> LocalHour:
    """Return the next full minute as clocks show it in the zone of these that is furthest behind.

    `zone`: of people who never said where they live.
    """
    at = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    behind = min(sorted(zones), key=lambda name: at.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0))
    local = at.astimezone(ZoneInfo(behind))
    return LocalHour(day=local.date(), hour=local.time(), zone=zone)


async def _begin_segment(play: Play, name: str) -> None:
    editor = play.team.editor
    await editor.say("/segments", shows="segment:name")
    await editor.press("segment:name")
    await editor.say(name, shows="whom:add:s:")
