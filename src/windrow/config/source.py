"""Reads YAML with the line of every value, and refuses what YAML would let pass: a key written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from windrow.config.problems import KeyPath, Places, spell
from windrow.errors import ConfigError

if TYPE_CHECKING:
    import pathlib


def read(path: pathlib.Path) -> str:
    """The text of a config file. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            "no such config file", where=str(path), remedy="write one with: windrow init --recipe rag_qa"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"not UTF-8 text: byte {error.start} is {error.object[error.start]:#04x}",
            where=str(path),
            remedy="save the file as UTF-8",
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def compose(text: str, name: str) -> tuple[dict[str, Any], Places]:
    """The mapping that `text` says, and where each of its values stands. Raises ConfigError with the line."""
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            data = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _syntax(error, name) from error
    if node is None or data is None:
        raise ConfigError("is empty", where=name, remedy="write one with: windrow init --recipe rag_qa")
    if not isinstance(data, dict):
        raise ConfigError(f"should be a mapping (key: value), got a {type(data).__name__}", where=name)
    return data, Places(_Lines(name).of(node))


class _Lines:
    """Walks the nodes of a document once each, so that aliases cost nothing and cycles end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[int] = set()
        self._marks: dict[KeyPath, str] = {}

    def of(self, node: yaml.Node) -> dict[KeyPath, str]:
        self._walk(node, ())
        self._marks[()] = self._name
        return self._marks

    def _walk(self, node: yaml.Node, path: KeyPath) -> None:
        self._marks.setdefault(path, f"{self._name}:{node.start_mark.line + 1}")
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                self._walk(child, (*path, index))
        elif isinstance(node, yaml.MappingNode):
            self._walk_mapping(node, path)

    def _walk_mapping(self, node: yaml.MappingNode, path: KeyPath) -> None:
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            below = (*path, str(key.value))
            if first.setdefault(str(key.value), line) != line and key.tag != "tag:yaml.org,2002:merge":
                raise ConfigError(
                    f"key {key.value!r} is written twice, first on line {first[str(key.value)]}",
                    where=f"{self._name}:{line}: {spell(below)}",
                    remedy="keep one of them",
                )
            self._marks[below] = f"{self._name}:{line}"
            self._walk(value, below)


def _syntax(error: Exception, name: str) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark is not None else name
    what = getattr(error, "problem", None) or (
        "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
    )
    remedy = "YAML is indented with spaces, not tabs" if "'\\t'" in what else ""
    return ConfigError(f"not valid YAML: {what}", where=where, remedy=remedy)
