"""The review of a tour: submitted, returned with a note, mended, submitted again, looked at anew, approved."""

from bot.rehearsal.tour.founding import choose_name
from bot.rehearsal.tour.numbers import MAIN
from bot.rehearsal.tour.play import Play, together
from bot.rehearsal.tour.writing import Draft, build_translated, first_word, words
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.people import ChatMessage

NOTE = "The first word stands there twice."

MARKS = frozenset({"strikethrough", "underline"})
"""How a word that was removed, and one that was added, is shown to whoever looks once more."""


async def return_once(play: Play, written: Draft) -> None:
    """Submit the alert, have it come back with a note, and mend it; until then the editor builds a segment."""
    done = play.watch.stage("The review", 2)
    await play.team.editor.press("ask:1")
    await together(_give_back(play), build_translated(play, written))
    done()
    await _mend(play, written)
    done()
    play.note(
        "returned",
        f"The approver returned it with a note of {len(NOTE)} characters; the editor took out one word",
        note=len(NOTE),
    )


async def approve_mended(play: Play, written: Draft) -> None:
    """Submit the alert anew; the approver sees the word that has changed, and approves just that."""
    shown = await _approved(play)
    if shown != [first_word(play, written.mended)]:
        play.problems.append("The approver was not shown the one word that had changed.")
    play.note(
        "approved",
        f"The approver was shown what had changed, {len(shown)} word, and approved exactly that",
        changed=len(shown),
    )


async def _approved(play: Play) -> list[str]:
    """Submit and approve it; until then the editor chooses a name.

    Returns the words that the approver was shown as removed or added.
    """
    editor, shown = play.team.editor, list[str]()

    async def approve() -> None:
        # What goes out to the same people is a warning that somebody has to have seen.
        await play.others_sent.wait()
        shown.extend(await look(play, MAIN))
        await play.team.approver.press(f"approve:{MAIN}:")

    submitted = await editor.press("ask:1")
    await together(approve(), choose_name(play, editor))
    await editor.until(lambda: _told(editor, after=submitted))
    return shown


def _told(editor: Actor, *, after: ChatMessage) -> ChatMessage | None:
    """Return the message by which who wrote the alert is told that it may go out."""
    found = editor.button(f"send:{MAIN}")
    return found[0] if found is not None and found[0].message_id > after.message_id else None


async def look(play: Play, number: int) -> list[str]:
    """Let the approver look at what waits for them, and see what the check warns of, such as the night.

    Returns the words that are shown as removed or added since they last looked.
    """
    approver = play.team.approver
    card = await approver.press(f"review:{number}", shows=(f"approve:{number}:", f"seen:{number}:"))
    # Now: the card is changed in place by what is pressed on it.
    shown = [_part(card, each) for each in card.entities if each["type"] in MARKS]
    if not any(button.get("callback_data", "").startswith("approve:") for button in card.buttons()):
        await approver.press(f"seen:{number}:", shows=f"approve:{number}:")
    return shown


async def _give_back(play: Play) -> None:
    approver = play.team.approver
    await play.others_approved.wait()
    await look(play, MAIN)
    await approver.press("return:1:")
    await approver.say(NOTE)


async def _mend(play: Play, written: Draft) -> None:
    """Let the editor read the note and write the words anew."""
    editor = play.team.editor
    note = await editor.until(lambda: next((m for m in reversed(editor.heard()) if NOTE in m.text), None))
    if not note.buttons():
        play.problems.append("The note leads nowhere.")
    await editor.press("alert:1", shows="words:1:")
    await editor.press("words:1:", end=f":{written.mended}")
    await editor.say(words(play, written.mended), shows="ask:1")


def _part(message: ChatMessage, entity: dict[str, int]) -> str:
    """Return what an entity covers; offsets count UTF-16 units."""
    units = message.text.encode("utf-16-le")
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return units[start:end].decode("utf-16-le")
