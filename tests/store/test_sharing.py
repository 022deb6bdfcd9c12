"""The links that supporters share."""

from contextlib import suppress

from bot.domain.source import FRIENDS_NAME
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey
from bot.services.privacy import erase
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW, begin_broadcast

CODE, OTHER = "aaaabbbb", "ccccdddd"


async def joined(store: Store, chat_id: int) -> int | None:
    """Return how many joined by somebody's link; None where they have none."""
    async with store.reading() as tx:
        found = await tx.friend_links.find(chat_id)
    return None if found is None else found[1]


async def test_one_link_each(store: Store) -> None:
    """A person keeps the first code they were given, and nobody gets a code that is somebody's."""
    async with store.transaction() as tx:
        assert await tx.friend_links.find(CHAT) is None
        await tx.friend_links.add(CHAT, CODE)
        await tx.friend_links.add(CHAT, OTHER)
        await tx.friend_links.add(CHAT + 1, CODE)
        assert await tx.friend_links.find(CHAT) == (CODE, 0)
        assert await tx.friend_links.find(CHAT + 1) is None


async def test_joiners_are_a_number(store: Store) -> None:
    """Whoever joins by a link adds one to it; the link's own person, and a code of nobody's, add nothing."""
    async with store.transaction() as tx:
        await tx.friend_links.add(CHAT, CODE)
        await tx.friend_links.add(CHAT + 1, OTHER)
        for joiner in (CHAT + 2, CHAT + 3):
            await tx.friend_links.count(CODE, joiner=joiner)
        await tx.friend_links.count(CODE, joiner=CHAT)
        await tx.friend_links.count("eeeeffff", joiner=CHAT)
    assert (await joined(store, CHAT), await joined(store, CHAT + 1)) == (2, 0)


async def test_who_did_not_join_is_not_counted(store: Store) -> None:
    """What is undone alone within a transaction takes back what it counted, and nothing else."""
    async with store.transaction() as tx:
        await tx.friend_links.add(CHAT, CODE)
        await tx.friend_links.count(CODE, joiner=CHAT + 1)
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await tx.friend_links.count(CODE, joiner=CHAT + 2)
                raise ZeroDivisionError
    assert await joined(store, CHAT) == 1


async def test_erased_with_its_number(store: Store) -> None:
    """Erasing takes the link and its number; the next one of the same person begins anew."""
    async with store.transaction() as tx:
        await tx.friend_links.add(CHAT, CODE)
        await tx.friend_links.count(CODE, joiner=CHAT + 1)
    async with store.transaction() as tx:
        assert (await erase(tx, CHAT, now=NOW)).was_kept
    assert await joined(store, CHAT) is None
    async with store.transaction() as tx:
        await tx.friend_links.count(CODE, joiner=CHAT + 2)
        await tx.friend_links.add(CHAT, OTHER)
    assert await joined(store, CHAT) == 0


async def test_erasing_the_joiner_lowers_nothing(store: Store) -> None:
    """Nobody knows any more by whom somebody came who is erased: the number stays."""
    async with store.transaction() as tx:
        await tx.friend_links.add(CHAT, CODE)
        await tx.subscribers.add(CHAT + 1, locale="en", today=NOW.date())
        await tx.friend_links.count(CODE, joiner=CHAT + 1)
        await erase(tx, CHAT + 1, now=NOW)
    assert await joined(store, CHAT) == 1


def test_a_code_under_a_new_key() -> None:
    """A code opens under the key it was written with, and under a ring that has it; a new key writes it otherwise."""
    new = CampaignKey(bytes(reversed(range(64))))
    ring = Cipher(CampaignKey(new.secret, previous=(KEY,)))
    written = Cipher(KEY).code(Table.FRIEND_LINKS, CODE)
    assert ring.read_code(Table.FRIEND_LINKS, written) == CODE
    assert written in ring.codes(Table.FRIEND_LINKS, CODE)
    renewed = ring.renewed_code(Table.FRIEND_LINKS, written)
    assert renewed != written
    assert Cipher(new).read_code(Table.FRIEND_LINKS, renewed) == CODE


async def test_alerts_have_one_code(store: Store) -> None:
    """An alert keeps its first code, and is found by it."""
    await begin_broadcast(store, 1)
    async with store.transaction() as tx:
        [alert_id] = (await tx.broadcasts.alerts_of([1])).values()
        await tx.alert_links.add(alert_id, CODE)
        await tx.alert_links.add(alert_id, OTHER)
        assert await tx.alert_links.code_of(alert_id) == CODE
        assert (await tx.alert_links.find(CODE), await tx.alert_links.find(OTHER)) == (alert_id, None)


async def test_friends_are_one_source(store: Store) -> None:
    """All supporters' links are one source, made once, under a name that nobody can type."""
    async with store.transaction() as tx:
        first = await tx.sources.friends(now=NOW)
        assert await tx.sources.friends(now=NOW) == first
        found = await tx.sources.get(first)
    assert found is not None
    assert found.is_friends
    assert found.name == FRIENDS_NAME != FRIENDS_NAME.strip()
