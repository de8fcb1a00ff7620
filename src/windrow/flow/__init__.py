"""The road: the order of the stages, and the table of what is built in. Everything else reads it from here."""

from __future__ import annotations

from windrow.registry import Registry

ORDER = ("seeds", "recipes", "checks", "filters", "judges", "splits", "exports")

SEEDS = Registry(
    "seed",
    {
        "rows": "windrow.flow.seeds.rows:RowSeeds",
        "documents": "windrow.flow.seeds.documents:DocumentSeeds",
        "tools": "windrow.flow.seeds.tools:ToolSeeds",
        "problems": "windrow.flow.seeds.problems:Problems",
        "reasoning_gym": "windrow.flow.seeds.reasoning_gym:ReasoningGym",
    },
)
RECIPES = Registry(
    "recipe",
    {
        "self_instruct": "windrow.flow.recipes.self_instruct:SelfInstruct",
        "conversations": "windrow.flow.recipes.conversations:Conversations",
        "evol_instruct": "windrow.flow.recipes.evol_instruct:EvolInstruct",
        "rag_qa": "windrow.flow.recipes.rag_qa:RagQA",
        "constitutional": "windrow.flow.recipes.constitutional:Constitutional",
        "preference": "windrow.flow.recipes.preference:Preference",
        "distillation": "windrow.flow.recipes.distillation:Distillation",
        "tool_calls": "windrow.flow.recipes.tool_calls:ToolCallTraces",
    },
)
CHECKS = Registry(
    "check",
    {
        "shape": "windrow.flow.checks.shape:Shape",
        "hygiene": "windrow.flow.checks.hygiene:Hygiene",
        "citations": "windrow.flow.checks.citations:Citations",
        "constraints": "windrow.flow.checks.constraints:Constraints",
        "refusal": "windrow.flow.checks.refusal:RefusalCheck",
        "tool_calls": "windrow.flow.checks.tool_calls:ToolCalls",
        "replay": "windrow.flow.checks.replay:Replay",
        "answers": "windrow.flow.checks.answers:Answers",
        "code": "windrow.flow.checks.code:Code",
        "pii": "windrow.flow.checks.pii:PiiCheck",
    },
)
FILTERS = Registry(
    "filter",
    {
        "dedupe": "windrow.flow.filters.dedupe:Dedupe",
        "semantic_dedupe": "windrow.flow.filters.semantic_dedupe:SemanticDedupe",
        "novelty": "windrow.flow.filters.novelty:Novelty",
        "boilerplate": "windrow.flow.filters.boilerplate:Boilerplate",
        "length_balance": "windrow.flow.filters.length_balance:LengthBalance",
        "distinct": "windrow.flow.filters.distinct:Distinct",
        "decontaminate": "windrow.flow.filters.decontaminate:Decontaminate",
    },
)
JUDGES = Registry(
    "judge",
    {
        "rubric": "windrow.flow.judges.rubric:RubricJudge",
        "panel": "windrow.flow.judges.panel:PanelJudge",
        "cascade": "windrow.flow.judges.cascade:CascadeJudge",
        "same_question": "windrow.flow.judges.same_question:SameQuestion",
    },
)
SPLITS = Registry("split", {"holdout": "windrow.flow.splits.holdout:Holdout"})
EXPORTS = Registry(
    "export",
    {
        "trl": "windrow.flow.exports.trl:TRL",
        "openai": "windrow.flow.exports.openai:OpenAI",
        "retrieval": "windrow.flow.exports.retrieval:Retrieval",
    },
)

TABLE = {
    "seeds": SEEDS,
    "recipes": RECIPES,
    "checks": CHECKS,
    "filters": FILTERS,
    "judges": JUDGES,
    "splits": SPLITS,
    "exports": EXPORTS,
}
