"""A run folder as judges leave it: a real ledger with the rows, verdicts, events and calls that a test says."""

import asyncio
from contextlib import closing

import orjson

from windrow import Message, Row, Run, Verdict
from windrow.ledger.base import Call, Decided
from windrow.ledger.sqlite import SQLiteLedger

RUBRIC, PRINT, MODEL = "5b1ab7c5b1ab7c00", "f00dfacef00dface", "openai/judge"


def verdict(outcome="pass", *, by="adherence", criteria=None, score=None, reason="", detail="", **evidence) -> Verdict:
    """What a judge says. `criteria` maps ids to pass, fail, not_applicable or unscored; `goal` is a critical one.
    `models`, `fingerprint` and `quotes` are told apart from the other evidence."""
    quotes = evidence.pop("quotes", ("word for word",))
    told = [
        {"id": name, "verdict": said, "score": {"pass": 1.0, "fail": 0.0}.get(said), "weight": 1.0,
         "critical": name == "goal", "evidence": list(quotes), "reason": f"because of {name}"}
        for name, said in (criteria or {}).items()
    ]  # fmt: skip
    models = evidence.pop("models", [MODEL])
    judge = {"rubric_hash": RUBRIC, "fingerprint": evidence.pop("fingerprint", PRINT)}
    judge |= {"model": models[0]} if len(models) == 1 else {"models": models}
    reason = reason or {"fail": "below_threshold", "unscored": "unparsed"}.get(outcome, "")
    evidence = {"criteria": told, "judge": judge, "same_family": False, **evidence}
    return Verdict(by, outcome, reason, detail, evidence, score, "judge")


def row(number: int, *verdicts: Verdict) -> Row:
    """A row of its own, with what was said of it."""
    turns = (Message("user", f"What is {number}?"), Message("assistant", f"It is {number}."))
    return Row(kind="sft", messages=turns, verdicts=verdicts)


def decided(number: int, status: str, *verdicts: Verdict, stage="echo") -> Decided:
    """The row with its status; who refused it follows from the verdicts."""
    told = row(number, *verdicts)
    refusal = told.failed
    by, reason = (refusal.by, refusal.reason) if refusal is not None else ("", "")
    return Decided(stage, number, 0, told, status, by, reason)


def status_of(said: Verdict) -> str:
    """What becomes of a row of which a judge says that."""
    return {"pass": "accepted", "fail": "rejected", "unscored": "quarantined"}[said.outcome]


def call(number: int, label: str, model: str = MODEL, *, tokens=(100, 10), error: str = "") -> Call:
    """One request under a label."""
    came = None if error else b"{}"
    return Call(number.to_bytes(16), "item", label, model, "http://127.0.0.1", b"{}", came, error, "", *tokens, 0.1)


def run_of(folder, rows, *, events=(), calls=(), judges=("adherence",), prices=None, ended=None) -> Run:
    """A finished run in `folder`. `events` are (kind, data); `judges` names, or mappings as a plan spells them out;
    `ended` maps a stage to (target, why)."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [
        {"use": "rubric", "name": each, "options": {"criteria": ["task_adherence"]}} if isinstance(each, str) else each
        for each in judges
    ]
    config = {"name": folder.name, "seeds": [], "models": {}, "prices": prices or {}, "recipes": [], "splits": None}
    plan = {"schema": 1, "windrow": "0", "name": folder.name, "digest": "0" * 16, "base": str(folder), "listed": []}
    config |= {"exports": [], "judges": told}
    (folder / "plan.json").write_bytes(orjson.dumps({**plan, "config": config}))

    async def write(ledger):
        ledger.begin()
        await asyncio.gather(*(ledger.record(each) for each in calls))
        rows_of = list(rows)
        ledger.decide(rows_of)
        for kind, data in events:
            ledger.note(kind, **data)
        for stage, (target, why) in (ended or {}).items():
            accepted = sum(one.stage == stage and one.status == "accepted" for one in rows_of)
            ledger.note("stage_ended", name=stage, target=target, accepted=accepted, why=why)
        await ledger.finish()

    with closing(SQLiteLedger.open(folder / "ledger.sqlite")) as ledger:
        asyncio.run(write(ledger))
    return Run.open(folder)
