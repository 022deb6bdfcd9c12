"""Changes of the key that are wrong on purpose, each in one way."""

from typing import Any

import pytest

from bot.jobs import rotation
from bot.privacy.cipher import Cipher, Ref, Table
from bot.privacy.keys import Keys
from bot.store import conversations, keys, sharing, subscribers, team
from bot.store.keys import KeyRecords
from bot.store.rekey import Rekeyed, tables_to_rekey
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


@mutant("crowd", "LOOKUP")
def looks_under_the_new_key_only(patch: pytest.MonkeyPatch) -> None:
    """Find nobody who still stands under the old key."""

    def stands_at(self: Cipher, table: Table, chat_id: int) -> dict[str, Ref]:
        return {"ref": self.ref(table, chat_id), "former": self.ref(table, chat_id)}

    patch.setattr(Cipher, "stands_at", stands_at)


@mutant("crowd", "FAILED")
def brings_nobody_over(patch: pytest.MonkeyPatch) -> None:
    """Write a second row for whoever stands under the old key: two rows of one person cannot both be written anew."""

    async def nothing(*_given: Any) -> None:
        return

    for module in (conversations, sharing, subscribers, team):
        patch.setattr(module, "bring_over", nothing)


@mutant("crowd", "KEYS")
def keeps_to_its_own_key(patch: pytest.MonkeyPatch) -> None:
    """Let each process write under the key that it began with."""
    patch.setattr(Keys, "cipher_of", lambda self, _key_id, **_about: Cipher(self.ring))


@mutant("order_at_the_moment", "ORDER")
def forgets_what_waits(patch: pytest.MonkeyPatch) -> None:
    """Leave the names of chats whose updates wait as they were."""

    async def nothing(_self: KeyRecords, _cipher: Cipher) -> None:
        return

    patch.setattr(KeyRecords, "_rename_chats", nothing)


@mutant("held", "KEYS")
def does_not_look_again(patch: pytest.MonkeyPatch) -> None:
    """Leave the rows that others had."""

    async def nothing(_self: rotation.Rotation) -> dict[str, Rekeyed]:
        return {table.name: Rekeyed(found=0, unreadable=0, after=None) for table in tables_to_rekey()}

    patch.setattr(rotation.Rotation, "_left", nothing)


@mutant("across", "KEYS")
def waits_for_nobody(patch: pytest.MonkeyPatch) -> None:
    """Change the key while others write under the old one."""
    patch.setattr(keys, "KEY_ID_TO_WRITE", keys.KEY_ID)
