"""Encrypted in a stream, to a key whose other half is not here."""

import errno
import os
import random
import stat
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from bot.config.checks import backup_recipient
from bot.privacy.age import (
    MAGIC,
    IdentityUnreadable,
    NotWhole,
    WrongIdentity,
    decrypting,
    encrypting,
    read_identities,
    write_identity,
)

WHOLE = 200_000
"""Bytes: some blocks of the format, and a part of one."""


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, list[Any]]:
    """Return a public key, and the private one as it is read."""
    file = tmp_path / "key.txt"
    return write_identity(file), read_identities(file)


def seal(recipient: str, text: bytes, file: Path) -> Path:
    """Encrypt a text into a file, in pieces."""
    with file.open("wb") as out, encrypting(recipient, out) as sealed:
        for at in range(0, len(text), 7000):
            sealed.write(text[at : at + 7000])
    return file


def unseal(file: Path, identities: list[Any]) -> bytes:
    """Decrypt a file."""
    with file.open("rb") as sealed, decrypting(identities, sealed) as plain:
        return plain.read()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, WHOLE])
def test_there_and_back(keys: tuple[str, list[Any]], size: int, tmp_path: Path) -> None:
    """What was encrypted to the public key is opened by the private one, and shows nothing meanwhile."""
    recipient, identities = keys
    text = random.Random(size).randbytes(size)  # noqa: S311  # any bytes
    file = seal(recipient, text, tmp_path / "sealed")
    assert unseal(file, identities) == text
    assert file.read_bytes().startswith(MAGIC)
    assert size < 100 or text[:100] not in file.read_bytes()


def test_another_key(keys: tuple[str, list[Any]], tmp_path: Path) -> None:
    """Another private key opens nothing, and it is said that it is another."""
    file = seal(keys[0], b"text", tmp_path / "sealed")
    write_identity(tmp_path / "another.txt")
    with pytest.raises(WrongIdentity):
        unseal(file, read_identities(tmp_path / "another.txt"))


@pytest.mark.parametrize("left", [0, 10, 100, 300, 70_000, 131_000, -1])
def test_cut_off(keys: tuple[str, list[Any]], left: int, tmp_path: Path) -> None:
    """One that ends early is not whole, wherever it ends."""
    file = seal(keys[0], bytes(WHOLE), tmp_path / "sealed")
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(NotWhole):
        unseal(file, keys[1])


@pytest.mark.parametrize("at", [250, 70_000, 199_999])
def test_one_bit(keys: tuple[str, list[Any]], at: int, tmp_path: Path) -> None:
    """One in which a bit was changed is not whole."""
    file = seal(keys[0], bytes(WHOLE), tmp_path / "sealed")
    changed = bytearray(file.read_bytes())
    changed[at] ^= 1
    file.write_bytes(changed)
    with pytest.raises(NotWhole):
        unseal(file, keys[1])


def test_no_room(keys: tuple[str, list[Any]]) -> None:
    """A disk that is full is said to be: the error is the system's own, with the file's name."""

    class Full:
        name = "backup.age"

        def write(self, _data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def flush(self) -> None:
            pass

    def fill() -> None:
        with encrypting(keys[0], cast("BinaryIO", Full())) as sealed:
            for _ in range(100):
                sealed.write(bytes(10_000))

    with pytest.raises(OSError, match="No space") as raised:
        fill()
    assert raised.value.filename == "backup.age"


def test_who_does_not_read_on(keys: tuple[str, list[Any]], tmp_path: Path) -> None:
    """Whoever stops reading with an error of their own hears that one, and nothing hangs."""
    file = seal(keys[0], bytes(1_000_000), tmp_path / "sealed")

    def read_some() -> None:
        with file.open("rb") as sealed, decrypting(keys[1], sealed) as plain:
            plain.read(10)
            raise LookupError

    with pytest.raises(LookupError):
        read_some()


def test_a_key_file(tmp_path: Path) -> None:
    """A private key is its owner's alone, is never overwritten, and is read with the remarks that age writes."""
    file = tmp_path / "key.txt"
    recipient = write_identity(file)
    assert backup_recipient(recipient) == recipient
    assert recipient in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_identity(file)
    assert [str(each.to_public()) for each in read_identities(file)] == [recipient]


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1QQQ\n", "\xff", "age1abc"])
def test_no_key(text: str, tmp_path: Path) -> None:
    """A file without a private key is said to be one."""
    (tmp_path / "key.txt").write_text(text, encoding="utf-8")
    with pytest.raises(IdentityUnreadable):
        read_identities(tmp_path / "key.txt")
