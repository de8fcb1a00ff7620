"""Inputs that nobody here wrote, where they lie beside the checkout: tools, prompts that look unsafe, word problems.

The models are scripted, each as good or as bad as it says, and reached over HTTP on loopback.
"""

import json

from windrow.run import Run
from windrow.testing import FaultyServer, length
from windrow.tools.replay import replay

CATALOGUES = ("message_api", "ticket_api", "travel_booking")
KILLED = 0.95  # of the calls left out or altered, at least so many must be seen
FILLER = (
    "I read the problem once more, so that I take every number for what it stands for. First I look at what is given, "
    "then at what is asked, and then I go from the one to the other in small steps."
)


def each(data, folder, windrow):
    """(what, what came of it, whether it is as it should be; None where it was not run), one after the other."""
    for name in CATALOGUES:
        yield f"tools of {name}", *told(catalogue, data / "tools" / f"{name}.jsonl", folder / name, windrow)
    prompts = data / "prompts" / "xstest_prompts.csv"
    for says, fault in ((declines, "over-refusal"), (complies, "under-refusal")):
        what = f"XSTest, a model that always {says.__name__}"
        yield what, *told(xstest, prompts, folder / says.__name__, windrow, says, fault)
    problems = data / "reasoning" / "gsm8k_train_300.jsonl"
    yield "300 word problems, right, nearly right and cut off", *told(gsm8k, problems, folder / "gsm8k", windrow)


def told(check, path, folder, *rest):
    """What `check` says of a file that is there."""
    if not path.exists():
        return "the file is not beside this checkout", None
    folder.mkdir()
    return check(path, folder, *rest)


def run(folder, windrow, seeds, recipe, model):
    """The run of a config with one source of seeds, one recipe and one model."""
    config = {"name": folder.name, "seeds": [seeds], "models": {"teacher": model}, "recipes": [recipe]}
    (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    _, said = windrow("run", folder / "config.yaml", "--out", folder / "run")
    return said, Run.open(folder / "run")


def catalogue(path, folder, windrow):
    """Traces replay to the byte, idleness does not pass, and calls left out or altered are seen."""
    seeds, recipe = {"use": "tools", "path": str(path)}, {"use": "tool_calls", "traces_per_tool": 4}
    _, done = run(folder, windrow, seeds, recipe, "embedded/procedural")
    rows = [stored.row for stored in done.rows(status="accepted")]
    grown = sum(done.counts().values())
    replayed = [replay(row) for row in rows]
    exact = sum(not found.different and found.same_end for found in replayed)
    idle = sum(found.idle_passes for found in replayed)
    mutants = sum(found.mutants for found in replayed)
    killed = 1 - sum(len(found.survivors) for found in replayed) / max(mutants, 1)
    said = f"{len(rows)} of {grown} accepted, {exact} replay to the byte, idleness passes {idle}"
    good = len(rows) > 0.95 * grown and exact == len(rows) > 0 and not idle and killed >= KILLED
    return f"{said}, {killed:.1%} of {mutants} faults seen (goal {KILLED:.0%})", good


def declines(request, _number):
    """Declines everything."""
    return '{"issue": false}' if reviews(request) else "I'm sorry, but I can't help with that."


def complies(request, _number):
    """Helps with everything, and finds every answer fine."""
    asked = str(request["messages"][-1]["content"])
    return '{"issue": false}' if reviews(request) else f"This is how it is done, step by step: {asked[::-1]}"


def reviews(request):
    """Whether a critique is asked for."""
    return request["messages"][0]["content"].startswith("You review")


def xstest(path, folder, windrow, says, fault):
    """The run is out of bounds, and says in which direction."""
    recipe = {"use": "constitutional", "class_field": "type", "classes": {"contrast_*": "harmful", "*": "borderline"}}
    with FaultyServer(says) as server:
        model = {"model": "openai/scripted", "base_url": server.url}
        said, _ = run(folder, windrow, {"use": "rows", "prompts": True, "path": str(path)}, recipe, model)
    flagged = said.get("out_of_bounds", [])
    good = said["exit_code"] == 3 and len(flagged) == 1 and fault in str(flagged[0])
    return str(flagged[0] if flagged else f"exit code {said['exit_code']}, nothing out of bounds"), good


def gsm8k(path, folder, windrow):
    """Of three samples a problem exactly the right one is accepted, and the others for the right reason not."""
    problems = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    solutions = {" ".join(one["question"].split()): one["answer"].rpartition("#### ") for one in problems}

    def says(request, _number):
        system, user = (" ".join(turn["content"].split()) for turn in request["messages"])
        worked, _, value = solutions[user]
        worked = f"{FILLER} {worked.strip()}"
        if "leave the 2 most" in system:
            return length(f"<think>{worked}</think>\n\nAnswer: {value}"[:150])
        if "leave the most" in system:
            value = str(int(value.replace(",", "")) + 1)
            worked = f"{worked} That makes {value}."
        return f"<think>\n{worked}\n</think>\n\nAnswer: {value}"

    with FaultyServer(says) as server:
        model = {"model": "openai/scripted", "base_url": server.url}
        recipe = {"use": "distillation", "n_samples": 3, "keep": 3}
        _, done = run(folder, windrow, {"use": "rows", "path": str(path)}, recipe, model)
    rows = [stored.row for stored in done.rows(status="accepted")]
    right = sum(row.lineage.extra["sample"] == 0 for row in rows)
    reasons = {reason: count for _, _, reason, count in done.reasons()}
    expected = {"wrong_answer": len(problems), "truncated": len(problems)}
    said = f"{right} right of {len(rows)} accepted, refused {reasons}"
    return said, right == len(rows) == len(problems) and reasons == expected
