"""Walls that a process puts up around itself: namespaces of its own, an empty file system, another user, hard limits.

What cannot be put up here is said, so that a verdict can say it: a weak sandbox never passes for a strong one.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

rlimits: Any
try:
    import resource as rlimits
except ImportError:  # not on every platform
    rlimits = None

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
APART = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
NOBODY = 65534
NO_NEW_PRIVILEGES, DEATH_SIGNAL, DROP_FROM_SET, DUMPABLE = 38, 1, 24, 4
CAPABILITY_VERSION = 0x20080522
KILL = 9
WEAK = ("network", "files", "processes")


def wall_in(job: dict[str, Any]) -> dict[str, Any]:
    """Put up what can be put up, and say what holds: `kind` and, under `open`, what does not."""
    if job["walls"] == "bubblewrap":
        return {"kind": "bubblewrap", "open": []}
    found = {"kind": "process", "open": list(WEAK)}
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - not on every platform

        libc = ctypes.CDLL(None, use_errno=True)
        left_open = _apart(libc) if job["walls"] == "namespaces" else None
        if left_open is not None:
            _into_first_process(libc)
            found = {"kind": "namespaces", "open": left_open}
            try:
                _empty_root(libc, job["readable"], job["memory"])
            except OSError as error:
                found = {"kind": "namespaces", "open": [*left_open, "files"], "why": str(error)}
        _drop(libc)
    return found


def limit(job: dict[str, Any]) -> None:
    """Hard limits on time, memory, files, processes."""
    if rlimits is None:
        return
    seconds = max(1, round(job["seconds"]))
    for name, most in (
        ("RLIMIT_CPU", seconds), ("RLIMIT_AS", job["memory"]), ("RLIMIT_FSIZE", job["file"]), ("RLIMIT_NOFILE", 64),
        ("RLIMIT_CORE", 0), ("RLIMIT_NPROC", job["processes"]), ("RLIMIT_MEMLOCK", 0), ("RLIMIT_STACK", 64 << 20),
    ):  # fmt: skip
        kind = getattr(rlimits, name, None)
        if kind is not None:
            try:
                hard = rlimits.getrlimit(kind)[1]
                bound = most if hard == rlimits.RLIM_INFINITY else min(most, hard)
                rlimits.setrlimit(kind, (bound, bound))
            except (ValueError, OSError):
                continue


def _apart(libc: Any) -> list[str] | None:  # noqa: ANN401 - a C library
    """Leave the namespaces that others live in. What stays open; None where the system does not let us."""
    if os.geteuid() == 0:
        if libc.unshare(APART) == 0:
            return []
        if _readable_by_anyone():  # a root that may not do that, as in a container: be nobody first
            _be_nobody()
            libc.prctl(DUMPABLE, 1, 0, 0, 0)  # else the maps below are not ours to write
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(NEWUSER | APART) != 0:
        return None
    maps = (("setgroups", "deny"), ("uid_map", f"{NOBODY} {user} 1"), ("gid_map", f"{NOBODY} {group} 1"))
    try:
        for path, text in maps:
            with open(f"/proc/self/{path}", "w") as opened:  # noqa: PTH123 - pathlib costs 10 ms
                opened.write(text)
    except OSError:
        return None
    return [] if user else ["processes"]  # the kernel counts no processes of its own root


def _into_first_process(libc: Any) -> None:  # noqa: ANN401 - a C library
    """Go on as the first process of the new namespace: when it ends, all that it started ends with it."""
    child = os.fork()
    if child:
        signal.signal(signal.SIGTERM, lambda *_: os.kill(child, KILL))
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    libc.prctl(DEATH_SIGNAL, KILL, 0, 0, 0)


def _empty_root(libc: Any, readable: list[str], memory: int) -> None:  # noqa: ANN401 - a C library
    """A file system of nothing but `readable`, read-only, and an empty working directory in memory."""
    mount = _mounter(libc)
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    root = "/tmp"  # noqa: S108 - a directory that is there; ours is mounted over it, in our namespace alone
    places = [path for path in readable if os.path.isdir(path)]  # noqa: PTH112 - pathlib costs 10 ms
    handles = [(path, os.open(path, os.O_PATH | os.O_DIRECTORY)) for path in places]
    mount("none", root, "tmpfs", MS_NOSUID | MS_NODEV, f"size={memory},mode=0755")
    for path, handle in handles:
        target = root + path
        os.makedirs(target, exist_ok=True)  # noqa: PTH103 - likewise
        mount(f"/proc/self/fd/{handle}", target, None, MS_BIND | MS_REC)
        mount(None, target, None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
        os.close(handle)
    work = f"{root}/scratch-of-the-sandbox"
    os.makedirs(work)  # noqa: PTH103 - likewise
    mount("none", work, "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,mode=1777")
    mount(None, root, None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
    os.chroot(root)
    os.chdir("/scratch-of-the-sandbox")


def _mounter(libc: Any) -> Any:  # noqa: ANN401 - a C library, a function
    import ctypes  # noqa: PLC0415 - not on every platform

    def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
        told = [None if text is None else text.encode() for text in (source, target, kind, data)]
        if libc.mount(told[0], told[1], told[2], ctypes.c_ulong(flags), told[3]) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"mount {target}: {os.strerror(number)}")

    return mount


def _drop(libc: Any) -> None:  # noqa: ANN401 - a C library
    """Be nobody, with no capability, and never get one again; end when the parent ends."""
    import ctypes  # noqa: PLC0415 - not on every platform

    for number in range(64):
        libc.prctl(DROP_FROM_SET, number, 0, 0, 0)
    if os.geteuid() == 0 and _readable_by_anyone():
        _be_nobody()
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(DEATH_SIGNAL, KILL, 0, 0, 0)


def _be_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _readable_by_anyone() -> bool:
    """Whether the interpreter's library can be read by nobody in particular: that of a root user's own may not."""
    os.seteuid(NOBODY)
    try:
        return os.access(os.__file__, os.R_OK, effective_ids=True)
    finally:
        os.seteuid(0)
