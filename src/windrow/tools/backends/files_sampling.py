"""Folders and files to start from, and arguments that make sense among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.tools.backend import State
    from windrow.tools.backends.stateful import Arguments, Sampler

FOLDERS = ("reports", "photos", "recipes", "invoices", "travel", "music", "drafts", "garden", "archive", "school")
NAMES = ("notes", "todo", "summary", "contacts", "plan", "shopping", "ideas", "minutes", "readme", "budget")
ENDINGS = ("txt", "md", "csv")
LINES = ("Call the electrician on Monday", "Rent: 840 EUR", "Buy lentils and rice", "Train leaves at 07:42",
         "Password hint: first pet", "Water the tomatoes twice a week", "Ask Mei about the contract",
         "Milk, bread, coffee", "Invoice 2291 is still open", "Deadline moved to 14 May", "Chapter two is too long",
         "Backup finished without errors", "Pick up the keys at the desk", "Flight lands at 18:05",
         "Soup: leeks, potatoes, cream", "Seats 14A and 14B", "Paint the fence green")  # fmt: skip


def state(rng: random.Random) -> State:
    """Three folders with four to six small files."""
    folders = ["/", *sorted(f"/{name}" for name in rng.sample(FOLDERS, 3))]
    files: dict[str, str] = {}
    lines = rng.sample(LINES, len(LINES))
    for name in rng.sample(NAMES, rng.randrange(4, 7)):
        kept = [lines.pop() for _ in range(rng.randrange(1, 3))]
        files[f"{rng.choice(folders[1:])}/{name}.{rng.choice(ENDINGS)}"] = "\n".join(kept)
    return {"folders": folders, "files": files}


def _a_file(state: State, rng: random.Random) -> str:
    paths: list[str] = sorted(state["files"])
    return rng.choice(paths)


def _a_folder(state: State, rng: random.Random) -> str:
    folders: list[str] = state["folders"]
    return rng.choice(folders[1:])


def _new_file(state: State, rng: random.Random) -> str:
    used = {path.rpartition("/")[2].partition(".")[0] for path in state["files"]}
    name = rng.choice([name for name in NAMES if name not in used])
    return f"{_a_folder(state, rng)}/{name}.{rng.choice(ENDINGS)}"


def _new_line(state: State, rng: random.Random) -> str:
    return rng.choice([line for line in LINES if not any(line in text for text in state["files"].values())])


def _list_folder(state: State, rng: random.Random) -> Arguments:
    return {"path": _a_file(state, rng).rpartition("/")[0]}


def _one_path(state: State, rng: random.Random) -> Arguments:
    return {"path": _a_file(state, rng)}


def _search_files(state: State, rng: random.Random) -> Arguments:
    path = _a_file(state, rng)
    words = [word.strip(":,") for word in state["files"][path].split() if len(word) > 4]  # noqa: PLR2004 - telling words
    return {"text": rng.choice(words or state["files"][path].split())}


def _write_file(state: State, rng: random.Random) -> Arguments:
    replaced = {"path": _a_file(state, rng), "content": _new_line(state, rng), "overwrite": True}
    written = {"path": _new_file(state, rng), "content": _new_line(state, rng)}
    return replaced if rng.random() < 0.25 else written  # noqa: PLR2004 - mostly new files


def _append_to_file(state: State, rng: random.Random) -> Arguments:
    return {"path": _a_file(state, rng), "text": _new_line(state, rng)}


def _create_folder(state: State, rng: random.Random) -> Arguments:
    name = rng.choice([name for name in FOLDERS if f"/{name}" not in state["folders"]])
    return {"path": f"{rng.choice(('', _a_folder(state, rng)))}/{name}"}


def _from_to(state: State, rng: random.Random) -> Arguments:
    source = _a_file(state, rng)
    folder = rng.choice([folder for folder in state["folders"][1:] if not source.startswith(f"{folder}/")])
    name = source.rpartition("/")[2]
    return {"source": source, "destination": f"{folder}/{name}"}


SAMPLERS: Mapping[str, Sampler] = {
    "list_folder": _list_folder, "read_file": _one_path, "file_info": _one_path, "search_files": _search_files,
    "write_file": _write_file, "append_to_file": _append_to_file, "create_folder": _create_folder,
    "move_file": _from_to, "copy_file": _from_to, "delete_file": _one_path,
}  # fmt: skip
