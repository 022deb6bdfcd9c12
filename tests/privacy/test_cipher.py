"""Keys and ciphers: refs can be looked up by who has the key, and say nothing to anybody else."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import WrongKey
from bot.privacy.cipher import KEY_ID_BYTES, Cipher, Table
from bot.privacy.keyring import (
    KEY_BYTES,
    CampaignKey,
    KeyInvalid,
    KeyMissing,
    new_key,
    parse_key,
    read_key,
    text_of,
    write_key_file,
)
from tests.making import KEY

CIPHER = Cipher(KEY)
OTHER = Cipher(CampaignKey(bytes(reversed(range(64)))))
CHATS = st.integers(-(2**52), 2**52)
TABLES = st.sampled_from(Table)


@given(TABLES, CHATS)
def test_refs_round_trip(table: Table, chat_id: int) -> None:
    """A ref opens to the chat it was made of, and is the same each time."""
    ref = CIPHER.ref(table, chat_id)
    assert CIPHER.chat_id(table, ref) == chat_id
    assert CIPHER.ref(table, chat_id) == ref


@given(TABLES, TABLES, CHATS, CHATS)
def test_refs_differ(one: Table, other: Table, chat_id: int, other_id: int) -> None:
    """Two refs are equal only for the same chat in the same table."""
    same = CIPHER.ref(one, chat_id) == CIPHER.ref(other, other_id)
    assert same == ((one, chat_id) == (other, other_id))


@given(TABLES, CHATS)
def test_refs_hide_the_chat(table: Table, chat_id: int) -> None:
    """The id is in no ref, in none of the ways it could be written."""
    ref = CIPHER.ref(table, chat_id)
    assert len(ref) == 24
    for written in (chat_id.to_bytes(8, "big", signed=True), chat_id.to_bytes(8, "little", signed=True)):
        assert written not in bytes(ref)


@given(TABLES, TABLES, CHATS)
def test_refs_of_another_table(table: Table, other: Table, chat_id: int) -> None:
    """A ref copied into another table says nothing there."""
    if table is not other:
        with pytest.raises(WrongKey):
            CIPHER.chat_id(other, CIPHER.ref(table, chat_id))


@given(TABLES, st.binary(max_size=200))
def test_sealing_round_trip(table: Table, content: bytes) -> None:
    """What is sealed opens to what it was; the same content twice looks different."""
    sealed = CIPHER.seal(table, content)
    assert CIPHER.unseal(table, sealed) == content
    assert CIPHER.seal(table, content) != sealed


@given(TABLES, st.binary(max_size=50), st.data())
def test_tampering_is_refused(table: Table, content: bytes, data: st.DataObject) -> None:
    """One changed bit anywhere is noticed."""
    sealed = bytearray(CIPHER.seal(table, content))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(WrongKey):
        CIPHER.unseal(table, bytes(sealed))


@given(TABLES, TABLES, st.binary(max_size=50))
def test_sealed_for_another_table(table: Table, other: Table, content: bytes) -> None:
    """Sealed content moved to another table does not open."""
    if table is not other:
        with pytest.raises(WrongKey):
            CIPHER.unseal(other, CIPHER.seal(table, content))


@given(TABLES, st.binary(max_size=60))
def test_rubbish_is_refused(table: Table, rubbish: bytes) -> None:
    """Bytes that nobody sealed do not open, however few they are."""
    with pytest.raises(WrongKey):
        CIPHER.unseal(table, rubbish)
    with pytest.raises(WrongKey):
        CIPHER.chat_id(table, rubbish)


@given(TABLES, CHATS)
def test_another_key(table: Table, chat_id: int) -> None:
    """Another campaign's key opens nothing, and knows the same chat by another ref."""
    assert OTHER.ref(table, chat_id) != CIPHER.ref(table, chat_id)
    with pytest.raises(WrongKey):
        OTHER.chat_id(table, CIPHER.ref(table, chat_id))
    with pytest.raises(WrongKey):
        OTHER.unseal(table, CIPHER.seal(table, b"x"))


def test_ring() -> None:
    """The current key makes everything new; what the ones before it made opens too, and is found."""
    ring = Cipher(CampaignKey(bytes(KEY_BYTES), previous=(KEY,)))
    current = Cipher(CampaignKey(bytes(KEY_BYTES)))
    for table in Table:
        assert ring.refs(table, 5) == [current.ref(table, 5), CIPHER.ref(table, 5)]
        assert ring.ref(table, 5) == current.ref(table, 5) == ring.renewed_ref(table, CIPHER.ref(table, 5))
        assert ring.chat_id(table, CIPHER.ref(table, 5)) == ring.chat_id(table, current.ref(table, 5)) == 5
        old = CIPHER.seal(table, b"x")
        assert ring.unseal(table, old) == current.unseal(table, ring.resealed(table, old)) == b"x"
        new = ring.seal(table, b"x")
        assert current.unseal(table, new) == b"x"
        assert ring.resealed(table, new) == new
        with pytest.raises(WrongKey):
            ring.unseal(table, OTHER.seal(table, b"x"))
        with pytest.raises(WrongKey):
            ring.chat_id(table, OTHER.ref(table, 5))


def test_sealed_before_it_named_its_key() -> None:
    """Content that was sealed without the id of its key in front still opens, with a ring too."""
    before = CIPHER.seal(Table.UPDATES, b"x")[KEY_ID_BYTES:]
    assert CIPHER.unseal(Table.UPDATES, before) == b"x"
    ring = Cipher(CampaignKey(bytes(KEY_BYTES), previous=(KEY,)))
    assert ring.unseal(Table.UPDATES, before) == b"x"
    assert ring.unseal(Table.UPDATES, ring.resealed(Table.UPDATES, before)) == b"x"


def test_marks_are_shared() -> None:
    """A mark is the same each time, depends on the key, and stands for many chats: it names none of them."""
    marks = [CIPHER.chat_tag(chat_id) for chat_id in range(2000)]
    assert marks == [CIPHER.chat_tag(chat_id) for chat_id in range(2000)]
    assert marks != [Cipher(CampaignKey(bytes(KEY_BYTES))).chat_tag(chat_id) for chat_id in range(2000)]
    assert all(0 <= mark < 1 << 16 for mark in marks)


def test_a_ref_is_no_seal() -> None:
    """The purposes are kept apart: a ref cannot be passed off as sealed content."""
    with pytest.raises(WrongKey):
        CIPHER.unseal(Table.UPDATES, CIPHER.ref(Table.UPDATES, 5))


def test_key_never_prints_itself() -> None:
    """Neither the key's text nor its bytes show where it is printed; its name is not its secret."""
    assert repr(KEY) == str(KEY) == f"{KEY}" == "CampaignKey(…)"
    assert KEY.id not in KEY.secret
    assert len(KEY.id) == 8


def test_derived_secrets_are_apart() -> None:
    """Each purpose has a secret of its own, always the same, fit for an address."""
    made = {KEY.derive(purpose) for purpose in ("webhook", "desk")}
    assert len(made) == 2
    assert KEY.derive("webhook") in made
    assert all(len(secret) == 43 and secret.replace("-", "").replace("_", "").isalnum() for secret in made)


def test_new_keys() -> None:
    """A new key is its base64 form, and another each time."""
    key, text = new_key()
    assert parse_key(f"  {text[:40]}\n{text[40:]}\n") == key
    assert new_key()[0] != key


def test_key_ring(tmp_path: Path) -> None:
    """A file with two lines is a ring: the newer key and the one that opens what it made before."""
    (one, first), (two, second), (_, third) = (new_key() for _ in range(3))
    ring = parse_key(f"{first}\n\n{second}\n")
    assert (ring.secret, ring.previous) == (one.secret, (two,))
    assert ring.ring == (ring, two)
    assert ring.id == one.id
    assert parse_key(text_of(ring)) == ring
    file = tmp_path / "ring.key"
    file.write_text(f"{first}\n{second}\n")
    assert read_key(text=None, file=file).previous == (two,)
    for wrong in (
        f"{first}\n{first}",
        f"{first}\n{second[:-8]}",
        f"{first}\nx",
        f"{first}\n{second}\n{third}",
    ):
        with pytest.raises(KeyInvalid):
            parse_key(wrong)


@pytest.mark.parametrize(
    "text", ["", "x", "not base64!", base64.b64encode(bytes(KEY_BYTES - 1)).decode(), "ü" * 88]
)
def test_invalid_keys(text: str) -> None:
    """Anything but base64 of 64 bytes is refused."""
    with pytest.raises(KeyInvalid):
        parse_key(text)


def test_key_file(tmp_path: Path) -> None:
    """The file is its owner's alone, is read back, and is never overwritten."""
    file = tmp_path / "keys" / "campaign.key"
    key = write_key_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_key(text=None, file=file) == key
    with pytest.raises(FileExistsError):
        write_key_file(file)
    assert read_key(text=None, file=file) == key


def test_where_the_key_comes_from(tmp_path: Path) -> None:
    """The setting comes before the file; with neither, the error says what to do."""
    file = tmp_path / "campaign.key"
    write_key_file(file)
    key, text = new_key()
    assert read_key(text=text, file=file) == key
    for absent in (None, tmp_path / "no.key", tmp_path):
        with pytest.raises(KeyMissing):
            read_key(text=None, file=absent)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyInvalid):
        read_key(text=None, file=file)
