"""The first act of a tour's organizers: the owner claims the bot, and invites an approver and an editor by links."""

import re

from bot.domain.organizer import Role
from bot.rehearsal.tour.play import Play, together
from bot.rehearsal.world.actor import Actor, NoAnswer

LINK = re.compile(r"\?start=([A-Za-z0-9_-]+)")


async def found(play: Play, *, claim_code: str) -> None:
    """Bring the team together. The approver comes second: of the first two people nobody has to wait an hour.

    Who comes third and may approve would have to (`bot.domain.cooling`).
    """
    team = play.team
    done = play.watch.stage("The team", 3)
    await team.owner.say(f"/start {claim_code}")
    done()
    codes = [await _invited(play, Role.APPROVER)]

    async def invite_editor() -> None:
        codes.append(await _invited(play, Role.EDITOR))

    await together(team.approver.say(f"/start {codes[0]}"), invite_editor())
    done()
    await team.editor.say(f"/start {codes[1]}")
    done()
    play.note(
        "team",
        f"{who(play, team.owner)} claimed the bot; by links, {who(play, team.approver)} joined as approver and "
        f"{who(play, team.editor)} as editor",
        people=1 + len(codes),
        invited=len(codes),
    )


async def look_at_team(play: Play) -> None:
    """Let the owner look at who is on the team: its colleagues are there by the names they chose."""
    colleagues = (play.team.approver, play.team.editor)
    shown = await play.team.owner.say("/team", shows="invite")
    if missing := [name for each in colleagues if (name := who(play, each)) not in shown.text]:
        play.problems.append(f"The team does not show who joined: {', '.join(missing)}.")


async def _invited(play: Play, role: Role) -> str:
    """Let the owner make a link that carries a role. Returns its code."""
    owner = play.team.owner
    await owner.say("/team", shows="invite")
    await owner.press("invite", shows=f"invite:{role}")
    shown = await owner.press(f"invite:{role}", shows="team")
    found = LINK.search(shown.text)
    if found is None:
        raise NoAnswer("The bot showed no link for a colleague.")
    return found[1]


async def choose_name(play: Play, colleague: Actor) -> None:
    """Let somebody choose the name that the team knows them by."""
    await colleague.say("/team", shows="name")
    await colleague.press("name")
    await colleague.say(who(play, colleague), shows="name")


def who(play: Play, actor: Actor) -> str:
    """Return what a colleague is called."""
    return play.world.people[actor.chat_id].first_name.split()[0]
