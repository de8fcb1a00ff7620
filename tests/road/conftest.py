"""The installed command, and a short way to run it."""

import shutil
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def windrow():
    beside = Path(sys.executable).with_name("windrow")
    return str(beside) if beside.exists() else shutil.which("windrow")
