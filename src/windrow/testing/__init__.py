"""Public test doubles that are no mocks: a scripted teacher, a server that misbehaves, judges with a bias, rows.

    with FaultyServer(lambda request, number: "Hello.") as server:
        teacher = connect("openai/any", ModelSettings(base_url=server.url))

Nothing else in windrow imports this.
"""

from windrow.testing.faults import (
    Fault,
    Reply,
    Vector,
    bad_request,
    cut_off,
    dropped,
    empty,
    error_inside_ok,
    filtered_prompt,
    hang,
    length,
    malformed_json,
    rate_limited,
    refusal,
    server_error,
    wrong_length,
)
from windrow.testing.graders import (
    always_busy,
    always_fail,
    always_pass,
    dead,
    drifting,
    erring,
    false_quote,
    forgetful,
    half_json,
    honest_by,
    locked_out,
    longer_passes,
    never_answers,
    no_evidence,
    obeys_outside_marks,
    out_of_range,
    parrot,
    silent,
    thought_process,
    wrong_code,
)
from windrow.testing.judges import always_first, coin, judge_by, longer_wins, yes_man
from windrow.testing.rows import make_rows
from windrow.testing.server import FaultyServer
from windrow.testing.spawned import SpawnedServer
from windrow.testing.teacher import ScriptedTeacher

__all__ = [
    "Fault",
    "FaultyServer",
    "Reply",
    "ScriptedTeacher",
    "SpawnedServer",
    "Vector",
    "always_busy",
    "always_fail",
    "always_first",
    "always_pass",
    "bad_request",
    "coin",
    "cut_off",
    "dead",
    "drifting",
    "dropped",
    "empty",
    "erring",
    "error_inside_ok",
    "false_quote",
    "filtered_prompt",
    "forgetful",
    "half_json",
    "hang",
    "honest_by",
    "judge_by",
    "length",
    "locked_out",
    "longer_passes",
    "longer_wins",
    "make_rows",
    "malformed_json",
    "never_answers",
    "no_evidence",
    "obeys_outside_marks",
    "out_of_range",
    "parrot",
    "rate_limited",
    "refusal",
    "server_error",
    "silent",
    "thought_process",
    "wrong_code",
    "wrong_length",
    "yes_man",
]
