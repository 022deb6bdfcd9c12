"""Reporting in answers to an alert's questions, and the editors' queue of what was reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.sighting import AnswerEmpty, AnswerTooLong, checked_answer, is_whole
from bot.handlers import questions as questions_room
from bot.handlers import welcome
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import AwaitReport
from bot.handlers.telling import tell
from bot.services import actions, conversations, sightings
from bot.services.sightings import SightingDecided, SightingMissing
from bot.telegram_io.action_buttons import DecideSighting, EndSighting, OpenAccepted, OpenQueue
from bot.telegram_io.replies import Reply, silently
from bot.wording import sightings as wording
from bot.wording.action_notices import action_notice

WAITS = timedelta(days=1)
"""For so long the next text answers the question that was asked last: what is reported may have to be looked for."""


async def ask_first(request: Request, alert: Alert) -> list[Reply]:
    """Ask the first question of an alert, below it."""
    begun = await sightings.begin(request.tx, request.chat_id, alert.id, now=request.now)
    questions = actions.questions_of(begun.alert, request.locale)
    await _await(request, AwaitReport(alert_id=alert.id))
    return request.reply(wording.question_screen(request.localizer, begun.alert, questions, at=0))


async def take_answer(request: Request, state: AwaitReport) -> list[Reply]:
    """Take an answer, and ask the next question; after the last, keep them all.

    After a day nobody knows that they were asked: then it is a question to the bot, and the answers are gone.
    """
    if request.now - datetime.fromtimestamp(state.since, UTC) > WAITS:
        await conversations.end(request.tx, request.chat_id)
        if request.match is None:
            return await welcome.not_understood(request)
        return await questions_room.ask(request, request.match)
    alert, questions = await _asked(request, state)
    try:
        answers = [*state.answers, checked_answer(request.incoming.text)]
    except (AnswerEmpty, AnswerTooLong) as error:
        why = action_notice(error, request.localizer)
        return request.reply(
            wording.question_screen(request.localizer, alert, questions, at=len(state.answers), why=why)
        )
    if not is_whole(answers, questions):
        await _await(request, AwaitReport(alert_id=state.alert_id, answers=answers))
        return request.reply(wording.question_screen(request.localizer, alert, questions, at=len(answers)))
    given = await sightings.give(request.tx, request.chat_id, state.alert_id, answers, now=request.now)
    await conversations.end(request.tx, request.chat_id)
    told = tell(request, given.team, wording.reports_wait)
    return [*request.reply(wording.given_screen(request.localizer, given.said)), *map(silently, told)]


async def no_answer(request: Request, state: AwaitReport) -> list[Reply]:
    """Ask again, of who sent a picture or the like."""
    alert, questions = await _asked(request, state)
    why = action_notice(AnswerEmpty(), request.localizer)
    at = min(len(state.answers), len(questions) - 1)
    return request.reply(wording.question_screen(request.localizer, alert, questions, at=at, why=why))


async def end_sighting(request: Request, button: EndSighting) -> list[Reply]:
    """End the questions; nothing is kept of the answers."""
    state = await standing(request)
    if isinstance(state, AwaitReport) and state.alert_id == button.alert_id:
        await conversations.end(request.tx, request.chat_id)
    return request.replace(wording.ended(request.localizer))


async def open_queue(request: Request, button: OpenQueue) -> list[Reply]:
    """Show what waits for an editor."""
    return await _queue(request, page=button.page)


async def open_accepted(request: Request, button: OpenAccepted) -> list[Reply]:
    """Show what was accepted, to everybody on the team."""
    shown = await sightings.accepted(request.tx, page=button.page, actor=request.actor)
    waiting = await sightings.count_waiting(request.tx, actor=request.actor)
    return request.replace(
        wording.accepted_screen(request.localizer, shown, _questions(shown), waiting=waiting)
    )


async def decide(request: Request, button: DecideSighting) -> list[Reply]:
    """Accept or reject, and show what waits next."""
    try:
        await sightings.decide(
            request.tx, button.sighting_id, button.state, actor=request.actor, now=request.now
        )
    except (SightingDecided, SightingMissing) as error:
        notice = request.acknowledge(action_notice(error, request.localizer))
        return [*notice, *(await _queue(request, page=0))[-1:]]
    return await _queue(request, page=0)


async def _await(request: Request, state: AwaitReport) -> None:
    await save_state(request, replace(state, since=int(request.now.timestamp())))


async def _asked(request: Request, state: AwaitReport) -> tuple[Alert, tuple[str, ...]]:
    """Return the alert with its questions.

    Raises ActionMissing, ActionRecalled.
    """
    found = await actions.acting(request.tx, request.chat_id, state.alert_id)
    questions = actions.questions_of(found.alert, request.locale)
    if not questions:
        raise actions.ActionMissing
    return found.alert, questions


async def _queue(request: Request, *, page: int) -> list[Reply]:
    shown = await sightings.waiting(request.tx, page=page, actor=request.actor)
    return request.replace(wording.queue_screen(request.localizer, shown, _questions(shown)))


def _questions(shown: sightings.Shown | None) -> tuple[str, ...]:
    return () if shown is None else actions.questions_of(shown.alert, shown.sighting.locale)
