"""Reads the documentation: its pages, their headings and links, and the fenced blocks that can be run.

A fence's first word is its language; what follows is for us and is not shown:

    bash                   run by bash, in a folder that the page's blocks share
    bash exit=3            likewise, and must end with that exit code
    bash skip=REASON       not run; the reason is one word, such as `needs-a-key`
    python                 executed; the page's blocks share one namespace
    yaml file=NAME         written to NAME (any language)
    output                 what the block before it printed; `…` stands for anything
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tree import ROOT

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```[ ]*$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it is, what language, its settings, its text."""

    line: int
    language: str
    settings: dict[str, str]
    text: str


@dataclass(frozen=True)
class Page:
    """One Markdown file of the documentation."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return FENCE.sub("", self.text)

    def blocks(self) -> list[Block]:
        found = []
        for match in FENCE.finditer(self.text):
            language, *rest = match["info"].split() or [""]
            settings = dict(part.partition("=")[::2] for part in rest)
            body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
            found.append(Block(self.text.count("\n", 0, match.start()) + 2, language, settings, body))
        return found

    def anchors(self) -> set[str]:
        return {_slug(title) for title in HEADING.findall(self.prose)}

    def links(self) -> list[str]:
        return [first or second for first, second in LINK.findall(self.prose)]


def _slug(title: str) -> str:
    """The anchor that a Markdown renderer gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def pages() -> list[Page]:
    """Every page: the front doors of the repository and all of docs/."""
    doors = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [Page(path, path.read_text(encoding="utf-8")) for path in (*doors, *sorted((ROOT / "docs").rglob("*.md")))]


def page(name: str) -> Page:
    """The page docs/NAME."""
    path = ROOT / "docs" / name
    return Page(path, path.read_text(encoding="utf-8"))
