"""Rows of every sort that an export must hold, for hypothesis and for tests."""

import json

from hypothesis import assume
from hypothesis import strategies as st
from msgspec.structs import replace

from windrow.row import Chunk, Lineage, Message, Row, Tool, ToolCall
from windrow.text.tokens import normalise

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


def preferred(question="The weather in Paris?", chosen="It is sunny.", rejected="No idea.", **fields):
    """A preference; sides may be given as text or as turns."""
    prompt = fields.pop("prompt", (Message("user", question),))
    return Row("preference", prompt=prompt, chosen=_side(chosen), rejected=_side(rejected), **fields)


def labelled(label=True, question="The weather in Paris?", completion="It is sunny.", **fields):
    return Row("unpaired", prompt=(Message("user", question),), completion=_side(completion), label=label, **fields)


def _side(said):
    return (Message("assistant", said),) if isinstance(said, str) else said


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


arguments = st.dictionaries(st.sampled_from("abc"), values, max_size=2).map(json.dumps)
masks = st.sampled_from([None, None, True, False])


@st.composite
def exchanges(draw, first=0):
    """One or two user turns with what follows each: calls with their results, in any order, or an answer. The last
    turn is the user's or a result."""
    turns = [Message("system", draw(said))] if draw(st.booleans()) else []
    count = draw(st.integers(1, 2))
    for number in range(first, first + count):
        turns.append(Message("user", draw(said)))
        if draw(st.integers(0, 2)) == 0:
            keys = [f"call{number}{place:04}" for place in range(draw(st.integers(1, 3)))]
            calls = tuple(ToolCall(key, "search", draw(arguments)) for key in keys)
            turns.append(Message("assistant", draw(st.just("") | said), tool_calls=calls))
            named = draw(st.sampled_from(["search", None]))
            results = [Message("tool", draw(st.just("") | said), tool_call_id=key, name=named) for key in keys]
            turns += draw(st.permutations(results))
        if number < first + count - 1:
            turns.append(draw(answers()))
    return turns


@st.composite
def answers(draw, call="lastcall1"):
    """An answer in words, or a call."""
    reasoning = draw(st.none() | said)
    if draw(st.integers(0, 3)) == 0:
        if draw(st.booleans()):
            return Message("assistant", "", reasoning, (ToolCall(call, "search", draw(arguments)),))
        calls = tuple(ToolCall(f"{call[:-1]}{place}", "search", draw(arguments)) for place in (2, 3))
        return Message("assistant", draw(st.just("") | said), reasoning, calls)
    return Message("assistant", draw(said), reasoning)


@st.composite
def rows(draw):
    """A row of an export's kinds: with or without system, reasoning, tools, several turns, passages."""
    return draw(st.one_of(conversations(), preferences(), unpaired()))


@st.composite
def conversations(draw):
    turns = draw(exchanges())
    if turns[-1].role == "tool" and draw(st.booleans()):  # the results of calls, and then another call
        turns.append(Message("assistant", "", tool_calls=(ToolCall("nextcall1", "search", draw(arguments)),)))
        turns.append(Message("tool", "", tool_call_id="nextcall1", name="search"))
    turns = _without_open_calls([*turns, draw(answers())])
    turns = [replace(turn, train=draw(masks)) if turn.role == "assistant" else turn for turn in turns]
    contexts = (Chunk("c", draw(said), "a.md"),) if draw(st.booleans()) else ()
    lineage = Lineage(origin=draw(st.sampled_from(["llm", "procedural"])), family=draw(said))
    kind = "rag_qa" if contexts else "sft"
    return Row(kind, messages=tuple(turns), tools=_tools(turns, draw), contexts=contexts, lineage=lineage)


@st.composite
def preferences(draw):
    prompt = _without_open_calls(draw(exchanges()))
    chosen, rejected = draw(answers()), draw(answers())
    assume(_alike(chosen) != _alike(rejected))
    sides = {"chosen": (chosen,), "rejected": (rejected,)}
    return Row("preference", prompt=tuple(prompt), tools=_tools([*prompt, chosen, rejected], draw), **sides)


@st.composite
def unpaired(draw):
    prompt, answer = _without_open_calls(draw(exchanges())), draw(answers())
    label = draw(st.booleans())
    return Row(
        "unpaired", prompt=tuple(prompt), completion=(answer,), label=label, tools=_tools([*prompt, answer], draw)
    )


def _without_open_calls(turns):
    """Calls in the middle of a conversation need results: those without become words."""
    return [
        replace(turn, content=turn.content or "Well.", tool_calls=())
        if turn.tool_calls and place + 1 < len(turns) and turns[place + 1].role != "tool"
        else turn
        for place, turn in enumerate(turns)
    ]


def _tools(turns, draw):
    called = any(turn.tool_calls for turn in turns)
    return (SEARCH,) if called or draw(st.booleans()) else ()


def _alike(turn):
    return [
        normalise(turn.content),
        [json.dumps(json.loads(c.arguments_json), sort_keys=True) for c in turn.tool_calls],
    ]


def distinct(found):
    """Those of `found` that have an id of their own."""
    return list({row.id: row for row in found}.values())
