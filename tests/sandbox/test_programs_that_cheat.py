"""Programs that would be their own judge, that stall whoever listens, or that are right in unusual ways."""

import subprocess
import sys
import time

import pytest

from windrow.sandbox.cases import NotATest, read_cases
from windrow.sandbox.process import Limits, evaluate
from windrow.sandbox.trial import run_cases, try_program

QUICK = Limits(seconds=1.0, memory_mb=256, output_kb=256)


def tried(code, tests, entry_point="f", **more):
    return run_cases(code, read_cases(tests, entry_point=entry_point), limits=QUICK, **more)


@pytest.mark.parametrize("entry_point", ["f", ""])
def test_a_program_cannot_supply_the_library_that_its_test_forgot_to_import(entry_point):
    shadow = "class math:\n    isclose = staticmethod(lambda *a, **k: True)\ndef f(x): return 0"
    assert tried(shadow, "assert math.isclose(f(3), 918.25)", entry_point).passed == 0
    assert tried("def f(x): return 918.25", "assert math.isclose(f(3), 918.25)", entry_point).passed == 1


@pytest.mark.parametrize("test", ["assert near(f(3), 918.25)", "assert f(3) == g(3)", "assert check_it(f(3))"])
def test_a_test_that_only_the_program_itself_could_decide_is_no_test(test):
    with pytest.raises(NotATest, match="neither the tested f"):
        read_cases(test, entry_point="f")


@pytest.mark.parametrize(
    ("gives", "test"),
    [
        ("10 ** 400", [{"args": [1], "expected": 1.5, "tolerance": 1e-6}]),
        ("10 ** 400", "assert abs(f(1) - 1.5) < 1e-6"),
        ("'zz'", "assert int(f(1)) == 3"),
        ("0", "assert 1 / f(1) == 2"),
        ("[]", "assert max(f(1)) == 2"),
    ],
)
def test_a_value_that_breaks_the_test_is_a_wrong_value_and_no_excuse(gives, test):
    result = try_program(f"def f(x): return {gives}", test, entry_point="f", tests_min=1, limits=QUICK)
    assert (result.outcome, result.reason) == ("fail", "code_wrong_value")


def test_one_broken_test_excuses_no_failure_of_another():
    tests = ["assert f(1) == 1", "assert f(2) == undefined_name"]
    result = try_program("def f(x): return 7", tests, entry_point="f", tests_min=1, limits=QUICK)
    assert (result.outcome, result.reason) == ("fail", "code_wrong_value")


@pytest.mark.parametrize("kind", ["namespaces", "process"])
def test_a_program_that_closes_what_it_reports_by_and_sleeps_holds_nobody_up(kind):
    began = time.monotonic()
    code = "import os, time\ndef f(x):\n    os.closerange(0, 256)\n    time.sleep(600)"
    assert tried(code, [{"args": [1], "expected": 1}], walls=kind).passed == 0
    assert time.monotonic() - began < 6


@pytest.mark.skipif(sys.platform != "linux", reason="zombies are handed to the nearest reaper on Linux alone")
def test_no_run_leaves_a_zombie_to_a_container_whose_first_process_reaps_none():
    script = (
        "import ctypes, os\n"
        "from windrow.sandbox.process import Limits, evaluate\n"
        "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # orphans come to us, as they would to the first process
        "few = Limits(seconds=0.3)\n"
        "for code in ('', 'while True: pass', 'import os; os._exit(3)'):\n"
        "    evaluate(code, ['1'], limits=few, walls='namespaces')\n"
        "try:\n    print('left', os.waitpid(-1, os.WNOHANG))\n"
        "except ChildProcessError:\n    print('none')\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "none\n"


READERS = {
    "open(0)": "print(2 * int(open(0).read()))",
    "os.read": "import os\nprint(2 * int(os.read(0, 99)))",
    "sys.stdin.buffer": "import sys\nprint(2 * int(sys.stdin.buffer.readline()))",
    "a thread of its own": (
        "import threading, time\ndef main():\n    time.sleep(0.05)\n    print(2 * int(input()))\n"
        "threading.Thread(target=main).start()"
    ),
    "a thread, then the end": (
        "import sys, threading, time\ndef main():\n    time.sleep(0.05)\n    print(2 * int(input()))\n"
        "threading.Thread(target=main).start()\nsys.exit()"
    ),
    "a closed output": "import sys\nprint(2 * int(input()))\nsys.stdout.close()",
}


@pytest.mark.parametrize("way", READERS)
def test_a_right_program_is_right_however_it_reads_and_prints(way):
    tests = [{"stdin": f"{n}\n", "stdout": str(2 * n)} for n in (4, 15)]
    assert tried(READERS[way], tests).passed == 2


def test_an_input_without_end_is_read_to_its_end():
    given = "7\n" * 150_000
    program = "print(sum(map(int, open(0))))"
    assert tried(program, [{"stdin": given, "stdout": "1050000"}]).passed == 1


def test_the_walls_are_said_though_the_program_dies_at_once():
    assert evaluate("import os; os._exit(0)", ["1"], limits=QUICK).walls.kind != "none"
