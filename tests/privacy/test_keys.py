"""The keys of a process that runs: the file is read again when it changes, and the key in use is never forgotten."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import WrongKey
from bot.privacy.cipher import Cipher, Table
from bot.privacy.key_file import key_file_held, replace_key_file
from bot.privacy.keyring import CampaignKey, new_key, read_key
from bot.privacy.keys import Keys
from tests.making import KEY
from tests.worlds.rotation import key_file

NEW, NEWER = (CampaignKey(bytes([n]) * 64) for n in (7, 9))


def test_the_file_is_replaced(tmp_path: Path) -> None:
    """Its permissions stay, but for others'; nothing else is left in the folder, whatever happens."""
    file = key_file(tmp_path)
    for before, after in ((0o600, 0o600), (0o640, 0o640), (0o644, 0o640)):
        file.chmod(before)
        replace_key_file(file, CampaignKey(NEW.secret, previous=(KEY,)))
        assert stat.S_IMODE(file.stat().st_mode) == after
        assert read_key(text=None, file=file) == CampaignKey(NEW.secret, previous=(KEY,))
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """A link to the file stays one."""
    file, link = key_file(tmp_path), tmp_path / "linked.key"
    link.symlink_to(file)
    replace_key_file(link, NEW)
    assert link.is_symlink()
    assert read_key(text=None, file=file) == NEW


def test_it_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full leaves the old key in its place, and no half of a new one."""
    file = key_file(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_key_file(file, NEW)
    assert read_key(text=None, file=file) == KEY
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_one_at_a_time(tmp_path: Path) -> None:
    """Two changes of one file are not made at once."""
    file = key_file(tmp_path)
    with key_file_held(file) as first, key_file_held(file) as second:
        assert (first, second) == (True, False)
    with key_file_held(file) as third:
        assert third


def test_read_again(tmp_path: Path) -> None:
    """What comes into the file is known, what leaves it is not any more; which is in use somebody else says."""
    file = key_file(tmp_path)
    keys = Keys(KEY, file=file)
    assert not keys.reread()
    replace_key_file(file, CampaignKey(NEW.secret, previous=(KEY,)))
    assert keys.reread()
    assert keys.ring == CampaignKey(KEY.secret, previous=(NEW,))
    assert keys.cipher.ref(Table.LANGUAGES, 1) == Cipher(KEY).ref(Table.LANGUAGES, 1)
    assert keys.cipher_of(NEW.id).ref(Table.LANGUAGES, 1) == Cipher(NEW).ref(Table.LANGUAGES, 1)
    assert keys.cipher_of(NEW.id).chat_id(Table.LANGUAGES, Cipher(KEY).ref(Table.LANGUAGES, 1)) == 1
    replace_key_file(file, NEW)
    assert keys.reread()
    assert keys.ring == NEW


def test_replaced_at_the_start(tmp_path: Path) -> None:
    """A file that was replaced just after it was read is read once more."""
    file = key_file(tmp_path)
    key = read_key(text=None, file=file)
    replace_key_file(file, CampaignKey(NEW.secret, previous=(KEY,)))
    keys = Keys(key, file=file)
    assert keys.cipher_of(NEW.id).key_id == NEW.id


def test_read_when_needed(tmp_path: Path) -> None:
    """A key that the database names and nobody has here is looked for in the file; then it is no key of ours."""
    file = key_file(tmp_path)
    keys = Keys(KEY, file=file)
    with pytest.raises(WrongKey):
        keys.cipher_of(NEW.id)
    replace_key_file(file, CampaignKey(NEWER.secret, previous=(NEW,)))
    assert keys.cipher_of(NEW.id).key_id == NEW.id
    assert keys.ring == CampaignKey(NEW.secret, previous=(NEWER,))


def test_the_key_in_use_is_kept(tmp_path: Path) -> None:
    """Whatever is done to the file, what the database still stands under is not forgotten."""
    file = key_file(tmp_path)
    keys = Keys(KEY, file=file)
    for wrong in ("", "x", "y" * 88):
        file.write_text(wrong)
        assert not keys.reread()
    file.unlink()
    assert not keys.reread()
    key_file(tmp_path, new_key()[0])
    assert keys.reread()
    assert keys.cipher.key_id == keys.ring.id == KEY.id
