"""What doctor says of the disk under SQLite."""

from pathlib import Path

import pytest

from bot.commands.doctor_disk import HOSTS_WITH_VOLUMES, HOSTS_WITHOUT_FILES, ROOM, disk_finding, room_finding

MOUNTS = """
overlay / overlay rw 0 0
/dev/sda1 /data ext4 rw 0 0
server:/share /data/shared nfs4 rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/sdb1 /run ext4 rw 0 0
//nas/files /mnt/my\\040disk cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("database", "says", "ok"),
    [
        ("/data/campaign.db", None, True),
        ("/data/shared/campaign.db", "network disk (nfs4)", False),
        ("/mnt/my disk/campaign.db", "network disk (cifs)", False),
        ("/srv/campaign.db", "overlay: gone with this container", True),
        ("/run/campaign.db", None, True),
    ],
)
def test_disks(tmp_path: Path, database: str, says: str | None, *, ok: bool) -> None:
    """The mount nearest above the file counts; of two on one place, the later."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    found = disk_finding(Path(database), mounts=mounts, environment={})
    if says is None:
        assert found is None
        return
    assert found is not None
    assert says in found.found
    assert found.ok is ok


@pytest.mark.parametrize("name", HOSTS_WITHOUT_FILES)
def test_a_host_without_files(tmp_path: Path, name: str) -> None:
    """A host that is known to throw files away is named, with the mend."""
    found = disk_finding(tmp_path / "campaign.db", environment={name: "web.1"})
    assert found is not None
    assert "PostgreSQL" in found.mend


def test_elsewhere(tmp_path: Path) -> None:
    """Where the system has no list of mounts, nothing is said."""
    assert disk_finding(tmp_path / "campaign.db", mounts=tmp_path / "none", environment={}) is None


@pytest.mark.parametrize("name", HOSTS_WITH_VOLUMES)
def test_a_host_with_volumes(tmp_path: Path, name: str) -> None:
    """A host that keeps nothing but its volumes is named where the database lies on none of them."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    found = disk_finding(Path("/srv/campaign.db"), mounts=mounts, environment={name: "x"})
    assert found is not None
    assert not found.ok
    assert "volume" in found.mend
    assert disk_finding(Path("/data/campaign.db"), mounts=mounts, environment={name: "x"}) is None


def test_room(tmp_path: Path) -> None:
    """A disk that is nearly full is told; a folder that is not there yet is not."""
    found = room_finding(tmp_path / "campaign.db", free=ROOM - 1)
    assert found is not None
    assert not found.ok
    assert room_finding(tmp_path / "campaign.db", free=ROOM) is None
    assert room_finding(tmp_path / "none" / "campaign.db") is None
