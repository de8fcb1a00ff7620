"""Rows of every sort that an export must hold, for hypothesis and for tests."""

import json

from hypothesis import strategies as st

from windrow.row import Chunk, Lineage, Message, Row, Tool, ToolCall

WEATHER = Tool(
    "weather",
    "The weather of a place.",
    {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]},
)
SEARCH = Tool("search", "", {"type": "object"})


def sft(question="What is wide?", answer="The sea.", **fields):
    return Row("sft", messages=(Message("user", question), Message("assistant", answer)), **fields)


def called(arguments='{"city": "Paris"}', *, tool=WEATHER, question="The weather in Paris?", key="abcdefgh1"):
    return Row(
        "sft",
        messages=(
            Message("user", question),
            Message("assistant", "", tool_calls=(ToolCall(key, tool.name, arguments),)),
            Message("tool", "sunny", tool_call_id=key, name=tool.name),
            Message("assistant", "It is sunny."),
        ),
        tools=(WEATHER, SEARCH),
    )


def from_passages(question="What does it cost?", answer="Five euro."):
    chunk = Chunk("c1", "It costs five euro.", "fees.md", 0, 19)
    return Row(
        "rag_qa",
        messages=(
            Message("system", "Answer from the passages."),
            Message("user", f"[1] {chunk.text}\n\n{question}"),
            Message("assistant", answer),
        ),
        contexts=(chunk,),
        reference={"answer": answer},
        lineage=Lineage(recipe="rag_qa", documents=("fees.md",), family="fees.md", extra={"question": question}),
    )


# Text that a row may hold after the checks: trimmed, not blank, no control characters, no half pairs, no marks.
said = (
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<[|"), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "when"]), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def rows(draw):
    """A row of an export's kinds: with or without system, reasoning, tools, several turns, passages."""
    turns = [Message("system", draw(said))] if draw(st.booleans()) else []
    tools = ()
    for number in range(draw(st.integers(1, 2))):
        turns.append(Message("user", draw(said)))
        if draw(st.integers(0, 2)) == 0:
            tools = (SEARCH,)
            keys = [f"call{number}{place:04}" for place in range(draw(st.integers(1, 2)))]
            arguments = [json.dumps(draw(st.dictionaries(st.sampled_from("abc"), values, max_size=2))) for _ in keys]
            calls = tuple(ToolCall(key, "search", text) for key, text in zip(keys, arguments, strict=True))
            turns.append(Message("assistant", draw(st.just("") | said), tool_calls=calls))
            turns += [Message("tool", draw(st.just("") | said), tool_call_id=key, name="search") for key in keys]
        turns.append(
            Message(
                "assistant",
                draw(said),
                reasoning=draw(st.none() | said),
                train=draw(st.sampled_from([None, None, True, False])),
            )
        )
    contexts = (Chunk("c", draw(said), "a.md"),) if draw(st.booleans()) else ()
    lineage = Lineage(origin=draw(st.sampled_from(["llm", "procedural"])), family=draw(said))
    return Row("rag_qa" if contexts else "sft", messages=tuple(turns), tools=tools, contexts=contexts, lineage=lineage)


def distinct(found):
    """Those of `found` that have an id of their own."""
    return list({row.id: row for row in found}.values())
