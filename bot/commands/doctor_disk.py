"""Whether the disk under SQLite keeps what it is given, and locks as SQLite needs it."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.commands.output import Finding

MOUNTS = Path("/proc/self/mounts")
"""Linux's list of what is mounted where; elsewhere there is none, and nothing is said."""

NETWORK = frozenset({"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "lustre", "nfs", "nfs4", "smb3"})
"""On these, the log that SQLite's processes share does not work (sqlite.org/wal.html, "all on the same host")."""

PASSING = frozenset({"aufs", "overlay", "ramfs", "tmpfs"})
"""These are gone with the container, or with the machine's memory."""

HOSTS_WITHOUT_FILES = {"DYNO": "Heroku"}
"""A variable by which a host is known that throws files away with each restart."""

POSTGRESQL = "Set DATABASE_URL to a PostgreSQL."


def disk_finding(
    database: Path, *, mounts: Path = MOUNTS, environment: Mapping[str, str] = os.environ
) -> Finding | None:
    """Return what is found of the disk a SQLite file lies on; None where it is an ordinary one, or not known."""
    for name, host in HOSTS_WITHOUT_FILES.items():
        if name in environment:
            found = f"{host} throws the database away with each restart."
            return Finding(subject="disk", found=found, mend=POSTGRESQL)
    kind = _file_system(database.resolve(), mounts)
    if kind in NETWORK:
        found = f"the database lies on a network disk ({kind}), where SQLite breaks."
        return Finding(
            subject="disk", found=found, mend=f"Move it to a disk of this machine. Or: {POSTGRESQL}"
        )
    if kind in PASSING:
        found = f"{kind}: gone with this container or machine. For a campaign, use a volume that stays, or PostgreSQL"
        return Finding(subject="disk", found=found)
    return None


def _file_system(file: Path, mounts: Path) -> str | None:
    """Return the kind of file system, of the mount that is nearest above the file."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    above = {parent.as_posix() for parent in file.parents}
    found = [(_path(parts[1]), parts[2]) for parts in map(str.split, lines) if len(parts) > 2]  # noqa: PLR2004  # device, place, kind
    # Of two mounts on one place the later lies on top.
    near = [(len(place), number, kind) for number, (place, kind) in enumerate(found) if place in above]
    return max(near)[2] if near else None


def _path(written: str) -> str:
    """Return a place as it is; spaces are written in octal."""
    return written.replace("\\040", " ")
