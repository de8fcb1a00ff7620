"""Any recipe may look at all its rows together; what it says reaches the report, and a bug in it costs nothing else."""

import json
import subprocess

import pytest

from windrow import Plan

RECIPE = '''
from windrow import Message, Recipe, Row, Seed
from windrow.shapes import Audit


class Counting(Recipe):
    """Grows a row for each number, and refuses every third."""

    name = "counting"
    takes = ""
    filters = ()

    def plant(self, accepted, wave):
        for number in range(6):
            yield Seed(str(number), number)

    async def grow(self, seed, ask):
        asked, told = Message("user", f"What is {seed.payload} and 1?"), Message("assistant", f"{seed.payload + 1}.")
        yield Row("sft", messages=(asked, told) if seed.payload % 3 else (asked,))

    def audit(self, rows):
        seen = list(rows)
        refused = sum(row.failed is not None for row in seen)
        BODY
'''
SAYS = (
    'return Audit("Numbers | seen", ("all", "refused"), ((len(seen), refused),), ("too *many*",), ("six | numbers",))'
)
CRASHES = "raise ValueError(refused)"


@pytest.fixture
def run(tmp_path):
    def run(body):
        (tmp_path / "counting.py").write_text(RECIPE.replace("BODY", body), encoding="utf-8")
        heard = []
        plan = Plan.parse({"name": "c", "recipes": ["counting.py:Counting"], "exports": ["trl"]}, base=tmp_path)
        done = plan.run(tmp_path / "out", listener=lambda event: heard.append(getattr(event, "text", "")))
        return done, heard

    return run


def test_an_audit_sees_every_row_and_is_told_everywhere(run):
    done, heard = run(SAYS)
    (audit,) = done.report()["audits"]
    assert (audit["stage"], [list(row) for row in audit["rows"]]) == ("counting", [[6, 2]])
    assert {"counting: too *many*", "counting: six | numbers"} <= set(heard)
    for page in ("report.md", "exports/trl/README.md"):
        text = (done.folder / page).read_text(encoding="utf-8")
        assert "## Numbers \\| seen (counting)" in text
        assert "| 6 | 2 |" in text
        assert text.count("Out of bounds: too *many*") == 2
        assert "- six \\| numbers." in text


def test_a_crash_of_an_audit_is_a_fault_of_its_own(run):
    done, _ = run(CRASHES)
    (audit,) = done.report()["audits"]
    assert audit["faults"] == ("the audit of counting crashed: ValueError: 2",)
    assert sum(1 for _ in done.rows(status="accepted")) == 4


def test_a_run_whose_plug_in_is_gone_can_still_be_read(run, tmp_path, windrow):
    done, _ = run(SAYS)
    (tmp_path / "counting.py").unlink()
    told = subprocess.run([windrow, "report", done.folder, "--json"], capture_output=True, text=True, check=True)
    report = json.loads(told.stdout)
    assert (report["rows"]["accepted"], report["audits"]) == (4, [])


def test_a_recipe_that_says_nothing_has_no_audit(run):
    done, _ = run("return None")
    assert done.report()["audits"] == []
