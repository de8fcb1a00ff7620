"""The core stays light: few packages, few megabytes, and an instant `--help`."""

import re
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tree import ROOT

PACKAGES = 25
MEGABYTES = 80
HELP_SECONDS = 0.2
WINDROW = Path(sys.executable).parent / "windrow"
HEAVY = {"torch", "numpy", "pandas", "pyarrow", "datasets", "transformers", "litellm", "openai", "anthropic"}
NOT_FOR_HELP = HEAVY | {"pydantic", "jinja2", "rich", "pyreqwest", "yaml", "bs4", "sqlite3", "asyncio", "uvloop"}
COUNT_CPU = """
import resource, subprocess, sys
def once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.argv[1], "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(min(once() for _ in range(5)))
"""


def _installed(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """`name` and all it pulls in on this machine, without extras."""
    found[canonicalize_name(name)] = package = distribution(name)
    for line in package.requires or ():
        needed = Requirement(line)
        wanted = needed.marker is None or needed.marker.evaluate({"extra": ""})
        if wanted and canonicalize_name(needed.name) not in found:
            _installed(needed.name, found)
    return found


@pytest.fixture(scope="module")
def core() -> dict[str, Distribution]:
    return _installed("windrow", {})


def test_the_core_is_few_packages(core):
    assert len(core) <= PACKAGES
    assert not HEAVY & set(core)


def test_the_lock_pins_exactly_what_the_core_pulls_in(core):
    lock = (ROOT / "requirements" / "runtime.lock").read_text(encoding="utf-8")
    pinned = {Requirement(line.rstrip(" \\")).name for line in lock.splitlines() if re.match(r"[a-z]", line)}
    assert pinned >= set(core) - {"windrow"}
    assert len(pinned) <= PACKAGES


def test_every_lock_is_pinned_by_hash_and_names_no_index():
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        blocks = re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8"))
        assert all("==" in block and "--hash=sha256:" in block for block in blocks), lock.name
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name
        assert "index" not in lock.read_text(encoding="utf-8"), lock.name


def test_the_core_is_few_megabytes(core):
    files = {path for package in core.values() for file in package.files or () if (path := file.locate()).is_file()}
    size = sum(path.stat().st_size for path in files) / 1e6
    assert 10 < size <= MEGABYTES


def test_help_takes_a_fifth_of_a_second():
    done = subprocess.run(
        [sys.executable, "-c", COUNT_CPU, WINDROW], capture_output=True, text=True, check=True, timeout=60
    )
    assert float(done.stdout) <= HELP_SECONDS


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys\ntry:\n {statement}\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_help_loads_nothing_heavy():
    loaded = _loaded_by("from windrow.cli import main; main(['--help'])")
    assert "click" in loaded
    assert loaded & NOT_FOR_HELP == set()


def test_import_loads_nothing_heavy():
    assert _loaded_by("import windrow") & (NOT_FOR_HELP - {"pydantic"}) == set()
