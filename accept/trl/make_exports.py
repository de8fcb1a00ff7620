"""Exports rows of every sort for the acceptance: plain, from passages, with tools and reasoning, pairs and labels."""

import sys
from pathlib import Path

from windrow.flow.exports.trl import TRL, TRLOptions
from windrow.row import Chunk, Lineage, Message, Row, Tool, ToolCall
from windrow.testing.rows import make_rows

TOOLS = (
    Tool("weather", "The weather of a place.", {"type": "object", "properties": {"city": {"type": "string"}}}),
    Tool(
        "sum", "Adds numbers.", {"type": "object", "properties": {"of": {"type": "array", "items": {"type": "number"}}}}
    ),
)
ARGUMENTS = ('{"city": "Paris"}', '{"city": "東京", "days": 3}', '{"when": null, "at": 1.7, "city": "Rome"}')


def called(number: int, arguments: str = "") -> Row:
    """A conversation with a call, its result and an answer. Arguments differ in their keys, as they do in life."""
    key = f"call{number:05}"
    call = ToolCall(key, "weather", arguments or ARGUMENTS[number % len(ARGUMENTS)])
    return Row(
        "sft",
        messages=(
            Message("system", "You may call tools."),
            Message("user", f"What is the weather in place number {number}?"),
            Message("assistant", "", tool_calls=(call,)),
            Message("tool", f'{{"sky": "clear", "station": {number}}}', tool_call_id=key, name="weather"),
            Message("assistant", f"The sky over place number {number} is clear."),
        ),
        tools=TOOLS,
    )


def thought(number: int) -> Row:
    return Row(
        "sft",
        messages=(
            Message("user", f"What is {number} plus {number}?"),
            Message("assistant", f"It is {2 * number}.", reasoning=f"Twice {number} is {2 * number}."),
        ),
    )


def in_parallel(number: int) -> Row:
    """Two calls at once, whose results come in the other order, then another call and, in a second turn, an answer."""
    keys = [f"first{number:04}", f"later{number:04}", f"third{number:04}"]
    calls = (
        ToolCall(keys[0], "weather", ARGUMENTS[number % len(ARGUMENTS)]),
        ToolCall(keys[1], "sum", f'{{"of": [{number}, 1.5, -2]}}'),
    )
    return Row(
        "sft",
        messages=(
            Message("user", f"The weather at place {number}, and the sum of {number}, 1.5 and -2?"),
            Message("assistant", "", tool_calls=calls),
            Message("tool", f"{number - 0.5}", tool_call_id=keys[1]),
            Message("tool", f"rain at place {number}", tool_call_id=keys[0]),
            Message("assistant", "", tool_calls=(ToolCall(keys[2], "weather", '{"city": "Bergen"}'),)),
            Message("tool", "rain in Bergen too", tool_call_id=keys[2]),
            Message("assistant", f"It rains, and the sum is {number - 0.5}."),
            Message("user", f"And without the -2, in case {number}?"),
            Message("assistant", f"Then it is {number + 1.5}."),
        ),
        tools=TOOLS,
    )


def preferred(number: int) -> Row:
    return Row(
        "preference",
        prompt=(Message("system", "Be brief."), Message("user", f"What is {number} plus {number}?")),
        chosen=(Message("assistant", f"It is {2 * number}.", reasoning=f"Twice {number}."),),
        rejected=(Message("assistant", f"It is surely {2 * number + 1}, as far as I know."),),
    )


def preferred_call(number: int) -> Row:
    """A right call preferred to a wrong one, after a call and its result."""
    before = called(number)
    return Row(
        "preference",
        prompt=before.messages[:4],
        chosen=(Message("assistant", "", tool_calls=(ToolCall("better123", "weather", '{"day": "2026-01-31"}'),)),),
        rejected=(Message("assistant", "", tool_calls=(ToolCall("worse1234", "climate", '{"day": "2026-01-30"}'),)),),
        tools=TOOLS,
    )


def labelled(number: int, prompt: Row) -> Row:
    """One side of a preference, with its label."""
    good = number % 2 == 0
    return Row(
        "unpaired",
        prompt=prompt.prompt,
        completion=prompt.chosen if good else prompt.rejected,
        label=good,
        tools=prompt.tools,
    )


def from_passages(number: int) -> Row:
    chunk = Chunk(f"c{number}", f"The fee of account {number} is {number} euro.", "fees.md")
    return Row(
        "rag_qa",
        messages=(
            Message("system", "Answer from the passages."),
            Message("user", f"[1] {chunk.text}\n\nWhat does account {number} cost?"),
            Message("assistant", f"{number} euro. [1]"),
        ),
        contexts=(chunk,),
        lineage=Lineage(recipe="rag_qa", documents=("fees.md",)),
    )


def main(folder: Path) -> None:
    plain = list(make_rows(60))
    tooled = [*map(called, range(20)), *map(in_parallel, range(20))]
    mixed = [*plain, *map(from_passages, range(20)), *map(thought, range(20)), *tooled]
    dated = [*plain, *(called(number, f'{{"day": "2026-01-{number:02}"}}') for number in range(1, 21))]
    pairs = [*map(preferred, range(30)), *map(preferred_call, range(30))]
    labels = [labelled(number, pair) for number, pair in enumerate(pairs)]
    for name, rows, options in (
        ("plain", plain, TRLOptions()),
        ("mixed", mixed, TRLOptions()),
        ("dates-in-arguments", dated, TRLOptions()),
        ("mixed-prompt-completion", mixed, TRLOptions(format="prompt_completion")),
        ("mixed-inline-reasoning", mixed, TRLOptions(reasoning="inline")),
        ("tools-as-a-list", tooled, TRLOptions(tools="list")),
        ("preferences", pairs, TRLOptions()),
        ("preferences-of-calls-alone", pairs[30:], TRLOptions()),
        ("labels", labels, TRLOptions()),
        ("all-forms", [*mixed, *pairs, *labels], TRLOptions()),
    ):
        splits = (("test" if place % 10 == 0 else "train", row) for place, row in enumerate(rows))
        manifest = TRL(options, base=Path()).write(splits, folder / name)
        print(f"exported {name}: {dict(manifest.files)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
