"""What other programs of the same user may see of this process: nothing, where the system can see to that.

On Linux a program can read the environment and the memory of every other one of its user: the token, the key.
"""

import ctypes
import sys

SET_DUMPABLE = 4
"""PR_SET_DUMPABLE of prctl(2)."""


def close_to_others() -> bool:
    """Let nobody but root read this process's environment and memory, nor the system write them into a file.

    Returns whether the system did it. Children that begin a program of their own are as open as ever: their
    environment has to be free of secrets.
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False
