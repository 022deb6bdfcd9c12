"""How the main alert of a tour is written, for whom it is, and at whose hour; and the segments that the team builds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.rehearsal.tour.numbers import MAIN, WORDS
from bot.rehearsal.tour.play import Play
from bot.rehearsal.world.actor import Actor

TRANSLATIONS = 2
"""Languages into which the alert is translated; readers of the others get the first one's words."""

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
    play.begun.set()
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
        f"The editor wrote the first alert in {len(written.locales)} languages; readers of {rest} others get it "
        f"in {base}",
        languages=len(written.locales),
        served_by_base=rest,
    )


def words(play: Play, locale: str, *, slip: bool = False) -> str:
    """Return the alert's words in one language; with a slip its first word stands there twice."""
    entry = play.content.entry(WORDS[MAIN], locale)
    first = f"{first_word(play, locale)} " if slip else ""
    return f"{entry.question}\n{first}{entry.short}"


def first_word(play: Play, locale: str) -> str:
    """Return the word that a slip of the editor doubles."""
    return play.content.entry(WORDS[MAIN], locale).short.split()[0]


async def build_for_main(play: Play, written: Draft) -> None:
    """Let the owner build the segment that the main alert is for: everybody but the readers of one language."""
    owner = play.team.owner
    made = await _begin_segment(owner, ALL_BUT)
    await owner.press(f"whom:add:s:{made}", shows=f"whom:add:s:{made}:locales")
    await owner.press(f"whom:add:s:{made}:locales", shows=f"whom:reads:s:{made}:")
    await owner.press(f"whom:reads:s:{made}:", end=f":{written.without}", shows=f"whom:reads:s:{made}:")
    await owner.press(f"whom:s:{made}", shows=f"whom:term:s:{made}:")
    await owner.press(f"whom:term:s:{made}:", end=":2", shows=f"whom:not:s:{made}:")
    await owner.press(f"whom:not:s:{made}:", shows=f"whom:term:s:{made}:")
    play.segment = made
    play.built.set()


async def choose_segment(play: Play) -> None:
    """Let the main alert be for that segment, once it is there."""
    editor = play.team.editor
    await play.built.wait()
    await editor.press("whom:a:1", shows="whom:add:a:1:segment")
    await editor.press("whom:add:a:1:segment", shows="whom:is:a:1:")
    await editor.press("whom:is:a:1:", end=f":segment:{play.segment}", shows="whom:term:a:1:")


async def build_drawn(play: Play) -> None:
    """Let the editor build a segment of some people drawn at random."""
    editor = play.team.editor
    made = await _begin_segment(editor, DRAWN)
    await editor.press(f"whom:add:s:{made}", shows=f"whom:add:s:{made}:sample")
    await editor.press(f"whom:add:s:{made}:sample", shows=f"whom:is:s:{made}:")
    await editor.press(f"whom:is:s:{made}:", end=f":sample:{SHARE}", shows=f"whom:term:s:{made}:")


async def build_translated(play: Play, written: Draft) -> None:
    """Let the editor build a segment of the readers of the translations."""
    editor = play.team.editor
    made = await _begin_segment(editor, TRANSLATED)
    await editor.press(f"whom:add:s:{made}", shows=f"whom:add:s:{made}:locales")
    await editor.press(f"whom:add:s:{made}:locales", shows=f"whom:reads:s:{made}:")
    for locale in written.locales[1:]:
        await editor.press(f"whom:reads:s:{made}:", end=f":{locale}", shows=f"whom:reads:s:{made}:")
    await editor.press(f"whom:s:{made}", shows=f"whom:term:s:{made}:")


async def look_at_segments(play: Play) -> None:
    """Let the owner look at what the team has built."""
    listed = await play.team.owner.say("/segments", shows="whom:s:3")
    names = (ALL_BUT, TRANSLATED, DRAWN)
    labels = [button["text"] for button in listed.buttons()]
    if missing := [name for name in names if not any(name in label for label in labels)]:
        play.problems.append(f"The list of segments does not show what was built: {', '.join(missing)}.")
    play.note(
        "segments",
        f"They built {len(names)} segments by buttons; the first alert is for one of them",
        built=len(names),
    )


async def choose_hour(play: Play, readers: Collection[int]) -> Audience:
    """Let the alert go out at an hour of each person's zone, and at once to whose hour is past.

    It is an hour from now in the zone furthest behind, so that everybody else's is past.
    """
    editor, hour = play.team.editor, play.course.local_hour(play.campaign_zone)
    await editor.press(f"alert:{MAIN}", shows=f"when:{MAIN}")
    await editor.press(f"when:{MAIN}", shows=f"when:{MAIN}:local")
    await editor.press(f"when:{MAIN}:local")
    await editor.say(f"{hour.day} {hour.hour:%H:%M}", shows=f"late:{MAIN}:send_now")
    await editor.press(f"late:{MAIN}:send_now", shows=f"ask:{MAIN}")
    return Audience(due={chat_id: hour.instant(play.zone(chat_id)) for chat_id in readers})


async def _begin_segment(maker: Actor, name: str) -> int:
    """Make a segment under a name. Returns its number."""
    await maker.say("/segments", shows="segment:name")
    await maker.press("segment:name")
    made = await maker.say(name, shows="whom:add:s:")
    data = (each.get("callback_data", "") for each in made.buttons())
    return int(next(each for each in data if each.startswith("whom:add:s:")).split(":")[3])
