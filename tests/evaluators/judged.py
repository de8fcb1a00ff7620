"""Judges over real HTTP: a server for each role, an `Ask` over the real engine, and a judge as small as can be."""

import asyncio
import json
from contextlib import ExitStack

from pydantic import BaseModel

from windrow import prompts
from windrow.errors import RowFailure
from windrow.evaluation.asking import Asking
from windrow.evaluators.results import EvalError, EvalResult, JudgeInfo
from windrow.testing import FaultyServer, never_answers

SMALL = prompts.parse(
    "---\nrole: judge\n---\n{% if annotator is defined %}{{ annotator }} {% endif %}Is {{ text }} good?", name="small"
)


PACE = {"retries": 0, "concurrency": 16}


class Opinion(BaseModel):
    good: bool
    score: float


def opinion(good, score=None):
    return json.dumps({"good": good, "score": float(good) if score is None else score})


def with_judges(work, /, *, keep=False, **scripts):
    """What `await work(ask)` gives, with a server for each role of `scripts`; and the servers by role.

    Where a script `never_answers` the judges' time is up soon; else they have all that a busy machine needs.
    """
    seconds = 0.8 if never_answers in scripts.values() else 30.0

    async def asked(models):
        async with Asking.open(models, {}, templates={"small": SMALL}, wait=0.0) as asking:
            return await work(asking.ask_for("one"))

    with ExitStack() as stack:
        servers = {
            role: stack.enter_context(FaultyServer(script, keep=keep, model=f"{role}-1"))
            for role, script in scripts.items()
        }
        models = {
            role: {
                "model": f"openai/{role}",
                "base_url": server.url,
                **PACE,
                "timeout": seconds,
            }
            for role, server in servers.items()
        }
        return asyncio.run(asked(models)), servers


async def small_judge(ask, role, text="tea"):
    """Good or not, by one question; raises no RowFailure."""
    try:
        said = await ask("small", schema=Opinion, role=role, text=text)
    except RowFailure as failure:
        return EvalResult("small", status="unscored", error=EvalError(str(failure), type=failure.kind))
    return EvalResult(
        "small",
        score=said.score,
        passed=said.good,
        reason="as it is",
        judge=JudgeInfo(role, "hash", f"print of {role}"),
    )
