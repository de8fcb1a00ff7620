"""Files and folders in memory: nothing here touches a disk, so a path can do no harm, and a bad one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from windrow.tools.backends import files_sampling
from windrow.tools.backends.stateful import Denied, Handler, Sampler, StatefulBackend, tool

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from windrow.row import Tool
    from windrow.tools.backend import State

TEXT = {"type": "string", "minLength": 1}


def _path(description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": "^/", "description": f"{description}, from the root: /folder/name."}


def list_folder(state: State, path: str) -> dict[str, Any]:
    _folder(state, path)
    inside = (each for each in (*state["folders"], *state["files"]) if each != "/" and _parent(each) == path)
    return {"path": path, "entries": sorted(_named(state, each) for each in inside)}


def read_file(state: State, path: str) -> dict[str, Any]:
    return {"path": path, "content": _file(state, path)}


def file_info(state: State, path: str) -> dict[str, Any]:
    content = _file(state, path)
    return {"path": path, "characters": len(content), "lines": content.count("\n") + 1}


def search_files(state: State, text: str, folder: str = "/") -> dict[str, Any]:
    _folder(state, folder)
    below = "/" if folder == "/" else f"{folder}/"
    hits = [
        path
        for path, content in sorted(state["files"].items())
        if path.startswith(below) and text.casefold() in content.casefold()
    ]
    return {"text": text, "paths": hits}


def write_file(state: State, path: str, content: str, overwrite: bool = False) -> dict[str, Any]:
    if path in state["files"] and not overwrite:
        raise Denied("exists", f"{path} exists already; set overwrite to replace it.")
    _place(state, path, or_file=overwrite)
    state["files"][path] = content
    return {"path": path, "characters": len(content)}


def append_to_file(state: State, path: str, text: str) -> dict[str, Any]:
    before = _file(state, path)
    state["files"][path] = f"{before}\n{text}" if before else text
    return {"path": path, "characters": len(state["files"][path])}


def create_folder(state: State, path: str) -> dict[str, Any]:
    _place(state, path)
    state["folders"] = sorted([*state["folders"], path])
    return {"path": path, "created": True}


def move_file(state: State, source: str, destination: str) -> dict[str, Any]:
    content = _file(state, source)
    _place(state, destination)
    del state["files"][source]
    state["files"][destination] = content
    return {"source": source, "destination": destination}


def copy_file(state: State, source: str, destination: str) -> dict[str, Any]:
    content = _file(state, source)
    _place(state, destination)
    state["files"][destination] = content
    return {"source": source, "destination": destination, "characters": len(content)}


def delete_file(state: State, path: str) -> dict[str, Any]:
    _file(state, path)
    del state["files"][path]
    return {"path": path, "deleted": True}


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _named(state: State, path: str) -> str:
    name = path.rpartition("/")[2]
    return f"{name}/" if path in state["folders"] else name


def _folder(state: State, path: str) -> None:
    if path not in state["folders"]:
        raise Denied("not_found", f"There is no folder {path}.")


def _file(state: State, path: str) -> str:
    if path not in state["files"]:
        what = f"{path} is a folder." if path in state["folders"] else f"There is no file {path}."
        raise Denied("not_found", what)
    content: str = state["files"][path]
    return content


def _place(state: State, path: str, *, or_file: bool = False) -> None:
    """Refuses a path at which nothing can be put."""
    if not path.rpartition("/")[2] or "//" in path or {".", ".."} & set(path.split("/")):
        raise Denied("bad_path", f"{path} is no path that a file or folder can have.")
    _folder(state, _parent(path))
    if path in state["folders"] or (path in state["files"] and not or_file):
        raise Denied("exists", f"{path} exists already.")


TOOLS: tuple[Tool, ...] = (
    tool("list_folder", "List what is in a folder.", {"path": _path("The folder")}),
    tool("read_file", "Read a text file.", {"path": _path("The file")}),
    tool("file_info", "Get the size of a file in characters and lines.", {"path": _path("The file")}),
    tool(
        "search_files",
        "Find the files that contain a text.",
        {"text": {**TEXT, "description": "What to look for; upper and lower case are the same."}},
        {"folder": {**_path("Where to look"), "default": "/"}},
    ),
    tool(
        "write_file",
        "Write a text file. Its folder must exist.",
        {"path": _path("The file"), "content": {"type": "string", "description": "The whole text of the file."}},
        {"overwrite": {"type": "boolean", "default": False, "description": "Replace a file that exists."}},
    ),
    tool(
        "append_to_file",
        "Add a line of text to the end of a file.",
        {"path": _path("The file"), "text": {**TEXT, "description": "The line to add."}},
    ),
    tool("create_folder", "Create a folder.", {"path": _path("The new folder")}),
    tool(
        "move_file",
        "Move or rename a file.",
        {"source": _path("Where it is"), "destination": _path("Where it shall be")},
    ),
    tool(
        "copy_file",
        "Copy a file.",
        {"source": _path("The file to copy"), "destination": _path("Where the copy shall be")},
    ),
    tool("delete_file", "Delete a file.", {"path": _path("The file")}),
)


class Files(StatefulBackend):
    """Folders and text files, in memory."""

    name = "files"
    version = 1
    tools = TOOLS
    HANDLERS: ClassVar[Mapping[str, Handler]] = {
        handler.__name__: handler
        for handler in (
            list_folder, read_file, file_info, search_files, write_file, append_to_file, create_folder, move_file,
            copy_file, delete_file,
        )
    }  # fmt: skip
    SAMPLERS: ClassVar[Mapping[str, Sampler]] = files_sampling.SAMPLERS
    MUTATING: ClassVar[frozenset[str]] = frozenset(
        {"write_file", "append_to_file", "create_folder", "move_file", "copy_file", "delete_file"}
    )

    def initial_states(self, rng: random.Random) -> Iterator[State]:
        while True:
            yield files_sampling.state(rng)
