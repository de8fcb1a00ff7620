"""What strings can see of what only a judge can say: for a first look where no judge is at hand, asked for by name.

`evaluate("faithfulness", engine="heuristic", …)` finds words, names and negations that the context does not have. It
cannot see that "the capital is Lyon" is wrong where the context speaks of Lyon too, nor that other words may say the
same: it gives a score, and `passed` stays None unless `allow_heuristic_pass=True` is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.evaluators.metrics_frame import Measure, Nothing, evaluator, short
from windrow.text.sentences import spans
from windrow.text.support import unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import EvalResult

THRESHOLD = 1.0


@evaluator("context", fidelity="heuristic")
def faithfulness(inputs: Inputs) -> Measure:
    """The share of the output's sentences in which nothing stands that the context does not have."""
    said = [inputs.output[start:end] for start, end in spans(inputs.output)]
    if not said:
        raise Nothing("the output has no sentence")
    passages = [passage.text for passage in inputs.context]
    whole = "\n\n".join(passages)
    found = {one: unsupported(one, passages, inputs.input, whole) for one in said}
    bad = [f"{short(one)}: {why}" for one, why in found.items() if why]
    held = sum(not found[one] for one in said)
    return Measure(held / len(said), "; ".join(bad) or "no sentence has words of its own", THRESHOLD)


HEURISTICS: Mapping[str, Callable[[Inputs], EvalResult]] = {"faithfulness": faithfulness}
"""By the canonical name of the evaluator that they stand in for."""
