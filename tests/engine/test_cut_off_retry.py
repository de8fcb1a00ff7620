"""An answer that was cut off is asked for once more with more room, and only where that is another question."""

from dataclasses import replace

import pytest
from one_call import OneCall

from windrow import prompts
from windrow.teachers.connect import connect
from windrow.teachers.settings import ModelSettings
from windrow.testing import Fault, FaultyServer, Reply, length

WHOLE = "That parcel was last seen at the depot, and it leaves for its door tomorrow morning."


def roomy(**wider):
    """The recipe's template, whose answer may be this much longer at the second try."""
    templates = prompts.collect(OneCall, "one_call", {})
    return {label: replace(template, if_truncated=wider) for label, template in templates.items()}


def over_http(server, **settings):
    return connect("openai/any", ModelSettings(base_url=server.url, timeout=5, retries=2, **settings))


def limits(server):
    return [body.get("max_tokens", body.get("max_completion_tokens")) for body in server.bodies]


@pytest.mark.parametrize(
    ("params", "sent"),
    [
        ({}, [200, 900]),
        ({"max_tokens": 150}, [150, 900]),
        ({"max_tokens": None, "max_completion_tokens": 150}, [150, 900]),
    ],
)
def test_the_second_try_has_the_templates_wider_limit_whoever_set_the_first(works, params, sent):
    def script(request, _):
        room = request.get("max_tokens", request.get("max_completion_tokens"))
        return WHOLE if room == 900 else length()

    with FaultyServer(script, keep=True) as server:
        works.run(over_http(server, params=params), items=1, templates=roomy(max_tokens=900))
        assert limits(server) == sent
        assert works.counts() == {"accepted": 1}
        works.run(over_http(server, params=params), items=1, templates=roomy(max_tokens=900))
        assert server.requests == 2


def test_a_second_try_that_would_be_the_same_question_is_not_paid_for(works):
    with FaultyServer(lambda *_: length()) as server:
        works.run(over_http(server, params={"max_tokens": 4096}), items=1, templates=roomy(max_tokens=900))
        assert server.requests == 1
    (row,) = works.rows()
    assert (row.status, row.reason) == ("rejected", "truncated")


def test_an_answer_with_half_an_emoji_is_paid_for_once_and_left_to_the_checks(works):
    body = b'{"choices":[{"message":{"content":"\\ud83d %b"},"finish_reason":"stop"}],"x":NaN}' % WHOLE.encode()
    with FaultyServer(lambda *_: Fault(body=body)) as server:
        for _ in range(2):
            works.run(over_http(server), items=1)
        assert server.requests == 1
    (row,) = works.rows()
    assert (row.status, row.by, row.reason) == ("rejected", "hygiene", "broken_text")
    assert row.row.messages[-1].content == f"\ufffd {WHOLE}"


def test_a_count_of_tokens_too_large_to_store_harms_no_row(works):
    usage = {"prompt_tokens": 2**64 - 1, "completion_tokens": 7}

    def script(request, number):
        return Reply(f"{WHOLE} It is number {number}.", extra={"usage": usage})

    with FaultyServer(script) as server:
        works.run(over_http(server), items=5)
    assert works.counts()["accepted"] == 5
