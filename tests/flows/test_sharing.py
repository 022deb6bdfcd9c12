"""Supporters share alerts and the bot, and people come by what was shared."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.deep_links import DeepLink, deep_link_in
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.rehearsal.world.people import ChatMessage
from bot.telegram_io.callbacks import pack
from bot.telegram_io.sharing_buttons import ShareAlert
from tests.flows.test_actions import LANGUAGES
from tests.making import KEY
from tests.worlds.in_process.organizing import confirmed, finished, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

WORDS = "Ask your council\nOne ask, one reason."


async def joined(phone: Phone, payload: str = "") -> Phone:
    """Let somebody join, by a link or by none."""
    await phone.say(f"/start {payload}".strip())
    await phone.press("join")
    await phone.settles()
    return phone


async def sent(stage: Stage, people: int) -> tuple[Phone, int]:
    """Let an organizer send an alert to so many people. Returns them, and the alert's id."""
    dana = await stage.organizer("Dana")
    await written(dana, WORDS)
    await confirmed(dana, people)
    await finished(stage, dana)
    async with stage.app.store.reading() as tx:
        [broadcast] = await tx.broadcasts.all()
    return dana, broadcast.alert_id


def payload_on(card: ChatMessage) -> str:
    """Return what the link on a card carries; the same on its button, in its text, and in what it copies."""
    [address] = {each["url"] for each in card.buttons() if "url" in each}
    assert address.startswith("https://t.me/share/url?")
    shared = parse_qs(urlsplit(address).query)["url"][0]
    assert shared in plain(card)
    [copied] = [each["copy_text"]["text"] for each in card.buttons() if "copy_text" in each]
    assert copied.endswith(shared)
    assert len(copied) <= 256
    return start_of(shared)


def start_of(address: str) -> str:
    """Return what a link into the chat carries."""
    return str(parse_qs(urlsplit(address).query)["start"][0])


async def card_of(phone: Phone, alert_id: int) -> ChatMessage:
    """Let somebody press *Share* under an alert. Returns the card."""
    phone.forge(pack(ShareAlert(alert_id)), phone.messages[-1].message_id)
    await phone.settles()
    return phone.messages[-1]


async def bring_friend(phone: Phone) -> ChatMessage:
    """Let somebody ask for their own link. Returns the card."""
    await phone.say("/help")
    await phone.press("share:bot")
    await phone.settles()
    return phone.messages[-1]


@LANGUAGES
async def test_an_alert_goes_from_friend_to_friend(stage: Stage, language: str) -> None:
    """A supporter shares an alert; whoever comes by it agrees first, and then sees the alert."""
    ana = await joined(stage.phone("Ana", language))
    _, alert_id = await sent(stage, 1)
    card = await card_of(ana, alert_id)
    say = stage.words(language).gettext
    assert plain(card).startswith(say("Share the alert"))
    assert "Ask your council" in plain(card)
    assert (
        say("Only if you like: nothing is posted for you, and nobody sees who came through your link.")
        in card.text
    )
    assert (
        say("Once {n} people have joined through your link, this card says about how many.", n=3) in card.text
    )
    assert labels(card) == [say("Send it to a chat"), say("Copy it"), say("Show it in a chat")]
    link = deep_link_in(payload_on(card))
    assert link is not None
    assert (link.friend is None, link.alert is None) == (False, False)
    assert any("Ask your council" in plain(each) and "/stop" in plain(each) for each in ana.messages[:-1])
    bo = stage.phone("Bo", "ar")
    await bo.say(f"/start {link.payload}")
    first = await bo.expects(
        stage.words("ar").gettext("Somebody shared an alert with you. It comes here once you say yes.")
    )
    assert "Ask your council" not in plain(first)
    assert await stage.subscriber(bo) is None
    await bo.press("join")
    await bo.expects("Ask your council", "One ask, one reason.", "/stop")
    assert len(bo.messages) == 2


async def test_who_is_on_the_list_sees_it_at_once(stage: Stage) -> None:
    """Of who is on the list nothing is asked: the link shows the alert, in their language."""
    ana, bo = await joined(stage.phone("Ana")), await joined(stage.phone("Bo"))
    _, alert_id = await sent(stage, 2)
    payload = payload_on(await card_of(ana, alert_id))
    await bo.say(f"/start {payload}")
    await bo.expects("Ask your council", "/stop")


async def test_what_was_taken_back_is_not_shared(stage: Stage) -> None:
    """After a recall the card offers the bot alone, and the link of before leads to the first screen, or says so."""
    ana = await joined(stage.phone("Ana"))
    dana, alert_id = await sent(stage, 1)
    payload = payload_on(await card_of(ana, alert_id))
    await dana.tap("Recall · 47 h left")
    await dana.say("1")
    await dana.expects("1")
    await stage.settled()
    card = await card_of(ana, alert_id)
    assert "not for sharing" in plain(card)
    assert labels(card) == ["Bring a friend"]
    await ana.say(f"/start {payload}")
    await ana.expects("The alert that this link led to is over.")
    bo = stage.phone("Bo")
    await bo.say(f"/start {payload}")
    screen = await bo.expects("encrypted number")
    assert "Somebody shared an alert with you" not in plain(screen)


async def test_a_link_counts_and_tells_from_three_on(stage: Stage) -> None:
    """Who joins by a link is counted to it as a number, told from three on; leaving and erasing take nothing off it."""
    ana = await joined(stage.phone("Ana"))
    payload = payload_on(await bring_friend(ana))
    friends = [await joined(stage.phone(f"Friend {n}"), payload) for n in range(2)]
    assert "Once 3 people have joined" in plain(await bring_friend(ana))
    friends.append(await joined(stage.phone("Friend 3", "ar"), payload))
    card = await bring_friend(ana)
    assert "At least 3 people have joined through your link." in plain(card)
    assert payload_on(card) == payload
    await friends[0].say("/stop")
    await joined(friends[0], payload)
    await friends[1].say("/privacy")
    await friends[1].press("erase")
    await friends[1].press("erase:yes")
    await friends[1].settles()
    assert "At least 3 people have joined through your link." in plain(await bring_friend(ana))
    await friends[2].say("/privacy")
    words = stage.words("ar").gettext(
        "You first came through a link that a supporter shared. Whose it was is not kept."
    )
    await friends[2].expects(words)


async def test_ones_own_link_counts_nobody(stage: Stage) -> None:
    """Whoever comes by their own link is not counted to it."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.expects("encrypted number")
    ana.forge("share:bot", ana.messages[-1].message_id)
    await ana.settles()
    payload = payload_on(ana.messages[-1])
    assert labels(ana.messages[-1])[-1] == "Send me alerts"
    await joined(ana, payload)
    async with stage.app.store.reading() as tx:
        found = await tx.friend_links.find(ana.chat_id)
    assert found is not None
    assert found[1] == 0


async def test_organizers_see_friends_in_total(stage: Stage) -> None:
    """/growth has what friends brought as one source, for all supporters together; both screens withhold the same."""
    ana, bo = await joined(stage.phone("Ana")), await joined(stage.phone("Bo"))
    for sharer in (ana, bo):
        payload = payload_on(await bring_friend(sharer))
        for n in range(5):
            await joined(stage.phone(f"Friend {n}"), payload)
    dana = await stage.organizer("Dana")
    await dana.say("/growth")
    await dana.tap("Links and posters")
    screen = await dana.expects("Brought by friends: not shown.")
    assert not any(data.startswith("source:") and data != "source:new" for data in pressed(screen))
    await dana.tap("Growth")
    await dana.tap("By source")
    await dana.expects("brought by friends: – · ")


async def test_erasing_leaves_no_link(stage: Stage) -> None:
    """After an erasure neither the link nor its number is anywhere; the link still leads to the first screen."""
    ana = await joined(stage.phone("Ana"))
    payload = payload_on(await bring_friend(ana))
    link = deep_link_in(payload)
    assert link is not None
    assert link.friend is not None
    await joined(stage.phone("Bo"), payload)
    files = b"".join(each.read_bytes() for each in stage.database.parent.glob("campaign.db*"))
    cipher = Cipher(KEY)
    kept = [cipher.code(Table.FRIEND_LINKS, link.friend), bytes(cipher.ref(Table.FRIEND_LINKS, ana.chat_id))]
    assert all(each in files for each in kept)
    assert link.friend.encode() not in files
    await ana.say("/privacy")
    await ana.expects("Your own link for sharing")
    await ana.press("erase")
    await ana.press("erase:yes")
    await ana.settles()
    files = b"".join(each.read_bytes() for each in stage.database.parent.glob("campaign.db*"))
    assert not any(each in files for each in kept)
    carl = await joined(stage.phone("Carl"), payload)
    subscriber = await stage.subscriber(carl)
    assert subscriber is not None
    assert subscriber.state is SubscriberState.ACTIVE
    assert subscriber.source_id is not None


@LANGUAGES
async def test_links_lead_to_answers_and_topics(stage: Stage, language: str) -> None:
    """An answer and a topic are shown to anybody, in the link's language; the way in carries on whose link it was."""
    content = stage.conversation.resources.content
    bo = stage.phone("Bo", "de")
    link = DeepLink(source="k7m2p9qa", locale=language, answer="microsoft-divest")
    await bo.say(f"/start {link.payload}")
    screen = await bo.expects(content.entry("microsoft-divest", language).question)
    assert "start:by:s_k7m2p9qa" in pressed(screen)
    await bo.press("start:by:")
    first = await bo.expects(content.consent(language).text[:40])
    assert any(data.startswith("join:") and data.endswith(":s_k7m2p9qa") for data in pressed(first))
    topic = content.topics[0]
    await bo.say(f"/start {DeepLink(topic=topic.slug).payload}")
    await bo.expects(topic.title(language))


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_joining_for_alerts_about_something(stage: Stage, language: str) -> None:
    """The yes under a link for a topic is also for its alerts, which is said before; who joins otherwise has none."""
    name = stage.conversation.resources.content.campaign.alert_topic("universities", language)
    bo = stage.phone("Bo", language)
    await bo.say(f"/start {DeepLink(source='k7m2p9qa', topic='universities').payload}")
    before = await bo.expects(stage.conversation.resources.content.consent(language).text[:40])
    assert name in before.text
    await bo.press("join:")
    await bo.expects(name, "/settings")
    assert await topics_of(stage, bo) == {"alerts", "universities"}
    eve = await joined(stage.phone("Eve", language))
    assert await topics_of(stage, eve) == {"alerts"}


async def test_a_member_is_offered_alerts_about_something(stage: Stage) -> None:
    """A link alone gives nobody more alerts who is on the list: they are asked."""
    eve = await joined(stage.phone("Eve"))
    link = f"/start {DeepLink(topic='companies').payload}"
    await eve.say(link)
    await eve.expects("You already receive the alerts.", "Companies")
    assert await topics_of(stage, eve) == {"alerts"}
    await eve.tap("Get these, too")
    await eve.expects("What should alerts be about?")
    assert await topics_of(stage, eve) == {"alerts", "companies"}
    eve.look_away()
    await eve.say(link)
    shown = await eve.expects("You already receive the alerts.")
    assert "Get these, too" not in labels(shown)


async def topics_of(stage: Stage, phone: Phone) -> set[str]:
    """Return what somebody gets alerts about."""
    subscriber = await stage.subscriber(phone)
    assert subscriber is not None
    async with stage.app.store.reading() as tx:
        return set(await tx.subscribers.topics_of(subscriber.id))


async def test_a_link_overrules_no_choice(stage: Stage) -> None:
    """Whoever has chosen a language keeps it, whatever a link says."""
    bo = stage.phone("Bo", "en")
    await bo.say("/language")
    await bo.press("language:es")
    await bo.say(f"/start {DeepLink(locale='ar').payload}")
    await bo.expects(stage.conversation.resources.content.consent("es").text[:40])
    eve = await joined(stage.phone("Eve", "fr"))
    await eve.say(f"/start {DeepLink(locale='ar').payload}")
    await eve.settles()
    subscriber = await stage.subscriber(eve)
    assert subscriber is not None
    assert subscriber.locale == "fr"


NOWHERE = ["a_no-such-answer", "t_nothing", "w_k7m2p9qa", "l_xx", "zzz", "f_k7m2p9qa-w_k7m2p9qa"]


@pytest.mark.parametrize("payload", NOWHERE)
async def test_links_to_nothing(stage: Stage, payload: str) -> None:
    """A link to what is not there, and what is no link at all, show the first screen."""
    bo = stage.phone("Bo")
    await bo.say(f"/start {payload}")
    screen = await bo.expects("encrypted number")
    assert "Yes, send me alerts" in labels(screen)


async def test_an_organizer_leads_a_link(stage: Stage) -> None:
    """A named link is led to an answer in a language, and its QR code says the same."""
    dana = await stage.organizer("Dana")
    await dana.say("/growth")
    await dana.press("sources")
    await dana.press("source:new")
    await dana.say("Poster")
    await dana.tap("Change where it leads")
    await dana.expects("Leads to: the first screen", "Language: The phone’s language")
    await dana.tap("Language")
    await dana.tap("العربية")
    await dana.expects("Language: العربية")
    await dana.tap("Where it leads")
    content = stage.conversation.resources.content
    topic = content.topics[0]
    entry = content.entry(topic.entries[0], "en")
    await dana.tap(topic.title("en"))
    await dana.tap(entry.label)
    screen = await dana.expects(f"Leads to: {entry.question}", "Language: العربية")
    [address] = [each["copy_text"]["text"] for each in screen.buttons() if "copy_text" in each]
    link = deep_link_in(start_of(address))
    assert link is not None
    assert (link.locale, link.answer) == ("ar", topic.entries[0])
    await dana.tap("QR code")
    await dana.expects("QR code: Poster", address)
    await dana.tap("Where it leads")
    await dana.tap("Alerts: Universities")
    screen = await dana.expects("Leads to: Alerts: Universities")
    [address] = [each["copy_text"]["text"] for each in screen.buttons() if "copy_text" in each]
    assert address.endswith("-t_universities")


def pressed(message: ChatMessage) -> Iterator[str]:
    """Yield what the buttons of a message carry."""
    for each in message.buttons():
        if "callback_data" in each:
            yield each["callback_data"]
