"""The two alerts of a tour that its owner writes outside the chat, as documents, and sends off at once."""

import hashlib
import html
import json
from collections.abc import Iterator, Mapping

from bot.rehearsal.tour.founding import choose_name, who
from bot.rehearsal.tour.numbers import LADDER, MOMENT, SENDINGS, WORDS
from bot.rehearsal.tour.play import Play
from bot.rehearsal.tour.reviewing import look
from bot.rehearsal.tour.witness import Post
from bot.rehearsal.world.actor import NoAnswer
from bot.rehearsal.world.people import Attachment

LINK = "https://bdsmovement.net"


async def file_alerts(play: Play) -> None:
    """Let the owner send both documents, once the editor has begun the first alert, and submit them."""
    await play.begun.wait()
    done = play.watch.stage("Two alerts as files", 2)
    for number, fields in ((LADDER, _acted_on(play)), (MOMENT, _at_once(play))):
        await _file(play, number, document(play, WORDS[number], fields))
        done()


async def approve_both(play: Play) -> None:
    """Let the approver choose a name, look at both and approve them; what the check warns of is seen by name."""
    await choose_name(play, play.team.approver)
    for number in (LADDER, MOMENT):
        await look(play, number)
        await play.team.approver.press(f"approve:{number}:")
    play.others_approved.set()
    play.note(
        "files",
        f"{who(play, play.team.owner)} sent two more as documents, one to act on and one for a moment; "
        f"{who(play, play.team.approver)} approved both",
        alerts=2,
    )


async def send_both(play: Play) -> None:
    """Type the numbers, and wait until everybody has both who is to get them at once."""
    for number in (LADDER, MOMENT):
        await _send(play, number)
    play.others_sent.set()


async def _file(play: Play, number: int, text: str) -> None:
    owner = play.team.owner
    play.world.send_file(owner.chat_id, _document(text))
    await owner.until(lambda: owner.button(f"ask:{number}"))
    await owner.press(f"ask:{number}")


async def _send(play: Play, number: int) -> None:
    owner, people = play.team.owner, play.reached
    at_once = people - frozenset(play.deeds.quiet)
    await owner.press(f"send:{number}", shows=f"tome:{number}")
    start = f"broadcast:start:{SENDINGS[number]}"
    heard = await owner.say(str(len(people)), shows=(start, f"tome:{number}"))
    if any(each.get("callback_data", "").startswith("tome:") for each in heard.buttons()):
        raise NoAnswer(f"The bot would not send alert {number} to the {len(people)} people it is for.")
    await owner.press(start)
    done = play.watch.stage(f"Sending alert {number}", len(at_once))
    await play.until(
        lambda: play.witness.has_come(Post.ALERT, number, at_once),
        f"Alert {number} did not come to everybody.",
    )
    for _ in at_once:
        done()


def document(play: Play, slug: str, fields: Mapping[str, str]) -> str:
    """Return an alert as its document: the words of an answer in every language, and what its kind needs (in TOML)."""

    def lines() -> Iterator[str]:
        yield f'base = "{play.content.campaign.default}"'
        yield from (f"{name} = {value}" for name, value in fields.items())
        for locale in play.content.locales:
            entry = play.content.entry(slug, locale)
            yield f"[{locale}]"
            # A text of JSON is one of TOML.
            yield f"title = {json.dumps(entry.question, ensure_ascii=False)}"
            yield f"text = {json.dumps(html.escape(entry.short, quote=False), ensure_ascii=False)}"

    return "\n".join(lines()) + "\n"


def _acted_on(play: Play) -> dict[str, str]:
    return {"kind": '"sign"', "link": f'"{LINK}"', "deadline": f"{play.course.deadline:%Y-%m-%dT%H:%M:%SZ}"}


def _at_once(play: Play) -> dict[str, str]:
    return {
        "kind": '"moment"',
        "deadline": f"{play.course.next_day:%Y-%m-%dT%H:%M:%SZ}",
        "zone": '"Europe/London"',
        "starts_at": f"{play.course.moment:%Y-%m-%dT%H:%M:%SZ}",
    }


def _document(text: str) -> Attachment:
    content = text.encode()
    name = hashlib.sha256(content).hexdigest()[:32]
    return Attachment(file_id=f"rehearsal-{name}", kind="document", content=content, file_name="alert.toml")
