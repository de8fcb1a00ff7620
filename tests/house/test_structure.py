"""The law of the house: sizes, names, floors. What can be measured is not argued about in review."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from tree import ROOT, SOURCE, functions, project_files, python_files, relative

FILE_LINES = 500
FUNCTION_LINES = 60
PUBLIC_NAMES = 40
VAGUE = {"util", "utils", "helper", "helpers", "misc", "common", "tools_", "stuff"}


def test_no_python_file_is_longer_than_the_law_allows():
    long = {relative(p): n for p in python_files() if (n := len(p.read_text("utf-8").splitlines())) > FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_the_law_allows():
    long = {
        f"{relative(path)}:{node.lineno} {node.name}": length
        for path in python_files()
        for node in functions(path)
        if (length := node.end_lineno - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_no_module_is_named_for_nothing():
    named = {relative(p) for p in python_files() if p.stem in VAGUE or p.parent.name in VAGUE}
    assert named == set()


def test_every_module_says_why_it_exists():
    silent = [
        relative(p) for p in python_files(SOURCE) if ast.get_docstring(ast.parse(p.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_no_folder_of_the_package_is_empty_of_code():
    hollow = [
        relative(init.parent)
        for init in SOURCE.rglob("__init__.py")
        if not any(child.suffix == ".py" and child != init for child in init.parent.rglob("*.py"))
        and len(init.read_text(encoding="utf-8").splitlines()) <= 1
    ]
    assert hollow == []


def test_test_files_have_names_of_their_own():
    names = [path.name for path in python_files(ROOT / "tests")]
    twice = {name for name in names if names.count(name) > 1}
    assert twice <= {"conftest.py"}


def test_imports_run_downhill():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_face_is_small():
    import windrow

    public = windrow.__all__
    assert len(public) == len(set(public)) <= PUBLIC_NAMES
    assert [name for name in public if not hasattr(windrow, name)] == []


TELLTALES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "an API key": re.compile(
        r"\b(?:sk-[A-Za-z0-9_-]{24,}|hf_[A-Za-z0-9]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16})"
    ),
    "somebody's own path": re.compile(r"(?<![\w.{}<>-])/(?:home|Users|root|work)/\w"),
}
HOSTS = re.compile(r"\b(?:https?|wss?|file)://(?:[^\s/@\"'`]*@)?([^\s/:\"'`<>)\]}\\,;?#|]*)")
KNOWN_HOSTS = {
    *("", "host", "127.0.0.1", "localhost"),
    *("api.openai.com", "api.anthropic.com", "arxiv.org", "github.com", "huggingface.co"),
    *("www.apache.org", "json-schema.org", "docs.python.org", "www.sqlite.org", "keepachangelog.com", "semver.org"),
}
RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$|^.$")  # RFC 2606, and x


def _texts():
    for path in project_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_holds_a_secret_or_somebodys_own_path():
    found = [
        f"{relative(path)}: {what}: {match[0][:40]}"
        for path, text in _texts()
        for what, pattern in TELLTALES.items()
        for match in pattern.finditer(text)
        if path != Path(__file__)
    ]
    assert found == []


def test_every_address_in_the_project_is_a_public_or_a_reserved_one():
    found = {
        f"{relative(path)}: {host}"
        for path, text in _texts()
        for host in HOSTS.findall(text)
        if host.lower() not in KNOWN_HOSTS and not RESERVED.search(host.lower()) and not host.startswith(("{", "127."))
    }
    assert found == set()
