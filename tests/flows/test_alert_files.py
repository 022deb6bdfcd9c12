"""An alert of each kind, written on one phone, out as a file, in on another; and what its readers get."""

import hashlib

import pytest

from bot.domain.alert import ActionKind
from bot.rehearsal.world.people import Attachment
from tests.handlers.test_half_done import answers
from tests.worlds.in_process.organizing import confirmed, finished, said_in, supporters
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

FACTS = {
    ActionKind.EMAIL: "To: The city council, office@council.example",
    ActionKind.CALL: "To: The city council, +442079460000",
    ActionKind.ATTEND: "Where: The square",
    ActionKind.PLEDGE: "When: ",
    ActionKind.MOMENT: "(Europe/London)",
}


def document(content: bytes, name: str = "alert.toml") -> Attachment:
    """Return a file as a phone sends it."""
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Attachment(file_id=f"rehearsal-{digest}", kind="document", content=content, file_name=name)


def send(phone: Phone, content: bytes, name: str = "alert.toml") -> None:
    """Let a phone send a file."""
    phone.look_away()
    phone.stage.world.send_file(phone.chat_id, document(content, name))


@pytest.mark.parametrize("kind", ActionKind)
async def test_from_compose_to_send(stage: Stage, kind: ActionKind) -> None:
    """What each kind needs is asked for, seen before it is sent, and read by those who get it."""
    ana, amal = await supporters(stage, "en", "ar")
    dana = await stage.organizer("Dana")
    await dana.say("/new")
    await dana.press(f"kind:{kind}")
    for step, answer in enumerate(answers(kind), start=1):
        await dana.expects(f"Step {step} of {len(answers(kind))}")
        await dana.say(answer)
    board = plain(await dana.expects("Alert: Ask your council", "Reaches 2 people now"))
    assert "Still missing" not in board
    await confirmed(dana, 2)
    await finished(stage, dana)
    for phone in (ana, amal):
        assert said_in(phone, "Ask your council") == 1
    got = next(each for each in ana.messages if "Ask your council" in each.text)
    assert FACTS.get(kind, "It votes on Friday.") in plain(got)


async def test_out_and_in_again(stage: Stage) -> None:
    """A draft goes out as a document; changed and sent back, by a colleague, it is another draft."""
    dana, bo = await stage.organizer("Dana"), await stage.organizer("Bo")
    await dana.say("/new")
    await dana.press("kind:email")
    for answer in answers(ActionKind.EMAIL):
        await dana.expects("Step ")
        await dana.say(answer)
    await dana.expects("Alert: Ask your council", "Subject: The contract")
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("As a file")
    sent = await dana.expects("“Ask your council” as a file")
    assert sent.attachment is not None
    assert sent.attachment.file_name == "alert-1.toml"
    written = sent.attachment.content.decode()
    assert 'address = "office@council.example"' in written
    send(bo, written.replace("Ask your council", "Ask your mayor").encode())
    await bo.expects(
        "Read from the file, as a new draft.",
        "Alert: Ask your mayor",
        "Email address: office@council.example",
    )
    await bo.say("/alerts")
    await bo.tap("Drafts (2)")


async def test_a_file_with_a_mistake(stage: Stage) -> None:
    """It is refused in one sentence, with line and place, and no draft is made."""
    dana = await stage.organizer("Dana")
    send(dana, b'kind = "sign"\nbase = "en"\n[en]\ntitle = "Ask"\ntext = "One <b>reason"\n')
    await dana.expects("No draft was made. Line 5, place 8:", "The tag <b>")
    send(dana, b'kind = "sign"\n[en\n')
    await dana.expects("No draft was made. Line 2, place 4: this is not TOML.")
    send(dana, b"\xff\xfe")
    await dana.expects("this is not text in UTF-8")
    send(dana, b"#" * 200_000)
    await dana.expects("This file is too large for an alert.")
    await dana.say("/alerts")
    await dana.expects("Alerts")
    assert "Drafts (0)" in labels(dana.messages[-1])


async def test_a_file_of_a_supporter(stage: Stage) -> None:
    """From anybody else it is a file like any other, and is not even fetched."""
    [ana] = await supporters(stage, "en")
    send(ana, b'kind = "sign"\n[en]\ntitle = "Ask"\ntext = "One"\n')
    await ana.settles()
    assert said_in(ana, "Ask") == 0
    assert stage.world.requests["getFile"] == 0


async def test_copies_and_drafts(stage: Stage) -> None:
    """A draft is copied and deleted from its board, and gone on with from /new, also before it has words."""
    dana = await stage.organizer("Dana")
    await dana.say("/new")
    await dana.press("kind:call")
    await dana.expects("Institution")
    await dana.say("The city council")
    await dana.expects("Number")
    await dana.say("/new")
    await dana.expects("Or continue a draft, below.")
    await dana.tap("Draft: Make a call")
    await dana.expects("Institution: The city council", "Still missing: ")
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("Make a copy")
    await dana.expects("This is the copy, a draft of its own.")
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("Delete")
    await dana.tap("Yes, delete it")
    await dana.expects("Drafts")
    await dana.say("/alerts")
    await dana.tap("Drafts (1)")
