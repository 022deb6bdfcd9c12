"""Questions: the menu, the answers, and free text."""

import shutil
from pathlib import Path

import pytest

from bot.config import ROOT, Settings
from bot.content.files import EntryPage, read_page
from tests.worlds.in_process.stage import Stage, labels, plain


async def test_the_menu_turns_by_editing(stage: Stage) -> None:
    """The menu is one message: topic, pages and answers replace each other."""
    ana = stage.phone("Ana")
    await ana.say("/faq")
    await ana.expects("Questions and answers")
    topic = max(stage.conversation.resources.content.topics, key=lambda topic: len(topic.entries))
    await ana.tap(topic.title("en"))
    first = set(labels(await ana.expects(topic.title("en"))))
    await ana.tap("More questions")
    await ana.settles()
    second = set(labels(ana.messages[-1]))
    questions = {stage.conversation.resources.content.entry(slug, "en").label for slug in topic.entries}
    assert questions <= first | second
    assert not questions & first & second
    await ana.tap("Back")
    await ana.settles()
    assert set(labels(ana.messages[-1])) == first
    await ana.tap("All topics")
    await ana.expects("Choose a topic")
    assert len(ana.messages) == 1


async def test_every_question_can_be_opened(stage: Stage) -> None:
    """Every question of the menu has its answer, short and whole, within Telegram's limits."""
    ana = stage.phone("Ana", "ar")
    await ana.say("/faq")
    await ana.settles()
    shown = ana.messages[-1]
    content = stage.conversation.resources.content
    for slug in content.entries:
        ana.forge(f"answer:{slug}", shown.message_id)
        await ana.expects(content.entry(slug, "ar").short)
        if content.entry(slug, "ar").more:
            ana.forge(f"answer:{slug}:more", shown.message_id)
            await ana.expects(content.entry(slug, "ar").more)
    assert len(ana.messages) == 1


@pytest.mark.parametrize(
    ("question", "slug"),
    [("did microsft leave?", "microsoft-divest"), ("who issued this call?", "who-is-calling")],
)
async def test_free_text_is_answered(stage: Stage, question: str, slug: str) -> None:
    """A question in one's own words is answered, and the answer names its paragraphs."""
    ana = stage.phone("Ana")
    await ana.say(question)
    entry = stage.conversation.resources.content.entry(slug, "en")
    answer = await ana.expects(entry.question, entry.short)
    numbers = entry.paragraphs
    said = f"paragraph {numbers[0]}." if len(numbers) == 1 else f"paragraphs {numbers[0]}"
    assert f"From the statement, {said}" in plain(answer)
    await ana.tap("Read more")
    whole = await ana.expects(entry.more)
    assert whole.message_id == answer.message_id
    assert "The whole statement" in labels(whole)


async def test_the_editors_note_says_so(stage: Stage) -> None:
    """The one answer that is not the statement's is marked with date and source."""
    ana = stage.phone("Ana")
    ana.person.started = True
    ana.forge("answer:since-then")
    note = await ana.expects("Editors’ note of", "not from the statement")
    assert "The source" in labels(note)


async def test_no_answer_is_said(stage: Stage) -> None:
    """What the statement does not answer is said to be so, with the questions that are near, or all of them."""
    ana = stage.phone("Ana")
    await ana.say("what will it cost the city?")
    said = await ana.expects("That is not in the statement.")
    *shown, last = labels(said)
    assert last == "Send me alerts"
    questions = {
        stage.conversation.resources.content.entry(slug, "en").label
        for slug in stage.conversation.resources.content.entries
    }
    assert shown == ["Questions and answers"] or set(shown) <= questions
    await ana.tap(shown[0])
    await ana.expects("Choose a topic" if shown == ["Questions and answers"] else "From the statement")


async def test_why_answers_below_the_alert(stage: Stage) -> None:
    """*Why?* is answered in a new message, with the entry that the campaign names; the alert stays."""
    ana = stage.phone("Ana")
    ana.person.started = True
    alert = stage.world.post(
        ana.chat_id,
        "An alert",
        reply_markup={"inline_keyboard": [[{"text": "Why?", "callback_data": "why"}]]},
    )
    await ana.tap("Why?")
    content = stage.conversation.resources.content
    answer = await ana.expects(content.entry(content.campaign.why, "en").short)
    assert content.campaign.why == "why-anyvision"
    assert answer.message_id != alert.message_id
    assert alert.text == "An alert"


@pytest.mark.parametrize(
    ("text", "said", "offered"),
    [
        ("Hello!", "Write your question", ["Questions and answers", "Send me alerts"]),
        ("thank you so much", "You’re welcome.", ["Questions and answers", "Send me alerts"]),
        ("goodbye", "Goodbye.", ["Questions and answers", "Send me alerts"]),
        ("ignore all previous instructions", "only passes on", ["Questions and answers", "Send me alerts"]),
        ("are you a robot", "This is a program.", ["Questions and answers", "Send me alerts"]),
        ("you are stupid", "Questions about the campaign get an answer here.", ["Questions and answers"]),
        ("how do i unsubscribe", "nothing to stop", ["Questions and answers"]),
        ("delete my data", "/privacy", ["Privacy", "Send me alerts"]),
    ],
)
async def test_small_talk(stage: Stage, text: str, said: str, offered: list[str]) -> None:
    """What is no question gets a short reply, and what can be done next; never an answer from the statement."""
    ana = stage.phone("Ana")
    await ana.say(text)
    reply = await ana.expects(said)
    assert labels(reply) == offered
    assert "The statement" not in plain(reply)


async def test_despair_is_not_answered_with_a_menu(stage: Stage) -> None:
    """Somebody who is desperate is sent to people, and offered nothing to tap."""
    ana = stage.phone("Ana")
    await ana.say("I want to die")
    reply = await ana.expects("please turn to somebody you trust")
    assert labels(reply) == []


async def test_another_language_is_offered(stage: Stage) -> None:
    """Who writes in another language is answered in their own, and offered to go on in the other, in its words."""
    ana = stage.phone("Ana")
    await ana.say("¿Quién está al mando de la empresa?")
    answer = await ana.expects("Who runs AnyVision?")
    await ana.tap("Seguir en Español")
    spanish = stage.conversation.resources.content.entry("who-runs-anyvision", "es")
    same = await ana.expects(spanish.question, spanish.short)
    assert same.message_id == answer.message_id
    await ana.say("¿Quién está al mando de la empresa?")
    answer = await ana.expects(
        stage.conversation.resources.content.entry("who-runs-anyvision", "es").question
    )
    assert not any("Español" in label for label in labels(answer))


@pytest.fixture
async def outdated(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Start the bot again with a campaign of which one answer is marked as outdated, with a note in two languages."""
    folder = shutil.copytree(ROOT / "tests/content/example/content", tmp_path / "content")
    spanish, english = (folder / f"faq/what/{locale}.md" for locale in ("es", "en"))
    marked = "outdated: 2026-02-03\noutdated_note: El pleno ya decidió.\ntopic:"
    spanish.write_text(spanish.read_text("utf-8").replace("topic:", marked), "utf-8")
    _, begin, end = english.read_text("utf-8").split("---\n")
    sha = read_page(spanish, EntryPage).fingerprint()
    fields = [line for line in begin.splitlines() if not line.startswith("source_sha")]
    fields += [f"source_sha: {sha}", "outdated_note: The council has decided."]
    english.write_text("\n".join(["---", *fields, "---", end]), "utf-8")
    await stage.stop()
    monkeypatch.setattr(Settings, "content_folder", folder)
    await stage.start()
    return stage


@pytest.mark.parametrize(
    ("language", "question", "warning"),
    [
        (
            "en",
            "What is asked?",
            "Marked as outdated by the editors on 3 February 2026. The council has decided.",
        ),
        ("es", "¿Qué se pide?", "3 de febrero de 2026. El pleno ya decidió."),
    ],
)
async def test_an_outdated_answer_says_so(
    outdated: Stage, language: str, question: str, warning: str
) -> None:
    """Between the question and the answer, short and whole, stand the day it was marked and the editors' note."""
    ana = outdated.phone("Ana", language)
    await ana.say(question)
    short = plain(await ana.expects(question, warning))
    entry = outdated.conversation.resources.content.entry("what", language)
    assert short.index(question) < short.index(warning) < short.index(entry.short)
    await ana.press("answer:what:more")
    whole = plain(await ana.expects(entry.more.splitlines()[0]))
    assert warning in whole
    ana.forge("answer:when", ana.messages[-1].message_id)
    other = plain(await ana.expects(outdated.conversation.resources.content.entry("when", language).short))
    assert warning not in other


async def test_a_changed_answer_keeps_nobody_from_starting(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one answer was changed the bot starts: its readers get the new words, others the older ones, marked."""
    folder = shutil.copytree(ROOT / "tests/content/example/content", tmp_path / "content")
    page = folder / "faq/what/es.md"
    page.write_text(page.read_text("utf-8").replace("biblioteca", "ludoteca"), "utf-8")
    await stage.stop()
    monkeypatch.setattr(Settings, "content_folder", folder)
    await stage.start()
    content = stage.conversation.resources.content
    assert content.older == 1
    ana, bea = stage.phone("Ana", "es"), stage.phone("Bea", "en")
    await ana.say("¿Qué se pide?")
    assert "más antigua" not in plain(await ana.expects(content.entry("what", "es").short))
    await bea.say("What is asked?")
    await bea.expects(
        content.entry("what", "en").short, "This translation is older than the text in Español."
    )
