"""The constitution: ours is sound, yours is read, and every mistake in it is named by its place."""

import pytest

from windrow.errors import ConfigError
from windrow.flow.recipes.constitution.principles import CLASSES, DEFAULT, load
from windrow.text.conduct import RULES

WHOLE = """
principles:
  - {id: one, critique_request: "Is it wrong?", revision_request: "Mend it.", checks: [insult], scope: [benign]}
"""


def test_the_built_in_constitution_has_principles_for_every_class_and_watches_every_rule():
    ours = load(DEFAULT)
    assert len(ours.principles) >= 10
    assert set(ours.rules) == set(RULES)
    for kind in CLASSES:
        assert sum(one.applies(kind, "How?", "So.") for one in ours.principles) >= 5
    assert {example.target for example in ours.examples} == {"comply", "refuse"}


def test_no_request_of_ours_says_what_the_gates_take_for_a_leak():
    from windrow.flow.recipes.constitution.gates import LEAKED

    for example in load(DEFAULT).examples:
        assert LEAKED.search(example.revision) is None


def test_a_list_of_principles_is_a_constitution_too(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text('- {id: one, critique_request: "Wrong?", revision_request: Mend it.}\n')
    mine = load(path)
    assert [one.id for one in mine.principles] == ["one"]
    assert mine.rules == ("over_refusal", "under_refusal")


def test_a_condition_decides_whether_a_principle_applies(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(WHOLE.replace("scope: [benign]", "scope: [benign], applies_if: {prompt: money, answer: euro}"))
    (one,) = load(path).principles
    assert one.applies("benign", "Where is my MONEY?", "There.")
    assert one.applies("benign", "Where is it?", "Ten euros are there.")
    assert not one.applies("benign", "Where is it?", "There.")
    assert not one.applies("harmful", "money", "euro")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (WHOLE.replace("insult", "insults"), "mine.yaml: principles[0].checks", "did you mean 'insult'"),
        (WHOLE.replace("[insult]", "[zzz]"), "mine.yaml: principles[0].checks", "known: "),
        (WHOLE.replace("benign", "begnin"), "mine.yaml: principles[0].scope[0]", "harmful"),
        (WHOLE.replace("id: one, ", ""), "mine.yaml: principles[0].id", "is missing"),
        (WHOLE.replace("id: one", "id: One!"), "mine.yaml: principles[0].id", "small letters"),
        (WHOLE.replace("critique_request", "critique"), "mine.yaml: principles[0].critique_request", "is missing"),
        (WHOLE.replace("checks", "rules"), "mine.yaml: principles[0].rules", "no such key"),
        (WHOLE.replace('"Mend it."', '" "'), "mine.yaml: principles[0].revision_request", "is empty"),
        (WHOLE.replace("[benign]", "benign"), "mine.yaml: principles[0].scope", "a list"),
        (WHOLE.replace("checks", "applies_if: money, checks"), "mine.yaml: principles[0].applies_if", "a mapping"),
        (WHOLE.replace("checks", "applies_if: {prompt: '('}, checks"),
         "mine.yaml: principles[0].applies_if.prompt", "not a regular expression"),
        (WHOLE.replace("checks", "applies_if: {}, checks"), "mine.yaml: principles[0].applies_if", "say when"),
        (WHOLE + WHOLE.split("principles:\n")[1], "mine.yaml: principles[1].id", "principles[0] is called 'one' too"),
        (WHOLE + "examples: [{target: maybe}]", "mine.yaml: examples[0].target", "comply"),
        ("principles: []", "mine.yaml: principles", "at least one"),
        ("principles: [", "mine.yaml:1", "not YAML"),
        ("", "mine.yaml", "holds no principles"),
        ("just words", "mine.yaml", "holds no principles"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_place(tmp_path, text, where, what):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.where == where
    assert what in caught.value.what


@pytest.mark.parametrize(("content", "what"), [(None, "No such file"), (b"\xff\xfe", "not UTF-8: byte 0xff")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, what):
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=what) as caught:
        load(path, "./mine.yaml")
    assert caught.value.where == "./mine.yaml"
