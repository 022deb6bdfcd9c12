"""What comes after the sending of a tour: the report is read, the alert recalled, the audit compared."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from io import StringIO

from bot.rehearsal.tour.ladder import Ladder, ladder_problems
from bot.rehearsal.tour.numbers import LADDER, MAIN, SENDINGS
from bot.rehearsal.tour.play import Play, Status
from bot.rehearsal.tour.report import Table, differences, recall_problems
from bot.rehearsal.tour.witness import Post
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.people import ChatMessage, Json
from bot.wording.audit import comparison_screen

CHECKPOINT_SECONDS = 90.0
"""So long the owner may wait for a checkpoint: the bot looks once a minute whether one is due."""

RECALL_SECONDS = 300.0
"""So long a recall may take: one request for each message, at the bot's rate."""


async def read_report(play: Play, broadcast: Status, alerts: Mapping[int, tuple[int, ...]]) -> None:
    """Open the report, and hold the numbers of its table against what the Bot API accepted."""
    table = await _table(play.team.approver, broadcast["id"])
    accepted = Counter(play.locale(chat_id) for chat_id in alerts)
    play.problems += differences(table, broadcast, accepted=accepted)
    play.note(
        "report",
        f"The report says {table.whole['sent']:,} sent of {table.whole['audience']:,}; the Bot API accepted "
        f"{len(alerts):,}",
        sent=table.whole["sent"],
        accepted=len(alerts),
        languages=len(table.by_locale),
    )


async def climb(play: Play) -> Ladder:
    """Read the report of the alert that was acted on, and hold each step of its ladder against what the world saw."""
    deeds, status = play.deeds, await play.tools.status()
    sent = next(each for each in status["broadcasts"] if each["id"] == SENDINGS[LADDER])
    digests = sum(each["sent"] for each in status["broadcasts"] if each["kind"] == "digest")
    table = await _table(play.team.editor, sent["id"])
    arrived = {each.chat_id for post in (Post.ALERT, Post.DIGEST) for each in play.witness.of(post, LADDER)}
    said = Ladder(
        sent=table.whole["sent"] + digests,
        opened=table.whole["opened"],
        done=table.whole["say_done"],
        shared=len(set(play.codes.values())),
        joined=play.told_joined,
    )
    seen = Ladder(
        sent=len(arrived - set(deeds.friends) - play.team.chats),
        opened=len(deeds.opened),
        done=len(deeds.done),
        shared=len(deeds.sharing),
        joined=len(deeds.friends),
    )
    play.problems += ladder_problems(said, seen, unknown=sent["unknown"])
    play.note("ladder", f"The ladder: {said.in_words()}", **asdict(said))
    return said


async def _table(reader: Actor, number: int) -> Table:
    """Open the report of a broadcast, and its table. Returns what that says."""
    asked = await reader.say("/report", shows=f"results:{number}")
    await reader.press(f"results:{number}", shows=f"results:csv:{number}")
    await reader.press(f"results:csv:{number}")
    return read_table(await reader.until(lambda: attached(reader, after=asked.message_id, name=".csv")))


async def recall(play: Play, broadcast: Status, alerts: Mapping[int, tuple[int, ...]]) -> None:
    """Recall the alert by typing the number of people it was for, and look from which chats it has gone."""
    editor = play.team.editor
    done = play.watch.stage("Recalling it", 1)
    await editor.press("after:recall:", shows="after:recall:")
    await editor.say(str(broadcast["audience"]))
    begun = _newest(await play.tools.status(), "recall")
    # Its receipt offers to write the alert again.
    await editor.until(lambda: editor.button(f"after:copy:{begun['id']}"), patience=RECALL_SECONDS)
    recalled = _newest(await play.tools.status(), "recall")
    messages = [play.world.people[chat].stored[each] for chat, found in alerts.items() for each in found]
    # From a digest that carries more than this alert it is taken by changing the message.
    digests = [
        play.world.people[each.chat_id].stored[each.message_id] for each in play.witness.of(Post.DIGEST, MAIN)
    ]
    struck = sum(each.edited for each in digests)
    gone = sum(each.deleted for each in messages) + struck
    play.recall = recalled["id"]
    play.problems += recall_problems(recalled, gone=gone, were=len(messages) + struck)
    done()
    play.note(
        "recalled",
        f"Recalled: deleted from {recalled['sent']:,} of {recalled['audience']:,} chats; gone from {gone:,}",
        audience=recalled["audience"],
        deleted=recalled["sent"],
        gone=gone,
    )


async def compare_audit(play: Play) -> None:
    """Paste back the newest checkpoint that the owner got, and hold the answer against the audit itself."""
    owner = play.team.owner
    done = play.watch.stage("The audit", 1)
    note = await owner.until(lambda: checkpoint(owner), patience=CHECKPOINT_SECONDS)
    await owner.say("/audit", shows="checkpoint")
    await owner.press("checkpoint", shows="audit")
    before = await play.tools.verify(note)
    answer = await owner.say(note, shows="audit")
    found = await play.tools.verify(note)
    size = 0 if found.checkpoint is None else found.checkpoint.size
    if not found.holds:
        play.problems.append("The audit does not fit the checkpoint that the owner kept.")
    # What is recorded while the bot answers is in the answer or not.
    said = {comparison_screen(play.words(owner.chat_id), each).text.text for each in (before, found)}
    if answer.text not in said:
        play.problems.append("The bot did not answer the checkpoint as the audit itself does.")
    done()
    play.note(
        "audit",
        f"The owner pasted back a checkpoint of {size} entries: nothing removed or changed in {found.verdict.size}",
        checkpoint=size,
        entries=found.verdict.size,
    )


def _newest(status: Status, kind: str) -> Status:
    """Return the broadcast of a kind that was begun last."""
    found: Status = [each for each in status["broadcasts"] if each["kind"] == kind][-1]
    return found


def read_table(file: ChatMessage) -> Table:
    """Return what the report's table says, as far as it is numbers."""
    assert file.attachment is not None  # noqa: S101  it was chosen by that
    rows = list(csv.DictReader(StringIO(file.attachment.content.decode("utf-8-sig"))))
    counted = [row for row in rows if row["people"].isdecimal()]
    return Table(
        whole={row["outcome"]: int(row["people"]) for row in counted if row["by"] == "all"},
        by_locale={
            row["group"]: int(row["people"])
            for row in counted
            if row["by"] == "locale" and row["outcome"] == "sent"
        },
    )


def attached(actor: Actor, *, after: int = 0, name: str = "") -> ChatMessage | None:
    """Return the newest file that the bot sent somebody after a message, whose name ends so."""
    for message in reversed(actor.heard()):
        file = message.attachment
        if file is not None and message.message_id > after and (file.file_name or "").endswith(name):
            return message
    return None


def checkpoint(owner: Actor) -> str | None:
    """Return the lines that the owner is given to keep, by the button that copies them."""
    for message in reversed(owner.heard()):
        for button in message.buttons():
            copied: Json = button.get("copy_text", {})
            if "\n— " in copied.get("text", ""):
                return str(copied["text"])
    return None
