"""Public test doubles that are no mocks: a scripted teacher, a real HTTP server that misbehaves, rows to work on.

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
    "bad_request",
    "cut_off",
    "dropped",
    "empty",
    "error_inside_ok",
    "filtered_prompt",
    "hang",
    "length",
    "make_rows",
    "malformed_json",
    "rate_limited",
    "refusal",
    "server_error",
    "wrong_length",
]
