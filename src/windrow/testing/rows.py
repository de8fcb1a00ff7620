"""Rows to work on: as many as asked for, all different, in several scripts, the same for the same seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from windrow.row import Lineage, Message, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBJECTS = (
    "the invoice",
    "my parcel",
    "la factura",
    "die Rechnung",
    "посылка",
    "请求",
    "注文",
    "الطلب",
    "a réclamation",
)
ACTIONS = ("find", "cancel", "change", "annuler", "ändern", "отменить", "取消", "確認する", "إلغاء", "return")
DETAILS = (
    "before Friday",
    "from last March",
    "without the app",
    "ce soir",
    "ohne Konto",
    "сегодня",
    "今天",
    "来週",
    "غدا",
)
STEPS = (
    "Open the account page",
    "Choose the entry",
    "Confirm with the code",
    "Write down the number",
    "Wait for the mail",
)


def make_rows(n: int, seed: int = 0) -> Iterator[Row]:
    """`n` different single-turn sft rows, lazily. A tenth share a family with the row before."""
    rng = random.Random(f"rows {seed}")
    family = ""
    for number in range(n):
        if number == 0 or rng.random() >= 0.1:  # noqa: PLR2004
            family = f"family-{seed}-{number}"
        yield _row(rng, f"{seed}-{number}", family)


def _row(rng: random.Random, name: str, family: str) -> Row:
    subject, action, detail = rng.choice(SUBJECTS), rng.choice(ACTIONS), rng.choice(DETAILS)
    steps = rng.sample(STEPS, k=3)
    numbered = " ".join(f"{place}. {step}." for place, step in enumerate(steps, start=1))
    return Row(
        kind="sft",
        messages=(
            Message("user", f"How do I {action} {subject} {detail}? Case {name}."),
            Message("assistant", f"To {action} {subject} in case {name}: {numbered}"),
        ),
        lineage=Lineage(recipe="made", origin="procedural", seeds=(f"seed-{name}",), family=family, item=name),
    )
