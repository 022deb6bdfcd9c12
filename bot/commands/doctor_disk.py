"""Whether the disk under SQLite keeps what it is given, and locks as SQLite needs it."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.commands.output import Finding

MOUNTS = Path("/proc/self/mounts")
"""Linux's list of what is mounted where; elsewhere there is none, and nothing is said."""

NETWORK = frozenset({"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "lustre", "nfs", "nfs4", "smb3"})
"""On these, the log that SQLite's processes share does not work (sqlite.org/wal.html, "all on the same host")."""

PASSING = frozenset({"aufs", "overlay", "ramfs", "tmpfs"})
"""These are gone with the container, or with the machine's memory."""

HOSTS_WITHOUT_FILES = {"DYNO": "Heroku", "K_SERVICE": "Cloud Run"}
"""A variable by which a host is known that throws files away with each restart."""

HOSTS_WITH_VOLUMES = {
    "FLY_APP_NAME": "Fly.io",
    "KOYEB_APP_NAME": "Koyeb",
    "RAILWAY_ENVIRONMENT_NAME": "Railway",
    "RENDER": "Render",
}
"""A variable by which a host is known that keeps nothing but what lies on a volume of its own."""

ROOM = 200 << 20
"""Bytes that should be free: the log beside the database, and rewriting it, take some."""

POSTGRESQL = "Set DATABASE_URL to a PostgreSQL."


def disk_finding(
    database: Path, *, mounts: Path = MOUNTS, environment: Mapping[str, str] = os.environ
) -> Finding | None:
    """Return what is found of the disk a SQLite file lies on; None where it is an ordinary one, or not known."""
    for name, host in HOSTS_WITHOUT_FILES.items():
        if name in environment:
            found = f"{host} throws the database away with each restart."
            return Finding(subject="disk", found=found, mend=POSTGRESQL)
    place, kind = _file_system(database.resolve(), mounts)
    for name, host in HOSTS_WITH_VOLUMES.items():
        if name in environment and place == "/":
            found = f"{host} throws the database away with each restart: it lies on no volume."
            return Finding(
                subject="disk", found=found, mend=f"Mount a volume and put it there. Or: {POSTGRESQL}"
            )
    if kind in NETWORK:
        found = f"the database lies on a network disk ({kind}), where SQLite breaks."
        return Finding(
            subject="disk", found=found, mend=f"Move it to a disk of this machine. Or: {POSTGRESQL}"
        )
    if kind in PASSING:
        found = f"{kind}: gone with this container or machine. For a campaign, use a volume that stays, or PostgreSQL"
        return Finding(subject="disk", found=found)
    return None


def room_finding(database: Path, *, free: int | None = None) -> Finding | None:
    """Return what is found where the disk is nearly full; where the folder is not there yet, nothing."""
    if free is None:
        try:
            free = shutil.disk_usage(database.parent).free
        except OSError:
            return None
    if free >= ROOM:
        return None
    found = f"{free >> 20} MB are free where the database lies."
    return Finding(subject="room", found=found, mend="Make room: with a full disk nobody is answered.")


def _file_system(file: Path, mounts: Path) -> tuple[str, str] | tuple[None, None]:
    """Return where the mount is that is nearest above the file, and its kind of file system."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None, None
    above = {parent.as_posix() for parent in file.parents}
    found = [(_path(parts[1]), parts[2]) for parts in map(str.split, lines) if len(parts) > 2]  # noqa: PLR2004  # device, place, kind
    # Of two mounts on one place the later lies on top.
    near = [(len(place), number) for number, (place, _) in enumerate(found) if place in above]
    return found[max(near)[1]] if near else (None, None)


def _path(written: str) -> str:
    """Return a place as it is; spaces are written in octal."""
    return written.replace("\\040", " ")
