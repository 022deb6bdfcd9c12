"""What is wrong with a file or a folder that a command uses, in one line, with the mend."""

import errno
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The disk is full, or what this user may have of it."""

_AS_WHOM = "Call it as the user that the bot runs as, or give this one the right (chown, chmod)"


def names_a_file(error: OSError) -> bool:
    """Whether an error is of a file, and no failure of a connection."""
    return error.filename is not None or error.errno in FULL


def said(error: OSError) -> str:
    """Return what went wrong with which file, and what to do."""
    if error.filename is None:
        return "There is no room left on the disk. Make some, then call it again."
    file = Path(str(error.filename))
    is_there = file.exists()
    folder = _nearest_folder(file)
    match error.errno:
        case errno.EACCES | errno.EPERM if is_there:
            return f"{file} may not be read, written or replaced by this user. {_AS_WHOM}."
        case errno.EACCES | errno.EPERM:
            return f"Nothing may be written into {folder} by this user. {_AS_WHOM}."
        case errno.EROFS:
            return f"{folder} is on a disk that cannot be written. Choose another place, or mount it for writing."
        case errno.ENOSPC | errno.EDQUOT:
            return f"There is no room left on the disk for {folder}. Make some, then call it again."
        case errno.ENOENT if not file.parent.exists():
            return f"There is no folder {file.parent}. Make it, or give another path."
        case errno.ENOENT:
            return f"There is no file {file}. Look at how its name is written."
        case errno.EISDIR:
            return f"{file} is a folder. Give the name of a file."
        case errno.ENOTDIR | errno.EEXIST:
            return f"{file} cannot be a folder, or be in one: a file is in the way. Give another path."
        case _:
            return f"{file}: {error.strerror}. Mend that, then call it again."


def _nearest_folder(file: Path) -> Path:
    """Return the folder in which a file is, or would be; or the first above that is there."""
    return next((each for each in file.absolute().parents if each.is_dir()), Path("/"))
