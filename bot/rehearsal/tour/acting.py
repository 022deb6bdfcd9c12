"""What supporters do with the second alert of a tour: open it, say what came of it, take that back, share it."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.rehearsal.tour.numbers import LADDER
from bot.rehearsal.tour.play import Play, together
from bot.rehearsal.tour.witness import Post
from bot.rehearsal.world.actor import Actor, NoAnswer
from bot.rehearsal.world.people import ChatMessage
from bot.services.sharing import TOLD_FROM, OwnLink
from bot.wording.sharing import joined_words

LINK = re.compile(r"https://t\.me/\S+\?start=([A-Za-z0-9_-]+)")

OPEN, MORE, SHARE = f"act:{LADDER}", f"act:more:{LADDER}", f"share:{LADDER}"
DONE, NOT_FOR_ME, UNDO = f"did:{LADDER}:done", f"did:{LADDER}:not_for_me", f"did:undo:{LADDER}"


async def act(play: Play) -> None:
    """Let people act on the alert as it came to them; whoever shares it gets a link of their own."""
    deeds = play.deeds
    done = play.watch.stage("Acting on it", len(deeds.opened))

    async def each(person: int, deed: Callable[[Play, Actor], Awaitable[object]]) -> None:
        await deed(play, Actor(play.world, person))
        done()

    plays: Mapping[Callable[[Play, Actor], Awaitable[object]], tuple[int, ...]] = {
        _open: deeds.reminded + deeds.erasing,
        _do: deeds.doing,
        _do_and_undo: deeds.undoing,
        _refuse: deeds.refusing,
    }
    await together(*(each(person, deed) for deed, people in plays.items() for person in people))
    await share(play)


async def act_in_digest(play: Play) -> None:
    """Let two people act from their digest: one does it, one only opens it."""
    doing, opening, *_ = (Actor(play.world, chat_id) for chat_id in play.deeds.digest)
    await together(_do(play, doing), _open(play, opening))
    many = {len(each.alerts) for each in play.witness.of(Post.DIGEST, LADDER)}
    together_came = " or ".join(map(str, sorted(many)))
    play.note(
        "digest",
        f"At their hour {len(play.deeds.digest):,} got {together_came} alerts as one message, and acted from it",
        people=len(play.deeds.digest),
        alerts=max(many, default=0),
    )


async def share(play: Play) -> None:
    """Let some people share the alert; each gets a link of their own, which nobody else has."""
    codes = [await _own_link(Actor(play.world, chat_id)) for chat_id in play.deeds.sharing]
    play.codes = dict(zip(play.deeds.sharing, codes, strict=True))


async def come_by_link(play: Play) -> None:
    """Let friends come by the first sharer's link: they are asked for their yes first, then see the alert."""
    owner, *others = play.deeds.sharing
    await play.each(
        "Joining by a link", play.deeds.friends, lambda chat_id: _come(play, chat_id, play.codes[owner])
    )
    told = await _told(play, owner)
    for other in others:
        if await _told(play, other) is not None:
            play.problems.append("Somebody was told that people joined by a link by which nobody came.")
    play.told_joined = told or 0
    play.note(
        "shared",
        f"{len(play.codes):,} shared it by links of their own; {len(play.deeds.friends):,} joined by one, "
        f"whose owner was told {play.told_joined:,}, and not who",
        sharing=len(play.codes),
        joined=len(play.deeds.friends),
        told=play.told_joined,
    )


async def _open(_play: Play, person: Actor) -> ChatMessage:
    """Press the main button. Returns the card that it opens."""
    return await person.press(OPEN, shows=DONE)


async def _do(play: Play, person: Actor) -> ChatMessage:
    await _open(play, person)
    return await person.press(DONE, end=":here", shows=UNDO)


async def _do_and_undo(play: Play, person: Actor) -> None:
    await _do(play, person)
    await person.press(UNDO, shows=DONE)


async def _refuse(play: Play, person: Actor) -> None:
    await _open(play, person)
    await person.press(MORE, shows=NOT_FOR_ME)
    await person.press(NOT_FOR_ME)


async def _come(play: Play, chat_id: int, code: str) -> None:
    friend = Actor(play.world, chat_id)
    await friend.say(f"/start {code}", shows="join:")
    await friend.press("join:", shows=MORE)


async def _own_link(sharer: Actor) -> str:
    """Press *Share*, and return what one's own link carries."""
    card = await _shown_card(sharer)
    found = LINK.search(card.text)
    if found is None:
        raise NoAnswer("The card for sharing shows no link.")
    return found[1]


async def _told(play: Play, chat_id: int) -> int | None:
    """Look at one's card again. Returns how many it says have joined; None where it names no number."""
    sharer = Actor(play.world, chat_id)
    card, words = await _shown_card(sharer), play.words(chat_id)
    numbers = range(TOLD_FROM, len(play.world.people) + 1)
    return next((n for n in numbers if joined_words(words, OwnLink(code="", joined=n)) in card.text), None)


async def _shown_card(sharer: Actor) -> ChatMessage:
    """Press *Share*. Returns the card that comes."""
    before = sharer.heard()[-1].message_id

    def card() -> ChatMessage | None:
        new = (each for each in reversed(sharer.heard()) if each.message_id > before)
        return next((each for each in new if LINK.search(each.text)), None)

    await sharer.press(SHARE)
    return await sharer.until(card)
