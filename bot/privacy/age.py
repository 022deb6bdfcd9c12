"""The age format (age-encryption.org/v1) in a stream: encrypted to a public key, opened with the private one.

A list of any length goes through in the memory of a few blocks of 64 KiB. pyrage is loaded when it is needed.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import CampaignError

MAGIC = b"age-encryption.org/v1"
"""With what a file of this format begins."""


class IdentityUnreadable(CampaignError):
    """There is no private key of a backup in this file. It holds a line that begins with AGE-SECRET-KEY-1."""


class WrongIdentity(CampaignError):
    """This private key does not open the backup: it was encrypted to another. Give the key of its time."""


class NotWhole(CampaignError):
    """This is no backup, or not all of one, or it was changed. Take another copy, or an earlier one."""


def write_identity(file: Path) -> str:
    """Write a new private key where none is, readable by its owner only. Returns the public one.

    Raises FileExistsError: a key is never overwritten.
    """
    from pyrage import x25519  # noqa: PLC0415

    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(f"# public key: {recipient}\n{identity}\n")
        opened.flush()
        os.fsync(opened.fileno())
    return recipient


def read_identities(file: Path) -> list[Any]:
    """Return the private keys in a file, as age writes them: one a line, remarks behind a #.

    Raises IdentityUnreadable, OSError.
    """
    from pyrage import IdentityError, x25519  # noqa: PLC0415

    lines = [line.strip() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError:
        found = []
    if not found:
        raise IdentityUnreadable
    return found


@contextmanager
def encrypting(recipient: str, out: BinaryIO) -> Iterator[BinaryIO]:
    """Give a file to write into; what is written arrives in `out`, encrypted. It is whole when the block has ended.

    Raises OSError where `out` does.
    """
    from pyrage import encrypt_io, x25519  # noqa: PLC0415

    to, noting = [x25519.Recipient.from_str(recipient)], _Noting(out)
    reading, writing = _pipe()
    work = _Work(lambda: encrypt_io(reading, noting, to), ends=reading)
    try:
        with work.until_done(closing=writing):
            yield writing
    except Exception as error:
        if noting.failed is None:
            raise
        raise noting.failed from error


@contextmanager
def decrypting(identities: list[Any], sealed: BinaryIO) -> Iterator[BinaryIO]:
    """Give a file to read from: what was encrypted to one of these.

    What is read is not to be relied on before the block has ended.
    Raises WrongIdentity, NotWhole.
    """
    from pyrage import DecryptError, decrypt_io  # noqa: PLC0415

    reading, writing = _pipe()
    work = _Work(lambda: decrypt_io(sealed, writing, identities), ends=writing)
    try:
        with work.until_done(closing=reading):
            yield reading
    except Exception as error:
        failed, said = work.failed, str(work.failed)
        if failed is None or "BrokenPipe" in said:
            # Nothing was wrong with it: whoever read did not read on.
            raise
        if isinstance(failed, DecryptError) and "matching" in said:
            raise WrongIdentity from error
        if isinstance(failed, DecryptError) or "decryption" in said:
            raise NotWhole from error
        raise


class _Work:
    """Something done in a thread of its own, with one end of a pipe that it closes when it is done."""

    def __init__(self, do: Callable[[], object], *, ends: BinaryIO) -> None:
        self.failed: BaseException | None = None
        self._do, self._ends = do, ends

    @contextmanager
    def until_done(self, *, closing: BinaryIO) -> Iterator[None]:
        """Let it go on beside the block, then close the other end and wait for it. Its error is raised."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(BrokenPipeError):  # it has failed, and says why
                closing.close()
            thread.join()
        if self.failed is not None:
            raise self.failed

    def _run(self) -> None:
        try:
            self._do()
        except BaseException as error:  # noqa: BLE001  # raised again in the other thread
            self.failed = error
        finally:
            with suppress(BrokenPipeError):  # nobody reads on
                self._ends.close()


class _Noting:
    """A file that remembers how writing failed: pyrage keeps the words of an error only."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write it all."""
        try:
            return self._out.write(data)
        except OSError as error:
            raise self._noted(error) from None

    def flush(self) -> None:
        """Hand on what is written."""
        try:
            self._out.flush()
        except OSError as error:
            raise self._noted(error) from None

    def _noted(self, error: OSError) -> OSError:
        error.filename = self._out.name
        self.failed = error
        return error


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
