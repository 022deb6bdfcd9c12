"""A process that holds secrets is closed to the others of its user."""

import subprocess
import sys

import pytest

ASK = """
import ctypes, sys
from bot.privacy.own_process import close_to_others
before = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
closed = close_to_others()
print(before, closed, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_closed_to_others() -> None:
    """What the system calls dumpable is off: its environment and memory are root's to read."""
    said = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["1", "True", "0"]
