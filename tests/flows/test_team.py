"""The team in the chat: invited, changed, removed; what somebody had under way ends with their role."""

import re

import pytest

from bot.domain.organizer import Role
from tests.making import NOW
from tests.worlds.in_process.organizing import crowd, said_in_world, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

LINK = re.compile(r"https://t\.me/\w+\?start=(\S+)")


async def invited(owner: Phone, role: str) -> str:
    """Let an owner make an invitation. Returns its code."""
    profile = owner.stage.conversation.resources.profile
    while profile.username is None:
        await owner.settles()
    await owner.say("/team")
    await owner.tap("Invite somebody")
    await owner.expects("What may they do?")
    await owner.tap(role)
    shown = await owner.expects("Send this to one person.", f"as {role}", "7 days")
    found = LINK.search(plain(shown))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", Role)
async def test_invited_in_the_chat(stage: Stage, role: Role) -> None:
    """An owner invites in each role by a link that works once; the owners are told, and the list shows who is there."""
    dana = await stage.organizer("Dana")
    await stage.settled()
    code = await invited(dana, role)
    omar, eve = stage.phone("Omar"), stage.phone("Eve")
    await omar.say(f"/start {code}")
    await omar.expects("You are an organizer now.")
    await dana.expects(f"organizer 2 has joined the team, as {role}.")
    await eve.say(f"/start {code}")
    await eve.expects("This invitation was used already, has expired or was withdrawn.")
    await dana.say("/team")
    team = await dana.expects("The team", "organizer 1: owner (you)", f"organizer 2: {role}")
    assert "Open invitations" not in plain(team)


async def test_an_invitation_is_withdrawn(stage: Stage) -> None:
    """Open invitations are listed with the day they end, and can be withdrawn."""
    dana = await stage.organizer("Dana")
    await stage.settled()
    code = await invited(dana, "editor")
    await dana.tap("The team")
    team = await dana.expects("Open invitations:", "editor, until")
    assert "Withdraw: editor" in labels(team)
    await dana.tap("Withdraw: editor")
    await dana.settles()
    await dana.say("/team")
    assert "Open invitations" not in plain(await dana.expects("The team"))
    eve = stage.phone("Eve")
    await eve.say(f"/start {code}")
    await eve.expects("was withdrawn")


async def test_a_name_of_ones_own(stage: Stage) -> None:
    """Whoever chooses a name is called by it; others read it, and it is nowhere in clear."""
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.VIEWER)
    await omar.say("/team")
    shown = await omar.expects("The team", "organizer 2: viewer (you)")
    assert labels(shown) == ["My name", "Leave the team"]
    await omar.tap("My name")
    await omar.expects("What should the team call you?")
    await omar.say("x" * 41)
    await omar.expects("at most 40 characters")
    await omar.say("Omar from Malmö")
    await omar.expects("Omar from Malmö: viewer (you)")
    await dana.say("/team")
    await dana.expects("Omar from Malmö: viewer")
    assert "Malmö".encode() not in stage.database.read_bytes()


async def test_a_role_is_changed(stage: Stage) -> None:
    """A new role holds from the next tap on; the person and the other owners are told."""
    dana, olga = await stage.organizer("Dana"), await stage.organizer("Olga")
    omar = await stage.organizer("Omar", Role.EDITOR)
    await omar.say("/new")
    await omar.tap("Sign a petition")
    await omar.expects("Where should the main button lead?")
    await dana.say("/team")
    await dana.tap("organizer 3: editor")
    await dana.expects("Give another role, or remove from the team:")
    await dana.tap("viewer")
    await dana.expects("The team", "organizer 3: viewer")
    await omar.expects("Your role on the team now: viewer")
    await olga.expects("organizer 1 changed a role. organizer 3: viewer")
    await omar.say("https://example.org/petition")
    await omar.settles()
    assert not any("The words" in plain(each) for each in omar.since())
    await omar.say("/new")
    await omar.expects("Your role does not include writing")


async def test_removed(stage: Stage) -> None:
    """Who was removed may do nothing from the next tap on, and what they approved needs another approval."""
    await supporters(stage, "en")
    dana, olga = await stage.organizer("Dana"), await stage.organizer("Olga")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana)
    await dana.tap("Send …")
    await dana.expects("A colleague has to approve it first.")
    await dana.tap("Ask them now")
    await dana.expects("2 colleagues were asked.")
    await olga.expects("organizer 1 asks you to approve “Ask your council”.")
    await omar.expects("organizer 1 asks you to approve “Ask your council”.")
    await omar.tap("Look at it")
    await omar.expects("This is what would be sent.")
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")
    await dana.expects("organizer 3 has approved “Ask your council”. It can be sent now.")
    await dana.tap("Send …")
    await dana.expects("type 1")
    await olga.say("/team")
    await olga.tap("organizer 3: approver")
    await olga.tap("Remove from the team")
    await olga.expects("Remove organizer 3 from the team?")
    await olga.tap("Yes")
    await omar.expects("You are not on the campaign’s team any more.")
    await dana.expects("organizer 2 removed organizer 3 from the team.")
    await omar.say("/alerts")
    await omar.expects("Only organizers of the campaign can do this.")
    await dana.say("1")
    await dana.expects("It has changed since it was approved.")
    await stage.settled()
    assert said_in_world(stage, "Ask your council") == {}


async def test_the_last_owner(stage: Stage) -> None:
    """The only owner can neither leave nor take another role; with a second one they can."""
    dana = await stage.organizer("Dana")
    await dana.say("/team")
    await dana.tap("Leave the team")
    await dana.expects("Leave the team?")
    await dana.tap("Yes")
    await dana.expects("A campaign has at least one owner.")
    dana.forge("role:1:viewer")
    await dana.expects("A campaign has at least one owner.")
    olga = await stage.organizer("Olga")
    await dana.say("/team")
    await dana.tap("Leave the team")
    await dana.tap("Yes")
    await dana.expects("You are not on the campaign’s team any more.")
    await olga.expects("organizer 1 has left the team.")
    await dana.say("/new")
    await dana.expects("Only organizers")


async def test_each_role_has_its_menu(stage: Stage) -> None:
    """Telegram's menu shows organizers what their role may do, and everybody's again once they are off the team."""
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.VIEWER)
    await stage.settled()
    profile = stage.world.profile

    def menu(phone: Phone) -> list[str]:
        return [each["command"] for each in profile.commands_for(phone.chat_id, "en")]

    everybody = menu(stage.phone("Ana"))
    looking = ["alerts", "report", "growth", "schedule", "halt", "team", "audit"]
    await stage.world.wait_for(lambda: menu(omar)[: len(looking)] == looking)
    writing = [
        "new",
        "alerts",
        "report",
        "growth",
        "threads",
        "schedule",
        "segments",
        "halt",
        "team",
        "audit",
    ]
    assert menu(dana) == [*writing, *everybody]
    assert menu(omar) == [*looking, *everybody]
    await dana.say("/team")
    await dana.tap("organizer 2: viewer")
    await dana.tap("Remove from the team")
    await dana.tap("Yes")
    await omar.expects("You are not on the campaign’s team any more.")
    await stage.world.wait_for(lambda: menu(omar) == everybody)
    await stage.stop()
    profile.commands.clear()
    await stage.start()
    await stage.world.wait_for(lambda: menu(dana)[:1] == ["new"])


async def test_an_invitation_is_for_others(stage: Stage) -> None:
    """Who is on the team and opens an invitation reads that it changes nothing; somebody else can still use it."""
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar", Role.VIEWER)
    code = await stage.invitation(Role.EDITOR)
    for phone in (dana, omar):
        await phone.say(f"/start {code}")
        await phone.expects("You are on the team already; an owner changes roles in /team.")
    eve = stage.phone("Eve")
    await eve.say(f"/start {code}")
    await eve.expects("You are an organizer now.")
    await omar.say("/start poster")
    await omar.expects("Palestinian BDS National Committee")


@pytest.mark.parametrize("button", ["remove:{}:yes", "role:{}:viewer"])
async def test_a_canary_of_somebody_who_is_gone(stage: Stage, button: str) -> None:
    """An owner watches what somebody was sending who was removed or demoted, and is told that it waits."""
    await crowd(stage, 53)
    dana = await stage.organizer("Dana")
    editor = await stage.organizer("Eddy", Role.EDITOR)
    await written(editor)
    await dana.say("/approve_1")
    await dana.tap("Approve")
    await dana.expects("Approved")
    await editor.tap("Send …")
    await editor.tap("First to 50 only")
    await editor.say("53")
    await editor.expects("The first ones are out.")
    dana.forge(button.format(2))
    waits = await dana.expects("Paused: ", "The first ones are out.")
    assert labels(waits)[:2] == ["Resume", "Cancel"]
    await stage.settled()
    assert not any("The first ones are out." in plain(each) for each in editor.messages)
    dana.forge("broadcast:resume:1", waits.message_id)
    await dana.expects("Finished: ", "53 of 53")


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_team_of_a_hundred(stage: Stage, language: str) -> None:
    """It comes page by page, and somebody on a later page can be opened."""
    dana = await stage.organizer("Dana", language=language)
    people = [
        stage.world.add_person(name="Somebody", language_code=language, started=True) for _ in range(100)
    ]
    async with stage.app.store.transaction() as tx:
        for person in people:
            await tx.organizers.add(person.chat_id, Role.EDITOR, today=NOW.date())
    words = stage.words(language)
    await dana.say("/team")
    first = await dana.expects(words.gettext("The team"))
    assert plain(first).count("\n") <= 10
    await dana.press("team:1")
    await dana.press("team:2")
    await dana.press("member:")
    await dana.expects(words.gettext("Give another role, or remove from the team:"))
    await dana.press("team")
    await dana.expects(words.gettext("The team"))
    await dana.press("team:1")
    await stage.settled()
