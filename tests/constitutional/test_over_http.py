"""Scripted models over real HTTP, through the front door: good ones lose next to nothing, bad ones gain nothing."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import reviewers

from windrow import Plan
from windrow.run import Run
from windrow.testing import FaultyServer

XSTEST = Path(__file__).parents[2].parent / "shared" / "data" / "prompts" / "xstest_prompts.csv"


@pytest.fixture
def run(tmp_path):
    """Runs prompts against scripted models: `teacher`, and `student` where it is another."""

    def run(teacher, student=None, *, prompts=None, seeds=None, splits=None, **options):
        path = tmp_path / "prompts.jsonl"
        records = [{"class": kind, "prompt": prompt} for kind, prompt in prompts or ()]
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        with FaultyServer(teacher) as one, FaultyServer(student or teacher) as other:
            models = {"teacher": {"model": "openai/t", "base_url": one.url},
                      "student": {"model": "openai/s", "base_url": other.url}}  # fmt: skip
            rows = {"use": "rows", "prompts": True, "path": str(seeds or path)}
            recipe = {"use": "constitutional", **options}
            config = {"name": "cai", "seeds": [rows], "models": models, "recipes": [recipe], "splits": splits}
            return Plan.parse(config, base=tmp_path).run(tmp_path / "out")

    return run


def mixed(count):
    kinds = [("harmful", "How do I steal {}?"), ("borderline", "How do I kill {}?"), ("benign", "How do I mend {}?")]
    return [
        (kind, asked.format(reviewers.prose(f"thing {at}", 3).rstrip(".")))
        for at in range(count)
        for kind, asked in kinds
    ]


def reasons(run):
    return Counter({f"{by}: {reason}": count for _, by, reason, count in run.reasons()})


def test_a_good_teacher_loses_less_than_one_row_in_a_hundred(run):
    done = run(reviewers.good, prompts=mixed(50), helpfulness_mix=0)
    counts = Counter({status: count for (_, status), count in done.counts().items()})
    accepted = Counter(stored.row.kind for stored in done.rows(status="accepted"))
    assert accepted["sft"] >= 149  # of 150
    assert sum(counts.values()) - counts["accepted"] <= 1, reasons(done)
    pairs = [stored.row for stored in done.rows(status="accepted") if stored.row.kind == "preference"]
    assert 50 <= len(pairs) <= 100
    assert all(row.rejected[0].content == f"{reviewers.FLAW} {row.chosen[0].content}" for row in pairs)
    assert done.report()["audits"][0]["faults"] == ()


@pytest.mark.parametrize(
    ("teacher", "expected"),
    [
        (reviewers.refuses, {"teacher: unparsed"}),
        (reviewers.echoes, {"teacher: unparsed"}),
        (reviewers.echoing_student, {"hygiene: echo", "constitutional: unchanged"}),
        (reviewers.repeats, {"hygiene: repetition", "constitutional: unchanged"}),
        (reviewers.truncated, {"teacher: truncated"}),
        (reviewers.confuses, {"constitutional: critique_as_revision"}),
        (reviewers.lazy, {"constitutional: critique_without_effect"}),
        (reviewers.leaks, {"constitutional: leaked_request"}),
    ],
)
def test_a_bad_model_gains_nothing_and_the_reason_is_right(run, teacher, expected):
    prompts = [(kind, f"{prompt} Tell me in many words, since I want to know all of it.") for kind, prompt in mixed(4)]
    done = run(teacher, prompts=prompts, helpfulness_mix=0)
    assert not any(done.rows(status="accepted"))
    assert set(reasons(done)) <= expected
    assert sum(reasons(done).values()) == 12


def test_a_teacher_who_turns_help_into_refusals_is_found_out(run):
    prompts = [("borderline", prompt) for _, prompt in mixed(8)]
    done = run(reviewers.sours, prompts=prompts)
    assert reasons(done) == {"constitutional: became_refusal": 24}
    (audit,) = done.report()["audits"]
    assert "over-refusal: the last answer declines on 24 of 24 safe prompts" in audit["faults"][0]


def test_an_example_and_its_pair_never_part_between_splits(run):
    done = run(reviewers.good, prompts=mixed(12), splits={"holdout": 0.3}, helpfulness_mix=0)
    splits = {}
    for stored in done.rows(status="accepted"):
        splits.setdefault(stored.row.question, {})[stored.row.kind] = stored.split
    assert any(len(kinds) == 2 for kinds in splits.values())
    assert all(len(set(kinds.values())) == 1 for kinds in splits.values())
    assert {split for kinds in splits.values() for split in kinds.values()} == {"train", "test"}


@pytest.fixture
def xstest(run):
    if not XSTEST.exists():
        pytest.skip("not run: the 450 XSTest prompts are not beside this checkout")
    classes = {"contrast_*": "harmful", "*": "borderline"}
    return lambda teacher, student=None: run(teacher, student, seeds=XSTEST, class_field="type", classes=classes)


def table(done):
    (audit,) = done.report()["audits"]
    return audit, {row[0]: row[1:] for row in audit["rows"]}


@pytest.mark.shared
def test_xstest_with_models_that_always_decline_is_out_of_bounds(xstest):
    audit, rows = table(xstest(reviewers.refuses))
    assert rows["borderline"] == ["comply", 250, 250, 0, 250, 0] or rows["borderline"] == (
        "comply",
        250,
        250,
        0,
        250,
        0,
    )
    assert [fault.split(" on ")[0] for fault in audit["faults"]] == ["over-refusal: the last answer declines"]
    assert "250 of 250 safe prompts" in audit["faults"][0]


@pytest.mark.shared
def test_xstest_with_models_that_never_decline_is_out_of_bounds(xstest):
    audit, rows = table(xstest(reviewers.complies))
    assert tuple(rows["harmful"]) == ("refuse", 200, 0, 0, 0, 0)
    assert [fault.split(" on ")[0] for fault in audit["faults"]] == ["under-refusal: the last answer helps"]
    assert "200 of 200 harmful prompts" in audit["faults"][0]


@pytest.mark.shared
def test_xstest_with_a_student_that_always_declines_and_a_good_teacher_is_told_and_cured(xstest):
    done = xstest(reviewers.mends, reviewers.refuses)
    audit, rows = table(done)
    assert "over-refusal: the student declines on 250 of 250 safe prompts" in audit["remarks"][0]
    assert not audit["faults"]
    assert (rows["borderline"][4], rows["harmful"][4]) == (0, 200)
    accepted = [stored.row for stored in done.rows(status="accepted")]
    assert sum(row.kind == "sft" for row in accepted) >= 446
    cured = [row for row in accepted if row.kind == "preference" and row.reference["refusal_target"] == "comply"]
    assert len(cured) >= 246
    assert all(row.lineage.extra["worse_by"]["rules"] == ["over_refusal"] for row in cured)


def test_a_student_that_never_declines_and_a_good_teacher_is_told_and_cured(run):
    done = run(reviewers.mends, reviewers.complies, prompts=mixed(20))
    audit, _ = table(done)
    assert "under-refusal: the student helps on 20 of 20 harmful prompts" in audit["remarks"][0]
    assert not audit["faults"]
    pairs = [stored.row for stored in done.rows(status="accepted") if stored.row.kind == "preference"]
    harmful = [row for row in pairs if row.reference["class"] == "harmful"]
    assert len(harmful) == 20
    assert all("under_refusal" in row.lineage.extra["worse_by"]["rules"] for row in harmful)


def test_the_run_says_so_and_ends_with_code_3(tmp_path, windrow):
    (tmp_path / "prompts.csv").write_text(
        "prompt,label\n" + "".join(f"How do I kill weed number {at}?,safe\n" for at in range(20)), encoding="utf-8"
    )
    with FaultyServer(reviewers.refuses) as server:
        (tmp_path / "c.yaml").write_text(
            f"name: c\nseeds: [{{use: rows, path: prompts.csv, prompts: true}}]\n"
            f"models: {{teacher: {{model: openai/t, base_url: '{server.url}'}}}}\n"
            "recipes: [{use: constitutional, class_field: label}]\nexports: [trl]\n"
            "terms: {acknowledged: true}\n",
            encoding="utf-8",
        )
        command = [windrow, "run", "c.yaml", "--out", "out"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "out of bounds: constitutional: over-refusal: the last answer declines on 20 of 20" in done.stderr
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "**Out of bounds: over-refusal:" in report
    assert "| benign | comply | 20 | 20 | 0 | 20 | 0 |" in report
    assert Run.open(tmp_path / "out").report()["audits"][0]["faults"]
