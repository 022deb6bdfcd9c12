"""Every screen that organizers and supporters see, in every locale: it can be said, and Telegram takes it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.domain import check, findings
from bot.domain.alert import ActionKind, Alert, TextMissing, Translation
from bot.domain.audit import (
    Difference,
    Entry,
    Event,
    Fault,
    Kept,
    Subject,
    SubjectKind,
    Verdict,
    commitment_of,
)
from bot.domain.bidi import isolate, read_from_the_right
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.changes import Changes, changes_between
from bot.domain.checkpoint import Checkpoint, Signed
from bot.domain.choices import Choice
from bot.domain.delivery import DeliveryState
from bot.domain.exclusion import Exclusion
from bot.domain.findings import Finding, Level
from bot.domain.health import Episode, Trouble
from bot.domain.link_safety import Address, LinkFault
from bot.domain.links import LinkInvalid
from bot.domain.markup import MarkupInvalid
from bot.domain.organizer import Organizer, Role
from bot.domain.reach import Reach, reach
from bot.domain.review import NOTE_LENGTH, AlertState
from bot.domain.revision import content_of
from bot.domain.rich_text import MESSAGE_LIMIT
from bot.domain.subscriber import SubscriberState
from bot.domain.word_diff import changed_words
from bot.i18n.localizer import Localizer
from bot.privacy.signing import Signer
from bot.services.audit_log import PAGE, Comparison, Page
from bot.services.broadcast_progress import Progress
from bot.services.broadcasts import ReachChanged, SentAlready
from bot.services.checks import Checked, Seen
from bot.services.membership import Change
from bot.services.reviews import Standing
from bot.services.team import NAME_LENGTH, Contact
from bot.store.deliveries import Later
from bot.store.team import Invitation
from bot.telegram_io.broadcast_buttons import AskToSend
from bot.telegram_io.callbacks import BUTTONS, CALLBACK_BYTES
from bot.telegram_io.team_buttons import OpenAudit
from bot.wording import (
    alerts_list,
    approval,
    audit,
    board,
    composing,
    confirmation,
    deciding,
    follow_ups,
    halting,
    leaving,
    reviewing,
    team,
    troubles,
    working_alone,
)
from bot.wording import check as check_card
from bot.wording.action_facts import fact_lines
from bot.wording.alert_message import alert_screen
from bot.wording.chat import keyboard
from bot.wording.findings import finding_line, warning_name
from bot.wording.html import screen_html
from bot.wording.progress import Pace, progress_screen
from bot.wording.screen import ISOLATES, ROOM, Press, Screen, packed, screen
from tests import shipped
from tests.making import CHAT, KEY, NOW, OWNER
from tests.wording.action_screens import NOTICE_LENGTH, action_screens, notices
from tests.wording.composing_screens import composing_screens
from tests.wording.preference_screens import preference_screens
from tests.wording.schedule_screens import schedule_screens
from tests.wording.thread_screens import thread_screens

ROOT = Path(__file__).parents[2]
CATALOGS = shipped.catalogs()
WITHOUT_ISOLATES = dict.fromkeys(map(ord, ISOLATES))
LABEL_LENGTH = 64
"""Characters of a label that a phone shows in one row, at the very most."""

ALERT = Alert(
    id=10**18 - 1,
    author_id=1,
    kind=ActionKind.SIGN,
    base="en",
    link="https://example.org/petition",
    deadline=NOW + timedelta(days=3),
    translations={
        locale: Translation(locale=locale, title="T" * 80, text="<b>Text</b>\n" + "word " * 100)
        for locale in ("en", "ar")
    },
)
CORRECTION = replace(ALERT, corrects=7)
FULL = Translation(locale="en", title="😀" * 20, text="😀" * 1700)
OLDER = replace(
    ALERT,
    kind=ActionKind.CALL,
    link="https://xn--80ak6aa92e.com/" + "x" * 1000,
    translations={
        locale: replace(FULL, locale=locale, written_for=None if locale == "en" else "0")
        for locale in CATALOGS.locales
    },
)
"""Everything at its longest, and all translations older than the base."""


TALLY = Tally(audience=10_000, counts=dict.fromkeys(DeliveryState, 1_001))


def everybody() -> Reach:
    """Return a reach of many people in every locale, some left out."""
    by_locale = dict.fromkeys(CATALOGS.locales, 1000001)
    left_out = dict.fromkeys(Exclusion, 41) | {Exclusion.BLOCKED: 1}
    return reach(
        by_locale,
        base="en",
        written=ALERT.translations.keys(),
        left_out=left_out,
        later=12,
        older=CATALOGS.locales[1:],
        choices=dict(zip(CATALOGS.locales[1:5], Choice, strict=True)),
    )


def progresses() -> Iterator[Progress]:
    """Yield every state of every kind of broadcast, with and without sends."""
    for kind in BroadcastKind:
        for status in BroadcastStatus:
            for because in (None, *StopReason):
                for started in (None, NOW - timedelta(hours=1)):
                    broadcast = Broadcast(
                        id=10**18 - 1,
                        alert_id=10**18 - 1,
                        follows=None if kind is BroadcastKind.SEND else 3,
                        audience=10_000,
                        kind=kind,
                        status=status,
                        stop_reason=because,
                        created_at=NOW,
                        starts_at=NOW + timedelta(seconds=40),
                        started_at=started,
                    )
                    later = Later(people=1204, first_at=NOW)
                    yield Progress(
                        broadcast=broadcast, tally=TALLY, out_of_reach=3, later=later, in_digests=1204
                    )


def team_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the team."""
    people = [
        Organizer(id=at, role=role, since=NOW.date(), name=name)
        for at, role in enumerate(Role, start=1)
        for name in (None, "N" * NAME_LENGTH)
    ]
    invitations = [Invitation(mark="f" * 32, role=role, expires_at=NOW) for role in Role]
    for actor in people:
        yield team.team_screen(localizer, people, invitations, actor=actor)
        yield team.member_screen(localizer, actor)
        yield team.ask_remove(localizer, actor)
        yield team.joined_told(localizer, actor)
        yield team.own_change(localizer, actor.role)
        contact = Contact(organizer=actor, chat_id=CHAT, locale=None)
        for role in (None, Role.VIEWER):
            change = Change(about=contact, role=role, owners=())
            yield team.change_told(localizer, change, by=people[0])
        yield team.invitation_screen(localizer, actor.role, link="https://t.me/example_bot?start=team_code")
    yield team.own_change(localizer, None)
    for shown in (team.roles_screen, team.ask_name, team.ask_leave):
        yield shown(localizer)


def list_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the list of alerts and of what stops them."""
    viewer, owner = (Organizer(id=1, role=role, since=NOW.date()) for role in (Role.VIEWER, Role.OWNER))
    some = [(progress, "T" * 80) for progress in progresses()][:12]
    for actor in (viewer, owner):
        yield alerts_list.now_screen(localizer, some[:4], drafts=50, sent=10, actor=actor)
        yield alerts_list.now_screen(localizer, [], drafts=0, sent=0, actor=actor)
        yield alerts_list.now_screen(localizer, some, page=1, drafts=50, sent=10, actor=actor)
        for page in (0, 1):
            yield alerts_list.drafts_screen(localizer, [ALERT] * 7, page=page, actor=actor)
        yield alerts_list.drafts_screen(localizer, [], page=0, actor=actor)
    for page in (0, 1):
        yield alerts_list.sent_screen(localizer, some, page=page)
    yield alerts_list.sent_screen(localizer, [], page=0)
    yield alerts_list.ask_discard(localizer, ALERT)
    yield screen(halting.what_should_stop(localizer, is_member=True))
    yield halting.halted_screen(localizer, some)
    yield halting.halted_screen(localizer, [])
    yield halting.halt_told(localizer, some, by=owner)
    for progress in progresses():
        for steers in (True, False):
            yield halting.stopping_screen(localizer, progress, title="T" * 80, steers=steers)
        yield progress_screen(
            localizer,
            replace(progress, recalled=True, stopped_by=owner),
            title="T" * 80,
            now=NOW,
            more=alerts_list.report_rows(localizer, progress),
        )


FINDINGS: tuple[Finding, ...] = (
    findings.BaseMissing(),
    findings.Undecided(readers=dict.fromkeys(CATALOGS.locales, 1_000_001)),
    findings.Waiting(readers={"fr": 1_000_001}),
    findings.TranslationsFine(),
    findings.TranslationsFine(chosen=8),
    findings.TooLong(locale="pt_BR", length=4096, limit=1024),
    findings.Long(locale="pt_BR", length=3500),
    findings.LengthFine(locale="pt_BR", length=431),
    *(
        findings.LinkBad(address=Address("https://xn--80ak6aa92e.com/" + "x" * 1000, locale), fault=fault)
        for fault in LinkFault
        for locale in (None, "pt_BR")
    ),
    findings.LinkBad(address=Address("[" * 2000), fault=LinkFault.BROKEN),
    findings.LinkDoubtful(address=Address("http://example.org"), fault=LinkFault.NOT_HTTPS),
    findings.LinkDoubtful(address=Address("http://example.org"), fault=LinkFault.ALPHABETS),
    findings.LinksFine(count=9),
    findings.NumberMissing(),
    findings.DeadlinePast(deadline=NOW),
    findings.DeadlineAhead(deadline=NOW),
    findings.OutsideHours(at=NOW, zone=UTC),
    findings.WithinHours(at=NOW, zone=UTC),
    findings.SaidLately(at=NOW),
    findings.SamePeople(share=0.345, people=1_000_001),
    findings.MoreThanPromised(others=1_000, promised=2),
    findings.NotTooOften(),
    findings.SamePeople(share=0.345, people=1_000_000, is_estimate=True),
    findings.Forecast(people=1_000_001, seconds=33_334, rate=30.0),
    findings.Forecast(people=1_000_000, seconds=33_334, rate=30.0, is_estimate=True),
    findings.Cost(stars=100_001),
    findings.Cost(stars=100_000, is_estimate=True),
)
"""One of each finding, at its longest; there is no more."""


def checks_of(alert: Alert) -> Iterator[Checked]:
    """Yield checks of an alert: with nothing, with warnings that somebody has seen or nobody, with all there is."""
    warned = tuple(each for each in FINDINGS if each.level is Level.WARN)
    seen = (Seen(by=OWNER, keys=frozenset(each.key for each in warned)), Seen(by=None, keys=frozenset()))
    for listed, open_ones, by in (
        ((), (), ()),
        (warned, warned, ()),
        (warned, (), seen),
        (FINDINGS, warned, seen),
    ):
        yield Checked(alert=alert, findings=listed, unseen=open_ones, seen=by, mark="f" * 32)


def approval_cards(localizer: Localizer, alert: Alert, reached: Reach) -> Iterator[Screen]:
    """Yield the card that asks for an approval, for every check, to authors and others."""
    for looking in lookings():
        for checked in checks_of(alert):
            yield approval.approval_screen(
                localizer, checked, reached, seen="f" * 32, paid=True, looking=looking
            )


def checking_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the check, and of what is decided about languages."""
    viewer = Organizer(id=1, role=Role.VIEWER, since=NOW.date())
    for alert in (ALERT, OLDER, replace(ALERT, translations={})):
        for checked in checks_of(alert):
            for actor in (OWNER, viewer):
                yield check_card.check_screen(localizer, checked, everybody(), actor=actor)
        yield deciding.decide_all_screen(localizer, alert, everybody())
        for locale in CATALOGS.locales:
            for by in (None, OWNER):
                changes = changed_words("word " * 500, "other " * 500)
                yield deciding.decide_screen(localizer, alert, everybody(), locale, changes=changes, by=by)
    yield screen(confirmation.to_team(localizer, by=OWNER))
    for colleagues in (0, 5):
        yield screen(confirmation.sent_to_team(localizer, colleagues))


def test_every_finding_is_said() -> None:
    """Each kind of finding has a line, and each warning a name for who has seen it."""
    # By name: a dataclass with slots is made anew from the class that Python remembers.
    assert {type(each).__name__ for each in FINDINGS} == {each.__name__ for each in Finding.__subclasses__()}
    localizer = CATALOGS.words("en")
    for finding in FINDINGS:
        assert finding_line(localizer, finding)
        assert bool(warning_name(localizer, finding)) is (finding.level is Level.WARN)


def approval_messages(localizer: Localizer) -> Iterator[Screen]:
    """Yield what colleagues tell each other about an alert."""
    owner = Organizer(id=1, role=Role.OWNER, since=NOW.date())
    yield approval.ask_colleague(localizer, ALERT.id, why="Why", colleagues=2)
    yield approval.ask_colleague(localizer, ALERT.id, why="Why", colleagues=0)
    yield approval.ask_colleague(localizer, ALERT.id, why="Why", colleagues=0, offers_alone=True)
    yield approval.asked(localizer, ALERT, 3)
    yield approval.asks_you(localizer, ALERT, everybody(), by=owner)
    yield from review_messages(localizer, owner)
    yield approval.approval_told(localizer, ALERT, by=owner)
    for sends in (True, False):
        yield approval.approved_again(localizer, ALERT.id, sends=sends)
    yield board.sent_board(localizer, ALERT, going_out=True)


def audit_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the audit: each event, by everybody, about everything; each answer to a checkpoint."""
    yield from (audit.ask_checkpoint(localizer), audit.no_checkpoint(localizer))
    yield audit.audit_screen(localizer, Page(entries=[], members={}, alerts={}, sent={}))
    for actor in (1, 2, None):
        for about in (None, *(Subject(kind.value, 1) for kind in SubjectKind)):
            entries = [entry(at, event, actor, about) for at, event in enumerate([*Event, "new"], start=1)]
            for alerts in ({}, {1: ALERT}):
                for first in range(0, len(entries), PAGE):
                    page = Page(
                        entries=entries[::-1][first : first + PAGE],
                        members={1: OWNER},
                        alerts=alerts,
                        sent=alerts,
                        older=7,
                        newer=0,
                    )
                    yield audit.audit_screen(localizer, page)
    checkpoint = Checkpoint(origin="campaign-bot/audit/0123456789abcdef", size=10**6, root=bytes(32))
    yield audit.checkpoint_screen(localizer, Signer(KEY).sign(checkpoint))
    faults = [Difference(fault=fault, number=number) for fault in Fault for number in (1, 10**7)]
    for difference in (None, *faults):
        verdict = Verdict(size=10**7, root=bytes(32), difference=difference, until=NOW)
        for signed in Signed:
            yield audit.comparison_screen(
                localizer, Comparison(verdict=verdict, checkpoint=checkpoint, signed=signed)
            )
        yield audit.comparison_screen(localizer, Comparison(verdict=verdict))


def entry(number: int, event: str, actor: int | None, about: Subject | None) -> Kept:
    """Return an entry of the audit as it is kept."""
    details, salt = '{"role":"editor"}', "0" * 64
    made = Entry(
        number=number,
        at=NOW,
        actor=actor,
        event=event,
        about=about,
        commitment=commitment_of(details, salt),
    )
    return Kept(number=number, entry=made, leaf=made.leaf.hex(), salt=salt, details=details)


def lookings() -> Iterator[approval.Looking]:
    """Yield every way to look at what may be approved."""
    changed = changes_between(
        content_of(replace(ALERT, link=None, kind=ActionKind.CALL, deadline=None)), content_of(OLDER)
    )
    for decides in (True, False):
        yield approval.Looking(by=OWNER, decides=decides, alone=decides)
    for changes in (Changes(), changed):
        yield approval.Looking(by=OWNER, changes=changes, left=timedelta(minutes=59, seconds=1))


def review_messages(localizer: Localizer, owner: Organizer) -> Iterator[Screen]:
    """Yield what is said around a review."""
    for state in AlertState:
        for note in (None, "N" * NOTE_LENGTH):
            for by in (None, owner):
                standing = Standing(state=state, returned_by=by, note=note, returned=True, alone=True)
                yield screen(reviewing.standing_lines(localizer, standing))
    yield screen("Submit", [[reviewing.submit_button(localizer, ALERT)]])
    yield screen(reviewing.ask_note(localizer, ALERT))
    yield screen(reviewing.note_refused(localizer))
    yield screen(reviewing.returned_screen(localizer, 2))
    yield reviewing.return_told(localizer, ALERT, by=owner, note="N" * NOTE_LENGTH)
    yield reviewing.outdated_told(localizer, ALERT, by=owner)
    yield reviewing.outdated_here(localizer, ALERT, approver=owner)
    yield reviewing.own_outdated(localizer, ALERT)
    yield reviewing.outdated_for_author(localizer, ALERT, by=owner)
    yield working_alone.ask_alone(localizer, ALERT.id)
    yield screen(working_alone.over_told(localizer))
    left = timedelta(minutes=60)
    yield team.joined_told(localizer, owner, left=left, alone_over=True)
    yield team.own_change(localizer, Role.APPROVER, left=left)
    yield team.invited_told(localizer, Role.APPROVER, by=owner)
    yield team.withdrawn_told(localizer, Role.APPROVER, by=owner)
    yield alerts_list.now_screen(localizer, [], drafts=4, sent=0, actor=owner, in_review=[ALERT] * 4)
    states = {ALERT.id: AlertState.IN_REVIEW}
    yield alerts_list.drafts_screen(localizer, [ALERT] * 7, page=0, actor=owner, states=states)
    yield team.team_screen(localizer, [owner], [], actor=owner, alone=owner.id)


def leaving_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen about leaving."""
    for state in (None, *SubscriberState):
        yield leaving.left_screen(localizer, state)
        yield leaving.left_screen(localizer, state, topics=[f"topic-{n}" for n in range(12)])
        yield leaving.ask_leaving(localizer, state)
    for paused in (True, False):
        yield screen(leaving.undone(localizer, paused=paused), [[leaving.leave_button(localizer)]])


def screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen of the organizers."""
    many, none = everybody(), reach({}, base="en", written=["en"], left_out={})
    for alert in (ALERT, CORRECTION, OLDER, replace(ALERT, translations={}), replace(ALERT, link=None)):
        yield composing.kinds_screen(localizer, [alert, alert])
        yield board.sent_board(localizer, alert)
        for reached in (many, none):
            yield board.board_screen(localizer, alert, reached, CATALOGS.locales)
            yield from approval_cards(localizer, alert, reached)
            for canary in (True, False):
                yield confirmation.confirm_screen(
                    localizer, alert, reached, canary=canary, paid=True, alone=canary
                )
        for sent in (True, False):
            yield approval.below_previews(localizer, alert, many, sent=sent)
            yield approval.approved_screen(localizer, alert, sends=sent)
        if alert.translations:
            yield alert_screen(alert, localizer, mark="again")
    for kind in ActionKind:
        yield alert_screen(replace(ALERT, kind=kind), localizer)
    yield composing.kinds_screen(localizer, [])
    yield from asked_while_composing(localizer)
    yield from composing_screens(localizer, ALERT)
    yield from action_screens(localizer, ALERT)
    yield from preference_screens(localizer)
    yield follow_ups.ask_recall(localizer, ALERT.id, title="T" * 80, people=1_000_001)
    yield follow_ups.ask_resend(localizer, ALERT.id, title="T" * 80)
    for progress in progresses():
        pace = Pace(per_second=29.8)
        yield progress_screen(localizer, progress, title="T" * 80, now=NOW, pace=pace)
    yield from checking_screens(localizer)
    yield from team_screens(localizer)
    yield from list_screens(localizer)
    yield from approval_messages(localizer)
    yield from audit_screens(localizer)
    yield from thread_screens(localizer)
    yield from schedule_screens(localizer, ALERT, everybody(), CATALOGS.locales)
    sentences: list[Callable[[Localizer], str]] = [
        confirmation.number_of_the_first,
        confirmation.too_old,
        confirmation.changed_since_asked,
        confirmation.asked_long_ago,
        confirmation.asked_too_long_ago,
        confirmation.only_to_you,
        confirmation.you_too,
        follow_ups.another_number,
        halting.what_should_stop,
        composing.nothing_to_cancel,
        composing.cancelled,
        composing.edit_changes_nothing,
        approval.changed_since_seen,
        confirmation.confirmed,
        follow_ups.begun,
        follow_ups.left_as_it_is,
    ]
    yield from (screen(sentence(localizer)) for sentence in sentences)
    for trouble in Trouble:
        episode = Episode(trouble=trouble, since=NOW, over_at=NOW + timedelta(hours=30))
        yield troubles.trouble_screen(localizer, episode, zone="America/Argentina/Buenos_Aires")
        yield troubles.trouble_over_screen(localizer, episode, zone="UTC")
    for error in (ReachChanged(5), SentAlready()):
        yield screen(confirmation.why_again(localizer, error))


@cache
def shown_in(locale: str) -> tuple[Screen, ...]:
    """Return every screen of the organizers in a locale, made once for all that is looked at."""
    return tuple(screens(CATALOGS.words(locale)))


def asked_while_composing(localizer: Localizer) -> Iterator[Screen]:
    """Yield what is asked, refused and offered on the way to an alert's words."""
    for locale in CATALOGS.locales:
        for alert in (ALERT, OLDER, replace(ALERT, translations={})):
            for changes in (None, changed_words("word " * 500, "other " * 500)):
                yield composing.ask_words(localizer, alert, locale, changes=changes)
    for link in (None, OLDER.link):
        yield composing.ask_link(localizer, replace(ALERT, link=link))
    yield composing.other_kinds_screen(localizer, ALERT)
    for offer in (None, "https://example.org/" + "x" * 1000):
        yield composing.link_refused(localizer, ALERT.id, LinkInvalid(offer))
    for error in (TextMissing(), MarkupInvalid(line=1, column=1, tag="b")):
        yield composing.words_refused("No.", localizer, ALERT.id, error)
    yield composing.cut_text_refused(localizer, ALERT.id, 12_000)
    yield composing.text_alone(localizer, ALERT.id)
    yield composing.edit_taken(localizer, OLDER, "ar", everybody())
    yield screen(composing.cancelled(localizer, kept=False))
    yield composing.what_is_it_for(localizer, ALERT, "pt_BR")
    for alert in (ALERT, OLDER):
        yield screen(approval.preview_heading(localizer, alert, "ar", people=3))
        yield alert_screen(alert, localizer, mark=approval.fallback_heading(localizer, alert, everybody()))


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_every_screen_in_every_locale(locale: str) -> None:
    """Each says something, fits into a message, and has buttons that Telegram and a phone take."""
    for shown in (*shown_in(locale), *leaving_screens(CATALOGS.words(locale))):
        assert shown.text.text.strip()
        assert len(shown.text) <= MESSAGE_LIMIT
        assert "{" not in shown.text.text
        for row in keyboard(shown, CATALOGS.words(locale)):
            for each in row:
                assert 0 < len(each["text"]) <= LABEL_LENGTH, each
                assert len(each.get("callback_data", "").encode()) <= CALLBACK_BYTES
        assert screen_html(shown).startswith('<div class="text" dir="auto">')


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_every_notice_in_every_locale(locale: str) -> None:
    """Each says something, and fits over the chat."""
    for notice in notices(CATALOGS.words(locale)):
        assert 0 < len(notice) <= NOTICE_LENGTH
        assert "{" not in notice


@pytest.mark.parametrize("locale", ["ar", "he"])
def test_every_line_is_read_from_the_right(locale: str) -> None:
    """None takes its direction from nothing but isolated values: such a line would be read from the wrong end."""
    for shown in shown_in(locale):
        for text in (shown.text.text, *(each.label for row in shown.rows for each in row)):
            assert read_from_the_right(text) == text


def test_a_number_below_an_alert_keeps_its_direction() -> None:
    """A phone number beside an Arabic name is not turned round: its + stands before it."""
    call = replace(ALERT, kind=ActionKind.CALL, details={"target": "مجلس البلدية", "phone": "+442079460000"})
    [line] = fact_lines(call, CATALOGS.words("ar"))
    assert f"{isolate('مجلس البلدية')}، {isolate('+442079460000')}" in line


def written_by_hand(source: str) -> list[int]:
    """Return the lines of a module where a string is a button's data, or is being made into some."""
    data = tuple(f"{name}:" for name in BUTTONS)
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(begins)), *_]) if begins.startswith(data):
                lines.append(node.lineno)
            case ast.Constant(value=str(text)) if text == "callback_data" or text.startswith(data):
                if text.partition(":")[2][:1] != " ":
                    lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "file",
    sorted((*ROOT.glob("bot/handlers/*.py"), *ROOT.glob("bot/wording/*.py"), *ROOT.glob("bot/jobs/*.py"))),
    ids=lambda file: f"{file.parent.name}/{file.stem}",
)
def test_no_button_is_written_by_hand(file: Path) -> None:
    """Callback data is made in one place, from values."""
    found = written_by_hand(file.read_text(encoding="utf-8"))
    assert len(found) == (file.name == "chat.py"), found


def test_a_button_written_by_hand_is_found() -> None:
    """The test above sees what it looks for."""
    assert written_by_hand('x = f"after:recall:{number}:yes"') != []
    assert written_by_hand('x = "faq:" + slug') != []
    assert written_by_hand('x = {"callback_data": y}') != []


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_no_button_is_cut_by_its_neighbours(locale: str) -> None:
    """The buttons of a row share it evenly: each has room for all its letters, or a row of its own."""
    for shown in shown_in(locale):
        for row in shown.rows:
            longest = max(len(each.label.translate(WITHOUT_ISOLATES)) for each in row)
            assert len(row) == 1 or longest <= ROOM[len(row)]


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_nothing_stands_beside_stop(locale: str) -> None:
    """Telegram draws a row from the left for everybody: read from the right, a stop at its end would come first."""
    rows = [[each.label for each in row] for shown in shown_in(locale) for row in shown.rows]
    stop = leaving.leave_button(CATALOGS.words(locale)).label
    assert [stop] in rows
    assert [row for row in rows if stop in row and row != [stop]] == []


def test_a_row_too_wide_is_parted() -> None:
    """Its buttons stay in their order, and together as far as they fit."""
    names = ["Italiano", "Português (Brasil)", "Türkçe", "\u2068English\u2069"]
    shown = screen("a", [[Press(name, OpenAudit()) for name in names], []])
    assert [[each.label for each in row] for row in shown.rows] == [names[:2], names[2:]]


@pytest.mark.parametrize(
    ("labels", "at_most", "rows"),
    [
        ("Mon Tue Wed Thu Fri Sat Sun", 4, [4, 3]),
        ("Montag Dienstag Mittwoch Donnerst Freitag Samstag Sonntag", 4, [3, 2, 2]),
        ("07:00 08:00 ✓ 18:00 19:00 20:00", 5, [3, 2]),
        ("a b c d e f g", 5, [4, 3]),
        ("a-label-of-nearly-a-row b c d e", 3, [1, 2, 2]),
        ("a", 3, [1]),
        ("", 3, []),
    ],
)
def test_no_button_is_left_alone(labels: str, at_most: int, rows: list[int]) -> None:
    """Buttons that need several rows are shared out evenly, in their order, as far as their labels allow."""
    controls = [Press(label, OpenAudit()) for label in labels.split(" ") if label]
    packed_rows = packed(controls, at_most=at_most)
    assert [each for row in packed_rows for each in row] == controls
    assert [len(row) for row in packed_rows] == rows


def boards(localizer: Localizer) -> Iterator[Screen]:
    """Yield boards with all that can stand on one: something to decide, or a review to ask for."""
    undecided = replace(everybody(), choices={})
    decided = replace(everybody(), choices=dict.fromkeys(CATALOGS.locales[1:], Choice.AS_IT_IS))
    around = board.Around(submit=reviewing.submit_button(localizer, ALERT))
    one = reach({"en": 9, "pt_BR": 9}, base="en", written=["en"], left_out={})
    for reached in (undecided, decided, one):
        yield board.board_screen(localizer, ALERT, reached, CATALOGS.locales, around)


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_a_board_has_six_rows(locale: str) -> None:
    """Its title and what comes next stand on one phone screen; the way on stands last, at the same place always."""
    for shown in boards(CATALOGS.words(locale)):
        assert len(shown.rows) <= 6
        last = shown.rows[-1][-1]
        assert isinstance(last, Press)
        assert isinstance(last.does, AskToSend)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_check_that_finds_hundreds(locale: str) -> None:
    """Its card is one message; what is not shown shows itself as the rest is mended."""
    link = Address("http://example.org/" + "x" * 1000)
    bad = findings.LinkBad(address=link, fault=LinkFault.NOT_HTTPS)
    doubtful = findings.LinkDoubtful(address=link, fault=LinkFault.NOT_HTTPS)
    found = (*[bad] * 300, *[doubtful] * check.DOUBTFUL_AT_MOST)
    checked = Checked(alert=ALERT, findings=found, unseen=(), seen=(), mark="a")
    shown = check_card.check_screen(CATALOGS.words(locale), checked, everybody(), actor=OWNER)
    assert len(shown.text) <= MESSAGE_LIMIT
    assert "…" in shown.text.text.splitlines()


def test_utc_is_what_alerts_say() -> None:
    """A deadline is said with its zone."""
    assert ALERT.deadline is not None
    assert ALERT.deadline.tzinfo is UTC
    assert "UTC" in alert_screen(ALERT, CATALOGS.words("en")).text.text
