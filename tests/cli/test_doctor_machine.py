"""What doctor says of the machine."""

import os
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.commands.doctor_machine import (
    ENOUGH_FILES,
    MEGABYTE,
    files_finding,
    memory_finding,
    permission_findings,
    port_finding,
)
from bot.commands.output import Finding
from bot.rehearsal.stage import free_port


class Machine:
    """Linux's files about memory, written by a test."""

    def __init__(self, folder: Path, *, total: int) -> None:
        self.cgroups, self.meminfo, self.own = folder / "cgroup", folder / "meminfo", folder / "own"
        self.meminfo.write_text(f"MemTotal:  {total * 1024} kB\nMemFree:  1 kB\n")

    def limit(self, group: str, name: str, limit: str) -> None:
        """Limit a group."""
        folder = self.cgroups / group
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(limit + "\n")

    def found(self, *, encoder: bool = True) -> Finding | None:
        """Look."""
        return memory_finding(encoder=encoder, meminfo=self.meminfo, cgroups=self.cgroups, own=self.own)


@pytest.mark.parametrize(
    ("own", "group", "name"),
    [
        ("0::/\n", ".", "memory.max"),
        ("0::/system.slice/bot.service\n", "system.slice/bot.service", "memory.max"),
        ("0::/system.slice/bot.service\n", "system.slice", "memory.max"),
        ("5:cpu:/x\n4:memory:/docker/1\n", "memory/docker/1", "memory.limit_in_bytes"),
    ],
)
def test_memory(tmp_path: Path, own: str, group: str, name: str) -> None:
    """The least limit of this process's group and those above it counts, of containers and of systemd."""
    machine = Machine(tmp_path, total=2000)
    machine.own.write_text(own)
    machine.limit(group, name, "max")
    assert machine.found() is None
    machine.limit(group, name, str(399 * MEGABYTE))
    found = machine.found()
    assert found is not None
    assert "399 MB" in found.found
    assert "512 MB" in found.mend
    assert not found.ok
    assert machine.found(encoder=False) is None
    machine.limit(group, name, str(400 * MEGABYTE))
    assert machine.found() is None


def test_a_small_machine(tmp_path: Path) -> None:
    """Without any limit, the memory of the machine counts; where nothing is known of it, nothing is said."""
    machine = Machine(tmp_path, total=256)
    assert machine.found() is not None
    machine.meminfo.unlink()
    assert machine.found() is None


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """Have a program answer every request so, on a port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_free_port() -> None:
    """A port that is free can be had."""
    assert port_finding(free_port(), host="127.0.0.1").ok


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", False),
        (b"SSH-2.0-OpenSSH_9.9\r\n", False),
    ],
)
def test_a_port_that_is_taken(answer: bytes, *, ok: bool) -> None:
    """A port that another program has is told, with what finds out which; our own bot may have it."""
    with answering(answer) as port:
        found = port_finding(port, host="127.0.0.1")
    assert found.ok is ok
    assert ok or (str(port) in found.mend and "PORT" in found.mend)


def test_a_port_of_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port below 1024 is for root; the mend is another one."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refused)
    found = port_finding(80)
    assert not found.ok
    assert "1024" in found.mend


def test_open_files() -> None:
    """Too few open files are told; enough, or no limit, are not."""
    found = files_finding(256)
    assert found is not None
    assert "LimitNOFILE" in found.mend
    assert files_finding(ENOUGH_FILES) is None
    assert files_finding(resource.RLIM_INFINITY) is None


def test_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this user may not write is named: the folder, the file, or the log beside it that root left behind."""
    database = tmp_path / "campaign.db"
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).touch()
    assert list(permission_findings(database)) == []
    refused: set[Path] = set()
    # Root, as whom tests may run, may write everything.
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) not in refused)
    for path in (tmp_path, database, tmp_path / "campaign.db-wal", tmp_path / "campaign.db-shm"):
        refused.clear()
        refused.add(path)
        [found] = permission_findings(database)
        assert str(path) in found.found
        assert f"chown -R {os.getuid()} {tmp_path}" in found.mend


def test_nothing_there_yet(tmp_path: Path) -> None:
    """Before `init` there is nothing that could not be written."""
    assert list(permission_findings(tmp_path / "data/campaign.db")) == []
