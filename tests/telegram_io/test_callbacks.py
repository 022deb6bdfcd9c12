"""Buttons on the wire: what is packed is read back, what was packed long ago too, and nothing forged is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.domain.audience_edit import Whose
from bot.domain.choices import Choice
from bot.domain.growth import GrowthBy
from bot.domain.organizer import Role
from bot.domain.outcome import Outcome
from bot.domain.preferences import Pause, Rhythm
from bot.domain.schedule import Late
from bot.domain.sighting import SightingState
from bot.telegram_io import (
    action_buttons,
    audience_buttons,
    broadcast_buttons,
    callbacks,
    check_buttons,
    compose_buttons,
    link_buttons,
    organizer_buttons,
    preference_buttons,
    report_buttons,
    review_buttons,
    schedule_buttons,
    sharing_buttons,
    supporter_buttons,
    team_buttons,
    thread_buttons,
)
from bot.telegram_io.audience_buttons import TermKind
from bot.telegram_io.broadcast_buttons import Verb
from bot.telegram_io.callbacks import BUTTONS, CALLBACK_BYTES, ID_DIGITS, Button, ButtonOutdated, pack, unpack
from bot.telegram_io.organizer_buttons import Answer

IN_CHATS: dict[str, Button] = {
    "start": supporter_buttons.Start(),
    "join:3": supporter_buttons.Join("3"),
    "join:3:k7m2p9qa": supporter_buttons.Join("3", "k7m2p9qa"),
    "join:3:s_k7m2p9qa": supporter_buttons.Join("3", "s_k7m2p9qa"),
    "join:3:f_k7m2p9qa-w_k7m2p9qb": supporter_buttons.Join("3", "f_k7m2p9qa-w_k7m2p9qb"),
    "start:by:s_k7m2p9qa": sharing_buttons.StartBy("s_k7m2p9qa"),
    "share:7": sharing_buttons.ShareAlert(7),
    "share:bot": sharing_buttons.BringFriend(),
    "lk:s_k7m2p9qa-l_pt_BR-a_what-is-bnc": link_buttons.OpenLink("s_k7m2p9qa-l_pt_BR-a_what-is-bnc"),
    "qr:s_k7m2p9qa": link_buttons.LinkPoster("s_k7m2p9qa"),
    "ll:s_k7m2p9qa": link_buttons.LinkLanguages("s_k7m2p9qa"),
    "lg:s_k7m2p9qa": link_buttons.LinkGoals("s_k7m2p9qa"),
    "lg:s_k7m2p9qa:campaign": link_buttons.LinkGoals("s_k7m2p9qa", "campaign"),
    "lg:s_k7m2p9qa:campaign:1": link_buttons.LinkGoals("s_k7m2p9qa", "campaign", 1),
    "help": supporter_buttons.Help(),
    "faq": supporter_buttons.OpenTopics(),
    "faq:campaign": supporter_buttons.OpenTopics("campaign"),
    "faq:campaign:2": supporter_buttons.OpenTopics("campaign", 2),
    "answer:what-is-bnc": supporter_buttons.OpenAnswer("what-is-bnc"),
    "answer:what-is-bnc:more": supporter_buttons.OpenAnswer("what-is-bnc", more=True),
    "why": supporter_buttons.Why(),
    "act:12": action_buttons.Act(12),
    "act:12:here": action_buttons.Act(12, here=True),
    "act:more:12": action_buttons.MoreOutcomes(12),
    "act:less:12": action_buttons.FewerOutcomes(12),
    "act:ics:12": action_buttons.SendCalendar(12),
    "act:read:12": action_buttons.ReadAlert(12),
    "act:undo:12": action_buttons.UndoPledge(12),
    "act:undo:12:here": action_buttons.UndoPledge(12, here=True),
    "did:12:done": action_buttons.SayOutcome(12, Outcome.DONE),
    "did:12:could_not:here": action_buttons.SayOutcome(12, Outcome.COULD_NOT, here=True),
    "did:12:not_for_me": action_buttons.SayOutcome(12, Outcome.NOT_FOR_ME),
    "did:undo:12": action_buttons.UndoOutcome(12),
    "did:undo:12:here": action_buttons.UndoOutcome(12, here=True),
    "sighting:end:12": action_buttons.EndSighting(12),
    "sightings": action_buttons.OpenQueue(),
    "sightings:2": action_buttons.OpenQueue(2),
    "sightings:seen": action_buttons.OpenAccepted(),
    "sightings:seen:2": action_buttons.OpenAccepted(2),
    "sighting:12:accepted": action_buttons.DecideSighting(12, SightingState.ACCEPTED),
    "sighting:12:rejected": action_buttons.DecideSighting(12, SightingState.REJECTED),
    "statement": supporter_buttons.OpenStatement(),
    "statement:8": supporter_buttons.OpenStatement(8),
    "settings": supporter_buttons.OpenSettings(),
    "language": supporter_buttons.Language(),
    "language:pt_BR": supporter_buttons.Language("pt_BR"),
    "language:ar:start": supporter_buttons.Language("ar", supporter_buttons.Back.FIRST_SCREEN),
    "language:ar:faq": supporter_buttons.Language("ar", supporter_buttons.Back.TOPICS),
    "language:from:k7m2p9qa:ar": supporter_buttons.JoinIn("k7m2p9qa", "ar"),
    "languages": supporter_buttons.ChooseLanguage(),
    "languages:start": supporter_buttons.ChooseLanguage(supporter_buttons.Back.FIRST_SCREEN),
    "languages:from:k7m2p9qa": supporter_buttons.LanguageThenJoin("k7m2p9qa"),
    "in:pt_BR:what-is-bnc": supporter_buttons.AnswerIn("pt_BR", "what-is-bnc"),
    "pause": supporter_buttons.Pause(),
    "resume": supporter_buttons.Resume(),
    "pause:for:week": preference_buttons.PauseFor(Pause.WEEK),
    "often": preference_buttons.OpenRhythm(),
    "often:is:weekly": preference_buttons.ChooseRhythm(Rhythm.WEEKLY),
    "often:at:18": preference_buttons.ChooseDigestHour(18),
    "often:on:5": preference_buttons.ChooseDigestDay(5),
    "quiet": preference_buttons.OpenQuietHours(),
    "quiet:is": preference_buttons.ChooseQuietHours(),
    "quiet:is:1260:540": preference_buttons.ChooseQuietHours(1260, 540),
    "zone": preference_buttons.OpenZones(),
    "zone:Europe:2": preference_buttons.OpenZones(preference_buttons.Region.EUROPE, 2),
    "zone:now": preference_buttons.OpenClocks(),
    "zone:shows:1500": preference_buttons.ZonesShowing(1500),
    "zone:shows:1500:2": preference_buttons.ZonesShowing(1500, 2),
    "zone:is:America.Argentina.Buenos_Aires": preference_buttons.ChooseZone("America.Argentina.Buenos_Aires"),
    "place": preference_buttons.OpenPlaces(),
    "place:2": preference_buttons.OpenPlaces(2),
    "place:is": preference_buttons.ChoosePlace(),
    "place:is:madrid": preference_buttons.ChoosePlace("madrid"),
    "topics": preference_buttons.OpenAlertTopics(),
    "topics:turn:councils": preference_buttons.TurnTopic("councils"),
    "leave": supporter_buttons.Leave(),
    "leave:undo": supporter_buttons.UndoLeaving(),
    "leave:undo:paused": supporter_buttons.UndoLeaving(paused=True),
    "leave:back:0a1b2c3d": supporter_buttons.UndoLeavingTopics("0a1b2c3d"),
    "leave:back:0a1b2c3d:paused": supporter_buttons.UndoLeavingTopics("0a1b2c3d", paused=True),
    "privacy": supporter_buttons.OpenPrivacy(),
    "privacy:file": supporter_buttons.GetHeld(),
    "erase": supporter_buttons.AskErase(),
    "erase:yes": supporter_buttons.Erase(),
    "new": compose_buttons.NewAlert(),
    "kind:email": compose_buttons.ChooseKind(ActionKind.EMAIL),
    "nolink:7": compose_buttons.NoLink(7),
    "link:7": compose_buttons.EditLink(7),
    "uselink:7": compose_buttons.UseLink(7),
    "rekind:7": compose_buttons.EditKind(7),
    "rekind:7:call": compose_buttons.EditKind(7, ActionKind.CALL),
    "fields:7": compose_buttons.OpenFields(7),
    "field:7:phone": compose_buttons.EditField(7, FieldName.PHONE),
    "field:7:question_1:pt_BR": compose_buttons.EditField(7, FieldName.QUESTION_1, "pt_BR"),
    "skip:7:hours": compose_buttons.SkipField(7, FieldName.HOURS),
    "unset:7:hours": compose_buttons.RemoveField(7, FieldName.HOURS),
    "picture:7": compose_buttons.EditPicture(7),
    "nopicture:7": compose_buttons.RemovePicture(7),
    "urgent:7": compose_buttons.SetUrgent(7),
    "urgent:7:urgent": compose_buttons.SetUrgent(7, urgent=True),
    "more:7": compose_buttons.OpenMore(7),
    "copy:7": compose_buttons.DuplicateAlert(7),
    "file:7": compose_buttons.AsFile(7),
    "keep:7:0123456789abcdef": compose_buttons.KeepWords(7, "0123456789abcdef"),
    "keep:7:0123456789abcdef:ar": compose_buttons.KeepWords(7, "0123456789abcdef", "ar"),
    "decide:7": check_buttons.Decide(7),
    "decide:7:pt_BR": check_buttons.Decide(7, "pt_BR"),
    "choose:7:wait:0123456789abcdef:ar": check_buttons.Choose(7, Choice.WAIT, "0123456789abcdef", "ar"),
    "choose:7:base:0123456789abcdef": check_buttons.Choose(7, Choice.BASE, "0123456789abcdef"),
    "choose:7:out:0123456789abcdef": check_buttons.Choose(7, Choice.LEAVE_OUT, "0123456789abcdef"),
    "choose:7:asis:0123456789abcdef": check_buttons.Choose(7, Choice.AS_IT_IS, "0123456789abcdef"),
    "check:7": check_buttons.Check(7),
    "seen:7:0123456789abcdef0123456789abcdef": check_buttons.Acknowledge(
        7, "0123456789abcdef0123456789abcdef"
    ),
    "seen:7:0123456789abcdef0123456789abcdef:review": check_buttons.Acknowledge(
        7, "0123456789abcdef0123456789abcdef", review=True
    ),
    "toteam:7": check_buttons.SendToTeam(7),
    "literal:7": compose_buttons.TakeLiterally(7),
    "use:7:ar": compose_buttons.UseText(7, "ar"),
    "use:7:ar:31": compose_buttons.UseText(7, "ar", 31),
    "asked": compose_buttons.WasQuestion(),
    "asked:31": compose_buttons.WasQuestion(31),
    "words:7:ar": compose_buttons.WriteWords(7, "ar"),
    "alert:12": organizer_buttons.OpenAlert(12),
    "alert:12:below": organizer_buttons.OpenAlert(12, below=True),
    "preview:7": review_buttons.Preview(7),
    "approve:7:0123456789abcdef": review_buttons.Approve(7, "0123456789abcdef"),
    "send:7": broadcast_buttons.AskToSend(7),
    "careful:3": broadcast_buttons.CanaryFirst(3),
    "broadcast:start:5": broadcast_buttons.Move(Verb.START, 5),
    "broadcast:pause:5": broadcast_buttons.Move(Verb.PAUSE, 5),
    "broadcast:resume:5": broadcast_buttons.Move(Verb.RESUME, 5),
    "broadcast:cancel:5": broadcast_buttons.Move(Verb.CANCEL, 5),
    "broadcast:leave:5": broadcast_buttons.Move(Verb.LEAVE, 5),
    "after:correct:5": broadcast_buttons.Correct(5),
    "after:recall:5": broadcast_buttons.Recall(5),
    "after:recall:5:yes": broadcast_buttons.Recall(5, Answer.YES),
    "after:recall:5:no": broadcast_buttons.Recall(5, Answer.NO),
    "after:resend:5": broadcast_buttons.Resend(5),
    "after:resend:5:yes": broadcast_buttons.Resend(5, Answer.YES),
    "after:resend:5:no": broadcast_buttons.Resend(5, Answer.NO),
    "after:copy:5": broadcast_buttons.CopyAlert(5),
    "halt": broadcast_buttons.Halt(),
    "alerts": organizer_buttons.OpenAlerts(),
    "alerts:drafts": organizer_buttons.OpenAlerts(organizer_buttons.Shelf.DRAFTS),
    "alerts:sent:1": organizer_buttons.OpenAlerts(organizer_buttons.Shelf.SENT, 1),
    "whom:a:7": audience_buttons.OpenAudience(Whose.ALERT, 7),
    "whom:s:7": audience_buttons.OpenAudience(Whose.SEGMENT, 7),
    "whom:add:a:7": audience_buttons.AddTerm(Whose.ALERT, 7),
    "whom:add:a:7:source": audience_buttons.AddTerm(Whose.ALERT, 7, TermKind.SOURCE),
    "whom:add:a:7:got:2": audience_buttons.AddTerm(Whose.ALERT, 7, TermKind.GOT, 2),
    "whom:is:a:7:01234567:segment:3": audience_buttons.ChooseTerm(
        Whose.ALERT, 7, "01234567", TermKind.SEGMENT, 3
    ),
    "whom:is:s:7:01234567:topic": audience_buttons.ChooseTerm(Whose.SEGMENT, 7, "01234567", TermKind.TOPIC),
    "whom:about:a:7:01234567:universities": audience_buttons.AddTopic(
        Whose.ALERT, 7, "01234567", "universities"
    ),
    "whom:in:a:7:01234567:madrid": audience_buttons.AddPlace(Whose.ALERT, 7, "01234567", "madrid"),
    "whom:reads:a:7:01234567:pt_BR": audience_buttons.TurnLocale(Whose.ALERT, 7, "01234567", "pt_BR"),
    "whom:term:a:7:01234567:2": audience_buttons.OpenTerm(Whose.ALERT, 7, "01234567", 2),
    "whom:not:a:7:01234567:2": audience_buttons.NegateTerm(Whose.ALERT, 7, "01234567", 2),
    "whom:drop:a:7:01234567:2": audience_buttons.DropTerm(Whose.ALERT, 7, "01234567", 2),
    "whom:anew:a:7:01234567": audience_buttons.StartAnew(Whose.ALERT, 7, "01234567"),
    "whom:save:7": audience_buttons.SaveSegment(7),
    "segments": audience_buttons.OpenSegments(),
    "segments:2": audience_buttons.OpenSegments(2),
    "segment:name": audience_buttons.RenameSegment(),
    "segment:name:3": audience_buttons.RenameSegment(3),
    "segment:drop:3": audience_buttons.RemoveSegment(3),
    "segment:drop:3:yes": audience_buttons.RemoveSegment(3, Answer.YES),
    "segment:drop:3:no": audience_buttons.RemoveSegment(3, Answer.NO),
    "report:5": organizer_buttons.OpenReport(5),
    "results:list": report_buttons.OpenResultsList(),
    "results:5": report_buttons.OpenResults(5),
    "results:5:locale": report_buttons.OpenResults(5, report_buttons.ResultsBy.LOCALE),
    "results:5:locale:1": report_buttons.OpenResults(5, report_buttons.ResultsBy.LOCALE, 1),
    "results:5:source": report_buttons.OpenResults(5, report_buttons.ResultsBy.SOURCE),
    "results:picture:5": report_buttons.ReportPicture(5),
    "results:csv:5": report_buttons.ReportTable(5),
    "growth": report_buttons.OpenGrowth(),
    "growth:week:2": report_buttons.OpenGrowth(GrowthBy.WEEK, 2),
    "growth:locale": report_buttons.OpenGrowth(GrowthBy.LOCALE),
    "growth:source": report_buttons.OpenGrowth(GrowthBy.SOURCE),
    "sources": report_buttons.OpenSources(),
    "sources:1": report_buttons.OpenSources(1),
    "source:new": report_buttons.NewSource(),
    "source:3": report_buttons.OpenSource(3),
    "source:qr:3": report_buttons.SourcePoster(3),
    "discard:7": compose_buttons.Discard(7),
    "discard:7:yes": compose_buttons.Discard(7, Answer.YES),
    "tome:7": review_buttons.SendToMe(7),
    "ask:7": review_buttons.AskColleagues(7),
    "review:7": review_buttons.Review(7),
    "when:7": schedule_buttons.OpenWhen(7),
    "when:7:now": schedule_buttons.OpenWhen(7, schedule_buttons.When.NOW),
    "when:7:moment": schedule_buttons.OpenWhen(7, schedule_buttons.When.MOMENT),
    "when:7:local": schedule_buttons.OpenWhen(7, schedule_buttons.When.LOCAL_HOUR),
    "when:7:weekly": schedule_buttons.OpenWhen(7, schedule_buttons.When.WEEKLY),
    "late:7:send_now": schedule_buttons.ChooseLate(7, Late.SEND_NOW),
    "late:7:leave_out": schedule_buttons.ChooseLate(7, Late.LEAVE_OUT),
    "weekday:7": schedule_buttons.ChooseDay(7),
    "weekday:7:5": schedule_buttons.ChooseDay(7, 5),
    "weekzone:7": schedule_buttons.ChooseZones(7),
    "weekzone:7:own": schedule_buttons.ChooseZones(7, own=True),
    "schedule": schedule_buttons.OpenSchedule(),
    "schedule:1": schedule_buttons.OpenSchedule(1),
    "takeoff:5:change": schedule_buttons.TakeOff(5, schedule_buttons.Then.CHANGE),
    "takeoff:5:cancel:yes": schedule_buttons.TakeOff(5, schedule_buttons.Then.CANCEL, Answer.YES),
    "series:end:5": schedule_buttons.EndSeries(5),
    "series:end:5:no": schedule_buttons.EndSeries(5, Answer.NO),
    "series:goon:5": schedule_buttons.GoOnSeries(5),
    "team": team_buttons.OpenTeam(),
    "team:2": team_buttons.OpenTeam(2),
    "name": team_buttons.NameMe(),
    "invite": team_buttons.Invite(),
    "invite:editor": team_buttons.Invite(Role.EDITOR),
    "revoke:0123456789abcdef0123456789abcdef": team_buttons.Revoke("0123456789abcdef0123456789abcdef"),
    "member:2": team_buttons.OpenMember(2),
    "role:2:viewer": team_buttons.ChangeRole(2, Role.VIEWER),
    "remove:2": team_buttons.RemoveMember(2),
    "remove:2:yes": team_buttons.RemoveMember(2, Answer.YES),
    "quit": team_buttons.LeaveTeam(),
    "quit:yes": team_buttons.LeaveTeam(Answer.YES),
    "audit": team_buttons.OpenAudit(),
    "audit:31": team_buttons.OpenAudit(31),
    "checkpoint": team_buttons.AskCheckpoint(),
    "return:7:0123456789abcdef": review_buttons.ReturnAlert(7, "0123456789abcdef"),
    "alone:ask": team_buttons.WorkAlone(team_buttons.Switch.ASK),
    "alone:on:7": team_buttons.WorkAlone(team_buttons.Switch.ON, 7),
    "alone:off": team_buttons.WorkAlone(team_buttons.Switch.OFF),
    "person": thread_buttons.AskPerson(),
    "person:yes:0123456789abcdef": thread_buttons.PassOn("0123456789abcdef"),
    "person:no": thread_buttons.KeepBack(),
    "person:write:7": thread_buttons.WriteBack(7),
    "person:done": thread_buttons.StopWriting(),
    "person:close:7": thread_buttons.CloseOwn(7),
    "threads": thread_buttons.OpenThreads(),
    "threads:2": thread_buttons.OpenThreads(2),
    "threads:switch:on": thread_buttons.SwitchThreads(thread_buttons.Switched.ON),
    "threads:switch:off": thread_buttons.SwitchThreads(thread_buttons.Switched.OFF),
    "thread:7": thread_buttons.OpenThread(7),
    "thread:take:7": thread_buttons.TakeThread(7),
    "thread:answer:7": thread_buttons.AnswerThread(7),
    "thread:back:7": thread_buttons.HandBack(7),
    "thread:close:7": thread_buttons.CloseThread(7),
    "reminds:7": compose_buttons.SetReminds(7),
    "reminds:7:reminds": compose_buttons.SetReminds(7, reminds=True),
}
"""Callback data as messages in people's chats carry it; none of these is ever changed, only added to."""

FORGED = [
    "",
    ":",
    "nothing",
    "start:",
    "start:1",
    "Start",
    " start",
    "join",
    "join:",
    "join:a b",
    "join:1:2:3",
    "join:" + "1" * (callbacks.VERSION_LENGTH + 1),
    "faq:",
    "faq::1",
    "faq:campaign:-1",
    "faq:campaign:x",
    "faq:campaign:1:2",
    "answer:what:MORE",
    "answer:../../etc/passwd",
    "answer:\u202e",
    "statement:-4",
    "statement:٤",
    "erase:no",
    "erase:yes:yes",
    "kind:dance",
    "kind:EMAIL",
    "words:1",
    "words::en",
    "words:1:en:below",
    "alert",
    "alert:",
    "alert:01",
    "alert:+1",
    "alert:1.0",
    "alert:\u0661",
    "alert:1 ",
    "alert:1\n",
    "alert:" + "9" * (ID_DIGITS + 1),
    "alert:1:above",
    "alert:1:",
    "broadcast:1",
    "broadcast:stop:1",
    "broadcast:pause:",
    "after",
    "after:recall",
    "after:recall:5:maybe",
    "after:correct:5:yes",
    "after:undo:5",
]


@pytest.mark.parametrize(("data", "button"), IN_CHATS.items(), ids=IN_CHATS)
def test_buttons_in_peoples_chats_keep_their_meaning(data: str, button: Button) -> None:
    """What old messages carry is read as what it meant, and written the same way today."""
    assert unpack(data) == button
    assert pack(button) == data


def test_every_button_is_pinned() -> None:
    """A new button is added to the table above, so that nobody renames it later."""
    assert {type(button) for button in IN_CHATS.values()} == set(BUTTONS.values())


@pytest.mark.parametrize("data", FORGED)
def test_forged_buttons(data: str) -> None:
    """What no button of ours carries is refused, whatever it resembles."""
    with pytest.raises(ButtonOutdated):
        unpack(data)


@given(st.text() | st.builds("{}:{}".format, st.sampled_from(sorted(BUTTONS)), st.text()))
def test_anything_is_read_or_refused(data: str) -> None:
    """Any text at all is a button or outdated; a button reads back as itself."""
    try:
        button = unpack(data)
    except ButtonOutdated:
        return
    assert unpack(pack(button)) == button


def _values(field: callbacks.Shape) -> st.SearchStrategy[Any]:
    if field.type is bool:
        return st.booleans()
    if field.type is int:
        return st.integers(0, 10**field.length - 1)
    if field.type is str:
        return st.from_regex(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{field.length - 1}}}", fullmatch=True)
    chosen = st.sampled_from(list(field.type))
    return chosen | st.none() if field.default is None else chosen


@st.composite
def buttons(draw: st.DrawFn) -> Button:
    """Return any button with any values."""
    made = draw(st.sampled_from(sorted(BUTTONS.values(), key=lambda each: each.wire)))
    values: dict[str, Any] = {}
    for field in callbacks.shape(made):
        values[field.name] = draw(_values(field))
        if values[field.name] is None:
            break  # what follows has its default, too
    return made(**values)


@given(buttons())
def test_round_trip(button: Button) -> None:
    """What is packed is read back as it was."""
    assert unpack(pack(button)) == button


def _largest(field: callbacks.Shape) -> Any:
    if field.type is bool:
        return True
    if field.type is int:
        return 10**field.length - 1
    return "x" * field.length if field.type is str else max(list(field.type), key=len)


@pytest.mark.parametrize("made", BUTTONS.values(), ids=BUTTONS)
def test_the_largest_fits(made: type[Button]) -> None:
    """With the largest values, every button's data fits into what Telegram takes."""
    largest = made(**{field.name: _largest(field) for field in callbacks.shape(made)})
    assert len(pack(largest).encode()) <= CALLBACK_BYTES
    assert unpack(pack(largest)) == largest


@pytest.mark.parametrize(
    "button",
    [
        organizer_buttons.OpenAlert(-1),
        organizer_buttons.OpenAlert(10**ID_DIGITS),
        supporter_buttons.Join("a:b"),
        supporter_buttons.Join(""),
        supporter_buttons.OpenAnswer("é"),
        supporter_buttons.OpenTopics(None, 1),
    ],
    ids=repr,
)
def test_what_could_not_be_read_back_is_not_written(button: Button) -> None:
    """A value that no reader would take is a mistake of ours, found where the button is made."""
    with pytest.raises(ValueError, match="cannot be"):
        pack(button)


def test_two_buttons_of_one_name() -> None:
    """A name that is taken is refused where the class is written."""
    with pytest.raises(TypeError, match="two buttons are named start"):
        type("Other", (Button,), {}, wire="start")
