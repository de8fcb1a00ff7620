"""Problems out of reasoning-gym (Stojanovski et al. 2025, arXiv 2505.24760), of those tasks that can be trusted.

Some of its tasks give credit to anything, and some have no answer at all; those are refused by name. Of the others each
problem is tried out as it is read: its own scorer must give its own answer full marks, and nonsense none. Answers of
models are then compared by our matcher, for which part of an answer is no answer: partial credit is a fail.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from windrow.errors import MissingError, SeedError, UnknownName
from windrow.row import Lineage, Message, Row
from windrow.shapes import Options, Seed, SeedSource
from windrow.text.answers import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BROKEN = {
    "game_of_life_halting": "its scorer gives full marks to any text",
    "boxnet": "its problems have no reference answer",
    "graph_color": "its problems have no reference answer",
    "propositional_logic": "its problems have no reference answer",
    "rubiks_cube": "its problems have no reference answer",
    "rush_hour": "its problems have no reference answer",
}
SEVERAL_RIGHT = frozenset({
    "countdown", "n_queens", "word_ladder", "tower_of_hanoi", "jugs", "puzzle24", "knight_swap", "sokoban", "survo",
    "quantum_lock", "shortest_path", "emoji_mystery", "letter_jumble", "kakurasu", "composite",
})  # fmt: skip
NONSENSE = ("", "?", "no such answer 7c1f")


class GymOptions(Options):
    """Which tasks, and how many problems of each."""

    tasks: tuple[str, ...] = Field(min_length=1)
    """Names of reasoning-gym tasks, such as `gsm_symbolic` or `family_relationships`."""
    count: int = Field(default=50, ge=1)
    """Problems of each task."""
    seed: int = 0
    """Another number gives other problems."""


class ReasoningGym(SeedSource):
    """Problems of reasoning-gym, those of its tasks left out whose answers cannot be trusted."""

    name: ClassVar[str] = "reasoning_gym"
    yields: ClassVar[str] = "row"
    options_type: ClassVar[type[Options]] = GymOptions
    options: GymOptions

    def read(self) -> Iterator[Seed]:
        """Each different problem once, the tasks taking turns; `notes` says which were left out. Raises SeedError for
        a task that cannot be trusted, MissingError where the library is not installed."""
        self.notes.clear()
        sets = {task: _dataset(task, self.options.count, self.options.seed) for task in self.options.tasks}
        seen: set[str] = set()
        for place in range(self.options.count):
            for task, problems in sets.items():
                entry = problems[place]
                where = f"{task} {self.options.seed}/{place}"
                fault = _fault(problems, entry)
                if fault:
                    self.notes.append(f"{where}: {fault}; left out")
                    continue
                row = _row(task, self.options.seed, place, entry)
                if row.id not in seen:
                    seen.add(row.id)
                    yield Seed(row.id, row, where, row.id)


def _dataset(task: str, count: int, seed: int) -> Any:  # noqa: ANN401 - the library has no types
    if task in BROKEN:
        raise SeedError(
            f"{task} cannot be trusted: {BROKEN[task]}", where="reasoning_gym", remedy="take it out of tasks"
        )
    if task in SEVERAL_RIGHT:
        raise SeedError(
            f"{task} has several right answers to a problem, which no comparison with one of them can check",
            where="reasoning_gym", remedy="take it out of tasks",
        )  # fmt: skip
    try:
        import reasoning_gym  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
        from reasoning_gym.factory import DATASETS  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    except ImportError as error:
        raise MissingError(
            "reasoning-gym is not installed", where="seeds", remedy="pip install 'windrow[gym]'"
        ) from error
    if task not in DATASETS:
        raise UnknownName.among(task, set(DATASETS) - set(BROKEN) - SEVERAL_RIGHT, noun="task", where="reasoning_gym")
    return reasoning_gym.create_dataset(task, size=count, seed=seed)


def _fault(problems: Any, entry: dict[str, Any]) -> str:  # noqa: ANN401 - the library has no types
    """What is wrong with a problem, tried on answers that we know."""
    answer = entry.get("answer")
    if not isinstance(answer, str) or not answer.strip():
        return "it has no reference answer"
    if _score(problems, answer, entry) < 1:
        return "its scorer does not give full marks to its own answer"
    if any(_score(problems, said, entry) >= 1 for said in NONSENSE):
        return "its scorer gives full marks to nonsense"
    return ""


def _score(problems: Any, said: str, entry: dict[str, Any]) -> float:  # noqa: ANN401 - the library has no types
    """The gym's own score; a scorer that throws gives nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(problems.score_answer(said, entry))
    except Exception:  # noqa: BLE001 - whatever a scorer of theirs does
        return 0.0


def _row(task: str, seed: int, place: int, entry: dict[str, Any]) -> Row:
    answer = str(entry["answer"]).strip()
    reference = {"answer": answer, "answer_kind": "numeric" if kind_of(answer) == "numeric" else "exact"}
    lineage = Lineage(origin="procedural", extra={"gym": {"task": task, "seed": seed, "index": place}})
    return Row(
        "prompt", prompt=(Message("user", str(entry["question"]).strip()),), reference=reference, lineage=lineage
    )
