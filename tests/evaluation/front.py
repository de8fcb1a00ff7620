"""Judges for these tests: a server that plays one, and how a caller names it."""

import json
import re
from contextlib import contextmanager

from windrow.testing import FaultyServer
from windrow.testing.graders import honest_by

QUESTION = "What is the capital of France?"
GOOD, BAD = "The capital of France is Paris.", "The capital of France is Lyon."

knows_paris = honest_by(lambda parts, _criterion: "Paris" in parts["output"])


@contextmanager
def judging(script=knows_paris, *, name="judge", keep=False, latency=0.0, **settings):
    """A judge that answers as `script` says: its server, and its name for `judge=`."""
    with FaultyServer(script, keep=keep, latency=latency, model=f"{name}-1") as server:
        yield server, {"model": f"openai/{name}", "base_url": server.url, "retries": 0, **settings}


def grading(score, *, quote=None, reason="as quoted"):
    """A judge of criteria in one's own words, that gives everything `score` and quotes the output's first words."""

    def grader(request, number):
        told = "\n".join(turn["content"] for turn in request["messages"])
        code = told.partition("the code of this call, ")[2][:16]
        found = re.search(rf"<output {code}>\n(.{{,20}})", told)
        shown = found[1].rpartition(" ")[0] if quote is None else quote
        return json.dumps({"code": code, "evidence": [shown] if shown else [], "reason": reason, "score": score})

    return grader


def asked_of(server):
    """Everything that the judge was shown, as one text."""
    return "\n".join(turn["content"] for body in server.bodies for turn in body["messages"])
