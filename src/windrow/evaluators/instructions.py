"""Does the output obey the instructions that a program can check? After IFEval (Zhou et al. 2023, arXiv 2311.07911).

Instructions come from the caller (`constraints`), from the reference, or are read out of the input, where they stand in
the sentences that `windrow.text.constraints` knows. IFEval's own ids and kwargs are understood as its data sets have
them (`instruction_id_list`, `kwargs`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.evaluators import instructions_ifeval
from windrow.evaluators.inputs import InputError
from windrow.evaluators.metrics_frame import Measure, Nothing, evaluator
from windrow.evaluators.results import CriterionScore
from windrow.text import strict_json
from windrow.text.constraints import NotAConstraint, find, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.evaluators.inputs import Inputs

Entry = dict[str, Any]


@evaluator()
def instruction_following(
    inputs: Inputs,
    *,
    constraints: list[Entry] | Entry | None = None,
    instruction_id_list: list[str] | None = None,
    kwargs: list[Entry] | None = None,
    loose: bool = False,
) -> Measure:
    """Which share of the instructions does the output obey? All must be obeyed to pass. With `loose`, an instruction
    is also obeyed if it is without the first or last line of the output, or without its asterisks (IFEval's loose
    accuracy). Without an instruction that can be checked there is nothing to judge."""
    entries = _entries(inputs, constraints, instruction_id_list, kwargs)
    if not entries:
        raise Nothing("no instruction that a program can check is asked for")
    texts = list(_variants(inputs.output)) if loose else [inputs.output]
    criteria = tuple(_judged(entry, name, texts) for entry, name in zip(entries, _names(entries), strict=True))
    broken = [one for one in criteria if one.verdict == "fail"]
    reason = f"{broken[0].id}: {broken[0].reason}" if broken else f"all {len(criteria)} are obeyed"
    return Measure(1 - len(broken) / len(criteria), reason, 1.0, criteria=criteria)


def _judged(entry: Entry, name: str, texts: list[str]) -> CriterionScore:
    problems = [_problem(entry, text) for text in texts]
    wrong = "" if "" in problems else problems[0]
    return CriterionScore(name, "fail" if wrong else "pass", float(not wrong), reason=wrong)


def _problem(entry: Entry, text: str) -> str:
    try:
        if ":" in entry["id"]:
            return instructions_ifeval.problem(entry["id"], entry["kwargs"], text)
        return problem(entry, text)
    except NotAConstraint as error:
        raise InputError(str(error), type="bad_input") from None


def _entries(
    inputs: Inputs, constraints: list[Entry] | Entry | None, ids: list[str] | None, kwargs: list[Entry] | None
) -> list[Entry]:
    if constraints is not None:
        return list(_read(constraints))
    if ids is not None:
        return list(_read({"instruction_id_list": ids, "kwargs": kwargs or [{}] * len(ids)}))
    told = _of_reference(inputs.reference)
    return list(_read(told)) if told is not None else [dict(entry) for entry in find(inputs.input)]


def _of_reference(text: str) -> Any:  # noqa: ANN401 - JSON
    """The constraints in a reference; None where it speaks of something else."""
    try:
        value = strict_json.loads(text) if text.lstrip().startswith(("{", "[")) else None
    except strict_json.NotStrict:
        return None
    if isinstance(value, dict):
        return value.get("constraints") or (
            value if {"instruction_id_list", "id", "instruction_id"} & set(value) else None
        )
    return value if isinstance(value, list) and value and all(isinstance(one, dict) for one in value) else None


def _read(told: Any) -> Iterator[Entry]:  # noqa: ANN401 - JSON
    if isinstance(told, list):
        for one in told:
            yield from _read(one)
        return
    if not isinstance(told, dict):
        raise InputError(f"{told!r} is no constraint: {{id, kwargs}}"[:200], type="bad_input")
    if "instruction_id_list" in told:
        ids, kwargs = told["instruction_id_list"], told.get("kwargs") or [{}] * len(told["instruction_id_list"])
        if not isinstance(ids, list) or not isinstance(kwargs, list) or len(ids) != len(kwargs):
            raise InputError("instruction_id_list and kwargs are no lists of one length", type="bad_input")
        for name, one in zip(ids, kwargs, strict=True):
            yield from _read({"id": name, "kwargs": one})
        return
    name, given = told.get("id", told.get("instruction_id")), told.get("kwargs") or {}
    if not isinstance(name, str) or not isinstance(given, dict):
        raise InputError(f"{told!r} is no constraint: {{id, kwargs}}"[:200], type="bad_input")
    # Tables of many constraints fill in null for what one of them does not take.
    yield {"id": name, "kwargs": {key: value for key, value in given.items() if value is not None}}


def _names(entries: list[Entry]) -> Iterator[str]:
    """The ids, numbered from the second of a kind on."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry["id"]] += 1
        yield entry["id"] if seen[entry["id"]] == 1 else f"{entry['id']}#{seen[entry['id']]}"


def _variants(text: str) -> Iterator[str]:
    """The eight texts of IFEval's loose accuracy."""
    lines = text.split("\n")
    for part in (text, "\n".join(lines[1:]).strip(), "\n".join(lines[:-1]).strip(), "\n".join(lines[1:-1]).strip()):
        if part.strip():
            yield part
            yield part.replace("*", "")
