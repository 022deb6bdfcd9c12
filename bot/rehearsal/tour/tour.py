"""The tour: a whole campaign played through the real bot, on a bad day, and checked against the world.

People join, ask and leave; an owner brings a team together; an editor writes an alert in several languages, builds
segments and chooses an hour of each person's zone; an approver returns it, and approves it mended. It goes out while
accounts vanish, people block the bot and stop, and Telegram asks the bot to slow down. Then the report is read, the
alert recalled, and the audit compared with a checkpoint.
"""

import time

from bot.content import Content
from bot.rehearsal.tour import afterwards, founding, reviewing, sending, supporters, writing
from bot.rehearsal.tour.cast import Parts, Team
from bot.rehearsal.tour.play import Play, Status, Tools, Watch, together
from bot.rehearsal.tour.report import ENDS, Seen, TourReport, problems
from bot.rehearsal.tour.sending import Sent
from bot.rehearsal.tour.writing import Audience, Draft
from bot.rehearsal.world.world import World

TRIES = 3
"""How often another hour is chosen where it came while the alert was looked at; then it goes to everybody at once."""


class Tour:
    """One play in one world; `claim_code` makes the team's owner one."""

    def __init__(
        self,
        world: World,
        content: Content,
        *,
        team: Team,
        claim_code: str,
        tools: Tools,
        watch: Watch,
        seed: int = 0,
    ) -> None:
        people = [chat for chat in world.people if chat not in team.chats]
        self.claim_code = claim_code
        self.play = Play(
            world=world,
            content=content,
            team=team,
            parts=Parts.draw(people, seed=seed),
            watch=watch,
            tools=tools,
        )

    async def run(self) -> TourReport:
        """Play it to the end.

        Raises NoAnswer when the bot stops answering.
        """
        began = time.monotonic()
        play, written = self.play, writing.draft(self.play)
        await together(supporters.come(play), self._prepare(written))
        audience = await self._reviewed(written)
        sent = await sending.send(play, audience, meanwhile=lambda: self._wait(written))
        broadcast = (await play.tools.status())["broadcasts"][-1]
        seen = self._seen(written, audience, sent)
        play.problems += problems(seen, broadcast)
        sending.note(play, audience, sent, seen.alerts)
        await together(self._follow_up(broadcast, seen), afterwards.compare_audit(play))
        return self._report(broadcast, sent, seconds=time.monotonic() - began)

    async def _prepare(self, written: Draft) -> None:
        """Bring the team together, and let the editor write."""
        await founding.found(self.play, claim_code=self.claim_code)
        await writing.compose(self.play, written)
        await writing.build_main_segment(self.play, written)

    async def _reviewed(self, written: Draft) -> Audience:
        """Have the alert returned, mended and approved for an hour that is still to come in the last zone."""
        play, readers = self.play, self._readers(written)
        audience = await writing.choose_hour(play, readers)
        await reviewing.return_once(play, written)
        await reviewing.approve_mended(play, written)
        for _ in range(TRIES):
            if sending.is_in_time(play, audience):
                break
            audience = await writing.choose_hour(play, readers)
            await reviewing.approve_anew(play)
        return audience

    async def _wait(self, written: Draft) -> None:
        """Let the team go on while some wait for their hour."""
        await founding.choose_names(self.play)
        await writing.build_others(self.play, written)

    async def _follow_up(self, broadcast: Status, seen: Seen) -> None:
        await afterwards.recall(self.play, broadcast, seen.alerts)
        await afterwards.read_report(self.play, broadcast, seen.alerts)

    def _readers(self, written: Draft) -> frozenset[int]:
        """Return who is in the segment that the alert is for: all who joined and stayed, but one language's readers."""
        parts = self.play.parts
        stayed = frozenset(parts.joining) - frozenset(parts.leaving_before)
        return frozenset(chat_id for chat_id in stayed if self.play.locale(chat_id) != written.without)

    def _seen(self, written: Draft, audience: Audience, sent: Sent) -> Seen:
        play, parts, readers = self.play, self.play.parts, self._readers(written)
        alerts = {
            chat_id: tuple(
                m.message_id for m in person.messages if m.message_id > sent.before and play.is_alert(m)
            )
            for chat_id, person in play.world.people.items()
        }
        gone = parts.leaving_meanwhile + parts.blocking
        return Seen(
            joined=frozenset(parts.joining),
            left_before=frozenset(parts.leaving_before),
            outside=frozenset(parts.joining) - frozenset(parts.leaving_before) - readers,
            left_meanwhile={message.chat_id: message.message_id for message in sent.goodbyes},
            unreachable=frozenset(parts.vanishing + parts.blocking),
            alerts={chat_id: messages for chat_id, messages in alerts.items() if messages},
            gone_in_time=frozenset(
                chat_id
                for chat_id in gone
                if chat_id in audience.due and audience.due[chat_id] > sent.typed_at
            ),
            too_early=sum(
                play.world.people[chat_id].stored[message_id].date < due.timestamp()
                for chat_id, due in audience.due.items()
                for message_id in alerts[chat_id]
            ),
            did_not_wait=play.world.violations,
        )

    def _report(self, broadcast: Status, sent: Sent, *, seconds: float) -> TourReport:
        play, parts = self.play, self.play.parts
        return TourReport(
            people=len(play.world.people),
            joined=len(parts.joining),
            questions=len(parts.asking),
            left=len(parts.leaving_before) + len(sent.goodbyes),
            audience=broadcast["audience"],
            counts={state: broadcast[state] for state in ENDS},
            told_to_wait=play.world.gate.refused,
            seconds=round(seconds, 1),
            steps=tuple(play.steps),
            problems=tuple(play.problems),
        )
