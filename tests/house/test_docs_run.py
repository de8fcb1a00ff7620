"""Every example in the documentation runs as it is written, and every link leads somewhere."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import Block, Page, pages
from tree import ROOT

PAGES = {page.name: page for page in pages()}
RUNNABLE = [name for name, page in PAGES.items() if any(b.language in ("bash", "python") for b in page.blocks())]
LANGUAGES = {"bash", "python", "yaml", "json", "jsonl", "text", "markdown", "output", "toml", "sql"}


class Reader:
    """Does what a page says, block after block, in a folder of its own."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder
        self._printed = ""
        self._names: dict = {"__name__": "__main__"}

    def follow(self) -> None:
        for block in self._page.blocks():
            if "skip" in block.settings:
                continue
            if "file" in block.settings:
                self._write(block)
            elif block.language == "output":
                self._compare(block)
            elif block.language in ("bash", "python"):
                self._printed = self._bash(block) if block.language == "bash" else self._python(block)

    def _write(self, block: Block) -> None:
        target = self._folder / block.settings["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")

    def _bash(self, block: Block) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=self._folder,
            env={**os.environ, "PATH": path, "COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        expected = int(block.settings.get("exit", "0"))
        assert done.returncode == expected, self._at(block, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def _python(self, block: Block) -> str:
        printed = io.StringIO()
        code = compile("\n" * (block.line - 1) + block.text, self._page.name, "exec")
        with contextlib.redirect_stdout(printed):
            exec(code, self._names)  # noqa: S102 - running our own documentation is the point
        return printed.getvalue()

    def _compare(self, block: Block) -> None:
        pattern = re.escape(block.text.strip()).replace("…", ".*?")
        assert re.search(pattern, self._printed, re.DOTALL), self._at(
            block, f"expected:\n{block.text}\ngot:\n{self._printed}"
        )

    def _at(self, block: Block, message: str) -> str:
        return f"{self._page.name}:{block.line}\n{block.text}\n{message}"


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_page_does_what_it_says(name, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    Reader(PAGES[name], tmp_path).follow()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    page = PAGES[name]
    broken = [link for link in page.links() if not _leads_somewhere(page, link)]
    assert broken == []


def _leads_somewhere(page: Page, link: str) -> bool:
    if link.startswith(("https://", "http://")):
        return True
    target, _, anchor = link.partition("#")
    path = (page.path.parent / target).resolve() if target else page.path
    if not path.exists():
        return False
    return not anchor or (path.suffix == ".md" and anchor in Page(path, path.read_text(encoding="utf-8")).anchors())


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [PAGES["README.md"]]
    while waiting:
        page = waiting.pop()
        reached.add(page.name)
        for link in page.links():
            path = (page.path.parent / link.partition("#")[0]).resolve()
            name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
            if name in PAGES and name not in reached:
                waiting.append(PAGES[name])
    assert set(PAGES) - reached == set()


def test_every_fence_names_a_language_that_the_tests_know():
    unknown = {
        f"{page.name}:{b.line} {b.language!r}"
        for page in PAGES.values()
        for b in page.blocks()
        if b.language not in LANGUAGES
    }
    assert unknown == set()
