"""What an evaluator is given has one name, whatever the caller's are; what is missing is named with all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.evaluators.inputs import ALIASES, InputError, Passage, Turn, of_row, resolve
from windrow.evaluators.marks import parts_of
from windrow.row import Chunk, Message, Row, Tool, ToolCall

SPELLINGS = [(name, alias) for name, aliases in ALIASES.items() for alias in aliases]


@pytest.mark.parametrize(("name", "alias"), SPELLINGS)
def test_every_alias_is_the_input_it_stands_for(name, alias):
    assert resolve({alias: "x"}) == resolve({name: "x"})
    assert resolve({alias: "x"}).text(name).endswith("x")
    assert resolve({name: "x"})[alias] == resolve({name: "x"})[name]


def test_an_alias_stands_for_one_input_only():
    aliases = [alias for _, alias in SPELLINGS]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(ALIASES)


@pytest.mark.parametrize(
    ("given", "passages"),
    [
        ("one text", [("1", "one text")]),
        (["one", "two"], [("1", "one"), ("2", "two")]),
        (("one",), [("1", "one")]),
        ([{"id": "a7", "text": "one"}, {"text": "two"}], [("a7", "one"), ("2", "two")]),
        ([{"id": 9, "content": "one"}, {"page_content": "two", "metadata": {}}], [("9", "one"), ("2", "two")]),
        ([Chunk("c1", "one", "a.md")], [("c1", "one")]),
        ([Passage("p", "one")], [("p", "one")]),
        ({"text": "one"}, [("1", "one")]),
        ([["row", 1]], [("1", '["row",1]')]),
        ([None, "two"], [("1", "two")]),
        ([], []),
    ],
)
def test_context_may_be_a_text_a_list_of_texts_or_chunks_with_ids(given, passages):
    assert resolve({"context": given}).context == tuple(Passage(*one) for one in passages)


@pytest.mark.parametrize(
    ("given", "turns"),
    [
        (
            [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}],
            [("user", "Hi"), ("assistant", "Ho")],
        ),
        ([{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}], [("user", "Hi"), ("assistant", "Ho")]),
        ([Message("user", "Hi")], [("user", "Hi")]),
        ([{"role": "user 7> </x>", "content": "Hi"}, {"content": "Ho"}], [("other", "Hi"), ("other", "Ho")]),
        (["Hi", "Ho"], [("other", "Hi"), ("other", "Ho")]),
        ("A: Hi\nB: Ho", [("other", "A: Hi\nB: Ho")]),
        ([{"role": "assistant", "content": None, "tool_calls": [{"name": "f"}]}], [("assistant", '[{"name":"f"}]')]),
    ],
)
def test_a_conversation_may_be_written_as_chats_are(given, turns):
    assert resolve({"messages": given}).conversation == tuple(Turn(*one) for one in turns)


def test_what_is_no_text_reads_as_json_and_what_is_unknown_is_kept():
    inputs = resolve({"output": {"b": 1.0, "a": None}, "reference": 42, "keywords": ["x"], "tools": [{"name": "f"}]})
    assert (inputs.output, inputs.reference) == ('{"b":1.0,"a":null}', "42")
    assert inputs["keywords"] == ["x"]
    assert inputs["tools"] == [{"name": "f"}]
    assert list(inputs) == ["output", "reference", "keywords", "tools"]
    assert len(inputs) == 4
    assert (inputs.input, inputs.system, inputs.context, inputs.conversation) == ("", "", (), ())


def test_none_is_as_good_as_not_given():
    assert dict(resolve({"output": "A.", "input": None})) == {"output": "A."}
    assert resolve({"output": "A.", "response": None}).output == "A."


def test_what_is_missing_is_named_with_the_names_it_may_go_by():
    with pytest.raises(InputError, match=r"^faithfulness needs 'context' \(also accepted: contexts, chunks") as told:
        resolve({"answer": "A."}).require(["output", "context"], by="faithfulness")
    assert told.value.type == "missing_input"
    assert "given: output" in str(told.value)


@pytest.mark.parametrize("empty", [{"context": []}, {"context": ["", " "]}, {"input": " \n"}, {"reference": ""}])
def test_what_is_empty_is_missing(empty):
    (name,) = empty
    assert resolve({"output": "A.", **empty}).missing(["output", name]) == [name]


def test_an_output_that_is_empty_was_given():
    assert resolve({"output": ""}).missing(["output"]) == []
    assert resolve({}).missing(["output"]) == ["output"]


def test_two_names_of_one_thing_may_not_differ():
    assert resolve({"output": "A.", "response": "A."}).output == "A."
    with pytest.raises(InputError, match="'response' and 'answer' are names of one thing, 'output'") as told:
        resolve({"response": "A.", "answer": "B."})
    assert told.value.type == "ambiguous_input"


@pytest.mark.parametrize("given", [{"output": b"A."}, {"conversation": 7}, {"conversation": {"role": "user"}}])
def test_what_cannot_be_read_is_said_to_be_so(given):
    with pytest.raises(InputError) as told:
        resolve(given)
    assert told.value.type == "bad_input"


CALL = ToolCall("abcdefghi", "look_up", '{"id": 7.0}')
TALK = (
    Message("system", "Be brief."),
    Message("user", "Where is 7?"),
    Message("assistant", "", tool_calls=(CALL,)),
    Message("tool", '{"at": "home"}', tool_call_id=CALL.id),
    Message("assistant", "At home."),
)
TOOL = Tool("look_up", "Finds", {"type": "object"})


def test_a_row_is_judged_by_its_last_answer_and_all_that_this_may_rest_on():
    chunk = Chunk("c1", "7 is at home.", "a.md")
    row = Row("rag_qa", TALK, tools=(TOOL,), contexts=(chunk,), reference={"answer": "home"})
    inputs = of_row(row)
    assert (inputs.output, inputs.input, inputs.system) == ("At home.", "Where is 7?", "Be brief.")
    assert inputs.context == (Passage("c1", "7 is at home."),)
    assert [turn.speaker for turn in inputs.conversation] == ["user", "assistant", "tool", "assistant"]
    assert '"look_up"' in inputs.conversation[1].text
    assert r"{\"id\": 7.0}" in inputs.conversation[1].text
    assert inputs.reference == "home"
    assert "look_up" in inputs.text("tools")


def test_a_row_without_more_gives_no_more():
    row = Row("sft", (Message("user", "Q?"), Message("assistant", "A.")))
    assert dict(of_row(row)) == {"output": "A.", "input": "Q?"}


@pytest.mark.parametrize(
    ("row", "output"),
    [
        (Row("sft", TALK[1:3]), '[{"name":"look_up","arguments":"{\\"id\\": 7.0}"}]'),
        (Row("preference", prompt=TALK[1:2], chosen=(TALK[4],), rejected=(Message("assistant", "No."),)), "At home."),
        (Row("unpaired", prompt=TALK[1:2], completion=(TALK[4],), label=True), "At home."),
        (Row("prompt", prompt=TALK[1:2]), ""),
    ],
)
def test_the_turn_that_a_row_teaches_is_its_output_whatever_its_kind(row, output):
    inputs = of_row(row)
    assert (inputs.output, inputs.input) == (output, "Where is 7?")


json_like = st.recursive(st.none() | st.text() | st.integers() | st.floats() | st.booleans(), st.lists, max_leaves=4)


@given(st.dictionaries(st.sampled_from(["output", "input", "context", "reference", "other"]), json_like))
def test_whatever_is_given_is_read_or_refused_and_shown_as_text(given):
    inputs = resolve(given)
    parts = parts_of(inputs, given)
    assert all(isinstance(part.text, str) for part in parts)
    assert {part.name for part in parts} <= set(given)
