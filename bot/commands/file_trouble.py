"""What is wrong with a file or a folder that a command uses, in one line, with the mend."""

import errno
from pathlib import Path

_AS_WHOM = "Call it as the user that the bot runs as, or give this one the right (chown, chmod)"


def said(error: OSError) -> str:
    """Return what went wrong with the file that the error names, and what to do."""
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
