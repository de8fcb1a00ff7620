import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from windrow.sandbox import process
from windrow.sandbox.cases import NotATest, read_cases
from windrow.sandbox.process import Limits, evaluate, feed, strongest
from windrow.sandbox.trial import run_cases, try_program

QUICK = Limits(seconds=1.0, memory_mb=256, output_kb=256)
KINDS = ["namespaces", "process"]
GOOD = "def double(x):\n    return x * 2\n"
CASES = [{"call": "double", "args": [n], "expected": 2 * n} for n in range(1, 6)]


def tried(code, tests=CASES, **more):
    return run_cases(code, read_cases(tests, entry_point="double"), limits=QUICK, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_program_passes_and_a_stub_does_not(kind):
    assert tried(GOOD, walls=kind).passed == 5
    assert tried("def double(x):\n    return None\n", walls=kind).passed == 0
    assert tried("def double(x):\n    return x * 2 + (x == 3)\n", walls=kind).passed == 4


HOSTILE = {
    "an infinite loop": "def double(x):\n    while True: pass",
    "an infinite loop at the start": "while True: pass",
    "sleep": "import time\ndef double(x): time.sleep(60)",
    "a number without end": "def double(x): return 9 ** (9 ** 9)",
    "sys.exit": "import sys\nsys.exit(0)",
    "sys.exit in a call": "import sys\ndef double(x): sys.exit(0)",
    "os._exit": "import os\nos._exit(0)",
    "os._exit in a call": "import os\ndef double(x): os._exit(0)",
    "equal to everything": "class All:\n    __eq__ = lambda s, o: True\ndef double(x): return All()",
    "an int equal to everything": "class N(int):\n    __eq__ = lambda s, o: True\ndef double(x): return N(-1)",
    "prints that it passed": "def double(x): print('passed', 5, 'of', 5)",
    "huge output": "def double(x):\n    while True: print('passed' * 10_000)",
    "a huge value": "def double(x): return 'x' * 10_000_000",
    "a value without end": "def double(x):\n    a = []\n    a.append(a)\n    return a",
    "memory": "def double(x):\n    return len(bytearray(10 ** 10)) and 2 * x",
    "memory bit by bit": "def double(x):\n    a = []\n    while True: a.append(bytearray(10 ** 7))",
    "a stack overflow": "import sys\nsys.setrecursionlimit(10 ** 9)\ndef double(x): return double(x)",
    "threads": (
        "import threading, time\ndef double(x):\n"
        "    for _ in range(10**4): threading.Thread(target=time.sleep, args=(9,)).start()"
    ),
    "patched builtins": (
        "import builtins, json\nbuiltins.isinstance = lambda *a: True\n"
        "json.dumps = lambda *a, **k: '4'\nimport os\nos.write = None\ndef double(x): return -1"
    ),
    "an exception that lies": (
        "class E(BaseException):\n    def __str__(self): raise SystemExit(0)\ndef double(x): raise E"
    ),
    "no program": "This is how one would do it.",
    "reads the tests": (
        "import sys\ndef double(x):\n    f = sys._getframe()\n    while f.f_back: f = f.f_back\n"
        "    return f.f_locals.get('job', {}).get('expected', [None])[0]"
    ),
}  # fmt: skip
HARMFUL = {
    "fork bomb": "import os\ndef double(x):\n    while True: os.fork()",
    "fork without asking": "import _posixsubprocess\ndef double(x): return 2 * x",
    "a shell": "import subprocess\ndef double(x): return subprocess.run(['true']).returncode or 2 * x",
    "os.system": "import os\ndef double(x): return os.system('true') or 2 * x",
    "kill the parent": "import os\ndef double(x): return os.kill(os.getppid(), 9) or 2 * x",
    "kill everybody": "import os\ndef double(x): return os.kill(-1, 9) or 2 * x",
    "read the password file": "def double(x): return open('/etc/passwd') and 2 * x",
    "list the root": "import os\ndef double(x): return os.listdir('/') and 2 * x",
    "ctypes": "import ctypes\ndef double(x): return 2 * x",
    "raise the limits": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (99, 99))\ndef double(x): return 2 * x"
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_code_passes_no_test(what):
    trial = tried(HOSTILE[what])
    assert trial.passed == 0
    assert len(trial.failing) == 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", HARMFUL)
def test_code_that_reaches_out_is_refused_behind_either_kind_of_wall(what, kind):
    trial = tried(HARMFUL[what], walls=kind)
    assert trial.passed == 0
    assert {one.reason for one in trial.failing} == {"error"}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_written_outside(tmp_path, kind):
    target = tmp_path / "was-here"
    trial = tried(f"def double(x):\n    open({str(target)!r}, 'w').write('x')\n    return 2 * x", walls=kind)
    assert trial.passed == 0
    assert not target.exists()
    assert tried("def double(x):\n    open('own', 'w').write('2')\n    return int(open('own').read()) * x").passed == 5


@pytest.mark.parametrize("kind", KINDS)
def test_no_server_is_reached(kind):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        code = f"import socket\ndef double(x): return socket.create_connection(('127.0.0.1', {port})) and 2 * x"
        assert tried(code, walls=kind).passed == 0
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_program_that_takes_its_process_over_still_has_to_know_what_is_expected():
    code = (
        "import os, sys\nframe = sys._getframe()\nwhile frame.f_back: frame = frame.f_back\n"
        "job = frame.f_locals['job']\n"
        "for fd in range(3, 20):\n    for i in range(5):\n        try: os.write(fd, (job['nonce'] + ' ' + "
        "'{\"index\": %d, \"value\": 0}' % i + '\\n').encode())\n        except OSError: pass\n"
        "os._exit(0)\n"
    )
    trial = tried(code)
    assert trial.passed == 0
    assert "expected" not in repr(evaluate("import sys", ["str(sys._getframe(3).f_locals)"]).results)


WALLS = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from walls_child import limit, wall_in
job = {"walls": "namespaces", "readable": sys.argv[2].split(":"), "memory": 2**28, "seconds": 5, "file": 10**6,
       "processes": 8}
held = wall_in(job)
if held["open"]:
    print("weak", flush=True); os._exit(0)
limit(job)
found = []
for what, act in {
    "read": lambda: open("/etc/passwd"), "write": lambda: open("/x", "w"), "ours": lambda: open(sys.argv[5]),
    "connect": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 1),
    "processes": lambda: os.listdir("/proc"),
    "kill": lambda: os.kill(int(sys.argv[4]), 0), "root": lambda: os.setuid(0), "chroot": lambda: os.chroot("/"),
}.items():
    try: act(); found.append(what)
    except OSError: pass
forks = 0
try:
    while forks < 100:
        if os.fork() == 0: import time; time.sleep(3); os._exit(0)
        forks += 1
except OSError: pass
print(found, forks < 60)
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="not run: namespaces are Linux's")
def test_namespaces_hold_without_the_audit_hook():
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = [
            str(process.CHILD.parent),
            ":".join(process._readable()),
            str(server.getsockname()[1]),
            str(os.getpid()),
            __file__,
        ]
        done = subprocess.run(
            [process._interpreter(), *process.FLAGS, "-c", WALLS, *told],
            capture_output=True, text=True, check=False, env=process.ENVIRONMENT, start_new_session=True, timeout=60,
        )  # fmt: skip
    if done.stdout.strip() == "weak":
        pytest.skip("not run: this machine lets nobody have namespaces")
    assert done.stdout.strip() == "[] True", done.stderr


def test_a_weak_sandbox_says_so_in_the_evidence(monkeypatch):
    monkeypatch.setattr(process, "_available", lambda: "process")
    tried_here = try_program("def double(x):\n    return 2 * x  # weakly\n", CASES, entry_point="double")
    assert tried_here.outcome == "pass"
    assert tried_here.evidence["sandbox"] == {
        "kind": "process",
        "weak": True,
        "open": ["network", "files", "processes"],
    }


def test_bubblewrap_is_used_where_it_works():
    if shutil.which("bwrap") is None or process._available() != "bubblewrap":
        pytest.skip("not run: no bubblewrap that works")
    assert strongest().kind == "bubblewrap"
    assert tried(GOOD, walls="bubblewrap").passed == 5
    assert all(tried(code, walls="bubblewrap").passed == 0 for code in HARMFUL.values())


def test_a_program_is_fed_and_its_output_compared_without_trailing_blanks():
    tests = [{"stdin": f"{n}\n", "stdout": f"{2 * n}\n"} for n in range(5)]
    assert tried("print(2 * int(input()), '')", tests).passed == 5
    assert tried("import sys\nprint(2 * int(sys.stdin.read()))\nsys.exit(0)", tests).passed == 5
    assert tried("print(7)", tests).passed == 0
    assert feed("print('é', end='')", [""]).results[0]["printed"] == "é"


ASSERTS = """
from math import isclose
data = [1, 2]

def check(candidate):
    assert candidate(2) == 4, "twice"
    assert candidate(data) == data + data
    assert isclose(candidate(0.1), 0.2)
    assert not candidate(0)
    assert candidate("a").upper() == "AA" and candidate((1,)) == (1, 1)
"""


def test_asserts_are_taken_apart_and_judged_where_the_program_never_was():
    assert tried(GOOD, ASSERTS).passed == 5
    assert tried("def double(x): return True", ASSERTS).passed == 0
    assert (
        tried("class All:\n    __eq__ = __add__ = lambda s, *o: True\ndef double(x): return All()", ASSERTS).passed == 0
    )
    assert tried("import math\nmath.isclose = lambda *a: True\ndef double(x): return -1", ASSERTS).passed == 0
    calls = [call for case in read_cases(ASSERTS, entry_point="double") for call in case.calls]
    assert "double(2)" in calls
    assert not any("4" in call for call in calls)


@pytest.mark.parametrize(
    "given",
    ["for x in range(3): assert double(x)", "assert 1 == 1", "assert (", 7, [3], [{"args": [1]}], [{"stdout": 5}],
     [{"call": "a b", "expected": 1}], "assert all(double(x) for x in [1])", "x = open('f')\nassert double(x)", ""],
)  # fmt: skip
def test_what_is_no_test_is_named_and_never_passed(given):
    with pytest.raises(NotATest):
        read_cases(given, entry_point="double")
    assert try_program(GOOD, given, entry_point="double").outcome == "unscored"


def test_a_test_that_fails_of_itself_is_no_verdict_on_the_program():
    found = try_program(GOOD, ["assert double(1) == 1 / 0"] * 5, entry_point="double")
    assert (found.outcome, found.reason) == ("unscored", "tests_unreadable")


def test_fewer_tests_than_wanted_verify_nothing():
    assert try_program(GOOD, CASES[:4], entry_point="double").reason == "too_few_tests"
    assert try_program(GOOD, CASES[:4], entry_point="double", tests_min=4).outcome == "pass"


def test_values_are_compared_as_python_has_it_but_for_truth_and_one():
    def one(returned, expected, **more):
        return tried(f"def double(x): return {returned}", [{"args": [0], "expected": expected, **more}]).passed == 1

    assert one("(1, [2, 3])", [1, [2, 3]])
    assert one("{'b': 1.0, 'a': None}", {"a": None, "b": 1})
    assert one("2.0", 2)
    assert one("0.1 + 0.2", 0.3, tolerance=1e-9)
    assert not one("0.1 + 0.2", 0.3)
    assert not one("True", 1)
    assert not one("{1, 2}", [1, 2])
    assert not one("'1'", 1)
    assert not one("iter([1])", [1])
    assert one("__import__('collections').Counter('aab')", {"a": 2, "b": 1})


def test_a_program_may_use_the_standard_library_and_data_classes():
    code = (
        "from __future__ import annotations\nimport collections, datetime, decimal, fractions, heapq, itertools, json\n"
        "import math, random, re, statistics, string, typing\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Pair:\n    x: int\n    def sum(self): return self.x + self.x\n"
        "def double(x): return Pair(x).sum()\n"
    )
    assert [tried(code, walls=kind).passed for kind in KINDS] == [5, 5]


def test_the_same_program_gives_the_same_whatever_the_hash_seed_and_the_dice():
    code = "import random\ndef double(x): return [random.random(), hash('a'), list({'b', 'c', 'd'})]"
    assert evaluate(code, ["double(1)"]).results == evaluate(code, ["double(1)"]).results


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tried(
        "import os\ndef double(x):\n    os.makedirs('a/b/c')\n    open('a/b/c/d', 'w').write('x' * 1000)\n"
        "    return 2 * x"
    )
    assert list(Path(tmp_path).iterdir()) == []
