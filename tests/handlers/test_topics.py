"""Answers in the topics of a private chat that has some."""

from tests.handlers.conftest import Doing, said, tapped


async def test_answers_stay_in_their_topic(do: Doing) -> None:
    """What is written or tapped in a topic is answered in it."""
    written = said("/help")
    written["message"] |= {"message_thread_id": 4, "is_topic_message": True}
    [reply] = await do(written)
    assert reply.parameters["message_thread_id"] == 4
    touched = tapped("why")
    touched["callback_query"]["message"] |= {"message_thread_id": 4, "is_topic_message": True}
    *_, below = await do(touched)
    assert below.method == "sendMessage"
    assert below.parameters["message_thread_id"] == 4


async def test_no_topic_no_thread(do: Doing) -> None:
    """Without topics no answer names one; changing a message never does."""
    [reply] = await do(said("/help"))
    assert "message_thread_id" not in reply.parameters
    touched = tapped("faq")
    touched["callback_query"]["message"] |= {"message_thread_id": 4, "is_topic_message": True}
    *_, changed = await do(touched)
    assert changed.method == "editMessageText"
    assert "message_thread_id" not in changed.parameters
