"""validate: every trap that is known to spoil a training file is found where it was planted, with a remedy."""

import json

import pytest
from files_of_rows import answer, calling, chat, check, result, text_of, user, where, with_tools
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.errors import ConfigError, UnknownName
from windrow.flow.exports.findings import SHOWN
from windrow.flow.exports.lines import LONGEST
from windrow.flow.exports.validate import validate

KEYS = (
    "messages", "role", "content", "tools", "tool_calls", "function", "prompt", "completion", "text", "label", "chosen",
    "rejected", "input", "preferred_output", "non_preferred_output", "tool_call_id",
)  # fmt: skip


LINE = json.dumps(chat()).encode() + b"\n"


OTHER = json.dumps(chat(user("Why?"), answer("So."))).encode() + b"\n"


BAD_FILES = {
    "empty_file": (b"", 0),
    "binary_file": (b"\x7fELF\0\0\0" + LINE, 0),
    "not_lines": (b"[" + LINE + b"]", 0),
    "not_utf8": (LINE + OTHER.replace(b"So", b"S\xe9"), 2),
    "bom": (b"\xef\xbb\xbf" + LINE, 1),
    "blank_line": (LINE + b"\n" + OTHER, 2),
    "malformed": (LINE + OTHER[:-5] + b"\n", 2),
    "not_object": (LINE + b'["a", "b"]\n', 2),
    "duplicate_key": (LINE + OTHER.replace(b'{"role": "user"', b'{"role": "user", "role": "user"'), 2),
    "nan": (LINE + OTHER[:-2] + b', "score": NaN}\n', 2),
    "surrogate": (LINE + OTHER.replace(b"So.", b"So. \\ud83d"), 2),
    "int64": (LINE + OTHER[:-2] + b', "big": 9223372036854775808}\n', 2),
}


@pytest.mark.parametrize(("code", "content", "line"), [(code, *told) for code, told in BAD_FILES.items()])
@pytest.mark.parametrize("target", ["trl", "openai"])
def test_a_broken_file_is_said_with_its_line(tmp_path, code, content, line, target):
    findings = check(tmp_path, content, target)
    assert where(findings, code) == [line]
    assert not findings.ok


def test_carriage_returns_are_warned_of(tmp_path):
    findings = check(tmp_path, LINE.replace(b"\n", b"\r\n") + OTHER)
    assert where(findings, "crlf") == [1]
    assert findings.ok


def test_a_line_without_end_does_not_fill_memory(tmp_path):
    long = json.dumps(chat(user("x" * (LONGEST + 100)), answer())).encode() + b"\n"
    findings = check(tmp_path, LINE + long + OTHER)
    assert where(findings, "long_line") == [2]
    assert findings.rows == {"train.jsonl": 2}


def test_a_missing_file_and_a_folder_without_any_are_refused(tmp_path):
    for path, said in ((tmp_path / "no.jsonl", "no such file"), (tmp_path, "no .jsonl file in this folder")):
        with pytest.raises(ConfigError, match=said) as caught:
            validate(path, "trl")
        assert caught.value.where == str(path)


def test_a_target_that_nothing_is_known_about_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'openai'"):
        validate(tmp_path, "open-ai")


BAD_TURNS = {
    "no_messages": chat() | {"messages": []},
    "unknown_role": chat({"role": "human", "content": "Hi"}, answer()),
    "not_a_turn": chat("Hi", answer()),
    "content_not_text": chat(user([{"type": "text", "text": "Hi"}]), answer()),
    "empty_answer": chat(user(), answer(" ")),
    "control_token": chat(user(), answer("The sea.<|im_end|>")),
    "orphan_result": with_tools(user(), result(), answer()),
    "misplaced_call": with_tools({**calling({}), "role": "user"}, answer()),
    "bad_call": with_tools(user(), {**answer(), "tool_calls": [{"name": "weather"}]}),
    "bad_tool": with_tools(user(), answer(), tools=[{"name": "weather"}]),
}


@pytest.mark.parametrize(("code", "row"), BAD_TURNS.items())
@pytest.mark.parametrize("target", ["trl", "openai"])
def test_broken_turns_are_errors_for_every_target(tmp_path, code, row, target):
    findings = check(tmp_path, [chat(user("Fine?"), answer("Yes.")), row], target)
    assert where(findings, code) == [2]
    assert findings.codes("error")[code] == 1


BAD_FOR_TRL = {
    "no_known_columns": {"question": "Hi", "answer": "Hello"},
    "mixed_forms": {"text": "The sea is wide."},
    "reserved_column": chat(text="The sea."),
    "no_answer": chat(user()),
    "bad_tools": chat(user(), answer(), tools="weather"),
}


@pytest.mark.parametrize(("code", "row"), BAD_FOR_TRL.items())
def test_what_trl_cannot_train_on_is_an_error(tmp_path, code, row):
    assert where(check(tmp_path, [chat(user("Fine?"), answer("Yes.")), row]), code) == [2]


@pytest.mark.parametrize("column", ["input_ids", "labels", "images", "conversations", "completion_mask"])
def test_columns_with_a_meaning_of_their_own_are_errors(tmp_path, column):
    assert check(tmp_path, [chat(**{column: "x"})]).codes("error") == {"reserved_column": 1}


def test_an_id_and_a_meta_are_no_harm(tmp_path):
    findings = check(tmp_path, [chat(id="a", meta="{}"), chat(user("Why?"), answer("So."), id="b", meta="{}")])
    assert (findings.errors, findings.warnings) == (0, 0)


def test_prompts_and_completions(tmp_path):
    good = {"prompt": [user()], "completion": [answer()]}
    assert check(tmp_path, [good]).ok
    assert check(tmp_path, [{"prompt": "What is wide?", "completion": " The sea."}]).ok
    assert check(tmp_path, [{"prompt": "What is wide?", "completion": ""}]).codes("error") == {"empty_answer": 1}
    assert check(tmp_path, [{**good, "completion": answer()}]).codes("error") == {"no_messages": 1}
    assert check(tmp_path, [{**good, "prompt": [user(), answer()]}]).codes("error") == {"wrong_ending": 1}
    assert check(tmp_path, [{**good, "completion": [user()]}]).codes("error") == {"wrong_start": 1}


def test_prompts_alone_are_for_trainers_that_make_the_answers(tmp_path):
    assert check(tmp_path, [{"prompt": [user()], "answer": "The sea."}]).ok
    assert check(tmp_path, [{"prompt": [user(), answer()]}]).codes("error") == {"wrong_ending": 1}


def test_template_arguments_are_for_all_rows_or_none(tmp_path):
    rows = [chat(chat_template_kwargs={"a": 1}), chat(user("Why?"), answer("So."))]
    assert "template_kwargs" in check(tmp_path, rows).codes("error")


def test_rows_longer_than_trl_trains_on_are_warned_of_once(tmp_path):
    rows = [chat(user(f"{n} " + "long " * 1000), answer()) for n in range(3)]
    findings = check(tmp_path, rows)
    assert findings.codes("warning")["long_rows"] == 1
    assert "3 of 3" in next(f.message for f in findings.shown if f.code == "long_rows")


def test_role_order_is_a_warning(tmp_path):
    rows = [
        chat(user("a"), user("b"), answer()),
        chat(answer("c")),
        chat(user("d"), {"role": "system", "content": "e"}, answer()),
    ]
    findings = check(tmp_path, rows)
    assert where(findings, "role_order") == [1, 2, 3]
    assert findings.ok


def test_duplicates_are_warned_of_and_equal_ids_are_errors(tmp_path):
    long = " ".join(f"word{n}" for n in range(200))
    rows = [
        chat(id="a"),
        chat(id="b"),
        chat(user(long), answer(), id="c"),
        chat(user(f"{long} more"), answer(), id="a"),
    ]
    findings = check(tmp_path, rows)
    assert (where(findings, "duplicate_row"), where(findings, "near_duplicate"), where(findings, "duplicate_id")) == (
        [2],
        [4],
        [4],
    )


def test_the_same_prompt_in_train_and_test_is_a_leak(tmp_path):
    (tmp_path / "test.jsonl").write_text(
        text_of([chat(user("Why?"), answer("So.")), chat(user("what  IS wide?"), answer("Air."))])
    )
    for findings in (check(tmp_path, [chat()]), validate(tmp_path, "trl")):
        assert where(findings, "leak") == [2]
        assert findings.codes("error") == {"leak": 1}


def test_another_system_turn_does_not_hide_a_leak(tmp_path):
    (tmp_path / "test.jsonl").write_text(
        text_of([chat({"role": "system", "content": "Be brief."}, user(), answer("Air."))])
    )
    assert "leak" in check(tmp_path, [chat()]).codes("error")


def test_findings_are_few_and_counts_are_full(tmp_path):
    findings = check(tmp_path, [chat(user(f"{n}?"), answer("")) for n in range(50)])
    assert findings.codes("error") == {"empty_answer": 50}
    assert len(where(findings, "empty_answer")) == SHOWN
    assert findings.to_dict()["ok"] is False


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                    max_size=4,
                )
            ),
        ),
        max_size=4,
    ).map(lambda rows: "".join(json.dumps(row) + "\n" for row in rows).encode()),
    target=st.sampled_from(["trl", "openai"]),
)
def test_anything_is_judged_and_nothing_raises(tmp_path_factory, content, target):
    path = tmp_path_factory.mktemp("any") / "any.jsonl"
    path.write_bytes(content)
    findings = validate(path, target)
    assert findings.ok == (findings.errors == 0)
