"""The tour: a whole campaign played through the real bot, on a bad day, and checked against the world.

People join, choose, ask and leave; an owner brings a team together; an editor writes an alert in several languages, for
a segment and an hour of each person's zone; an approver returns it, and approves it mended. It goes out
while accounts vanish, people block the bot and stop, and Telegram asks the bot to slow down. Two alerts more are acted
on and shared, and a moment is kept together. Hours and days go by at once, by a clock that the world and its bot share.
Then the reports are read, the main alert recalled, and the audit compared with a checkpoint.
"""

import time
from dataclasses import asdict
from datetime import UTC, datetime

from bot.content import Content
from bot.rehearsal.tour import (
    acting,
    acting_together,
    afterwards,
    days_after,
    erasing,
    filing,
    founding,
    reviewing,
    sending,
    supporters,
    wondering,
    writing,
)
from bot.rehearsal.tour.cast import Parts, Team
from bot.rehearsal.tour.course import Course
from bot.rehearsal.tour.deeds import Deeds
from bot.rehearsal.tour.ladder import Ladder
from bot.rehearsal.tour.numbers import MAIN, MOMENT, SENDINGS
from bot.rehearsal.tour.play import Play, Status, Tools, Watch, titles, together
from bot.rehearsal.tour.report import ENDS, ORDER, Seen, TourReport, problems
from bot.rehearsal.tour.sending import Sent
from bot.rehearsal.tour.witness import Witness
from bot.rehearsal.tour.writing import Audience, Draft
from bot.rehearsal.world.world import World


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
        parts, thanked = Parts.draw(people, seed=seed), titles(content, MOMENT)
        zones = {chat_id: world.people[chat_id].zone for chat_id in people}
        today = datetime.fromtimestamp(world.now(), UTC).date()
        course = Course.of(
            {zone for chat_id in parts.joining if (zone := zones[chat_id])} or {"UTC"}, today=today
        )
        english = {
            chat_id for chat_id in people if (world.people[chat_id].language_code or "").startswith("en")
        }
        self.claim_code = claim_code
        self.play = Play(
            world=world,
            content=content,
            team=team,
            parts=parts,
            deeds=Deeds.draw(parts, people, zones=zones, asks=english.__contains__, course=course, seed=seed),
            course=course,
            witness=Witness(world=world, thanked=lambda message: message.text.startswith(thanked)),
            watch=watch,
            tools=tools,
        )

    async def run(self) -> TourReport:
        """Play it to the end.

        Raises NoAnswer when the bot stops answering.
        """
        began = time.monotonic()
        play, written = self.play, writing.draft(self.play)
        play.tools.put_forward(play.course.begins)
        async with play.witness:
            audience: list[Audience] = []
            await together(self._people(), self._team(written, audience))
            sent = await sending.send(play, audience[0], meanwhile=self._look_around)
            broadcast = await self._main()
            seen = self._seen(written, audience[0], sent)
            play.problems += problems(seen, broadcast)
            sending.note(play, audience[0], sent, seen.alerts)
            await days_after.wait_for_evening(play)
            await together(self._follow_up(broadcast, seen), self._in_the_evening())
            await acting_together.act_together(play)
            # While nothing is sent: what the bot answers and what the audit itself says are of one size.
            await together(afterwards.compare_audit(play), erasing.get_file_and_erase(play))
            await days_after.next_day(play)
            await days_after.end(play)
            ladder = await afterwards.climb(play)
        return self._report(broadcast, sent, ladder, seconds=time.monotonic() - began)

    async def _people(self) -> None:
        """Let people come and, once they have the alert to act on, act."""
        await supporters.come(self.play)
        await self.play.others_sent.wait()
        await acting.act(self.play)

    async def _team(self, written: Draft, audience: list[Audience]) -> None:
        """Bring the team together, and let each of it do their part."""
        await founding.found(self.play, claim_code=self.claim_code)
        await together(self._edit(written, audience), self._own(written), filing.approve_both(self.play))

    async def _edit(self, written: Draft, audience: list[Audience]) -> None:
        """Write the main alert; have it returned, mended and approved."""
        play = self.play
        await writing.compose(play, written)
        await writing.build_drawn(play)
        await writing.choose_segment(play)
        audience.append(await writing.choose_hour(play, self._readers(written)))
        await reviewing.return_once(play, written)
        await reviewing.approve_mended(play, written)

    async def _own(self, written: Draft) -> None:
        """File the other alerts, build a segment, answer who asks a person, and send what is approved."""
        play = self.play
        await filing.file_alerts(play)
        await writing.build_for_main(play, written)
        await play.ready.wait()
        await wondering.answer(play)
        await play.others_approved.wait()
        await filing.send_both(play)

    async def _look_around(self) -> None:
        """Let the owner look at the team and at what it has built."""
        await founding.look_at_team(self.play)
        await writing.look_at_segments(self.play)

    async def _in_the_evening(self) -> None:
        await together(
            acting.act_in_digest(self.play),
            acting.come_by_link(self.play),
            acting_together.tap_too_early(self.play),
        )

    async def _main(self) -> Status:
        status = await self.play.tools.status()
        found: Status = next(each for each in status["broadcasts"] if each["id"] == SENDINGS[MAIN])
        return found

    async def _follow_up(self, broadcast: Status, seen: Seen) -> None:
        await afterwards.recall(self.play, broadcast, seen.alerts)
        await afterwards.read_report(self.play, broadcast, seen.alerts)

    def _readers(self, written: Draft) -> frozenset[int]:
        """Return who is sent the main alert as itself: all who joined and stayed, but one language's readers."""
        return frozenset(
            chat_id for chat_id in self.play.reached if self.play.locale(chat_id) != written.without
        )

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

    def _report(self, broadcast: Status, sent: Sent, ladder: Ladder, *, seconds: float) -> TourReport:
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
            ladder=asdict(ladder),
            steps=tuple(sorted(play.steps, key=lambda step: ORDER.index(step.name))),
            problems=tuple(play.problems),
        )
