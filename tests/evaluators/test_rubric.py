"""Rubrics as files: what they may say, what their hash hangs on, and a lock that tells of an edit."""

import copy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from windrow.errors import ConfigError
from windrow.evaluators import names
from windrow.evaluators.rubric import Rubric, load, parse

SAID = {
    "name": "tidy",
    "version": 2,
    "description": "Is it tidy?",
    "needs": ["output"],
    "uses": ["input"],
    "threshold": 0.6,
    "criteria": [
        {"id": "neat", "question": "Is it neat?", "weight": 2.0, "critical": True},
        {
            "id": "deep",
            "question": "How deep is it?",
            "scale": "0-3",
            "anchors": {0: "flat", 1: "shallow", 2: "deep", 3: "deepest"},
            "evidence": "input",
            "evidence_for": "no",
            "optional": True,
        },
    ],
}
LAYOUTS = [
    yaml.safe_dump(SAID, sort_keys=True),
    yaml.safe_dump(SAID, sort_keys=False, indent=8, width=20),
    yaml.safe_dump(SAID, default_flow_style=True),
    "# a remark\n\n" + yaml.safe_dump(SAID, default_style='"').replace("\n", "\n\n", 1),
    yaml.safe_dump(SAID).replace("\n", "\r\n"),
    "\ufeff" + yaml.safe_dump(SAID),
]


def edited(*path, to):
    """SAID with another value at `path`."""
    said = copy.deepcopy(SAID)
    place = said
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return said


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_the_file_does_not_change_the_hash(tmp_path, layout):
    path = tmp_path / "tidy.yaml"
    path.write_bytes(layout.encode())
    assert load(path).hash == parse(SAID).hash


EDITS = [
    edited("name", to="tidier"),
    edited("version", to=3),
    edited("description", to="Is it tidy ?"),
    edited("needs", to=["output", "reference"]),
    edited("uses", to=["input", "context"]),
    edited("threshold", to=0.61),
    edited("criteria", 0, "id", to="neater"),
    edited("criteria", 0, "question", to="Is it  neat?"),
    edited("criteria", 0, "question", to="is it neat?"),
    edited("criteria", 0, "weight", to=2.5),
    edited("criteria", 0, "critical", to=False),
    edited("criteria", 0, "evidence", to="input"),
    edited("criteria", 1, "evidence_for", to="both"),
    edited("criteria", 1, "optional", to=False),
    edited("criteria", 1, "anchors", 2, to="deep enough"),
    edited("criteria", 1, "scale", to="yes_no"),
    edited("criteria", to=SAID["criteria"][::-1]),
    edited("criteria", to=SAID["criteria"][:1]),
]


def test_every_word_changes_the_hash():
    hashes = {parse(said).hash for said in (SAID, *EDITS)}
    assert len(hashes) == len(EDITS) + 1


@given(st.integers(0, len("Is it neat?")), st.characters(exclude_categories=["Cs"]))
def test_one_more_character_in_a_question_changes_the_hash(at, letter):
    question = "Is it neat?"
    said = edited("criteria", 0, "question", to=question[:at] + letter + question[at:])
    assert parse(said).hash != parse(SAID).hash


def test_yes_and_no_may_be_written_as_yaml_reads_them():
    written = yaml.safe_dump(SAID).replace("evidence_for: 'no'", "evidence_for: no")
    assert written != yaml.safe_dump(SAID)
    assert parse(yaml.safe_load(written)).hash == parse(SAID).hash


def test_a_copy_with_a_change_has_a_hash_of_its_own():
    rubric = parse(SAID)
    assert rubric.model_copy(update={"threshold": 0.9}).hash != rubric.hash
    assert rubric.model_copy().hash == rubric.hash


def test_nothing_of_a_rubric_changes_after_its_hash():
    with pytest.raises(ValueError, match="frozen"):
        parse(SAID).threshold = 0.1


def test_a_lock_names_both_hashes_when_the_rubric_was_edited():
    rubric = parse(SAID)
    assert rubric.locked(rubric.hash) is rubric
    other = parse(EDITS[7])
    with pytest.raises(ConfigError, match=rf"{other.hash}.*{rubric.hash}.*lock: {other.hash}") as told:
        other.locked(rubric.hash, where="judges[0].lock")
    assert told.value.where == "judges[0].lock"


BROKEN = [
    (edited("treshold", to=0.5), "treshold"),
    (edited("threshold", to=1.5), "threshold"),
    (edited("threshold", to="0.5x"), "threshold"),
    (edited("criteria", to=[]), "criteria"),
    (edited("needs", to=[]), "needs"),
    (edited("name", to="Not A Slug"), "name"),
    (edited("criteria", 0, "weight", to=0), r"criteria\.0\.weight"),
    (edited("criteria", 0, "weight", to=float("inf")), r"criteria\.0\.weight"),
    (edited("criteria", 0, "question", to=""), r"criteria\.0\.question"),
    (edited("criteria", 0, "evidence", to="context"), "'neat' wants quotes from 'context'"),
    (edited("criteria", 0, "evidence", to="thin air"), r"criteria\.0\.evidence"),
    (edited("criteria", 0, "id", to="deep"), "same id: deep"),
    (edited("criteria", 1, "anchors", to={0: "flat"}), "an anchor for each"),
    (["not", "a", "mapping"], "dictionary"),
    (None, "dictionary"),
]


@pytest.mark.parametrize(("said", "why"), BROKEN)
def test_a_rubric_that_is_wrong_says_where(said, why):
    with pytest.raises(ConfigError, match=why):
        parse(said, where="mine.yaml")


@pytest.mark.parametrize(("content", "why"), [(b"name: [", "not YAML"), (b"\xff\xfe\xff", "cannot be read")])
def test_a_file_that_is_no_rubric_is_named(tmp_path, content, why):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"mine\.yaml.*{why}"):
        load(path)
    with pytest.raises(ConfigError, match="nowhere"):
        load(tmp_path / "nowhere.yaml")


SHIPPED = names.names(["rubric"])


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_rubric_is_few_small_questions_that_its_name_stands_for(name):
    rubric = names.rubric_named(name)
    assert rubric.name == name
    assert tuple(rubric.needs) == names.find(name).needs
    assert 2 <= len(rubric.criteria) <= 5
    assert all(len(one.question) <= 420 for one in rubric.criteria)
    assert all("?" in one.question for one in rubric.criteria)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_rubric_wants_something_shown_for_its_verdict(name):
    shown = [one for one in names.rubric_named(name).criteria if one.evidence != "none"]
    assert len(shown) >= 2


def test_every_rubric_that_is_shipped_has_a_name_and_every_name_a_file():
    assert sorted(path.stem for path in names.RUBRICS.glob("*.yaml")) == sorted(SHIPPED)


def test_task_adherence_asks_for_goal_rule_procedure_and_material_failure():
    criteria = {one.id: one for one in names.rubric_named("task_adherence").criteria}
    assert list(criteria) == ["goal", "rule", "procedure", "no_material_failure"]
    assert criteria["no_material_failure"].critical
    assert isinstance(names.rubric_named("task_adherence"), Rubric)
