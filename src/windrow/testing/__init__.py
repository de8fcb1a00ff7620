"""Public test doubles that are no mocks: a scripted teacher, a server that misbehaves, judges with a bias, rows.

    with FaultyServer(lambda request, number: "Hello.") as server:
        teacher = connect("openai/any", ModelSettings(base_url=server.url))

Nothing else in windrow imports this.
"""

from windrow.testing.faults import (
    Fault,
    Reply,
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
    "always_first",
    "bad_request",
    "coin",
    "cut_off",
    "dropped",
    "empty",
    "error_inside_ok",
    "filtered_prompt",
    "hang",
    "judge_by",
    "length",
    "longer_wins",
    "make_rows",
    "malformed_json",
    "rate_limited",
    "refusal",
    "server_error",
    "wrong_length",
    "yes_man",
]
