"""Who hears what, and who may: the one table of commands, buttons and flows.

The router reads it, the tests drive every cell of it for every role, and `docs/roles.md` is written from it.
"""

from bot.domain.audience import SegmentNested
from bot.domain.organizer import Right
from bot.handlers import (
    action_routes,
    alerts_list,
    approval,
    at_board,
    audience,
    audience_typed,
    audit,
    board,
    checking,
    compose,
    deciding,
    drafts,
    fields,
    follow_ups,
    growth,
    halting,
    leaving,
    organizers,
    pictures,
    privacy,
    questions,
    reports,
    returning,
    schedule,
    segments,
    sending,
    settings,
    statement,
    team_tests,
    welcome,
    when,
    word_edits,
    words,
    working_alone,
)
from bot.handlers.declared import Table
from bot.handlers.flows import (
    AtBoard,
    AwaitCheckpoint,
    AwaitDay,
    AwaitField,
    AwaitLink,
    AwaitName,
    AwaitNote,
    AwaitNumber,
    AwaitPicture,
    AwaitRecall,
    AwaitSample,
    AwaitSegmentName,
    AwaitSourceName,
    AwaitTime,
    AwaitWeek,
    AwaitWords,
    Flow,
    Step,
)
from bot.handlers.request import Request
from bot.handlers.route import Command, FileRoute, opens, presses
from bot.services import alerts, approvals, broadcasts, team
from bot.services.follow_ups import AlreadyFollowedUp, NothingToFollowUp, RecallTooLate
from bot.services.outlook import TimePast
from bot.services.segments import SegmentMissing
from bot.telegram_io import (
    audience_buttons,
    check_buttons,
    organizer_buttons,
    report_buttons,
    schedule_buttons,
    supporter_buttons,
)
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Kind


async def help_(request: Request) -> list[Reply]:
    """Say what the bot can do, from the table below."""
    return await welcome.help_(request, [command for command in COMMANDS if command.help])


COMMANDS = (
    Command(name="start", handle=welcome.start),
    Command(name="faq", handle=questions.topics, menu=True, help=True),
    Command(name="settings", handle=settings.settings, menu=True, help=True),
    Command(name="language", handle=settings.language, menu=True),
    Command(name="privacy", handle=privacy.privacy, menu=True, help=True),
    Command(name="stop", handle=leaving.stop, menu=True, help=True),
    Command(name="help", handle=help_, menu=True),
    Command(name="new", handle=compose.new, needs=Right.COMPOSE, menu=True, help=True),
    Command(name="alerts", handle=alerts_list.list_alerts, needs=Right.LOOK, menu=True, help=True),
    Command(name="report", handle=reports.list_reports, needs=Right.LOOK, menu=True, help=True),
    Command(name="growth", handle=growth.show_growth, needs=Right.LOOK, menu=True, help=True),
    Command(name="schedule", handle=schedule.list_due, needs=Right.LOOK, menu=True, help=True),
    Command(name="segments", handle=segments.list_segments, needs=Right.COMPOSE, menu=True, help=True),
    Command(name="halt", handle=halting.halt, needs=Right.LOOK, menu=True, help=True),
    Command(name="team", handle=organizers.show_team, needs=Right.LOOK, menu=True, help=True),
    Command(name="audit", handle=audit.show_audit, needs=Right.LOOK, menu=True, help=True),
    Command(name="cancel", handle=compose.cancel),
    Command(name="back", handle=words.back, needs=Right.COMPOSE),
    Command(name="approve", handle=approval.review, needs=Right.APPROVE, numbered=True),
)
"""In the order in which the menu and /help show them."""

MENU = {command.name: command.needs for command in COMMANDS if command.menu}
"""What Telegram's menu shows, with the right of who sees it there."""

BUTTONS = (
    opens(supporter_buttons.Start, welcome.show_start),
    presses(supporter_buttons.Join, welcome.join),
    opens(supporter_buttons.Help, help_),
    presses(supporter_buttons.OpenTopics, questions.open_topics),
    presses(supporter_buttons.OpenAnswer, questions.answer),
    opens(supporter_buttons.Why, questions.why),
    presses(supporter_buttons.OpenStatement, statement.statement),
    opens(supporter_buttons.OpenSettings, settings.settings),
    presses(supporter_buttons.ChooseLanguage, settings.offer_languages),
    presses(supporter_buttons.Language, settings.choose_language),
    presses(supporter_buttons.LanguageThenJoin, settings.offer_before_joining),
    presses(supporter_buttons.JoinIn, settings.join_in),
    presses(supporter_buttons.AnswerIn, settings.answer_in),
    opens(supporter_buttons.Pause, settings.pause),
    opens(supporter_buttons.Resume, settings.resume),
    opens(supporter_buttons.Leave, leaving.leave_by_button),
    presses(supporter_buttons.UndoLeaving, leaving.undo),
    opens(supporter_buttons.OpenPrivacy, privacy.privacy),
    opens(supporter_buttons.AskErase, privacy.ask_erase),
    opens(supporter_buttons.Erase, privacy.erase),
    opens(organizer_buttons.NewAlert, compose.new, needs=Right.COMPOSE),
    presses(organizer_buttons.ChooseKind, compose.choose_kind, needs=Right.COMPOSE),
    presses(organizer_buttons.NoLink, compose.no_link, needs=Right.COMPOSE),
    presses(organizer_buttons.EditLink, compose.edit_link, needs=Right.COMPOSE),
    presses(organizer_buttons.UseLink, compose.use_link, needs=Right.COMPOSE),
    presses(organizer_buttons.EditKind, compose.edit_kind, needs=Right.COMPOSE),
    presses(organizer_buttons.OpenFields, fields.open_fields, needs=Right.COMPOSE),
    presses(organizer_buttons.EditField, fields.edit_field, needs=Right.COMPOSE),
    presses(organizer_buttons.SkipField, fields.skip_field, needs=Right.COMPOSE),
    presses(organizer_buttons.RemoveField, fields.remove_field, needs=Right.COMPOSE),
    presses(organizer_buttons.EditPicture, pictures.edit_picture, needs=Right.COMPOSE),
    presses(organizer_buttons.RemovePicture, pictures.remove_picture, needs=Right.COMPOSE),
    presses(organizer_buttons.OpenMore, drafts.open_more, needs=Right.COMPOSE),
    presses(organizer_buttons.DuplicateAlert, drafts.duplicate, needs=Right.COMPOSE),
    presses(organizer_buttons.AsFile, drafts.as_file, needs=Right.LOOK),
    presses(organizer_buttons.WriteWords, words.write_locale, needs=Right.COMPOSE),
    presses(organizer_buttons.KeepWords, deciding.keep, needs=Right.COMPOSE),
    presses(check_buttons.Decide, deciding.decide, needs=Right.COMPOSE),
    presses(check_buttons.Choose, deciding.choose, needs=Right.COMPOSE),
    presses(check_buttons.Check, checking.check, needs=Right.LOOK),
    presses(check_buttons.Acknowledge, checking.acknowledge, needs=Right.ACKNOWLEDGE),
    presses(check_buttons.SendToTeam, team_tests.send_to_team, needs=Right.COMPOSE),
    presses(organizer_buttons.TakeLiterally, words.take_literally, needs=Right.COMPOSE),
    presses(organizer_buttons.UseText, at_board.use_text, needs=Right.COMPOSE),
    presses(organizer_buttons.WasQuestion, at_board.was_question, needs=Right.COMPOSE),
    presses(organizer_buttons.OpenAlert, board.board, needs=Right.COMPOSE),
    presses(organizer_buttons.Preview, approval.preview, needs=Right.LOOK),
    presses(organizer_buttons.Approve, approval.approve, needs=Right.APPROVE),
    presses(organizer_buttons.AskToSend, sending.ask_to_send, needs=Right.SEND),
    presses(organizer_buttons.CanaryFirst, sending.canary_first, needs=Right.SEND),
    presses(organizer_buttons.Move, sending.control, needs=Right.SEND),
    presses(organizer_buttons.Correct, follow_ups.correct, needs=Right.SEND),
    presses(organizer_buttons.Recall, follow_ups.recall, needs=Right.SEND),
    presses(organizer_buttons.Resend, follow_ups.resend, needs=Right.SEND),
    presses(organizer_buttons.CopyAlert, follow_ups.write_anew, needs=Right.COMPOSE),
    opens(organizer_buttons.Halt, halting.halt, needs=Right.LOOK),
    presses(organizer_buttons.OpenAlerts, alerts_list.open_list, needs=Right.LOOK),
    presses(organizer_buttons.OpenReport, alerts_list.open_report, needs=Right.LOOK),
    presses(organizer_buttons.Discard, alerts_list.discard, needs=Right.COMPOSE),
    presses(organizer_buttons.SendToMe, alerts_list.send_to_me, needs=Right.LOOK),
    presses(organizer_buttons.AskColleagues, approval.ask_colleagues, needs=Right.COMPOSE),
    presses(organizer_buttons.Review, approval.look, needs=Right.APPROVE),
    presses(schedule_buttons.OpenWhen, when.open_when, needs=Right.COMPOSE),
    presses(schedule_buttons.ChooseLate, when.choose_late, needs=Right.COMPOSE),
    presses(schedule_buttons.ChooseDay, when.choose_day, needs=Right.COMPOSE),
    presses(schedule_buttons.ChooseZones, when.choose_zones, needs=Right.COMPOSE),
    presses(schedule_buttons.OpenSchedule, schedule.open_schedule, needs=Right.LOOK),
    presses(schedule_buttons.TakeOff, schedule.take_off, needs=Right.SEND),
    presses(schedule_buttons.EndSeries, schedule.end_series, needs=Right.SEND),
    presses(schedule_buttons.GoOnSeries, schedule.go_on_series, needs=Right.SEND),
    presses(audience_buttons.OpenAudience, audience.open_audience, needs=Right.COMPOSE),
    presses(audience_buttons.AddTerm, audience.add_term, needs=Right.COMPOSE),
    presses(audience_buttons.ChooseTerm, audience.choose_term, needs=Right.COMPOSE),
    presses(audience_buttons.TurnLocale, audience.turn_locale, needs=Right.COMPOSE),
    presses(audience_buttons.OpenTerm, audience.open_term, needs=Right.COMPOSE),
    presses(audience_buttons.NegateTerm, audience.negate_term, needs=Right.COMPOSE),
    presses(audience_buttons.DropTerm, audience.drop_term, needs=Right.COMPOSE),
    presses(audience_buttons.StartAnew, audience.start_anew, needs=Right.COMPOSE),
    presses(audience_buttons.SaveSegment, segments.save_segment, needs=Right.COMPOSE),
    presses(audience_buttons.OpenSegments, segments.open_segments, needs=Right.COMPOSE),
    presses(audience_buttons.RenameSegment, segments.rename_segment, needs=Right.COMPOSE),
    presses(audience_buttons.RemoveSegment, segments.remove_segment, needs=Right.COMPOSE),
    opens(organizer_buttons.OpenTeam, organizers.show_team, needs=Right.LOOK),
    opens(organizer_buttons.NameMe, organizers.name_me, needs=Right.LOOK),
    presses(organizer_buttons.Invite, organizers.invite, needs=Right.TEAM),
    presses(organizer_buttons.Revoke, organizers.revoke, needs=Right.TEAM),
    presses(organizer_buttons.OpenMember, organizers.open_member, needs=Right.TEAM),
    presses(organizer_buttons.ChangeRole, organizers.change_role, needs=Right.TEAM),
    presses(organizer_buttons.RemoveMember, organizers.remove, needs=Right.TEAM),
    presses(organizer_buttons.LeaveTeam, organizers.leave_team, needs=Right.LOOK),
    presses(report_buttons.OpenResultsList, reports.open_list, needs=Right.LOOK),
    presses(report_buttons.OpenResults, reports.open_results, needs=Right.LOOK),
    presses(report_buttons.ReportPicture, reports.send_picture, needs=Right.LOOK),
    presses(report_buttons.ReportTable, reports.send_table, needs=Right.LOOK),
    presses(report_buttons.OpenGrowth, growth.open_growth, needs=Right.LOOK),
    presses(report_buttons.OpenSources, growth.open_sources, needs=Right.LOOK),
    opens(report_buttons.NewSource, growth.new_source, needs=Right.COMPOSE),
    presses(report_buttons.OpenSource, growth.open_source, needs=Right.LOOK),
    presses(report_buttons.SourcePoster, growth.send_poster, needs=Right.LOOK),
    presses(organizer_buttons.OpenAudit, audit.open_audit, needs=Right.LOOK),
    opens(organizer_buttons.AskCheckpoint, audit.ask_checkpoint, needs=Right.LOOK),
    presses(organizer_buttons.ReturnAlert, returning.ask_note, needs=Right.APPROVE),
    presses(organizer_buttons.WorkAlone, working_alone.work_alone, needs=Right.TEAM),
    *action_routes.BUTTONS,
)

COMPOSING = Flow(
    name="composing",
    needs=Right.COMPOSE,
    over=(alerts.AlertMissing, alerts.AlertSent, team.MayNotCompose, team.NotAnOrganizer),
)

CONFIRMING = Flow(
    name="confirming",
    needs=Right.SEND,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        broadcasts.NobodyToReach,
        broadcasts.NotApproved,
        broadcasts.Recalled,
        TimePast,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

RECALLING = Flow(
    name="recalling",
    needs=Right.SEND,
    over=(
        alerts.AlertMissing,
        broadcasts.BroadcastOver,
        AlreadyFollowedUp,
        NothingToFollowUp,
        RecallTooLate,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

BUILDING = Flow(
    name="building",
    needs=Right.COMPOSE,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        alerts.AudienceFixed,
        SegmentMissing,
        SegmentNested,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

NAMING = Flow(name="naming", needs=Right.LOOK, over=(team.MemberMissing, team.NotAnOrganizer))

NAMING_LINK = Flow(name="naming a link", needs=Right.COMPOSE, over=(team.MayNotCompose, team.NotAnOrganizer))
COMPARING = Flow(name="comparing", needs=Right.LOOK, over=(team.NotAnOrganizer,))
RETURNING = Flow(
    name="returning",
    needs=Right.APPROVE,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        approvals.ColleagueNeeded,
        team.MayNotApprove,
        team.NotAnOrganizer,
    ),
)

TEXT = frozenset({Kind.TEXT})
ANYTHING = frozenset({Kind.TEXT, Kind.OTHER})

STEPS = (
    Step(
        flow=COMPOSING,
        state=AwaitLink,
        takes=TEXT,
        handle=compose.take_link,
        otherwise=at_board.not_words,
        edited=word_edits.take_edit,
    ),
    Step(
        flow=COMPOSING,
        state=AwaitField,
        takes=TEXT,
        handle=fields.take_field,
        otherwise=at_board.not_words,
        edited=fields.take_field_edit,
    ),
    Step(
        flow=COMPOSING,
        state=AwaitPicture,
        takes=ANYTHING,
        handle=pictures.take_picture,
        edited=word_edits.take_edit,
    ),
    Step(
        flow=COMPOSING,
        state=AwaitWords,
        takes=TEXT,
        handle=words.take_words,
        otherwise=at_board.not_words,
        edited=word_edits.take_words_edit,
    ),
    Step(
        flow=COMPOSING,
        state=AtBoard,
        takes=TEXT,
        handle=at_board.text_at_board,
        otherwise=at_board.not_words,
        edited=word_edits.take_edit,
    ),
    Step(flow=COMPOSING, state=AwaitTime, takes=ANYTHING, handle=when.take_time, edited=word_edits.take_edit),
    Step(flow=COMPOSING, state=AwaitWeek, takes=ANYTHING, handle=when.take_week, edited=word_edits.take_edit),
    Step(
        flow=CONFIRMING,
        state=AwaitNumber,
        takes=TEXT,
        handle=sending.take_number,
        edited=word_edits.take_edit,
    ),
    Step(
        flow=RECALLING,
        state=AwaitRecall,
        takes=TEXT,
        handle=follow_ups.take_recall,
        edited=follow_ups.take_recall,
    ),
    Step(
        flow=NAMING,
        state=AwaitName,
        takes=TEXT,
        handle=organizers.take_name,
        edited=organizers.take_name,
    ),
    Step(flow=NAMING_LINK, state=AwaitSourceName, takes=ANYTHING, handle=growth.take_source_name),
    Step(
        flow=COMPARING,
        state=AwaitCheckpoint,
        takes=TEXT,
        handle=audit.take_checkpoint,
        otherwise=audit.not_a_checkpoint,
        edited=audit.take_checkpoint,
    ),
    Step(
        flow=BUILDING,
        state=AwaitDay,
        takes=TEXT,
        handle=audience_typed.take_day,
        otherwise=audience_typed.not_typed,
        edited=audience_typed.take_day,
    ),
    Step(
        flow=BUILDING,
        state=AwaitSample,
        takes=TEXT,
        handle=audience_typed.take_sample,
        otherwise=audience_typed.not_typed,
        edited=audience_typed.take_sample,
    ),
    Step(
        flow=BUILDING,
        state=AwaitSegmentName,
        takes=TEXT,
        handle=segments.take_segment_name,
        otherwise=segments.no_name,
        edited=segments.take_segment_name,
    ),
    Step(
        flow=RETURNING,
        state=AwaitNote,
        takes=TEXT,
        handle=returning.take_note,
        otherwise=returning.not_a_note,
    ),
    *action_routes.STEPS,
)

MODULES = (
    alerts_list,
    approval,
    at_board,
    audit,
    audience,
    audience_typed,
    board,
    checking,
    compose,
    drafts,
    fields,
    deciding,
    follow_ups,
    growth,
    halting,
    leaving,
    organizers,
    pictures,
    privacy,
    questions,
    reports,
    schedule,
    segments,
    returning,
    sending,
    settings,
    statement,
    team_tests,
    welcome,
    when,
    word_edits,
    words,
    working_alone,
    *action_routes.MODULES,
)
"""Where handlers stand: every one of them has an entry above, or the bot does not start."""

FILE = FileRoute(handle=drafts.read_file, needs=Right.COMPOSE)

TABLE = Table.of(
    commands=COMMANDS,
    buttons=BUTTONS,
    steps=STEPS,
    otherwise=welcome.not_understood,
    leaving=leaving.leave_by_word,
    file=FILE,
    organizers={
        leaving.stop: halting.stop,
        leaving.leave_by_word: halting.leave_by_word,
        leaving.leave_by_button: halting.leave_by_button,
        compose.cancel: halting.cancel,
    },
)
