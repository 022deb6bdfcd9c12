"""Every screen about actions: alerts of each kind with their buttons, cards, thanks, notices and reports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.action_fields import FIELDS, FieldName
from bot.domain.alert import ActionKind, Alert
from bot.domain.digest import MOST, Digest
from bot.domain.moment import MomentOver, NotYet
from bot.domain.outcome import ActionOver, AlreadySaid, NothingSaid, Outcome, TooEarly
from bot.domain.sighting import ANSWER_LENGTH, AnswerEmpty, AnswerTooLong, Sighting, SightingState
from bot.i18n.localizer import Localizer
from bot.services.actions import (
    ActionMissing,
    ActionRecalled,
    NotOnList,
    PledgedAlready,
    PreviewOnly,
    QuestionsFirst,
    Said,
    questions_of,
)
from bot.services.sightings import Shown, SightingDecided, SightingMissing
from bot.wording import moments, outcomes, sightings
from bot.wording.action_card import Places, action_card
from bot.wording.action_notices import action_notice
from bot.wording.alert_buttons import alert_rows, more_rows
from bot.wording.alert_message import alert_screen, reminder_screen
from bot.wording.digest import digest_screen
from bot.wording.screen import Screen, screen
from tests.making import NOW

VALUES = {
    FieldName.TARGET: "T" * 80,
    FieldName.ADDRESS: "office@council.example",
    FieldName.SUBJECT: "S" * 150,
    FieldName.LETTER: "L" * 2000,
    FieldName.PHONE: "+442079460000",
    FieldName.HOURS: "H" * 50,
    FieldName.SCRIPT: "C" * 2000,
    FieldName.ZONE: "America/Argentina/ComodRivadavia",
    FieldName.STARTS_AT: "2099-12-04T18:00",
    FieldName.PLACE: "P" * 120,
    FieldName.QUESTION_1: "Q" * 300,
    FieldName.QUESTION_2: "Q" * 300,
    FieldName.QUESTION_3: "Q" * 300,
}
PLACES = (Places(), Places(letter="https://bot.example/letter/x/en", bot="https://t.me/example_bot"))
NOTICE_LENGTH = 200
"""Characters of a notice over the chat (Bot API, answerCallbackQuery)."""

ERRORS = (
    ActionMissing(),
    ActionOver(),
    ActionRecalled(),
    AlreadySaid(Outcome.COULD_NOT),
    NotOnList(),
    NothingSaid(),
    PledgedAlready(),
    PreviewOnly(),
    QuestionsFirst(),
    SightingDecided(),
    SightingMissing(),
    TooEarly(NOW, VALUES[FieldName.ZONE]),
    *(NotYet(timedelta(seconds=seconds)) for seconds in (0.1, 59, 61, 7199, 7200, 172_801, 3_000_000)),
    MomentOver(),
)


def of_kind(alert: Alert, kind: ActionKind) -> Alert:
    """Return the alert as one of a kind, with all that it can have, as long as it may be."""
    values = {field.name: VALUES.get(field.name, "") for field in FIELDS[kind]}
    own = {field.name for field in FIELDS[kind] if field.per_locale}
    translations = {
        locale: replace(each, fields={name: value for name, value in values.items() if name in own})
        for locale, each in alert.translations.items()
    }
    details = {str(name): value for name, value in values.items() if name not in own and value}
    return replace(alert, kind=kind, details=details, translations=translations)


def notices(localizer: Localizer) -> Iterator[str]:
    """Yield everything that is said in a notice over the chat."""
    yield from (action_notice(error, localizer) for error in ERRORS)
    yield from (moments.counted_notice(localizer, count) for count in (None, 10, 1_234_567))


def action_screens(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    """Yield every screen."""
    for kind in ActionKind:
        made = of_kind(alert, kind)
        yield alert_screen(made, localizer)
        yield reminder_screen(made, localizer)
        several = [replace(made, id=10**17 + n) for n in range(MOST)]
        yield digest_screen(Digest(alerts=several, more=3), localizer)
        yield digest_screen(Digest(alerts=several, struck=frozenset({several[1].id})), localizer)
        yield screen("x", alert_rows(made, localizer))
        yield from (screen("x", more_rows(made, localizer, said=said)) for said in (None, Outcome.DONE))
        yield screen("x", more_rows(made, localizer, said=None, has_pledged=True))
        for linked in (made, replace(made, link=None)):
            yield from (action_card(linked, localizer, places) for places in PLACES)
        for count in (None, 10, 1_234_567):
            said = Said(alert=made, count=count)
            for outcome in Outcome:
                yield outcomes.thanks_screen(localizer, said, outcome)
            yield outcomes.pledged_screen(localizer, said)
        yield outcomes.taken_back_screen(localizer, made)
        yield outcomes.pledge_taken_back_screen(localizer, made)
    moment = of_kind(alert, ActionKind.MOMENT)
    yield screen("x", moments.counted_rows(localizer, moment))
    yield from (moments.afterwards(localizer, moment, took_part) for took_part in (3, 10, 1_234_567))
    yield from _reported(localizer, of_kind(alert, ActionKind.REPORT))


def _reported(localizer: Localizer, alert: Alert) -> Iterator[Screen]:
    questions = questions_of(alert, localizer.locale)
    why = [action_notice(error, localizer) for error in (AnswerEmpty(), AnswerTooLong(9000))]
    for at in range(3):
        yield from (
            sightings.question_screen(localizer, alert, questions, at=at, why=each) for each in ("", *why)
        )
    yield sightings.reports_wait(localizer)
    yield sightings.given_screen(localizer, Said(alert=alert, count=None))
    yield screen(sightings.ended(localizer))
    answers = ("A" * ANSWER_LENGTH,) * 3
    for state in SightingState:
        one = Sighting(id=10**17, alert_id=1, locale="en", state=state, answers=answers)
        for number in (1, 2, 3):
            shown = Shown(sighting=one, alert=alert, number=number, of=3)
            yield sightings.queue_screen(localizer, shown, questions)
            yield sightings.accepted_screen(localizer, shown, questions, waiting=number)
    yield sightings.queue_screen(localizer, None, ())
    yield sightings.accepted_screen(localizer, None, (), waiting=0)
    yield sightings.accepted_screen(localizer, None, (), waiting=12)
