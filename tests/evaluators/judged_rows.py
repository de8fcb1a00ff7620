"""Judges something over real HTTP: a scripted server, the real teacher, the real `Ask`."""

import asyncio

from windrow.evaluation.asking import Asking
from windrow.evaluators.inputs import resolve
from windrow.evaluators.names import rubric_named
from windrow.evaluators.pointwise import judge_rubric
from windrow.testing import FaultyServer

QUESTION = "Name the capital of France in one short sentence."
ANSWER = "The capital of France is Paris."


def judged(script, *, rubric="task_adherence", templates=None, **given):
    """What the judge that answers as `script` says of one output."""
    return judged_all(script, [given], rubric=rubric, templates=templates)[0]


def judged_all(script, many, *, rubric="task_adherence", templates=None):
    """What it says of `many`, in their order."""
    with FaultyServer(script, keep=True) as server:
        return asyncio.run(_all(server, rubric, templates, many))


async def _all(server, rubric, templates, many):
    named = rubric_named(rubric) if isinstance(rubric, str) else rubric
    model = {"model": "openai/judge", "base_url": server.url, "retries": 1, "timeout": 0.5}
    async with Asking.open({"judge": model}, {}, templates=templates, wait=0.0) as asking:
        asked = [
            judge_rubric(named, resolve({"input": QUESTION, "output": ANSWER, **given}), asking.ask_for(str(number)))
            for number, given in enumerate(many)
        ]
        return await asyncio.gather(*asked)
