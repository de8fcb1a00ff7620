"""Self-Instruct against a model over real HTTP: exactly N rows, none like another by brute force."""

import json
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from rouge_score import rouge_scorer

from windrow.run import Run
from windrow.testing import SpawnedServer
from windrow.text.rouge import rouge_l

SEEDS = Path(__file__).parents[2].parent / "shared" / "data" / "seeds" / "self_instruct_175.jsonl"
ROWS = 200


@pytest.mark.shared
def test_exactly_n_rows_come_of_175_real_seeds_and_none_is_like_another(tmp_path, windrow):
    if not SEEDS.exists():
        pytest.skip("not run: the 175 seed tasks are not beside this checkout")
    with SpawnedServer("taskmaster:answer", latency=0.01, cwd=Path(__file__).parent) as server:
        (tmp_path / "grow.yaml").write_text(
            f"name: grow\nseeds: [{{use: rows, path: '{SEEDS}'}}]\n"
            f"models: {{teacher: {{model: openai/any, base_url: '{server.url}'}}}}\n"
            f"recipes: [{{use: self_instruct, rows: {ROWS}}}]\nexports: [trl]\n"
            "terms: {acknowledged: true}\n",
            encoding="utf-8",
        )
        command = [windrow, "run", str(tmp_path / "grow.yaml"), "--out", str(tmp_path / "out"), "--display", "none"]
        assert subprocess.run(command, check=False).returncode == 0
    run = Run.open(tmp_path / "out")
    accepted = [stored.row for stored in run.rows(status="accepted")]
    assert len(accepted) == ROWS
    assert len((tmp_path / "out/exports/trl/train.jsonl").read_text(encoding="utf-8").splitlines()) == ROWS
    assert "near_duplicate" in {reason for _, _, reason, _ in run.reasons()}
    seeds = [json.loads(line)["instruction"] for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    grown = [row.reference["instruction"] for row in accepted]
    pairs = [*combinations(grown, 2), *((one, seed) for one in grown for seed in seeds)]
    assert max(rouge_l(one, other) for one, other in pairs) < 0.7
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    near = sorted(pairs, key=lambda pair: -rouge_l(*pair))[:500]
    assert max(scorer.score(one, other)["rougeL"].fmeasure for one, other in near) < 0.7
