import json
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.errors import SeedError
from windrow.flow.seeds import rows
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.row import Message, Row

SHARED = Path(__file__).parents[3] / "shared" / "data" / "seeds" / "self_instruct_175.jsonl"


def source(path):
    return RowSeeds(RowSeedOptions(path=path.name), base=path.parent)


def read(path):
    return list(source(path).read())


def written(tmp_path, *records, name="seeds.jsonl"):
    path = tmp_path / name
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(SeedError) as caught:
        read(path)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    "record",
    [
        {"instruction": "Add.", "input": "2 and 3", "output": "5"},
        {"prompt": "Add.", "context": "2 and 3", "response": "5"},
        {"instruction": "Add.", "instances": [{"input": "2 and 3", "output": "5"}]},
    ],
)
def test_each_form_of_a_task_is_the_same_seed(tmp_path, record):
    (seed,) = read(written(tmp_path, record))
    assert seed.payload.messages == (Message("user", "Add.\n\n2 and 3"), Message("assistant", "5"))
    assert seed.payload.reference == {"instruction": "Add.", "input": "2 and 3", "output": "5"}
    assert seed.payload.lineage.origin == "human"
    assert seed.source == "seeds.jsonl:1"
    assert seed.key == seed.family == seed.payload.id


@pytest.mark.parametrize("beside", ["meta", "lineage"])
@pytest.mark.parametrize("as_text", [True, False])
def test_what_windrow_exported_says_who_wrote_it(tmp_path, beside, as_text):
    told = {"origin": "llm", "models": ["openai/a"], "descent": ["openai/b", "openai/a"], "licences": ["MIT"]}
    meta = {"lineage": told}
    given = told if beside == "lineage" else json.dumps(meta) if as_text else meta
    (seed,) = read(written(tmp_path, {"instruction": "Add.", "output": "5", beside: given}))
    lineage = seed.payload.lineage
    assert (lineage.origin, lineage.models, lineage.licences) == ("llm", (), ("MIT",))
    assert lineage.descent == ("openai/a", "openai/b")
    assert seed.key == read(written(tmp_path, {"instruction": "Add.", "output": "5"}))[0].key


@pytest.mark.parametrize("meta", ["{", "[]", 3, None, {"lineage": 1}, {"lineage": {"models": "a", "licences": [1]}}])
def test_a_column_called_meta_of_somebody_elses_says_nothing(tmp_path, meta):
    (seed,) = read(written(tmp_path, {"instruction": "Add.", "output": "5", "meta": meta}))
    assert (seed.payload.lineage.origin, seed.payload.lineage.descent) == ("human", ())


def test_chat_messages_are_read_with_every_turn_and_tool_call(tmp_path):
    call = {"id": "abcdefghi", "type": "function", "function": {"name": "look", "arguments": '{"a": 1.0}'}}
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "早上好"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "1", "tool_call_id": "abcdefghi"},
        {"role": "assistant", "content": "好"},
    ]
    (seed,) = read(written(tmp_path, {"messages": turns}))
    assert [turn.content for turn in seed.payload.messages] == ["Be brief.", "早上好", "", "1", "好"]
    assert seed.payload.messages[2].tool_calls[0].arguments_json == '{"a": 1.0}'
    assert seed.payload.reference == {}


def test_a_seed_task_keeps_all_its_instances_and_its_kind(tmp_path):
    instances = [{"input": "good", "output": "+"}, {"input": "bad", "output": "-"}]
    record = {"id": "t1", "instruction": "Classify.", "instances": instances, "is_classification": True}
    (seed,) = read(written(tmp_path, record))
    assert seed.payload.reference["instances"] == instances
    assert seed.payload.reference["is_classification"] is True
    assert seed.payload.lineage.extra == {"id": "t1"}


def test_a_csv_with_quoted_line_breaks_and_a_bom_is_read_with_its_line_numbers(tmp_path):
    path = tmp_path / "seeds.csv"
    text = 'instruction,output,is_classification\n"Sort,\nplease","a, b",false\nAdd.,5,TRUE\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    first, second = read(path)
    assert first.payload.reference["instruction"] == "Sort,\nplease"
    assert (first.source, second.source) == ("seeds.csv:2", "seeds.csv:4")
    assert second.payload.reference["is_classification"] is True


def asked_for(path):
    return list(RowSeeds(RowSeedOptions(path=path.name, prompts=True), base=path.parent).read())


def test_prompts_alone_are_read_with_the_other_columns_beside_them(tmp_path):
    path = tmp_path / "prompts.csv"
    path.write_bytes(b"\xef\xbb\xbf" + b'id,prompt,type,label\n7,"How do I, as a nurse,\nsay ""no""?",homonyms, safe\n')
    (seed,) = asked_for(path)
    assert seed.payload.kind == "prompt"
    assert seed.payload.question == 'How do I, as a nurse,\nsay "no"?'
    assert seed.payload.lineage.extra == {"id": "7", "fields": {"type": "homonyms", "label": "safe"}}
    assert seed.payload.messages == ()


@pytest.mark.parametrize(
    "record",
    [
        {"question": "Why?", "answer": "So."},
        {"instruction": "Why?", "input": ""},
        {"prompt": [{"role": "user", "content": "Why?"}]},
        {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]},
    ],
)
def test_an_answer_is_left_out_where_only_prompts_are_wanted(tmp_path, record):
    (seed,) = asked_for(written(tmp_path, record))
    assert seed.payload == Row("prompt", prompt=(Message("user", "Why?"),), lineage=seed.payload.lineage)


def test_what_asks_nothing_is_no_prompt(tmp_path):
    path = written(tmp_path, {"prompt": "Why?"}, {"label": "safe"})
    with pytest.raises(SeedError) as caught:
        asked_for(path)
    assert caught.value.where == "seeds.jsonl:2"
    assert "prompt" in caught.value.remedy


def test_a_json_list_and_a_json_file_of_lines_are_both_read(tmp_path):
    record = {"instruction": "Add.", "output": "5"}
    listed = tmp_path / "a.json"
    listed.write_text(json.dumps([record]))
    assert read(listed)[0].key == read(written(tmp_path, record, name="b.json"))[0].key


def test_blank_lines_and_a_bom_are_no_examples(tmp_path):
    path = tmp_path / "seeds.jsonl"
    path.write_bytes(b'\xef\xbb\xbf\n{"prompt": "Add.", "response": "5"}\r\n\n   \n')
    assert [seed.source for seed in read(path)] == ["seeds.jsonl:2"]


def test_moving_lines_about_changes_no_key(tmp_path):
    records = [{"instruction": f"Task {n}", "output": str(n)} for n in range(5)]
    forwards = read(written(tmp_path, *records, name="a.jsonl"))
    backwards = read(written(tmp_path, *reversed(records), name="b.jsonl"))
    assert {seed.key for seed in forwards} == {seed.key for seed in backwards}
    assert len({seed.key for seed in forwards}) == 5


def test_the_same_example_twice_is_kept_once_and_noted(tmp_path):
    record = {"instruction": "Add.", "output": "5"}
    reader = source(written(tmp_path, {**record, "id": "a"}, {**record, "id": "b"}, {**record, "id": "a"}))
    for _ in range(2):  # a second reading starts its notes afresh
        assert len(list(reader.read())) == 1
        assert reader.notes == [
            "seeds.jsonl:2: same example as line 1; one of them is kept",
            "seeds.jsonl:3: same example as line 1; one of them is kept",
        ]


def test_one_id_for_two_contents_names_both_lines(tmp_path):
    path = written(
        tmp_path, {"id": "x", "instruction": "Add.", "output": "5"}, {"id": "x", "instruction": "Add.", "output": "6"}
    )
    error = refused(path)
    assert error.where == f"{path.name}:2"
    assert "line 1" in error.what


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ({"output": "5"}, "no instruction or prompt or question"),
        ({"instruction": "Add."}, "no output or response"),
        ({"instruction": "Add.", "output": "  "}, "output is empty"),
        ({"instruction": 7, "output": "5"}, "instruction is a number, not text"),
        ({"instruction": "Add.", "instances": []}, "instances is not a list"),
        ({"instruction": "Add.", "instances": [{"input": "2"}]}, "instances[0]: no output"),
        ({"instruction": "Add.", "output": "5", "is_classification": "maybe"}, "is_classification is 'maybe'"),
        ({"messages": "hello"}, "messages is not a list of turns"),
        ({"messages": [{"role": "user", "content": "hi"}]}, "no turn in which the assistant"),
        ({"messages": [{"role": "human", "content": "hi"}]}, "messages[0].role is 'human'"),
        ({"messages": [{"role": "user", "content": ["hi"]}]}, "messages[0].content is a list"),
        (["not", "a", "mapping"], "not a mapping"),
        ({"instruction": "\ud800", "output": "x"}, "surrogate"),
    ],
)
def test_what_is_no_example_is_refused_with_its_line_and_a_remedy(tmp_path, record, what):
    path = tmp_path / "seeds.jsonl"
    path.write_text(json.dumps({"instruction": "Add.", "output": "5"}) + "\n" + json.dumps(record) + "\n")
    error = refused(path)
    assert error.where == f"{path.name}:2"
    assert what in error.what or what == "surrogate"


@pytest.mark.parametrize(
    ("name", "content", "line", "what"),
    [
        ("a.jsonl", b'{"instruction": "Add.", "output": "5"}\n{"instruction": \n', ":2", "not JSON"),
        ("a.jsonl", '{"instruction": "Größe", "output": "5"}\n'.encode("latin-1"), ":1", "not UTF-8: byte 0xf6"),
        ("a.jsonl", '{"instruction": "a", "output": "5"}\n'.encode("utf-16"), ":1", "not UTF-8: byte 0xff"),
        ("a.json", b'[\n{"instruction": "\xf6"}]', ":2", "not UTF-8"),
        ("a.json", b'[{"instruction": ]', ":1", "not JSON"),
        ("a.csv", b'instruction,output\n"Add.,5\n', ":2", "not CSV"),
        ("a.csv", b"instruction,output\nAdd, then stop.,5,6\n", ":2", "more fields"),
        ("a.jsonl", b"", "", "no example"),
        ("a.jsonl", b"\n \n", "", "no example"),
        ("a.csv", b"instruction,output\n", "", "no example"),
        ("a.txt", b"hello", "", ".txt is not read here"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(tmp_path, name, content, line, what):
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(path)
    assert error.where == f"{path.name}{line}"
    assert what in error.what


def test_a_file_that_is_not_there_is_refused(tmp_path):
    error = refused(tmp_path / "none.jsonl")
    assert (error.where, error.what) == ("none.jsonl", "cannot be read: No such file or directory")
    assert "config file" in error.remedy


def test_a_problem_names_the_file_as_the_config_writes_it(tmp_path):
    path = tmp_path / "mine" / "seeds.jsonl"
    path.parent.mkdir()
    path.write_text("{broken\n")
    for wrote in ("mine/seeds.jsonl", "./mine/../mine/seeds.jsonl", str(path)):
        with pytest.raises(SeedError) as caught:
            list(RowSeeds(RowSeedOptions(path=wrote), base=tmp_path).read())
        assert caught.value.where == f"{wrote}:1"


def test_a_line_of_100_megabytes_is_refused_without_being_loaded(tmp_path):
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(b'{"instruction": "')
        file.truncate(100 * 1024 * 1024)
    tracemalloc.start()
    error = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.where == f"{path.name}:1"
    assert "more than 16 MB" in error.what
    assert peak < 3 * rows.MOST_LINE


def test_seeds_are_read_lazily_so_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        file.writelines(json.dumps({"instruction": f"Task {n}", "output": "x" * 20_000}) + "\n" for n in range(1_000))
    tracemalloc.start()
    assert sum(1 for _ in source(path).read()) == 1_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@given(st.binary(max_size=200), st.sampled_from(["a.jsonl", "a.json", "a.csv"]))
def test_any_bytes_are_read_or_refused_as_a_seed_error(tmp_path_factory, content, name):
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    with suppress(SeedError):
        assert all(isinstance(seed.payload, Row) for seed in read(path))


@pytest.mark.shared
def test_the_original_seed_tasks_are_read():
    if not SHARED.exists():
        pytest.skip("not run: needs ../shared/data/seeds/self_instruct_175.jsonl")
    seeds = read(SHARED)
    assert len(seeds) == 175
    assert sum(seed.payload.reference["is_classification"] for seed in seeds) == 26
