"""Refuses, from within the interpreter, what a solution of a task never needs: network, processes, files elsewhere.

An audit hook (PEP 578) cannot be taken away again by the program. It is the second line where namespaces hold, and the
first where they do not; a determined program may get round it, which is why such a sandbox is called weak.
"""

from __future__ import annotations

import os
import sys
from typing import Any

REFUSED = (
    "socket.", "ctypes.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.kill",
    "os.startfile", "os.chown", "os.chmod", "os.link", "os.symlink", "os.setxattr", "os.chflags", "os.lockf", "pty.",
    "signal.", "resource.", "fcntl.", "syslog.", "webbrowser.", "urllib.", "ftplib.", "smtplib.", "winreg.", "msvcrt.",
    "sqlite3.", "mmap.", "shutil.chown", "sys.settrace", "sys.setprofile", "code.__new__", "cpython.run_",
)  # fmt: skip
MODULES = frozenset({
    "ctypes", "_ctypes", "_posixsubprocess", "socket", "_socket", "ssl", "_ssl", "posixshmem", "_posixshmem", "_winapi",
    "_sqlite3", "faulthandler", "_testcapi", "_xxsubinterpreters", "_interpreters", "pip", "ensurepip", "readline",
})  # fmt: skip
PATHS = frozenset({
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.utime", "os.chdir", "os.listdir", "os.scandir",
    "os.walk", "os.fwalk", "glob.glob", "shutil.rmtree", "shutil.move", "shutil.copyfile",
})  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(readable: list[str]) -> None:
    """From now on, let nothing be written but below the working directory, and nothing be read but that and
    `readable`. There is no way back."""
    home = os.path.realpath(os.getcwd())  # noqa: PTH109 - pathlib costs 10 ms
    roots = tuple({os.path.realpath(path) for path in readable})
    separator = os.sep

    def below(path: Any, places: tuple[str, ...], real: Any = os.path.realpath, name: Any = os.fsdecode) -> bool:  # noqa: ANN401 - whatever a program opens
        if isinstance(path, int) or path is None:
            return True
        there = real(name(path))
        return any(there == place or there.startswith(place + separator) for place in places)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(REFUSED):
            raise PermissionError(f"the sandbox refuses {event}")
        if event == "import" and args[0] in MODULES:
            raise PermissionError(f"the sandbox refuses to import {args[0]}")
        if event == "open":
            writing = bool((args[2] or 0) & WRITING)
            if not below(args[0], (home,) if writing else (home, *roots)):
                raise PermissionError(f"the sandbox refuses to open {str(args[0])[:100]}")
        elif event in PATHS and not all(
            below(path, (home, *roots)) for path in args[:2] if isinstance(path, str | bytes)
        ):
            raise PermissionError(f"the sandbox refuses {event}")

    for name in MODULES & set(sys.modules):  # what our own walls were built with; a second import is asked for again
        del sys.modules[name]
    sys.addaudithook(hook)
