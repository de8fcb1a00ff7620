"""Exports rows of every sort for the acceptance: plain, from passages, with tools, with reasoning; and the demo's."""

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
    mixed = [*plain, *map(from_passages, range(20)), *map(thought, range(20)), *map(called, range(20))]
    dated = [*plain, *(called(number, f'{{"day": "2026-01-{number:02}"}}') for number in range(1, 21))]
    for name, rows, options in (
        ("plain", plain, TRLOptions()),
        ("mixed", mixed, TRLOptions()),
        ("dates-in-arguments", dated, TRLOptions()),
        ("mixed-prompt-completion", mixed, TRLOptions(format="prompt_completion")),
        ("mixed-inline-reasoning", mixed, TRLOptions(reasoning="inline")),
    ):
        pairs = (("test" if place % 10 == 0 else "train", row) for place, row in enumerate(rows))
        manifest = TRL(options, base=Path()).write(pairs, folder / name)
        print(f"exported {name}: {dict(manifest.files)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
