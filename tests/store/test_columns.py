"""Every column says what it holds."""

import sqlalchemy as sa

from bot.store.columns import Holds, columns_that_hold, holds
from bot.store.schema import metadata


def test_every_column_is_marked() -> None:
    """A column without a mark would be passed over by rotation, erase and the privacy scan."""
    assert [str(c) for table in metadata.sorted_tables for c in table.c if "holds" not in c.info] == []


def test_bytes_are_named() -> None:
    """Bytes are a person's ref, sealed content, or stand in this list as neither."""
    neither = {"invitations.code_sha256", "budget.starts", "budget.refusals"}
    neither |= {"installation.key_id", "installation.next_key_id", "former_keys.key_id", "workers.key_ids"}
    columns = [c for table in metadata.sorted_tables for c in table.c if isinstance(c.type, sa.LargeBinary)]
    assert {str(c) for c in columns if holds(c) is Holds.PUBLIC} == neither


def test_refs_are_found() -> None:
    """The tables in which people are known."""
    found = {str(column) for column in columns_that_hold(metadata, Holds.REF)}
    assert {"subscribers.ref", "organizers.ref", "conversations.ref", "languages.ref"} <= found
