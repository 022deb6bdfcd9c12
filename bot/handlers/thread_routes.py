"""Who asks a person of the campaign what, and who answers: the routes of both sides (see `bot.handlers.routes`)."""

from bot.domain.organizer import Right
from bot.handlers import answering, threads
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import Command, opens, presses
from bot.handlers.thread_states import AwaitAnswer, AwaitQuestion, WritingBack
from bot.telegram_io import thread_buttons

THREADS = Command(name="threads", handle=answering.list_threads, needs=Right.ANSWER, menu=True, help=True)

ASKING = Flow(name="asking a person", needs=None, over=threads.OVER)
ANSWERING = Flow(name="answering", needs=Right.ANSWER, over=answering.OVER)

ROOM = Room(
    modules=(answering, threads),
    buttons=(
        opens(thread_buttons.AskPerson, threads.ask_person),
        presses(thread_buttons.PassOn, threads.pass_on),
        opens(thread_buttons.KeepBack, threads.keep_back),
        presses(thread_buttons.WriteBack, threads.write_back),
        opens(thread_buttons.StopWriting, threads.end_writing),
        presses(thread_buttons.CloseOwn, threads.close_own),
        presses(thread_buttons.OpenThreads, answering.open_threads, needs=Right.ANSWER),
        presses(thread_buttons.SwitchThreads, answering.switch_threads, needs=Right.TEAM),
        presses(thread_buttons.OpenThread, answering.open_thread, needs=Right.ANSWER),
        presses(thread_buttons.TakeThread, answering.take_thread, needs=Right.ANSWER),
        presses(thread_buttons.AnswerThread, answering.ask_answer, needs=Right.ANSWER),
        presses(thread_buttons.HandBack, answering.hand_back, needs=Right.ANSWER),
        presses(thread_buttons.CloseThread, answering.close_thread, needs=Right.ANSWER),
    ),
    steps=(
        Step(
            flow=ASKING,
            state=AwaitQuestion,
            takes=TEXT,
            handle=threads.take_question,
            otherwise=threads.not_a_question,
        ),
        Step(
            flow=ASKING, state=WritingBack, takes=TEXT, handle=threads.take_text, otherwise=threads.not_a_text
        ),
        Step(
            flow=ANSWERING,
            state=AwaitAnswer,
            takes=TEXT,
            handle=answering.take_answer,
            otherwise=answering.not_an_answer,
        ),
    ),
)
