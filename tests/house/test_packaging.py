"""The wheel holds the package whole, and the source archive can be tested as it is."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest
from tree import ROOT, SOURCE, project_files


def _build(kind: str, folder) -> str:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return str(next(folder.iterdir()))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    with zipfile.ZipFile(_build("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_package(wheel):
    package = {path.relative_to(SOURCE.parent).as_posix() for path in project_files(SOURCE)}
    assert "windrow/py.typed" in package
    assert {name for name in wheel if ".dist-info/" not in name} == package


def test_the_wheel_brings_its_licence(wheel):
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert metadata("windrow")["License-Expression"] == "Apache-2.0"


def test_the_source_archive_holds_what_its_tests_need(tmp_path):
    with tarfile.open(_build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {path.relative_to(ROOT).as_posix() for path in project_files()}
    assert wanted - names == set()


def test_the_command_is_installed():
    done = subprocess.run(
        [Path(sys.executable).parent / "windrow", "--version"], capture_output=True, text=True, check=True, timeout=30
    )
    assert metadata("windrow")["Version"] in done.stdout


def test_integration_runs_the_command_that_the_readme_gives():
    command = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert command == "make test"
    assert f"\n{command} " in (ROOT / "README.md").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_target_of_the_makefile_is_explained_by_make_help():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert named == explained
