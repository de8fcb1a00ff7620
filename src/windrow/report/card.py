"""The dataset card beside an export: what the rows are, who made them, what was checked, and what is not known.

Hugging Face reads the front matter. Nothing is claimed that was not measured, and a program's rows say that they are.
Everything follows from the rows and the plan, so an interrupted and resumed run writes the same card.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import yaml

from windrow.report.document import made as by_program
from windrow.report.document import summary
from windrow.report.document_rows import audits, likeness, stages, verified
from windrow.report.judges_text import judges_said
from windrow.report.markdown import markdown
from windrow.report.quality_text import quality, raised
from windrow.report.terms_text import terms_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from windrow.report.blocks import Block

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
BANNER = (
    "> **{made} of {all} rows were made by a program, not by a language model** (origin `procedural`).\n"
    "> They are for trying things out, for tests, and for skills that can be verified."
)
TERMS = (
    "The licence of the seeds and documents, and the terms of the models that answered, decide what may be done with\n"
    "these rows. What is known of them stands above, and in `lineage.licences` and `lineage.terms` of every row."
)
NOT_STATED = "Not stated: {}. Find out before sharing this (`licence:` beside `use:`, `terms:` beside `model:`)."

RETRIEVAL = {"corpus.jsonl", "queries.jsonl"}
BEIR = (
    "from beir.datasets.data_loader import GenericDataLoader\n\n"
    'corpus, queries, qrels = GenericDataLoader(".").load(split="{split}")'
)


def card(report: Mapping[str, Any], files: Mapping[str, int], config: Mapping[str, Any], *, version: str) -> str:
    """The card for an export of `files` (name -> rows) of the run that `report` measures and `config` describes."""
    accepted = report["accepted"]
    made = accepted["origins"].get("procedural", 0)
    parts = [
        _front_matter(report, files),
        f"# {report['name']}",
        BANNER.format(made=made, all=sum(accepted["origins"].values())) if made else "",
        f"Synthetic fine-tuning rows, grown with windrow {version} by the plan `{report['digest']}`.",
        "## Where the rows come from",
        _sources(config),
        "## What they are like",
        _said(likeness(accepted)),
        "## What was checked, and what was not",
        _said(verified(report)),
        _said(quality(report)),
        _said(judges_said(report)),
        "## What was refused",
        _said((*summary(report), *raised(report), *by_program(report))),
        _said((*stages(report), *audits(report))),
        "## How to load it",
        _loading(files),
        _said(terms_said(report)),
        "## Before you share this",
        TERMS,
        _not_stated(report, config),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _said(blocks: Iterable[Block]) -> str:
    return markdown(blocks).rstrip("\n")


def _front_matter(report: Mapping[str, Any], files: Mapping[str, int]) -> str:
    rows = sum(files.values())
    answered = "rag_qa" in report["accepted"]["kinds"]
    told: dict[str, Any] = {
        "license": "unknown",
        "pretty_name": report["name"],
        "size_categories": [next((name for limit, name in SIZES if rows < limit), "n>1M")],
        "task_categories": ["text-generation", *(["question-answering"] if answered else [])],
        "tags": ["synthetic", "windrow", *sorted(report["accepted"]["origins"])],
    }
    if files:
        told["configs"] = _configs(files)
    return f"---\n{yaml.safe_dump(told, sort_keys=False, allow_unicode=True)}---"


def _configs(files: Mapping[str, int]) -> list[dict[str, Any]]:
    """What the hub shows as one table each: the splits together, or the parts of a retrieval test set apart."""
    splits = [{"split": PurePath(file).stem, "path": file} for file in files]
    if not files.keys() >= RETRIEVAL:
        return [{"config_name": form, "data_files": parts} for form, parts in _by_form(files).items()]
    judged = [each for each in splits if each["path"] not in RETRIEVAL]
    parts = [{"config_name": each["split"], "data_files": [each]} for each in splits if each not in judged]
    return [{"config_name": "default", "data_files": judged}, *parts]


def _by_form(files: Mapping[str, int]) -> dict[str, list[dict[str, str]]]:
    """The splits of each form: an export whose rows are of several has `train_sft.jsonl` and the like, and forms have
    other columns each."""
    forms: dict[str, list[dict[str, str]]] = {}
    for file in files:
        split, _, form = PurePath(file).stem.partition("_")
        forms.setdefault(form or "default", []).append({"split": split, "path": file})
    return forms


def _loading(files: Mapping[str, int]) -> str:
    if not files:
        return "There is nothing to load: no row could be exported."
    if files.keys() >= RETRIEVAL:
        split = next(PurePath(file).stem for file in files if file not in RETRIEVAL)
        return _shown(BEIR.format(split=split))
    loads = []
    for form, parts in _by_form(files).items():
        named = ", ".join(f'"{part["split"]}": "{part["path"]}"' for part in parts)
        loads.append(f'{"rows" if form == "default" else form} = load_dataset("json", data_files={{{named}}})')
    return _shown("from datasets import load_dataset\n\n" + "\n".join(loads))


def _shown(code: str) -> str:
    return f"```python\n{code}\n```\n\nWhat an export left out, and why, is in `export_report.json`."


def _sources(config: Mapping[str, Any]) -> str:
    seeds = [
        f"- seeds: {_seeds(seed)}" + (f", licence: {seed['licence']}" if "licence" in seed else "")
        for seed in config["seeds"]
    ]
    recipes = [f"- recipe: `{recipe['use']}`{_prompts(recipe.get('prompts') or {})}" for recipe in config["recipes"]]
    models = [
        f"- {role}: "
        + ", ".join(f"`{spec['model']}`" + (f" (terms: {spec['terms']})" if spec.get("terms") else "") for spec in pool)
        for role, pool in config["models"].items()
    ]
    return "\n".join([*seeds, *recipes, *models])


def _seeds(seed: Mapping[str, Any]) -> str:
    return f"`{seed['use']}` from `{seed['options'].get('path', '-')}`"


def _not_stated(report: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Seeds and models of whose licence and terms nobody says anything, neither the config nor windrow's own table."""
    seeds = [f"the licence of {_seeds(seed)}" for seed in config["seeds"] if "licence" not in seed]
    models = [f"the terms of `{model}`" for model, train in report["terms"]["models"].items() if train == "unknown"]
    return NOT_STATED.format("; ".join(dict.fromkeys(seeds + models))) if seeds or models else ""


def _prompts(digests: Mapping[str, str]) -> str:
    named = ", ".join(f"{label} `{digest}`" for label, digest in digests.items())
    return f", prompts {named}" if named else ""
